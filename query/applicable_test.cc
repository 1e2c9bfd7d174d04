// What an answer says of metrics whose tenant never told what they are made of, and of what metrics
// leave out, with a store that a test controls.
#include "query/applicable.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "query/answer_fixture.h"
#include "query/query.h"

namespace clientele::query {
namespace {

using clickhouse::Block;
using clickhouse::Statement;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// The answer, and the ids of the statements behind that of the query.
struct AnswerAndParts {
  v1::QueryResponse response;
  std::vector<std::string> parts;
};

// Every projection has a version; the parts of the query are answered by `answer`.
AnswerAndParts AskAll(const std::string& text,
                      const std::function<Block(std::string_view part, const Statement&)>& answer) {
  v1::QueryRequest request;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request)) << text;
  AnswerAndParts asked;
  FakeStore store([&](const Statement& statement) -> base::Result<Block> {
    if (AsksForMark(statement)) {
      Block mark = MarkBlock(3, 1'793'600'000'000'000);
      mark.columns[3] = ColumnOf<std::vector<std::string>>(
          "projections", {{"calls", "quality", "reference", "workforce"}});
      mark.columns[4] = ColumnOf<std::vector<uint64_t>>("active_versions", {{1, 1, 1, 2}});
      return mark;
    }
    const size_t of_query = std::string_view("query-").size() + 36 + 1;
    asked.parts.push_back(statement.query_id.substr(of_query));
    return answer(asked.parts.back(), statement);
  });
  const Caller caller{"main", std::chrono::steady_clock::now() + std::chrono::seconds(20), {}};
  Identities identities(store);
  auto response = RunQuery(Metrics(), store, identities, request, caller);
  EXPECT_TRUE(response.has_value()) << response.error().message;
  if (response) asked.response = *std::move(response);
  return asked;
}

Block Sums(int64_t first, int64_t second) {
  return {.rows = 1,
          .columns = {ColumnOf<int64_t>("value_0", {first}), ColumnOf<int64_t>("value_1", {second}),
                      ColumnOf<int64_t>("value_2", {1}), ColumnOf<int64_t>("value_3", {1})}};
}

constexpr const char* kOccupancy =
    "metrics: 'occupancy' from: '2026-11-01' to: '2026-11-02' compare { previous: PERIOD }";

TEST(Applicable, NothingIsToldOfItsTable) {
  const auto [response, parts] =
      AskAll(kOccupancy, [](std::string_view part, const Statement& statement) {
        if (part == "told-agent_states") {
          EXPECT_EQ(statement.parameters.at("table"), "agent_states_v2");
          EXPECT_EQ(statement.parameters.at("next"), "[100,200]");
        }
        return Block{};
      });
  EXPECT_THAT(parts, ElementsAre("figures-0", "figures-earlier-0", "told-agent_states"));
  ASSERT_EQ(response.rows_size(), 1);
  EXPECT_EQ(response.rows(0).figures(0).empty(), v1::Figure::NOT_APPLICABLE);
  EXPECT_EQ(response.rows(0).figures(0).compared().empty(), v1::Figure::NOT_APPLICABLE);
  EXPECT_THAT(response.meta().warnings(),
              ElementsAre("occupancy is not applicable: nothing was ever told of agent_states"));
}

TEST(Applicable, NothingIsToldInTheRange) {
  const auto response =
      AskAll(kOccupancy, [](std::string_view part, const Statement&) {
        return part == "told-agent_states" ? Block{.rows = 1, .columns = {}} : Block{};
      }).response;
  EXPECT_EQ(response.rows(0).figures(0).empty(), v1::Figure::NO_DATA);
  EXPECT_THAT(response.meta().warnings(), IsEmpty());
}

TEST(Applicable, IsAskedOfWhatHasNoDataAlone) {
  const auto [response, parts] =
      AskAll("metrics: 'occupancy' from: '2026-11-01' to: '2026-11-02'",
             [](std::string_view, const Statement&) { return Sums(30, 40); });
  EXPECT_THAT(parts, ElementsAre("figures-0"));
  EXPECT_TRUE(response.rows(0).figures(0).has_value());
}

TEST(LeftOut, IsToldWithItsNumber) {
  const auto [response, parts] = AskAll(
      "metrics: 'criterion_error_rate' metrics: 'quality_score' group_by: 'team' grain: DAY "
      "from: '2026-11-01' to: '2026-11-02' filters { dimension: 'scorecard' values: 'qa' }",
      [](std::string_view part, const Statement& statement) {
        if (!part.starts_with("left-out-")) return Block{};
        EXPECT_THAT(statement.sql, testing::Not(HasSubstr("key_0")));
        EXPECT_THAT(statement.parameters, Contains(testing::Pair(testing::_, "['qa']")));
        return Sums(3, 2);
      });
  // Both leave out the same.
  EXPECT_EQ(std::ranges::count(parts, "left-out-unscored_answers-0"), 1);
  EXPECT_THAT(
      response.meta().warnings(),
      ElementsAre("criterion_error_rate leaves out 5 of unscored_answers (Answers without a score)",
                  "quality_score leaves out 5 of unscored_answers (Answers without a score)"));
}

TEST(LeftOut, NothingIsNotTold) {
  const auto response =
      AskAll("metrics: 'criterion_error_rate' from: '2026-11-01' to: '2026-11-02'",
             [](std::string_view, const Statement&) { return Block{}; })
          .response;
  EXPECT_THAT(response.meta().warnings(), IsEmpty());
}

// Whether an answer is in a band nobody can tell.
TEST(LeftOut, IsNotAskedByWhatItsMetricLacks) {
  const auto [response, parts] = AskAll(
      "metrics: 'quality_score' from: '2026-11-01' to: '2026-11-02' "
      "filters { dimension: 'band' values: 'works' }",
      [](std::string_view, const Statement&) { return Block{}; });
  EXPECT_THAT(parts, ElementsAre("figures-0"));
  EXPECT_THAT(response.meta().warnings(), IsEmpty());
}

}  // namespace
}  // namespace clientele::query
