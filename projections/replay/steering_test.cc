// Commands, the runner and replays that change one version at the same moment; replays that are
// started again; and stores that refuse for a while.
#include "projections/replay/replay_fixture.h"

namespace clientele::projections::replay {
namespace {

using base::Code;
using runner::Fault;
using runner::VersionRow;
using runner::VersionState;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

using Steering = ReplayTest;

TEST_F(Steering, ABoundIsComparedWithTheNewestEventWhereverItLies) {
  constexpr int64_t kHour = 3'600'000;
  constexpr int64_t kNow = 1'800'000'000'000;
  rig_.log.SetRecordedAt(kNow + kHour);
  rig_.TellSomething(50, 3);
  // The broker's clock was set back: the last ones of all partitions are older.
  rig_.log.SetRecordedAt(kNow);
  rig_.TellSomething(50, 5);
  rig_.RunToEnd();
  Wanted part;
  part.restriction.to_ms = kNow + kHour;
  EXPECT_NE(Open(part), nullptr);
  part.restriction.to_ms = kNow + 2 * kHour;
  const auto beyond = TryOpen(part);
  ASSERT_FALSE(beyond);
  EXPECT_THAT(beyond.error().message,
              HasSubstr("must not lie beyond the log, whose newest event was recorded at " +
                        FormatMoment(kNow + kHour).substr(0, 13)));
}

}  // namespace
}  // namespace clientele::projections::replay
