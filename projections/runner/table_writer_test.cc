// Read-then-fill into one table, under every kind of failing insert.
#include "projections/runner/table_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "projections/runner/fakes/in_memory_store.h"
#include "projections/runner/fakes/rig.h"
#include "projections/runner/row_keys.h"

namespace clientele::projections::runner {
namespace {

using base::Code;
using clickhouse::BlockWriter;
using testing::AllOf;
using testing::HasSubstr;

constexpr std::chrono::milliseconds kPatience{10'000};

BlockWriter EmptyBlock() {
  return BlockWriter({{"src_partition", "UInt16"},
                      {"src_offset", "UInt64"},
                      {"retires", "UInt64"},
                      {"row", "UInt32"},
                      {"recorded_at", "DateTime64(3, 'UTC')"},
                      {"occurred_at", "DateTime64(6, 'UTC')"}});
}

void AddRow(BlockWriter& block, const RowKey& key, int64_t occurred_at, int64_t recorded_ms = 5) {
  block.column(0).Append(key.src_partition);
  block.column(1).Append(key.src_offset);
  block.column(2).Append(key.retires);
  block.column(3).Append(key.row);
  block.column(4).Append(recorded_ms);
  block.column(5).Append(occurred_at);
  block.EndRow();
}

class TableWriterTest : public testing::Test {
 protected:
  TableWriterTest() : probe_(metrics_, 1, {"t"}), fenced_(store_, {"0", 3}) {}

  TableWriter Writer() { return TableWriter(fenced_, "calls_v1", "t", kPatience, probe_); }

  // Each key as often as it is there.
  std::vector<uint64_t> Offsets() {
    std::vector<uint64_t> offsets;
    for (const auto& row : store_.Rows("clientele.t")) offsets.push_back(row.key.src_offset);
    std::ranges::sort(offsets);
    return offsets;
  }
  // Whether the table holds exactly the block's rows, once each.
  testing::AssertionResult HoldsJust(const BlockWriter& block) {
    const auto rows = store_.Rows("clientele.t");
    std::set<std::tuple<uint64_t, uint64_t, uint32_t>> seen, wanted;
    for (const auto& row : rows) seen.insert({row.key.src_offset, row.key.retires, row.key.row});
    const RowKeys keys(block);
    for (size_t i = 0; i < block.rows(); ++i) {
      wanted.insert({keys.At(i).src_offset, keys.At(i).retires, keys.At(i).row});
    }
    if (rows.size() != seen.size()) {
      return testing::AssertionFailure() << rows.size() - seen.size() << " rows twice";
    }
    if (seen != wanted) {
      return testing::AssertionFailure() << seen.size() << " rows, not " << wanted.size();
    }
    return testing::AssertionSuccess();
  }
  double Retried() const {
    const std::string text = metrics_.Text();
    const size_t at = text.rfind("clientele_runner_unclear_inserts_total ");
    return std::stod(text.substr(text.find(' ', at)));
  }

  base::Metrics metrics_;
  Probe probe_;
  FaultPlan faults_;
  InMemoryStore store_{faults_};
  FencedStore fenced_;
};

std::stop_token Stopped() {
  std::stop_source stop;
  stop.request_stop();
  return stop.get_token();
}

// One event of offset 0 tells rows in three months, another one takes it back in them.
BlockWriter ThreeMonths() {
  BlockWriter block = EmptyBlock();
  for (uint32_t row = 0; row < 3; ++row) AddRow(block, {0, 0, row, 0}, (row + 1) * kMonth);
  for (uint32_t row = 0; row < 3; ++row) AddRow(block, {1, 1, row, 0}, (row + 1) * kMonth);
  for (uint32_t row = 0; row < 3; ++row) AddRow(block, {1, 0, row, 0}, (row + 2) * kMonth);
  return block;
}

TEST_F(TableWriterTest, InsertsWithoutReadingWhereNothingIsBeyondTheLedger) {
  TableWriter writer = Writer();
  const BlockWriter block = ThreeMonths();
  ASSERT_TRUE(writer.Prepare({{0, 0}}, {{0, 2}}));
  ASSERT_TRUE(writer.Write(block, {{0, 0, 2}}, {}));
  EXPECT_TRUE(HoldsJust(block));
  EXPECT_EQ(store_.present_reads(), 0U);
  EXPECT_EQ(writer.rows_found(), 0U);
}

TEST_F(TableWriterTest, AnUnclearInsertIsReadAndFilled) {
  for (const Fault fault : {Fault::kUnclearAfter, Fault::kUnclearLate, Fault::kUnclearNone,
                            Fault::kPartly, Fault::kNoMemory}) {
    store_.Drop("clientele.t");
    TableWriter writer = Writer();
    const BlockWriter block = ThreeMonths();
    faults_.At(faults_.writes(), fault);
    ASSERT_TRUE(writer.Write(block, {{0, 0, 2}}, {}));
    EXPECT_TRUE(HoldsJust(block)) << static_cast<int>(fault);
  }
  EXPECT_EQ(store_.present_reads(), 5U);
  EXPECT_EQ(Retried(), 5);
}

TEST_F(TableWriterTest, AFillThatFailsIsFilledAgain) {
  TableWriter writer = Writer();
  const BlockWriter block = ThreeMonths();
  for (uint64_t write = 0; write < 3; ++write) faults_.At(write, Fault::kPartly);
  faults_.At(3, Fault::kUnclearAfter);
  ASSERT_TRUE(writer.Write(block, {{0, 0, 2}}, {}));
  EXPECT_TRUE(HoldsJust(block));
}

// Rows of one event lie in several months, and only some of them have landed: what fills by event
// instead of by row key finds the event there and leaves the rest out.
TEST_F(TableWriterTest, AStartBehindAPartOfAnEventsRowsFillsTheRest) {
  const BlockWriter block = ThreeMonths();
  {
    TableWriter dies = Writer();
    faults_.At(0, Fault::kCrashPartly);
    ASSERT_FALSE(dies.Write(block, {{0, 0, 2}}, Stopped()));
    faults_.Restart();
  }
  const auto there = Offsets();
  EXPECT_TRUE(std::ranges::binary_search(there, 0) && std::ranges::binary_search(there, 1));
  EXPECT_LT(there.size(), block.rows());
  TableWriter writer = Writer();
  ASSERT_TRUE(writer.Prepare({{0, 0}}, {{0, 2}}));
  ASSERT_TRUE(writer.Write(block, {{0, 0, 2}}, {}));
  EXPECT_TRUE(HoldsJust(block));
  EXPECT_EQ(writer.rows_found(), there.size());
}

TEST_F(TableWriterTest, BeyondWhatWasFoundAtStartNothingIsRead) {
  BlockWriter first = EmptyBlock();
  AddRow(first, {0, 0, 0, 0}, kMonth);
  ASSERT_TRUE(Writer().Write(first, {{0, 0, 1}}, {}));
  TableWriter writer = Writer();
  ASSERT_TRUE(writer.Prepare({{0, 0}}, {{0, 9}}));
  ASSERT_TRUE(writer.Write(first, {{0, 0, 1}}, {}));
  EXPECT_EQ(store_.present_reads(), 1U);
  BlockWriter next = EmptyBlock();
  AddRow(next, {1, 0, 0, 0}, kMonth);
  ASSERT_TRUE(writer.Write(next, {{0, 1, 2}}, {}));
  EXPECT_EQ(store_.present_reads(), 1U);
  EXPECT_EQ(Offsets(), (std::vector<uint64_t>{0, 1}));
}

TEST_F(TableWriterTest, RowsRecordedAtAnotherMomentAreOfAnotherLog) {
  BlockWriter foreign = EmptyBlock();
  AddRow(foreign, {0, 0, 0, 0}, kMonth, 6);
  ASSERT_TRUE(Writer().Write(foreign, {{0, 0, 1}}, {}));
  BlockWriter block = EmptyBlock();
  AddRow(block, {0, 0, 0, 0}, kMonth, 5);
  TableWriter writer = Writer();
  ASSERT_TRUE(writer.Prepare({{0, 0}}, {{0, 1}}));
  const auto written = writer.Write(block, {{0, 0, 1}}, {});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Code::kDataLoss);
  EXPECT_EQ(written.error().message,
            "clientele.t: the row of partition 0, offset 0, retires 0, row 0 was recorded at 6 ms, "
            "the log says 5 ms: the table was made from another log. Restore the right topic, or "
            "remove the folders engine and index (of a ClickHouse server: drop its database "
            "clientele, and remove index): the tables are then made from the log");
}

TEST_F(TableWriterTest, RowsThatTheLogDoesNotGiveAreFound) {
  BlockWriter foreign = EmptyBlock();
  AddRow(foreign, {0, 0, 0, 0}, kMonth);
  AddRow(foreign, {0, 0, 1, 0}, kMonth);
  ASSERT_TRUE(Writer().Write(foreign, {{0, 0, 1}}, {}));
  BlockWriter block = EmptyBlock();
  AddRow(block, {0, 0, 0, 0}, kMonth);
  TableWriter writer = Writer();
  ASSERT_TRUE(writer.Prepare({{0, 0}}, {{0, 1}}));
  const auto written = writer.Write(block, {{0, 0, 1}}, {});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Code::kDataLoss);
  EXPECT_THAT(
      written.error().message,
      AllOf(HasSubstr("clientele.t: holds a row that the log does not give, of partition 0, "
                      "offset 0, retires 0, row 1: somebody has put it there"),
            HasSubstr("remove the folders engine and index")));
  // Also where the log gives no row at all.
  const auto nothing = writer.Write(EmptyBlock(), {{0, 0, 1}}, {});
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, Code::kDataLoss);
  EXPECT_THAT(nothing.error().message, HasSubstr(", and 1 more: somebody"));
}

TEST_F(TableWriterTest, ATableAheadOfTheLogIsRefused) {
  BlockWriter block = EmptyBlock();
  AddRow(block, {8, 0, 0, 0}, kMonth);
  ASSERT_TRUE(Writer().Write(block, {{0, 8, 9}}, {}));
  EXPECT_TRUE(Writer().Prepare({{0, 0}}, {{0, 9}}));
  const auto prepared = Writer().Prepare({{0, 0}}, {{0, 8}});
  ASSERT_FALSE(prepared);
  EXPECT_EQ(prepared.error().code, Code::kDataLoss);
  EXPECT_THAT(prepared.error().message, HasSubstr("has rows of offset 8 of partition 0, but the "
                                                  "log ends at 8"));
  EXPECT_THAT(prepared.error().message, HasSubstr("remove the folders engine and index"));
}

TEST_F(TableWriterTest, ManyMonthsAreSeveralInserts) {
  for (const bool fill : {false, true}) {
    store_.Drop("clientele.t");
    BlockWriter block = EmptyBlock();
    for (uint32_t i = 0; i < 3 * 121; ++i) {
      AddRow(block, {i, 0, 0, 0}, int64_t{1 + i % 121} * kMonth);
    }
    TableWriter writer = Writer();
    if (fill) faults_.At(faults_.writes(), Fault::kUnclearNone);
    ASSERT_TRUE(writer.Write(block, {{0, 0, 363}}, {}));
    EXPECT_TRUE(HoldsJust(block));
  }
  // The store refuses more than 100.
  EXPECT_LE(store_.widest_insert(), 90U);
  EXPECT_GT(store_.widest_insert(), 80U);
}

TEST_F(TableWriterTest, LittleMemoryMakesInsertsSmaller) {
  BlockWriter block = EmptyBlock();
  for (uint32_t i = 0; i < 10'000; ++i) AddRow(block, {i, 0, 0, 0}, kMonth);
  TableWriter writer = Writer();
  faults_.At(0, Fault::kNoMemory);  // 10,000 rows
  faults_.At(1, Fault::kNoMemory);  // 5,000
  ASSERT_TRUE(writer.Write(block, {{0, 0, 10'000}}, {}));
  EXPECT_TRUE(HoldsJust(block));
  // Two that failed, and four of 2,500.
  EXPECT_EQ(faults_.writes(), 6U);
}

TEST_F(TableWriterTest, WhatCannotPassIsNotTriedAgain) {
  store_.RefuseBelow(4);  // another process has taken over
  BlockWriter block = EmptyBlock();
  AddRow(block, {0, 0, 0, 0}, kMonth);
  const auto written = Writer().Write(block, {{0, 0, 1}}, {});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Code::kFailedPrecondition);
  EXPECT_EQ(faults_.writes(), 0U);
}

TEST_F(TableWriterTest, AStopEndsTheWaiting) {
  BlockWriter block = EmptyBlock();
  AddRow(block, {0, 0, 0, 0}, kMonth);
  faults_.At(0, Fault::kUnclearNone);
  EXPECT_FALSE(Writer().Write(block, {{0, 0, 1}}, Stopped()));
  EXPECT_EQ(faults_.writes(), 1U);
}

TEST(SplitRows, GroupsHoldFewMonthsAndFewRows) {
  BlockWriter block = EmptyBlock();
  std::vector<uint32_t> all;
  for (uint32_t i = 0; i < 1'000; ++i) {
    AddRow(block, {i, 0, 0, 0}, int64_t{1 + i % 7} * kMonth);
    all.push_back(i);
  }
  const RowKeys keys(block);
  std::set<uint32_t> met;
  for (const auto& group : SplitRows(keys, all, 3, 100)) {
    EXPECT_LE(group.size(), 100U);
    EXPECT_TRUE(std::ranges::is_sorted(group));
    std::set<uint32_t> months;
    for (const uint32_t row : group) {
      months.insert(keys.MonthsAt(row));
      EXPECT_TRUE(met.insert(row).second);
    }
    EXPECT_LE(months.size(), 3U);
  }
  EXPECT_EQ(met.size(), 1'000U);
}

}  // namespace
}  // namespace clientele::projections::runner
