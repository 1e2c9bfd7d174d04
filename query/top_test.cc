// The greatest groups: what decides, what is asked for then, and the rows put together.
#include "query/top.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <array>

#include "query/answer_fixture.h"
#include "query/request.h"

namespace clientele::query {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

template <typename Message>
Message Read(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

v1::QueryRequest TwoDays(const std::string& text) {
  return Read<v1::QueryRequest>("from: '2026-11-01' to: '2026-11-03' " + text);
}

const std::string kByQueue = "metrics: 'asa' metrics: 'service_level:all' group_by: 'queue' ";

TEST(Top, WrongOnesNameFieldValueAndRule) {
  const std::vector<std::array<std::string, 3>> wrong = {
      {kByQueue + "top {}", "top.groups", "top.groups = 0: must be 1..100"},
      {kByQueue + "top { groups: 101 }", "top.groups", "top.groups = 101: must be 1..100"},
      {"metrics: 'asa' top { groups: 1 }", "top", "must have a group_by"},
      {kByQueue + "top { groups: 1 by: 'aht' }", "top.by", "top.by = aht: must be one of metrics"},
      {kByQueue + "top { groups: 1 by: 'service_level:x' }", "top.by", "must be one of metrics"},
      {"metrics: 'service_level_curve' group_by: 'threshold_s' top { groups: 1 }", "top",
       "top: must not be beside group_by threshold_s"},
      {"metrics: 'asa' group_by: 'quue' top { groups: 1 }", "group_by[0]", "did you mean queue?"}};
  for (const auto& [request, field, message] : wrong) {
    const auto plan = MakeRankingPlan(Metrics(), TwoDays(request));
    ASSERT_FALSE(plan.has_value()) << request;
    EXPECT_EQ(plan.error().code, base::Code::kInvalidArgument);
    EXPECT_EQ(plan.error().field, field);
    EXPECT_THAT(plan.error().message, HasSubstr(message));
  }
}

TEST(Top, IsRankedOverTheWholeRange) {
  const auto plan = MakeRankingPlan(
      Metrics(), TwoDays(kByQueue + "grain: DAY limit: 2 top { groups: 1 by: 'service_level' }"));
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_EQ(plan->grain, Grain::kNone);
  EXPECT_EQ(plan->limit, kMostRows);
  EXPECT_EQ(plan->columns.size(), 5U);
}

// A row of a group with two figures of these values; "-" is none.
std::string Ranked(const std::string& group, const std::string& first, const std::string& second,
                   int n) {
  const auto figure = [&](const std::string& value) {
    return fmt::format("figures {{ n: {} {} }} ", n,
                       value == "-" ? "empty: NO_DATA" : "value: " + value);
  };
  return fmt::format("rows {{ dimensions: '{}' {}{} }} ", group, figure(first), figure(second));
}

std::vector<GroupValues> TopOf(const std::string& request, const std::string& rows) {
  const v1::QueryRequest asked = TwoDays(request);
  const auto ranking = MakeRankingPlan(Metrics(), asked);
  EXPECT_TRUE(ranking.has_value()) << ranking.error().message;
  return TopGroups(asked, *ranking, Read<v1::QueryResponse>(rows));
}

TEST(Top, TakesTheGreatestOrTheSmallest) {
  const std::string asked = "metrics: 'asa' metrics: 'aht' group_by: 'queue' ";
  const std::string rows = Ranked("a", "3", "1", 5) + Ranked("b", "9", "2", 5) +
                           Ranked("c", "-", "-", 0) + Ranked("d", "3", "7", 5);
  using Groups = std::vector<GroupValues>;
  EXPECT_EQ(TopOf(asked + "top { groups: 2 }", rows), (Groups{{"b"}, {"a"}}));
  EXPECT_EQ(TopOf(asked + "top { groups: 2 by: 'aht' }", rows), (Groups{{"d"}, {"b"}}));
  EXPECT_EQ(TopOf(asked + "top { groups: 9 smallest: true }", rows), (Groups{{"a"}, {"d"}, {"b"}}));
  EXPECT_THAT(TopOf(asked + "top { groups: 9 }", ""), IsEmpty());
}

TEST(Top, RanksNoPersonByFewObservations) {
  const std::string rows =
      Ranked("few", "9", "9", kLeastRanked - 1) + Ranked("many", "1", "1", kLeastRanked);
  const std::string asked = "metrics: 'asa' metrics: 'aht' top { groups: 5 } ";
  EXPECT_THAT(TopOf(asked + "group_by: 'employee'", rows), ElementsAre(ElementsAre("many")));
  EXPECT_EQ(TopOf(asked + "group_by: 'team'", rows).size(), 2U);
}

TEST(Top, OthersAndTotalAreNotGrouped) {
  const v1::QueryRequest request = TwoDays(kByQueue + "group_by: 'topic' top { groups: 1 }");
  const auto plans = MakeTopPlans(Metrics(), request, {{"sales", "repair"}}, 3);
  ASSERT_TRUE(plans.has_value()) << plans.error().message;
  EXPECT_THAT(plans->groups->group_by, ElementsAre("queue", "topic"));
  EXPECT_EQ(plans->groups->filter.children.at(0).kind, FilterNode::Kind::kAny);
  EXPECT_THAT(plans->other->group_by, IsEmpty());
  const FilterNode& none = plans->other->filter.children.at(0);
  EXPECT_EQ(none.kind, FilterNode::Kind::kNone);
  EXPECT_EQ(none.children.at(0).kind, FilterNode::Kind::kAll);
  EXPECT_EQ(none.children.at(0).children.at(1).dimension, "topic");
  EXPECT_THAT(none.children.at(0).children.at(1).values, ElementsAre("repair"));
  EXPECT_THAT(plans->total.group_by, IsEmpty());
  EXPECT_THAT(plans->total.filter.children, IsEmpty());
}

// Of calls offered it means nothing who answered them: neither in all of them together.
TEST(Top, OthersAndTotalMeanNothingWhereTheGroupsDoNot) {
  const v1::QueryRequest request = TwoDays(
      "metrics: 'calls_offered' metrics: 'asa' group_by: 'employee' top { groups: 1 by: 'asa' }");
  const auto plans = MakeTopPlans(Metrics(), request, {{"anna"}}, 3);
  ASSERT_TRUE(plans.has_value()) << plans.error().message;
  for (const Plan* plan : {&*plans->groups, &*plans->other, &plans->total}) {
    EXPECT_TRUE(plan->columns[0].not_applicable);
    EXPECT_FALSE(plan->columns[1].not_applicable);
    EXPECT_THAT(plan->warnings, ElementsAre(HasSubstr("calls_offered is not applicable by "
                                                      "employee: a call that nobody answered")));
  }
  EXPECT_FALSE(plans->total.names_people);
}

TEST(Top, AsksForNothingThatIsNotThere) {
  const v1::QueryRequest request = TwoDays(kByQueue + "top { groups: 1 }");
  const auto all = MakeTopPlans(Metrics(), request, {{"sales"}}, 1);
  EXPECT_TRUE(all->groups.has_value());
  EXPECT_FALSE(all->other.has_value());
  const auto none = MakeTopPlans(Metrics(), request, {}, 0);
  EXPECT_FALSE(none->groups.has_value() || none->other.has_value());
  const auto unranked = MakeTopPlans(Metrics(), request, {}, 2);
  EXPECT_FALSE(unranked->groups.has_value());
  EXPECT_THAT(unranked->other->filter.children, IsEmpty());
}

// Groups of the earlier range alone are among the others.
TEST(Top, WithAnEarlierRangeTheRangeAloneDecides) {
  const v1::QueryRequest request =
      TwoDays(kByQueue + "top { groups: 1 } compare { previous: YEAR }");
  const auto ranking = MakeRankingPlan(Metrics(), request);
  ASSERT_TRUE(ranking.has_value()) << ranking.error().message;
  EXPECT_FALSE(ranking->earlier.has_value());
  const auto plans = MakeTopPlans(Metrics(), request, {{"sales"}}, 1);
  ASSERT_TRUE(plans.has_value()) << plans.error().message;
  ASSERT_TRUE(plans->groups.has_value() && plans->other.has_value());
  EXPECT_TRUE(plans->groups->earlier && plans->other->earlier && plans->total.earlier);
  const auto wrong = MakeRankingPlan(Metrics(), TwoDays(kByQueue + "top { groups: 1 } compare {}"));
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(wrong.error().field, "compare");
}

TEST(Top, KnowsWhetherAnythingHappenedEarlier) {
  EXPECT_FALSE(AnyEarlier(Read<v1::QueryResponse>("rows { figures { n: 4 compared {} } }")));
  EXPECT_TRUE(
      AnyEarlier(Read<v1::QueryResponse>("rows { figures {} figures { compared { n: 1 } } }")));
}

TEST(Top, JoinsTheRowsOfEveryBucket) {
  const auto groups = Read<v1::QueryResponse>(
      "rows { bucket_start: 1 dimensions: 'a' } rows { bucket_start: 1 dimensions: 'b' } "
      "rows { bucket_start: 2 dimensions: 'a' } rows { bucket_start: 2 dimensions: 'b' }");
  const auto whole =
      Read<v1::QueryResponse>("rows { bucket_start: 1 } rows { bucket_start: 2 partial: true }");
  const auto joined = JoinTop({{"b"}, {"a"}}, groups, whole, whole);
  std::vector<std::string> rows;
  for (const v1::Row& row : joined.rows()) {
    rows.push_back(fmt::format("{} {} {}", row.bucket_start(),
                               row.dimensions().empty() ? "" : row.dimensions(0),
                               v1::Row::Kind_Name(row.kind())));
  }
  EXPECT_THAT(rows,
              ElementsAre("1 b KIND_UNSPECIFIED", "1 a KIND_UNSPECIFIED", "1  OTHER", "1  TOTAL",
                          "2 b KIND_UNSPECIFIED", "2 a KIND_UNSPECIFIED", "2  OTHER", "2  TOTAL"));
  EXPECT_TRUE(joined.rows(6).partial());
}

}  // namespace
}  // namespace clientele::query
