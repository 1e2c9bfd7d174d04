// A replay beside a runner, over the real engine and a log in memory: it builds, is taken over,
// proves and switches; a proof that must fail names what differs; versions are steered.
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <future>

#include "projections/registry.h"
#include "projections/replay/control.h"
#include "projections/replay/replay.h"
#include "projections/runner/fakes/rig.h"
#include "projections/runner/reserve.h"
#include "tests/support/engine_process.h"

namespace clientele::projections::replay {
namespace {

using base::Code;
using clickhouse::Block;
using clientele::testing::EngineProcess;
using runner::VersionName;
using runner::VersionState;
using ::testing::Contains;
using ::testing::HasSubstr;

const VersionName kFirst{"calls", 1}, kSecond{"calls", 2};

class ReplayOnEngine : public ::testing::Test {
 protected:
  ReplayOnEngine() {
    auto engine = EngineProcess::Start();
    EXPECT_TRUE(engine.has_value()) << engine.error().message;
    engine_ = *std::move(engine);
    store_ = clickhouse::OpenHttpStore({engine_->url(), "", ""});
    rig_.tables = store_.get();
    rig_.projections = AllProjections;
    rig_.config.batch_rows = 500;
    rig_.TellSomething(2'000);
  }
  ~ReplayOnEngine() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
    std::filesystem::remove_all(elsewhere_, ignored);
  }

  base::Result<std::unique_ptr<Replay>> Open(Wanted wanted = {}) {
    return OpenIn(folder_, std::move(wanted));
  }
  base::Result<std::unique_ptr<Replay>> OpenIn(const std::string& folder, Wanted wanted) {
    wanted.projection = "calls";
    return Replay::Open(rig_.PartsOf(metrics_, folder), std::move(wanted),
                        [](const auto&, const auto&) {});
  }

  // Runs it in a thread of its own, and the runner beside it as a process would.
  base::Result<Outcome> Run(Replay& replay, const std::function<void()>& meanwhile = [] {}) {
    auto outcome = std::async(std::launch::async, [&] { return replay.Run(stop_.get_token()); });
    while (outcome.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready) {
      meanwhile();
      KeepRunner();
    }
    return outcome.get();
  }
  void KeepRunner() {
    EXPECT_FALSE(rig_.failure()) << rig_.failure()->message;
    if (!rig_.wanted_anew()) return;
    EXPECT_TRUE(rig_.Start()) << rig_.failure()->message;
  }
  bool Await(const std::function<bool()>& condition) {
    return rig_.store.WaitFor([&] {
      KeepRunner();
      return condition();
    });
  }
  // A whole replay, from nothing to what queries read.
  void Replayed() {
    ASSERT_TRUE(rig_.Start()) << rig_.failure()->message;
    auto replay = Open();
    ASSERT_TRUE(replay) << replay.error().message;
    const auto outcome = Run(**replay);
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_TRUE(outcome->equal) << ::testing::PrintToString(outcome->differences);
    EXPECT_TRUE(outcome->switched);
    EXPECT_GT(outcome->rows, 0U);
  }

  uint64_t Number(const std::string& sql) {
    uint64_t number = 0;
    clickhouse::Statement statement;
    statement.sql = sql;
    const auto read = store_->Select(statement, [&](const Block& block) -> base::Status {
      if (block.rows > 0) number = block.Get<uint64_t>("n").front();
      return {};
    });
    EXPECT_TRUE(read.has_value()) << read.error().message;
    return number;
  }
  void Execute(const std::string& sql) {
    clickhouse::Statement statement;
    statement.sql = sql;
    statement.settings = {{"mutations_sync", "1"}};
    const auto done = store_->Execute(statement);
    EXPECT_TRUE(done.has_value()) << done.error().message;
  }
  // Rows that one of the tables has and the other one has not.
  uint64_t Different(const std::string& table) {
    const auto less = [&](int one, int other) {
      return Number(
          fmt::format("SELECT count() AS n FROM (SELECT * FROM clientele.{0}_v{1} "
                      "EXCEPT SELECT * FROM clientele.{0}_v{2})",
                      table, one, other));
    };
    return less(1, 2) + less(2, 1);
  }
  uint64_t Rows(const std::string& table) {
    return Number("SELECT count() AS n FROM clientele." + table);
  }
  uint32_t Read() { return runner::ReadActiveVersions(*store_)->at("calls").version; }
  VersionState StateOf(const VersionName& name) {
    return runner::ReadVersions(*store_)->at(name).state;
  }
  bool Exists(const std::string& table) {
    return Number(
               "SELECT count() AS n FROM system.tables WHERE database = 'clientele' AND name = "
               "'" +
               table + "'") > 0;
  }
  // The proof of what is there now.
  Verdict Proof() {
    const Projections& code = AllProjections();
    const auto calls =
        std::ranges::find(code, "calls", [](const auto& one) { return one->name(); });
    const auto live = runner::LiveVersionOf(**calls, 1);
    const auto replayed = runner::LiveVersionOf(**calls, 2);
    const auto mark = ReadNewestMark(*store_);
    EXPECT_TRUE(mark.has_value());
    const auto verdict = Prove(*store_, {live, replayed, {}, *mark, "events_v1"}, {},
                               [](const auto&, const auto&) {});
    EXPECT_TRUE(verdict.has_value()) << verdict.error().message;
    return *verdict;
  }
  using Projections = runner::Projections;

  std::unique_ptr<EngineProcess> engine_;
  std::unique_ptr<clickhouse::Store> store_;
  base::Metrics metrics_;
  runner::Rig rig_;
  const std::string folder_ = rig_.index_folder + "-replay";
  const std::string elsewhere_ = folder_ + "-elsewhere";
  std::stop_source stop_;
};

TEST_F(ReplayOnEngine, BuildsWhileTheLogGrowsAndIsTakenOver) {
  ASSERT_TRUE(rig_.Start()) << rig_.failure()->message;
  auto replay = Open();
  ASSERT_TRUE(replay) << replay.error().message;
  uint64_t told = 0;
  const auto outcome = Run(**replay, [&] { rig_.TellSomething(20, ++told); });
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_TRUE(outcome->equal) << ::testing::PrintToString(outcome->differences);
  EXPECT_TRUE(outcome->switched);
  EXPECT_EQ(Read(), 2U);
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/calls_v2"));
  // Both are kept up from then on.
  rig_.TellSomething(500, 99);
  ASSERT_TRUE(rig_.WaitCaughtUp());
  rig_.Stop();
  EXPECT_EQ(Rows("calls_v2"), Rows("calls_v1"));
  EXPECT_EQ(Different("calls"), 0U);
  EXPECT_EQ(Different("call_legs"), 0U);
}

TEST_F(ReplayOnEngine, GoesOnAfterAStop) {
  ASSERT_TRUE(rig_.Start()) << rig_.failure()->message;
  {
    Wanted slow;
    slow.rate = 400;
    auto replay = Open(slow);
    ASSERT_TRUE(replay) << replay.error().message;
    EXPECT_THAT(Open().error().message, HasSubstr("replay of calls: only one at a time"));
    EXPECT_THAT(OpenIn(elsewhere_, {}).error().message,
                HasSubstr(fmt::format("only one at a time: process {} on ", getpid())));
    const auto outcome = Run(**replay, [&] {
      const auto ledgers = runner::ReadLedgers(*store_);
      if (ledgers && ledgers->contains(kSecond)) stop_.request_stop();
    });
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, Code::kCancelled);
    EXPECT_EQ(outcome.error().message, "calls_v2: stopped; the same command goes on from there");
  }
  EXPECT_EQ(StateOf(kSecond), VersionState::kBuilding);
  stop_ = {};
  Wanted fast;
  fast.rate = 0;
  auto replay = Open(fast);
  ASSERT_TRUE(replay) << replay.error().message;
  const auto outcome = Run(**replay);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->version, kSecond);
  EXPECT_TRUE(outcome->switched);
  EXPECT_EQ(Different("calls"), 0U);
}

TEST_F(ReplayOnEngine, AProofThatMustFailNamesWhatDiffers) {
  Replayed();
  EXPECT_TRUE(Proof().equal());
  const std::string where = " ORDER BY src_partition, src_offset, retires, row LIMIT 1";
  // A row too few.
  Execute("CREATE TABLE clientele.kept AS clientele.calls_v2");
  Execute("INSERT INTO clientele.kept SELECT * FROM clientele.calls_v2" + where);
  Execute(
      "ALTER TABLE clientele.calls_v2 DELETE WHERE (src_partition, src_offset, retires, row) "
      "IN (SELECT src_partition, src_offset, retires, row FROM clientele.kept)");
  const uint64_t offset = Number("SELECT src_offset AS n FROM clientele.kept");
  const uint64_t partition = Number("SELECT src_partition AS n FROM clientele.kept");
  const std::string key = fmt::format("partition {}, offset {}, ", partition, offset);
  EXPECT_THAT(Proof().differences,
              Contains(::testing::AllOf(HasSubstr(key),
                                        HasSubstr("1 times in calls_v1, 0 times in calls_v2"))));
  // A row too many.
  Execute("INSERT INTO clientele.calls_v2 SELECT * FROM clientele.kept");
  EXPECT_TRUE(Proof().equal());
  Execute(
      "INSERT INTO clientele.calls_v2 SELECT * REPLACE (toUInt32(row + 5) AS row) FROM "
      "clientele.kept");
  EXPECT_THAT(Proof().differences,
              Contains(::testing::AllOf(HasSubstr(key),
                                        HasSubstr("0 times in calls_v1, 1 times in calls_v2"))));
  // Another value.
  Execute("ALTER TABLE clientele.call_legs_v2 UPDATE talk_ms = talk_ms + 7 WHERE leg = 2");
  EXPECT_THAT(Proof().differences, Contains(HasSubstr("talk_ms is 0 in call_legs_v1, 7 in "
                                                      "call_legs_v2")));
}

TEST_F(ReplayOnEngine, DifferencesAreNotSwitchedToUnlessAccepted) {
  ASSERT_TRUE(rig_.Start()) << rig_.failure()->message;
  ASSERT_TRUE(rig_.WaitCaughtUp());
  Execute("ALTER TABLE clientele.calls_v1 UPDATE talk_ms = 7 WHERE row = 0");
  auto replay = Open();
  ASSERT_TRUE(replay) << replay.error().message;
  auto outcome = Run(**replay);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_FALSE(outcome->equal);
  EXPECT_FALSE(outcome->switched);
  EXPECT_EQ(Read(), 1U);
  replay->reset();
  // The same command proves again, and may be told that the new figures are the right ones.
  Wanted accepting;
  accepting.accept_differences = true;
  replay = Open(accepting);
  ASSERT_TRUE(replay) << replay.error().message;
  outcome = Run(**replay);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->version, kSecond);
  EXPECT_FALSE(outcome->equal);
  EXPECT_TRUE(outcome->switched);
  EXPECT_EQ(Read(), 2U);
  replay->reset();
  // A process that is killed right after the switch leaves its folder; the next one claims nothing.
  std::filesystem::create_directories(folder_ + "/calls_v2");
  replay = Open();
  ASSERT_TRUE(replay) << replay.error().message;
  outcome = Run(**replay);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->version, kSecond);
  EXPECT_FALSE(outcome->equal);
  EXPECT_TRUE(outcome->switched);
  EXPECT_GT(outcome->rows, 0U);
  EXPECT_THAT(outcome->differences, Contains(HasSubstr("talk_ms is 7 in calls_v1")));
}

TEST_F(ReplayOnEngine, RollsBackAndDrops) {
  Replayed();
  EXPECT_EQ(SwitchTo(*store_, rig_.clock, {"calls", 3}).error().code, Code::kNotFound);
  EXPECT_EQ(SwitchTo(*store_, rig_.clock, kSecond).error().message,
            "calls_v2: queries read it already");
  ASSERT_TRUE(SwitchTo(*store_, rig_.clock, kFirst));
  EXPECT_EQ(Read(), 1U);
  EXPECT_EQ(DropVersion(*store_, rig_.clock, kFirst).error().message,
            "calls_v1: queries read it: switch or roll back to another version first");
  ASSERT_TRUE(DropVersion(*store_, rig_.clock, kSecond));
  EXPECT_TRUE(Await([&] { return !Exists("calls_v2") && !Exists("call_legs_v2"); }));
  EXPECT_FALSE(runner::ReadLedgers(*store_)->contains(kSecond));
  // What a full disk is freed with: it holds as much as it says, and its room is given back at
  // once.
  const auto reserved = [this] {
    return Number(
        "SELECT sum(bytes_on_disk) AS n FROM system.parts WHERE database = 'clientele' AND table "
        "= 'reserve'");
  };
  EXPECT_GT(reserved(), uint64_t{8} << 20);
  ASSERT_TRUE(runner::SpendReserve(*store_));
  EXPECT_EQ(reserved(), 0U);
  ASSERT_TRUE(runner::FillReserve(*store_));
  ASSERT_TRUE(runner::FillReserve(*store_));
  EXPECT_EQ(Rows("reserve"), 8U);
  EXPECT_EQ(SwitchTo(*store_, rig_.clock, kSecond).error().code, Code::kFailedPrecondition);
  // The number is not used again.
  auto replay = Open();
  ASSERT_TRUE(replay) << replay.error().message;
  const auto outcome = Run(**replay);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->version.version, 3U);
}

TEST_F(ReplayOnEngine, IsPausedResumedAndCancelled) {
  ASSERT_TRUE(rig_.Start()) << rig_.failure()->message;
  EXPECT_EQ(PauseReplay(*store_, rig_.clock, "calls").error().message,
            "calls: no replay of it is under way");
  Wanted slow;
  slow.rate = 100;
  auto replay = Open(slow);
  ASSERT_TRUE(replay) << replay.error().message;
  bool resumed = false, cancelled = false;
  const auto outcome = Run(**replay, [&] {
    const auto versions = runner::ReadVersions(*store_);
    if (!versions || !versions->contains(kSecond)) return;
    const VersionState state = versions->at(kSecond).state;
    if (state == VersionState::kBuilding && !resumed) {
      EXPECT_EQ(ResumeReplay(*store_, rig_.clock, "calls", {}).error().message,
                "calls_v2: is building, not paused");
      EXPECT_TRUE(PauseReplay(*store_, rig_.clock, "calls"));
    } else if (state == VersionState::kPaused) {
      resumed = true;
      EXPECT_TRUE(ResumeReplay(*store_, rig_.clock, "calls", 300));
      EXPECT_EQ(runner::ReadVersions(*store_)->at(kSecond).rate, 300U);
    } else if (!cancelled) {
      cancelled = true;
      EXPECT_TRUE(CancelReplay(*store_, rig_.clock, "calls", folder_));
    }
  });
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().message, "calls_v2: was cancelled");
  EXPECT_FALSE(Exists("calls_v2"));
  EXPECT_EQ(Read(), 1U);
}

TEST_F(ReplayOnEngine, APartOfTheLogIsComparedAndNeverServes) {
  ASSERT_TRUE(rig_.Start()) << rig_.failure()->message;
  ASSERT_TRUE(rig_.WaitCaughtUp());
  const int64_t first = static_cast<int64_t>(Number(
      "SELECT toUInt64(min(toUnixTimestamp64Milli(recorded_at))) AS n FROM clientele.calls_v1"));
  Wanted part;
  part.restriction = *MakeRestriction(first + 200, first + 1'200, {"kind=call", "purpose=REAL"});
  auto replay = Open(part);
  ASSERT_TRUE(replay) << replay.error().message;
  const auto outcome = Run(**replay);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_TRUE(outcome->equal) << ::testing::PrintToString(outcome->differences);
  EXPECT_TRUE(outcome->restricted);
  EXPECT_FALSE(outcome->switched);
  EXPECT_EQ(StateOf(kSecond), VersionState::kDone);
  const uint64_t wanted = Number(
      fmt::format("SELECT count() AS n FROM clientele.calls_v1 WHERE recorded_at >= "
                  "fromUnixTimestamp64Milli({}) AND recorded_at < fromUnixTimestamp64Milli({})",
                  first + 200, first + 1'200));
  EXPECT_GT(wanted, 0U);
  EXPECT_LT(wanted, Rows("calls_v1"));
  EXPECT_EQ(Rows("calls_v2"), wanted);
  EXPECT_EQ(SwitchTo(*store_, rig_.clock, kSecond).error().message,
            "calls_v2: is done, does not serve: only a version that the projections keep up can "
            "be read");
  replay->reset();
  // Parts of which there is nothing: no version is begun for them.
  for (const char* const where : {"tenant=no such", "kind=case"}) {
    Wanted nothing;
    nothing.restriction = *MakeRestriction({}, {}, {where});
    EXPECT_THAT(Open(nothing).error().message,
                HasSubstr("must be a part of the log that calls_v1 has rows of"));
  }
  EXPECT_FALSE(runner::ReadVersions(*store_)->contains({"calls", 3}));
  // A bound beyond the log.
  Wanted beyond;
  beyond.restriction = *MakeRestriction({}, first + 3'600'000, {});
  EXPECT_THAT(Open(beyond).error().message, HasSubstr("must not lie beyond the log"));
  ASSERT_TRUE(DropVersion(*store_, rig_.clock, kSecond));
  EXPECT_FALSE(Exists("calls_v2"));
}

}  // namespace
}  // namespace clientele::projections::replay
