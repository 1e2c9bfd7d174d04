// A replay beside a runner, over the fakes: at the log's end it is taken over, and both versions
// get the same rows from then on, each once.
#include <thread>

#include "projections/replay/replay_fixture.h"

namespace clientele::projections::replay {
namespace {

using runner::VersionState;
using TakenOver = ReplayTest;

TEST_F(TakenOver, AtTheLogsEnd) {
  ASSERT_TRUE(rig_.Start()) << rig_.failure()->message;
  const auto replay = Open();
  base::Result<Outcome> outcome;
  std::jthread runs([&](const std::stop_token& stop) { outcome = replay->Run(stop); });
  uint64_t told = 0;
  ASSERT_TRUE(rig_.store.WaitFor([&] {
    if (told < 200) rig_.TellSomething(1, 1'000 + told++);
    return rig_.wanted_anew();
  }));
  EXPECT_EQ(State(), VersionState::kReady);
  rig_.TellSomething(50, 7'000);
  ASSERT_TRUE(rig_.Start()) << rig_.failure()->message;
  EXPECT_EQ(State(), VersionState::kJoined);
  rig_.TellSomething(50, 8'000);
  ASSERT_TRUE(rig_.WaitCaughtUp());
  ASSERT_TRUE(rig_.store.WaitFor([&] { return LevelWithTheFirst(); }));
  // The fakes compare nothing: the proof finds no difference.
  runs.join();
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_TRUE(outcome->switched);
  rig_.Stop();
  EXPECT_EQ(rig_.Rows(), rig_.NaiveRows());
  EXPECT_EQ(Rows("tellings_v2"), Rows("tellings_v1"));
  EXPECT_EQ(Rows("legs_v2"), Rows("legs_v1"));
  rig_.ExpectAllAccountedFor();
  // A program that starts anew projects both.
  EXPECT_EQ(runner::ReadActiveVersions(rig_.store)->at("tellings").version, 2U);
  rig_.TellSomething(50, 9'000);
  rig_.RunToEnd();
  EXPECT_EQ(Rows("tellings_v2"), Rows("tellings_v1"));
}

TEST_F(TakenOver, NotBeforeItIsAsFarAsTheRunnersIndexForgets) {
  ASSERT_TRUE(rig_.Start()) << rig_.failure()->message;
  ASSERT_TRUE(rig_.WaitCaughtUp());
  // Says that it is ready, and has nothing.
  runner::FencedStore store(rig_.store, {"replay-tellings_v2", 1});
  runner::VersionRow row = runner::ReadVersions(rig_.store)->at(kFirst);
  row.name = kSecond;
  row.change = 2;
  row.state = VersionState::kReady;
  row.tables = {"tellings_v2", "legs_v2"};
  ASSERT_TRUE(runner::WriteVersions(store, rig_.clock, {row}));
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(2'500);
  EXPECT_FALSE(rig_.store.WaitFor([&] {
    return rig_.wanted_anew() || std::chrono::steady_clock::now() > until;
  }) && rig_.wanted_anew());
  // A start for another reason leaves it alone too.
  rig_.TellSomething(20, 5);
  rig_.RunToEnd();
  EXPECT_EQ(State(), VersionState::kReady);
  EXPECT_TRUE(Rows("tellings_v2").empty());
}

}  // namespace
}  // namespace clientele::projections::replay
