// A comparison from request to answer, with a store that a test controls.
#include "query/query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/answer_fixture.h"

namespace clientele::query {
namespace {

using clickhouse::Block;
using clickhouse::Statement;

constexpr int64_t kKnownAt = 1'793'600'000'000'000;  // 2026-11-02T06:13:20Z

v1::QueryResponse Ask(const std::string& text, FakeStore::Answer answer) {
  v1::QueryRequest request;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request)) << text;
  FakeStore store([&](const Statement& statement) -> base::Result<Block> {
    if (AsksForMark(statement)) return MarkBlock(3, kKnownAt);
    return answer(statement);
  });
  const Caller caller{"main", std::chrono::steady_clock::now() + std::chrono::seconds(20), {}};
  Identities identities(store);
  auto response = RunQuery(Metrics(), store, identities, request, caller);
  EXPECT_TRUE(response.has_value()) << response.error().message;
  return response ? std::move(*response) : v1::QueryResponse();
}

// A store where calls_v2, which the mark's versions name at first, is dropped after a statement has
// read it; queries are switched to calls_v3 before, or (`switched` false) never.
struct DroppedMeanwhile {
  explicit DroppedMeanwhile(bool switched_before) : switched(switched_before) {}

  base::Result<v1::QueryResponse> Ask() {
    v1::QueryRequest request;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
        "metrics: 'abandon_rate' from: '2026-11-01' to: '2026-11-03' compare { previous: PERIOD }",
        &request));
    FakeStore store([&](const Statement& statement) -> base::Result<Block> {
      if (AsksForMark(statement)) {
        wanted_ids.push_back(statement.parameters.at("most_id"));
        Block mark = MarkBlock(3, kKnownAt);
        const bool third = switched && dropped;
        if (third) mark.columns[4] = ColumnOf<std::vector<uint64_t>>("active_versions", {{3, 1}});
        return mark;
      }
      const std::string& table = statement.parameters.at("table");
      if (table == "calls_v2" && dropped) {
        return base::Fail(base::Code::kNotFound, "Code: 60. DB::Exception: no calls_v2");
      }
      dropped = true;
      tables.push_back(table);
      return Block{.rows = 1,
                   .columns = {ColumnOf<int64_t>("value_0", {table == "calls_v2" ? 1 : 56}),
                               ColumnOf<int64_t>("value_1", {70})}};
    });
    const Caller caller{"main", std::chrono::steady_clock::now() + std::chrono::seconds(20), {}};
    Identities identities(store);
    return RunQuery(Metrics(), store, identities, request, caller);
  }

  const bool switched;
  bool dropped = false;
  std::vector<std::string> tables, wanted_ids;
};

TEST(Query, GoesOnInTheVersionThatIsReadNowWhenItsOwnIsDropped) {
  DroppedMeanwhile store(true);
  const auto response = store.Ask();
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(store.tables, (std::vector<std::string>{"calls_v2", "calls_v3", "calls_v3"}));
  // At the same mark, and nothing of the dropped version is in it.
  EXPECT_EQ(store.wanted_ids.back(), "3");
  EXPECT_EQ(response->meta().mark_id(), 3);
  EXPECT_DOUBLE_EQ(response->rows(0).figures(0).value(), .8);
  EXPECT_DOUBLE_EQ(response->rows(0).figures(0).compared().value(), .8);
}

TEST(Query, SaysThatItsTablesAreGoneIfNothingElseIsRead) {
  DroppedMeanwhile store(false);
  const auto response = store.Ask();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, base::Code::kFailedPrecondition);
  EXPECT_THAT(response.error().message,
              testing::HasSubstr("the tables of this mark are not there"));
  EXPECT_EQ(store.wanted_ids.size(), 2U);
}

// The mark lies in the range's second day: the earlier range is read up to the same time of its
// own.
TEST(Query, ComparesWithAnEarlierRangeAtTheSameMark) {
  std::vector<Statement> statements;
  const auto response = Ask(
      "metrics: 'abandon_rate' from: '2026-11-01' to: '2026-11-03' compare { previous: PERIOD }",
      [&](const Statement& statement) -> base::Result<Block> {
        statements.push_back(statement);
        const bool earlier = statement.query_id.ends_with("-figures-earlier-0");
        return Block{.rows = 1,
                     .columns = {ColumnOf<int64_t>("value_0", {earlier ? 48 : 56}),
                                 ColumnOf<int64_t>("value_1", {earlier ? 80 : 70})}};
      });
  ASSERT_EQ(statements.size(), 2U);
  EXPECT_EQ(statements[0].parameters.at("next"), statements[1].parameters.at("next"));
  EXPECT_EQ(statements[1].parameters.at("to"), std::to_string(kKnownAt - 2 * 86'400'000'000));
  EXPECT_EQ(response.meta().compared_from(), "2026-10-30T00:00:00+00:00");
  EXPECT_EQ(response.meta().compared_to(), "2026-10-31T06:13:20+00:00");
  EXPECT_EQ(response.meta().rows_read(), 200U);
  ASSERT_EQ(response.rows_size(), 1);
  const v1::Figure& figure = response.rows(0).figures(0);
  EXPECT_DOUBLE_EQ(figure.value(), .8);
  EXPECT_DOUBLE_EQ(figure.compared().value(), .6);
  EXPECT_EQ(figure.compared().apart(), v1::Compared::YES);
  EXPECT_TRUE(response.rows(0).partial());
  EXPECT_TRUE(response.rows(0).compared_partial());
}

TEST(Query, ComparesNothingWithARangeThatHasNotBegun) {
  size_t statements = 0;
  const auto response = Ask(
      "metrics: 'abandon_rate' from: '2026-12-01' to: '2027-01-01' compare { previous: PERIOD }",
      [&](const Statement&) -> base::Result<Block> {
        ++statements;
        return Block{};
      });
  EXPECT_EQ(statements, 1U);
  ASSERT_EQ(response.rows_size(), 1);
  EXPECT_EQ(response.rows(0).figures(0).compared().empty(), v1::Figure::NO_DATA);
}

TEST(Query, WithoutAComparisonThereIsNone) {
  const auto response = Ask("metrics: 'abandon_rate' from: '2026-10-01' to: '2026-11-01'",
                            [](const Statement&) -> base::Result<Block> { return Block{}; });
  ASSERT_EQ(response.rows_size(), 1);
  EXPECT_FALSE(response.rows(0).figures(0).has_compared());
  EXPECT_EQ(response.meta().compared_from(), "");
}

// What the store gives for a part of the greatest groups; `others` happened in the earlier range.
base::Result<Block> OfTop(const Statement& statement, int64_t others) {
  const auto of = [&](const char* part) { return statement.query_id.ends_with(part); };
  const auto value = [&](int64_t number) { return ColumnOf<int64_t>("value_0", {number}); };
  if (of("-ranks-0") || of("-figures-0") || of("-figures-earlier-0")) {
    const int64_t number = of("-figures-earlier-0") ? 4 : 9;
    return Block{.rows = 1, .columns = {ColumnOf<std::string>("key_0", {"sales"}), value(number)}};
  }
  if (of("-total-0")) return Block{.rows = 1, .columns = {value(9)}};
  if (of("-total-earlier-0")) return Block{.rows = 1, .columns = {value(4 + others)}};
  if (of("-other-earlier-0") && others > 0) return Block{.rows = 1, .columns = {value(others)}};
  return Block{};
}

const std::string kTop =
    "metrics: 'calls_offered' from: '2026-10-01' to: '2026-11-01' group_by: 'queue' "
    "top { groups: 1 } compare { previous: PERIOD }";

// In the range there is one queue alone, in the earlier one another too: that is among the others.
TEST(Query, ComparesTheGreatestGroups) {
  const auto response = Ask(kTop, [](const Statement& statement) { return OfTop(statement, 5); });
  ASSERT_EQ(response.rows_size(), 3);
  EXPECT_EQ(response.rows(0).figures(0).compared().change(), 5);
  EXPECT_EQ(response.rows(1).kind(), v1::Row::OTHER);
  EXPECT_EQ(response.rows(1).figures(0).value(), 0);
  EXPECT_EQ(response.rows(1).figures(0).compared().change(), -5);
  EXPECT_EQ(response.rows(2).kind(), v1::Row::TOTAL);
  EXPECT_EQ(response.rows(2).figures(0).compared().value(), 9);
  EXPECT_EQ(response.rows(2).figures(0).compared().change(), 0);
  EXPECT_EQ(response.meta().compared_from(), "2026-09-01T00:00:00+00:00");
}

TEST(Query, ComparesNoOthersWhereThereAreNone) {
  const auto response = Ask(kTop, [](const Statement& statement) { return OfTop(statement, 0); });
  ASSERT_EQ(response.rows_size(), 2);
  EXPECT_EQ(response.rows(0).kind(), v1::Row::KIND_UNSPECIFIED);
  EXPECT_EQ(response.rows(1).kind(), v1::Row::TOTAL);
}

}  // namespace
}  // namespace clientele::query
