// What the runner sees and says of versions while it runs.
#include "projections/runner/version_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "projections/runner/fakes/rig.h"
#include "projections/runner/fakes/small_projections.h"
#include "projections/runner/versions.h"

namespace clientele::projections::runner {
namespace {

using testing::HasSubstr;
using testing::Not;

class VersionWatchTest : public testing::Test {
 protected:
  VersionWatchTest() {
    projections_.push_back(MakeTellings(2, "new"));
    Ledgers ledgers;
    ledgers[{"tellings", 1}][0].next_offset = 100;
    board_.Report(ledgers);
  }
  void Write(const VersionRow& row) {
    FencedStore store(memory_, {"0", 1});
    ASSERT_TRUE(WriteVersions(store, clock_, {row}));
  }
  // Its second version is ready, at the ledger of the first and of this log.
  void WriteReady(const base::Uuid& log_id) {
    Write({kTellings2, 2, VersionState::kReady, "new", {"tellings_v2"}, "", 0});
    FencedStore store(memory_, {"0", 1});
    LedgerEntry entry;
    entry.next_offset = 100;
    entry.log_id = log_id;
    entry.code_hash = "new";
    ASSERT_TRUE(WriteLedgers(store, clock_, {{kTellings2, {{0, entry}}}}));
  }
  // Once more it has looked from beginning to end.
  void AwaitLook() {
    for (int i = 0; i < 2; ++i) {
      ASSERT_TRUE(memory_.WaitFor([this] { return watch_.TakeActive().has_value(); }));
    }
  }

  FaultPlan faults_;
  InMemoryStore memory_{faults_};
  base::FakeClock clock_{1'000'000};
  MarkBoard board_{1, {{"tellings", 1}}, {}};
  Projections projections_;
  const base::Uuid log_id_ = base::RandomUuid();
  std::atomic<bool> joins_ = false;
  VersionWatch watch_{memory_,
                      clock_,
                      board_,
                      projections_,
                      {},
                      log_id_,
                      [this](const std::set<VersionName>& join) { joins_ = !join.empty(); }};
};

TEST_F(VersionWatchTest, WarnsOfAVersionThatStaysReady) {
  constexpr int64_t kMinute = 60'000'000;
  const VersionRow row{{"tellings", 2}, 2, VersionState::kReady, "new", {"tellings_v2"}, "", 0};
  Write(row);
  testing::internal::CaptureStderr();
  std::jthread runs([this](std::stop_token stop) { watch_.Run(std::move(stop)); });
  AwaitLook();
  clock_.Advance(4 * kMinute);
  AwaitLook();
  const std::string before = testing::internal::GetCapturedStderr();
  testing::internal::CaptureStderr();
  clock_.Advance(2 * kMinute);
  AwaitLook();
  const std::string after = testing::internal::GetCapturedStderr();
  EXPECT_THAT(before, Not(HasSubstr("is ready and not taken over")));
  EXPECT_THAT(after, HasSubstr("is ready and not taken over"));
  EXPECT_THAT(after, HasSubstr(R"("version":"tellings_v2","minutes":6)"));
  // Once, until five minutes later.
  EXPECT_EQ(after.find("minutes"), after.rfind("minutes"));
}

TEST_F(VersionWatchTest, AVersionAtTheFloorsJoins) {
  WriteReady(log_id_);
  std::jthread runs([this](std::stop_token stop) { watch_.Run(std::move(stop)); });
  EXPECT_TRUE(memory_.WaitFor([this] { return joins_.load(); }));
}

TEST_F(VersionWatchTest, AVersionOfAnotherLogNeverJoins) {
  WriteReady(base::RandomUuid());
  testing::internal::CaptureStderr();
  std::jthread runs([this](std::stop_token stop) { watch_.Run(std::move(stop)); });
  AwaitLook();
  const std::string told = testing::internal::GetCapturedStderr();
  EXPECT_FALSE(joins_);
  EXPECT_THAT(told, HasSubstr("is ready and never taken over: cancel it"));
  EXPECT_THAT(told, HasSubstr("the topic is log " + log_id_.ToString()));
  EXPECT_EQ(told.find("never taken over"), told.rfind("never taken over"));
  // Nor does the index keep anything for it.
  Ledgers further;
  further[{"tellings", 1}][0].next_offset = 200;
  board_.Report(further);
  EXPECT_EQ(board_.Floor(0), 200U);
}

}  // namespace
}  // namespace clientele::projections::runner
