// Ledgers and versions as a store tells them: what is lost, and what is dropped while it is looked
// at.
#include "verify/ledger_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/fake_store.h"
#include "verify/sql.h"

namespace clientele::verify {
namespace {

using clickhouse::Block;
using query::ColumnOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Texts = std::vector<std::string>;
using Numbers = std::vector<uint64_t>;

constexpr uint64_t kNext = 10;

// Versions with one ledger each, of partition 0 up to kNext.
Block LedgersOf(const Texts& names, const Numbers& versions) {
  const size_t rows = names.size();
  return {.rows = rows,
          .columns = {ColumnOf("name", names), ColumnOf("version", versions),
                      ColumnOf("src_partition", Numbers(rows, 0)),
                      ColumnOf("reached", Numbers(rows, kNext)),
                      ColumnOf("told_gaps", Numbers(rows, 0)),
                      ColumnOf("told_genesis", Numbers(rows, 1)),
                      ColumnOf("told_quarantined", Numbers(rows, 0)),
                      ColumnOf("told_log_id", std::vector<base::Uuid>(rows)),
                      ColumnOf("told_code_hash", Texts(rows, "code"))}};
}

// Queries read events_v1 and calls_v1. The tables of calls_v2 are gone as soon as they are read.
class LedgerCheckTest : public testing::Test {
 protected:
  base::Result<Block> Answer(const clickhouse::Statement& statement) {
    if (statement.sql == sql::kStatementsActiveVersions) {
      return Block{.rows = 2,
                   .columns = {ColumnOf("name", Texts{"calls", "events"}),
                               ColumnOf("active", Numbers{1, 1})}};
    }
    if (statement.sql == sql::kStatementsLedgers) return ledgers_;
    if (statement.sql == sql::kStatementsTables) {
      const Texts tables = {"call_legs_v1", "call_legs_v2", "calls_v1", "calls_v2", "versions"};
      return Block{.rows = tables.size(),
                   .columns = {ColumnOf("name", tables),
                               ColumnOf("columns", Texts(tables.size(), "row UInt32"))}};
    }
    if (statement.sql == sql::kStatementsLeftOutVersions) {
      const size_t rows = left_out_.size();
      return Block{
          .rows = rows,
          .columns = {ColumnOf("name", Texts(rows, "calls")), ColumnOf("version", left_out_)}};
    }
    if (statement.sql == sql::kStatementsContents) {
      const std::string& table = statement.parameters.at("table");
      if (table.ends_with("_v2")) {
        if (is_dropped_) left_out_ = {2};
        return base::Fail(base::Code::kNotFound, "Code: 60. Unknown table {}", table);
      }
      return Block{};
    }
    return base::Fail(base::Code::kUnimplemented, "{}", statement.sql);
  }

  Stored Read() {
    auto stored = ReadStored(store_);
    EXPECT_TRUE(stored.has_value()) << stored.error().message;
    return *std::move(stored);
  }

  const Mark mark_{.id = 7, .known_at = 0, .next = {kNext}};
  Block ledgers_ = LedgersOf({"calls", "calls", "events"}, {1, 2, 1});
  Numbers left_out_;
  bool is_dropped_ = true;
  query::FakeStore store_{[this](const auto& statement) { return Answer(statement); }};
  Report report_{10};
};

TEST_F(LedgerCheckTest, WhatIsDroppedMeanwhileIsToldAndNoError) {
  const Stored stored = Read();
  const auto compared = CompareVersions(store_, stored, mark_, report_);
  EXPECT_TRUE(compared) << compared.error().message;
  EXPECT_TRUE(report_.equal());
  EXPECT_THAT(report_.Text(), HasSubstr("note: calls_v2 was dropped meanwhile"));
  const auto dropped = DroppedSince(store_, stored);
  ASSERT_TRUE(dropped) << dropped.error().message;
  EXPECT_THAT(*dropped, ElementsAre("calls_v2"));
}

TEST_F(LedgerCheckTest, ATableThatIsGoneWithoutADropIsAnError) {
  is_dropped_ = false;
  const auto compared = CompareVersions(store_, Read(), mark_, report_);
  ASSERT_FALSE(compared);
  EXPECT_EQ(compared.error().code, base::Code::kNotFound);
  EXPECT_THAT(compared.error().message, HasSubstr("Unknown table calls_v2"));
}

TEST_F(LedgerCheckTest, AnActiveVersionWithoutALedgerIsADifference) {
  ledgers_ = LedgersOf({"calls", "events"}, {2, 1});
  const Stored stored = Read();
  ASSERT_NE(stored.Active("calls"), nullptr);
  EXPECT_EQ(stored.Active("calls")->Name(), "calls_v1");
  const std::map<uint64_t, Counts> counts = {{kNext, {.next = kNext, .genesis = 1, .events = 9}}};
  CheckLedgers(stored, mark_, 0, counts, report_);
  ASSERT_EQ(report_.differences().size(), 1U);
  const Difference& found = report_.differences()[0];
  EXPECT_STREQ(found.invariant, "I3");
  EXPECT_EQ(found.table, "ledger of calls_v1");
  EXPECT_EQ(found.partition, 0);
  EXPECT_EQ(found.text, "is not there and must cover the mark, which is at 10");
  // There is no telling which code made its rows.
  ASSERT_TRUE(CompareVersions(store_, stored, mark_, report_));
  EXPECT_THAT(report_.Text(), HasSubstr("calls_v1, which queries read, has no ledger"));
}

TEST_F(LedgerCheckTest, WhatQueriesReadIsNeverLeftOut) {
  left_out_ = {1, 2};
  const Stored stored = Read();
  EXPECT_NE(stored.Active("calls"), nullptr);
  EXPECT_THAT(stored.left_out, ElementsAre("calls_v2"));
  left_out_ = {};
  EXPECT_THAT(Read().left_out, IsEmpty());
}

}  // namespace
}  // namespace clientele::verify
