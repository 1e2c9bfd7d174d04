// Versions that hold what figures would have been: from the begin to the end, after a death, and
// when they are given up.
#include "projections/replay/as_if.h"

#include "projections/replay/replay_fixture.h"

namespace clientele::projections::replay {
namespace {

using base::Code;
using runner::VersionState;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class AsIfTest : public ReplayTest {
 protected:
  AsIfTest() { EXPECT_TRUE(rig_.Start()) << rig_.failure()->message; }

  base::Result<AsIfVersion> Begin(const std::string& of = "scorecard=2") {
    Wanted wanted;
    wanted.projection = "tellings";
    wanted.as_if = std::string(kAsIf) + of;
    return AsIfVersion::Begin(store_, rig_.clock, code_, wanted, folder_, {"cards", "figures"});
  }

  const runner::Projections code_ = rig_.projections();
};

TEST_F(AsIfTest, IsShownAndDroppedAndNeverServes) {
  {
    auto version = Begin();
    ASSERT_TRUE(version.has_value()) << version.error().message;
    EXPECT_EQ(version->name(), kSecond);
    EXPECT_THAT(version->tables(),
                ElementsAre("as_if_tellings_v2_cards", "as_if_tellings_v2_figures"));
    EXPECT_EQ(State(), VersionState::kBuilding);
    EXPECT_THAT(Begin().error().message, HasSubstr("replay of tellings: only one at a time"));
    EXPECT_THAT(TryOpen().error().message,
                HasSubstr("a replay of \"as if scorecard=2\" is under way, this one asks for the "
                          "whole log"));
    EXPECT_TRUE(version->End());
  }
  EXPECT_EQ(State(), VersionState::kDone);
  EXPECT_THAT(*DescribeVersions(store_, "tellings"),
              AllOf(HasSubstr("as if scorecard=2"), Not(HasSubstr("only as if"))));
  EXPECT_THAT(SwitchTo(store_, rig_.clock, kSecond).error().message,
              HasSubstr("is done, does not serve"));
  EXPECT_TRUE(DropVersion(store_, rig_.clock, kSecond));
  EXPECT_EQ(State(), VersionState::kDropped);
  // The number is not used again, and a replay builds as ever.
  const auto next = Begin();
  ASSERT_TRUE(next.has_value()) << next.error().message;
  EXPECT_EQ(next->name().version, 3U);
}

TEST_F(AsIfTest, AfterADeathTheSameQuestionAloneTakesItOver) {
  ASSERT_TRUE(Begin().has_value());
  const auto other = Begin("scorecard=3");
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().code, Code::kFailedPrecondition);
  EXPECT_THAT(other.error().message, HasSubstr("let it end, or cancel it"));
  auto again = Begin();
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_EQ(again->name(), kSecond);
  EXPECT_TRUE(again->End());
  EXPECT_EQ(State(), VersionState::kDone);
}

TEST_F(AsIfTest, WhatIsCancelledMeanwhileIsNotDone) {
  auto version = Begin();
  ASSERT_TRUE(version.has_value()) << version.error().message;
  EXPECT_TRUE(CancelReplay(store_, rig_.clock, "tellings", folder_));
  const auto ended = version->End();
  ASSERT_FALSE(ended.has_value());
  EXPECT_EQ(ended.error().code, Code::kCancelled);
  EXPECT_EQ(ended.error().message, "tellings_v2: was cancelled");
  EXPECT_EQ(State(), VersionState::kCancelled);
}

TEST_F(AsIfTest, WhatIsGivenUpIsGone) {
  auto version = Begin();
  ASSERT_TRUE(version.has_value()) << version.error().message;
  EXPECT_TRUE(version->GiveUp());
  EXPECT_EQ(State(), VersionState::kCancelled);
}

}  // namespace
}  // namespace clientele::projections::replay
