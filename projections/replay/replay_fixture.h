// A replay of a small projection beside a runner, over the fakes. For tests.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "projections/replay/control.h"
#include "projections/replay/replay.h"
#include "projections/replay/watched_store.h"
#include "projections/runner/fakes/rig.h"

namespace clientele::projections::replay {

inline const runner::VersionName kFirst{"tellings", 1}, kSecond{"tellings", 2};

class ReplayTest : public testing::Test {
 protected:
  ReplayTest() {
    rig_.tables = &store_;
    rig_.TellSomething(400);
  }
  ~ReplayTest() override {
    rig_.Stop();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  base::Result<std::unique_ptr<Replay>> TryOpen(Wanted wanted = {}) {
    wanted.projection = "tellings";
    return Replay::Open(rig_.PartsOf(metrics_, folder_), std::move(wanted),
                        [this](const std::string& phase, const std::string& text) {
                          if (phase == "waiting") waiting_ = true;
                          const std::scoped_lock lock(mutex_);
                          progress_ += phase + ": " + text + "\n";
                        });
  }
  std::unique_ptr<Replay> Open(Wanted wanted = {}) {
    auto replay = TryOpen(std::move(wanted));
    EXPECT_TRUE(replay.has_value()) << replay.error().message;
    return replay ? *std::move(replay) : nullptr;
  }
  // Runs it in a thread of its own until its end, or until a stop if the condition holds; the
  // runner beside it is started again as it asks, if there is one.
  base::Result<Outcome> Run(Replay& replay, const std::function<bool()>& stop_if) {
    std::stop_source stop;
    auto outcome = std::async(std::launch::async, [&] { return replay.Run(stop.get_token()); });
    EXPECT_TRUE(rig_.store.WaitFor([&] {
      if (stop_if()) stop.request_stop();
      return stop.stop_requested() ||
             outcome.wait_for(std::chrono::milliseconds(1)) == std::future_status::ready;
    }));
    stop.request_stop();
    return outcome.get();
  }
  // A replay's process that was ended when its version was ready, and the runner, which has asked
  // for a new start to take it over.
  void EndWhenReady() {
    ASSERT_TRUE(rig_.Start()) << rig_.failure()->message;
    const auto replay = Open();
    ASSERT_FALSE(Run(*replay, [this] { return rig_.wanted_anew(); }));
    ASSERT_EQ(State(), runner::VersionState::kReady);
  }

  // The runner has taken the second version over and has ended.
  void EndWhenJoined() {
    EndWhenReady();
    ASSERT_TRUE(rig_.Start()) << rig_.failure()->message;
    ASSERT_TRUE(rig_.store.WaitFor([&] { return LevelWithTheFirst(); }));
    rig_.Stop();
  }

  // What a row is, wherever it stands; sorted.
  std::vector<std::string> Rows(const std::string& table) {
    std::vector<std::string> rows;
    for (const auto& row : rig_.store.Rows("clientele." + table)) rows.push_back(row.bytes);
    std::ranges::sort(rows);
    return rows;
  }
  std::string Told() {
    const std::scoped_lock lock(mutex_);
    return progress_;
  }
  runner::Versions Versions() { return *runner::ReadVersions(rig_.store); }
  runner::VersionState State() { return Versions().at(kSecond).state; }
  bool LevelWithTheFirst() {
    const runner::Ledgers ledgers = rig_.ReadLedgers();
    return ledgers.contains(kSecond) &&
           std::ranges::equal(
               ledgers.at(kFirst), ledgers.at(kSecond), {},
               [](const auto& entry) { return entry.second.next_offset; },
               [](const auto& entry) { return entry.second.next_offset; });
  }

  runner::Rig rig_;
  WatchedStore store_{rig_.store};
  base::Metrics metrics_;
  const std::string folder_ = rig_.index_folder + "-replay";
  std::atomic<bool> waiting_ = false;
  std::mutex mutex_;
  std::string progress_;
};

}  // namespace clientele::projections::replay
