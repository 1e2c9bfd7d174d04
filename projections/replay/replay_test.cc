// A replay beside a runner, over the fakes: at the log's end it is taken over, and both versions
// get the same rows from then on, each once.
#include "projections/replay/replay.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <thread>

#include "projections/runner/fakes/rig.h"

namespace clientele::projections::replay {
namespace {

using runner::VersionName;
using runner::VersionState;

const VersionName kFirst{"tellings", 1}, kSecond{"tellings", 2};

class TakenOver : public testing::Test {
 protected:
  TakenOver() { rig_.TellSomething(400); }
  ~TakenOver() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  std::unique_ptr<Replay> Open() {
    Wanted wanted;
    wanted.projection = "tellings";
    auto replay = Replay::Open(rig_.PartsOf(metrics_, folder_), wanted,
                               [this](const std::string& phase, const std::string&) {
                                 if (phase == "waiting") waiting_ = true;
                               });
    EXPECT_TRUE(replay.has_value()) << replay.error().message;
    return *std::move(replay);
  }
  // What a row is, wherever it stands; sorted.
  std::vector<std::string> Rows(const std::string& table) {
    std::vector<std::string> rows;
    for (const auto& row : rig_.store.Rows("clientele." + table)) rows.push_back(row.bytes);
    std::ranges::sort(rows);
    return rows;
  }
  VersionState State() { return runner::ReadVersions(rig_.store)->at(kSecond).state; }
  bool LevelWithTheFirst() {
    const runner::Ledgers ledgers = rig_.ReadLedgers();
    return ledgers.contains(kSecond) &&
           std::ranges::equal(
               ledgers.at(kFirst), ledgers.at(kSecond), {},
               [](const auto& entry) { return entry.second.next_offset; },
               [](const auto& entry) { return entry.second.next_offset; });
  }

  runner::Rig rig_;
  base::Metrics metrics_;
  const std::string folder_ = rig_.index_folder + "-replay";
  std::atomic<bool> waiting_ = false;
};

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
  // There is no proof over the fakes: it has seen that it has joined, and waits for a mark.
  ASSERT_TRUE(rig_.store.WaitFor([&] { return waiting_.load(); }));
  runs.request_stop();
  runs.join();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().message, "tellings_v2: stopped");
  rig_.Stop();
  EXPECT_EQ(rig_.Rows(), rig_.NaiveRows());
  EXPECT_EQ(Rows("tellings_v2"), Rows("tellings_v1"));
  EXPECT_EQ(Rows("legs_v2"), Rows("legs_v1"));
  rig_.ExpectAllAccountedFor();
  // A program that starts anew projects both.
  EXPECT_EQ(runner::ReadActiveVersions(rig_.store)->at("tellings").version, 1U);
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
