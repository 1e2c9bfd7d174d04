// The runner over the real engine, with the projections of this build: the same rows as by the rule
// read naively, also when the engine is killed while they are written.
#include <gmock/gmock.h>

#include "projections/registry.h"
#include "projections/runner/fakes/rig.h"
#include "projections/runner/quarantine.h"
#include "tests/support/engine_process.h"

namespace clientele::projections::runner {
namespace {

using clickhouse::Block;
using clientele::testing::EngineProcess;

class RunnerOnEngine : public ::testing::Test {
 protected:
  RunnerOnEngine() {
    auto engine = EngineProcess::Start();
    EXPECT_TRUE(engine.has_value()) << engine.error().message;
    engine_ = *std::move(engine);
    store_ = clickhouse::OpenHttpStore({engine_->url(), "", ""});
    rig_.tables = store_.get();
    rig_.projections = AllProjections;
  }

  // Rows as they lie in the parts, accidental copies too.
  std::vector<SeenRow> RowsOf(const std::string& table, const std::string& text,
                              const std::string& number) {
    const std::string sql = fmt::format(
        "SELECT src_partition, src_offset, retires, row, sign, toInt64(cause) AS cause, "
        "toUnixTimestamp64Micro(occurred_at) AS at, toUnixTimestamp64Milli(recorded_at) AS "
        "recorded_ms, toString({}) AS text, toUInt64({}) AS number FROM clientele.{}",
        text, number, table);
    clickhouse::Statement statement;
    statement.sql = sql;
    std::vector<SeenRow> rows;
    const auto read = store_->Select(statement, [&](const Block& block) -> base::Status {
      for (size_t i = 0; i < block.rows; ++i) {
        SeenRow row;
        row.src_partition = block.Get<uint64_t>("src_partition")[i];
        row.src_offset = block.Get<uint64_t>("src_offset")[i];
        row.retires = block.Get<uint64_t>("retires")[i];
        row.row = block.Get<uint64_t>("row")[i];
        row.sign = block.Get<int64_t>("sign")[i];
        row.cause = block.Get<int64_t>("cause")[i];
        row.occurred_at = block.Get<int64_t>("at")[i];
        row.recorded_ms = block.Get<int64_t>("recorded_ms")[i];
        row.text = block.Get<std::string>("text")[i];
        row.number = block.Get<uint64_t>("number")[i];
        rows.push_back(std::move(row));
      }
      return {};
    });
    EXPECT_TRUE(read.has_value()) << read.error().message;
    std::ranges::sort(rows);
    return rows;
  }
  // What is wanted of a table of the rig's own projections, of which the build's have the like.
  std::vector<SeenRow> Wanted(const std::string& table) {
    std::vector<SeenRow> wanted;
    for (SeenRow row : rig_.NaiveRows()) {
      if (row.table != table) continue;
      row.table.clear();
      wanted.push_back(std::move(row));
    }
    std::ranges::sort(wanted);
    return wanted;
  }
  void ExpectRows() {
    EXPECT_EQ(RowsOf("call_legs_v1", "employee_id", "leg - 1"), Wanted("legs_v1"));
    // Of calls the revision is not a column.
    const std::vector<SeenRow> calls = RowsOf("calls_v1", "call_id", "0");
    std::vector<SeenRow> wanted = Wanted("tellings_v1");
    for (SeenRow& row : wanted) row.number = 0;
    std::ranges::sort(wanted);
    EXPECT_EQ(calls, wanted);
  }
  uint64_t Count(const std::string& what) {
    uint64_t count = 0;
    const std::string sql = "SELECT toUInt64(" + what + ") AS n FROM clientele.events_v1";
    clickhouse::Statement statement;
    statement.sql = sql;
    const auto read = store_->Select(statement, [&](const Block& block) -> base::Status {
      if (block.rows > 0) count = block.Get<uint64_t>("n").front();
      return {};
    });
    EXPECT_TRUE(read.has_value()) << read.error().message;
    return count;
  }

  std::unique_ptr<EngineProcess> engine_;
  std::unique_ptr<clickhouse::Store> store_;
  Rig rig_;
};

TEST_F(RunnerOnEngine, RowsLedgersMarksAndQuarantine) {
  rig_.config.batch_rows = 500;
  rig_.TellSomething(2'000);
  rig_.Append(0, "key", "\xff");
  rig_.TellSomething(10, 8);
  rig_.RunToEnd();
  ExpectRows();
  const uint64_t decodable = Wanted("records_v1").size();
  EXPECT_EQ(Count("count()"), decodable);
  EXPECT_EQ(Count("uniqExact(src_partition, src_offset)"), decodable);
  for (const auto& [version, ledgers] : rig_.ReadLedgers()) {
    uint64_t others = 0;
    uint64_t offsets = 0;
    for (const auto& [partition, entry] : ledgers) {
      others += entry.quarantined + entry.gaps + entry.genesis;
      offsets += entry.next_offset;
    }
    EXPECT_EQ(decodable + others, offsets) << version.ToString();
  }
  const auto quarantine = ListQuarantine(*store_, "UNDECODABLE", 10);
  ASSERT_TRUE(quarantine.has_value()) << quarantine.error().message;
  ASSERT_EQ(quarantine->size(), 1U);
  EXPECT_EQ(quarantine->front().value_bytes, 1U);
  EXPECT_EQ(quarantine->front().detail, "value: 1 bytes are no clientele.event.v1.Event");
  EXPECT_EQ(ListQuarantine(*store_, "", 10)->size(), 1U);
  EXPECT_TRUE(ListQuarantine(*store_, "OVERSIZE", 10)->empty());
  // Once more, with nothing to do.
  rig_.RunToEnd();
  ExpectRows();
}

TEST_F(RunnerOnEngine, AKilledEngineLosesAndDoublesNothing) {
  rig_.config.batch_rows = 200;
  rig_.TellSomething(1'000);
  ASSERT_TRUE(rig_.Start()) << rig_.failure()->message;
  for (uint64_t kill = 0; kill < 4; ++kill) {
    const auto restarted = engine_->Restart();
    ASSERT_TRUE(restarted.has_value()) << restarted.error().message;
    rig_.TellSomething(1'000, kill);
  }
  ASSERT_TRUE(rig_.WaitCaughtUp()) << (rig_.failure() ? rig_.failure()->message : "stands still");
  rig_.Stop();
  ExpectRows();
  EXPECT_EQ(Count("count()"), Wanted("records_v1").size());
}

}  // namespace
}  // namespace clientele::projections::runner
