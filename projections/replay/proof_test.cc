// What the proof asks the store for, and how it puts the answers together.
#include "projections/replay/proof.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clientele/event/v1/event.pb.h"
#include "projections/runner/fakes/small_projections.h"

namespace clientele::projections::replay {
namespace {

using clickhouse::Block;
using testing::ElementsAre;
using testing::HasSubstr;

// Notes what it is asked; says that a table of version 2 has two rows of one month, and one of
// version 1 one row in every statement. Tables of version 3 are empty.
class NotingStore final : public clickhouse::Store {
 public:
  struct Asked {
    std::string sql;
    clickhouse::Parameters parameters;
  };

  base::Result<clickhouse::Summary> Execute(const clickhouse::Statement&) override {
    return clickhouse::Summary{};
  }
  base::Result<clickhouse::Summary> Select(
      const clickhouse::Statement& statement,
      const std::function<base::Status(const Block&)>& on_block) override {
    asked.push_back({std::string(statement.sql), statement.parameters});
    const auto table = statement.parameters.find("table");
    if (table == statement.parameters.end() || table->second.ends_with("_v3")) {
      return clickhouse::Summary{};
    }
    const uint64_t rows = table->second.ends_with("_v2") ? 2 : 1;
    Block block;
    block.rows = 1;
    for (const auto& [name, value] :
         std::map<std::string, uint64_t>{{"src_partition", 0},
                                         {"month", 202'611},
                                         {"rows", rows},
                                         {"sum_of_hashes", rows * 5},
                                         {"xor_of_hashes", rows == 2 ? 0 : 5}}) {
      block.columns.push_back(clickhouse::Column{name, "", std::vector<uint64_t>{value}, {}});
    }
    if (auto taken = on_block(block); !taken) return tl::unexpected(taken.error());
    return clickhouse::Summary{};
  }
  base::Result<clickhouse::Summary> Insert(std::string_view, const clickhouse::BlockWriter&,
                                           const clickhouse::Statement&) override {
    return clickhouse::Summary{};
  }
  base::Status Kill(std::string_view, std::chrono::milliseconds) override { return {}; }
  bool Healthy() override { return true; }

  std::vector<Asked> asked;
};

class ProofTest : public testing::Test {
 protected:
  Verdict Proof(const Restriction& restriction, std::vector<uint64_t> next) {
    const auto code = runner::MakeTellings();
    const auto live = runner::LiveVersionOf(*code, 1);
    const auto replayed = runner::LiveVersionOf(*code, 2);
    const auto verdict =
        Prove(store_, {live, replayed, restriction, {1, std::move(next)}, "records_v1"}, {},
              [](const auto&, const auto&) {});
    EXPECT_TRUE(verdict.has_value());
    return *verdict;
  }
  bool Holds(uint32_t version, const Restriction& restriction, const ProofMark& mark) {
    const auto code = runner::MakeTellings();
    const auto any =
        HoldsAny(store_, runner::LiveVersionOf(*code, version), restriction, mark, "records_v1");
    EXPECT_TRUE(any.has_value());
    return *any;
  }
  // What was read of a table, or compared by key: partitions and offsets.
  std::vector<std::string> StretchesOf(const std::string& parameter, const std::string& table) {
    std::vector<std::string> stretches;
    for (const auto& [sql, parameters] : store_.asked) {
      const auto found = parameters.find(parameter);
      if (found == parameters.end() || found->second != table) continue;
      stretches.push_back(fmt::format("{}-{}: {}-{}", parameters.at("first_partition"),
                                      parameters.at("last_partition"), parameters.at("from"),
                                      parameters.at("to")));
    }
    return stretches;
  }

  NotingStore store_;
};

TEST_F(ProofTest, AKindIsReadByPartitionAndPieceByPiece) {
  Restriction calls;
  calls.entity_kind = event::v1::Event::kCallFieldNumber;
  // Two statements of one row each are what the other version has: no difference.
  EXPECT_TRUE(Proof(calls, {0, 2'500'000}).equal());
  EXPECT_THAT(StretchesOf("table", "tellings_v1"),
              ElementsAre("1-1: 0-2000000", "1-1: 2000000-2500000"));
  for (const auto& [sql, parameters] : store_.asked) {
    if (parameters.at("kind") == "0") continue;
    EXPECT_THAT(sql, HasSubstr("AND src_partition = {first_partition:UInt16}\n"));
  }
}

TEST_F(ProofTest, SoAreItsDifferences) {
  Restriction calls;
  calls.entity_kind = event::v1::Event::kCallFieldNumber;
  EXPECT_FALSE(Proof(calls, {4'000'001}).equal());
  EXPECT_THAT(StretchesOf("one", "tellings_v1"),
              ElementsAre("0-0: 0-2000000", "0-0: 2000000-4000000", "0-0: 4000000-4000001"));
}

TEST_F(ProofTest, WhetherAVersionHoldsAnythingOfAPart) {
  Restriction part;
  part.tenant = "main";
  part.entity_kind = event::v1::Event::kCallFieldNumber;
  EXPECT_TRUE(Holds(1, part, {1, {0, 2'500'000}}));
  // The first row is enough.
  EXPECT_THAT(StretchesOf("table", "tellings_v1"), ElementsAre("1-1: 0-2000000"));
  EXPECT_EQ(store_.asked.size(), 1U);
  EXPECT_EQ(store_.asked.front().parameters.at("tenant"), "main");
  EXPECT_FALSE(Holds(3, part, {1, {0, 2'500'000}}));
  for (const char* const table : {"tellings_v3", "legs_v3"}) {
    EXPECT_THAT(StretchesOf("table", table), ElementsAre("1-1: 0-2000000", "1-1: 2000000-2500000"));
  }
}

TEST_F(ProofTest, TheWholeLogIsReadAtOnce) {
  EXPECT_FALSE(Proof({}, {10'000'000, 10'000'000}).equal());
  EXPECT_THAT(StretchesOf("table", "tellings_v1"), ElementsAre("0-65535: 0-18446744073709551615"));
  EXPECT_THAT(StretchesOf("one", "tellings_v1"), ElementsAre("0-0: 0-18446744073709551615"));
}

}  // namespace
}  // namespace clientele::projections::replay
