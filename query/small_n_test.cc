// What is hidden beside figures of few observations, and what is left out.
#include "query/small_n.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "query/answer_fixture.h"

namespace clientele::query {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(SmallN, HidesSmallFiguresOfNamedPeople) {
  const Plan plan = PlanOf(kWeek + "metrics: 'aht' metrics: 'calls_handled' group_by: 'employee'");
  ASSERT_EQ(plan.scans[0].aggregates.size(), 4U);
  const auto response =
      Write(plan, {{0, {"few"}, {900'000, 9, 9e10, 9}}, {0, {"many"}, {1'000'000, 10, 1e11, 10}}});
  const v1::Figure& few = response.rows(0).figures(0);
  EXPECT_EQ(few.empty(), v1::Figure::HIDDEN_SMALL_N);
  EXPECT_FALSE(few.has_value() || few.has_numerator() || few.has_low());
  EXPECT_EQ(few.n(), 9);
  EXPECT_EQ(response.rows(0).figures(1).value(), 9);  // a count is no estimate
  EXPECT_EQ(response.rows(1).figures(0).value(), 100);
  const Plan quantile = PlanOf(kWeek + "metrics: 'asa_quantile' group_by: 'employee'");
  ASSERT_EQ(quantile.scans[0].aggregates.size(), 10U);
  const auto hidden = Write(quantile, {{0, {"few"}, {900, 9, 2, 1, 2, 3, 8, 7, 8, 9}},
                                       {0, {"many"}, {900, 10, 2, 1, 2, 3, 9, 8, 9, 10}}});
  EXPECT_EQ(hidden.rows(0).figures(0).empty(), v1::Figure::HIDDEN_SMALL_N);
  EXPECT_FALSE(hidden.rows(0).figures(0).has_low());
  EXPECT_EQ(hidden.rows(1).figures(0).value(), .9);
  const Plan teams = PlanOf(kWeek + "metrics: 'aht' group_by: 'team'");
  EXPECT_EQ(Write(teams, {{0, {"t"}, {900'000, 9, 9e10}}}).rows(0).figures(0).value(), 100);
}

TEST(SmallN, DerivedFiguresOfNamedPeopleAreHiddenWithTheirParts) {
  const Plan plan = PlanOf(kWeek + "metrics: 'hold_share' group_by: 'employee'");
  const auto response = Write(plan, {{0, {"few"}, {30'000, 9, 9e8, 120'000, 144e8}},
                                     {0, {"many"}, {30'000, 10, 9e8, 120'000, 144e8}}});
  EXPECT_EQ(response.rows(0).figures(0).empty(), v1::Figure::HIDDEN_SMALL_N);
  EXPECT_FALSE(response.rows(0).figures(0).has_value());
  EXPECT_EQ(response.rows(0).figures(0).n(), 9);
  EXPECT_DOUBLE_EQ(response.rows(1).figures(0).value(), .25);
}

// However few stretches their time was told in: busy, busy or ready, in microseconds.
TEST(SmallN, SharesOfTimeAreOfItsMinutes) {
  const Plan plan = PlanOf(kWeek + "metrics: 'occupancy' group_by: 'employee'");
  ASSERT_EQ(plan.scans[0].aggregates.size(), 2U);
  const auto response =
      Write(plan, {{0, {"few"}, {60e6, 540e6}}, {0, {"many"}, {60e6, 540e6 + 1}}});
  EXPECT_EQ(response.rows(0).figures(0).empty(), v1::Figure::HIDDEN_SMALL_N);
  EXPECT_EQ(response.rows(0).figures(0).n(), 9);
  EXPECT_EQ(response.rows(1).figures(0).n(), 10);
  EXPECT_TRUE(response.rows(1).figures(0).has_value());
}

// By how somebody's work was judged a count tells a single result, and so does that there is none.
TEST(SmallN, ByAResultCountsOfNamedPeopleAreHiddenToo) {
  const std::string asked =
      kWeek + "metrics: 'evaluations:counted' metrics: 'quality_score' grain: DAY ";
  const Plan plan = PlanOf(asked + "group_by: 'employee' group_by: 'band'");
  ASSERT_EQ(plan.scans[0].aggregates.size(), 4U);
  const auto response = Write(
      plan,
      {{0, {"anna", "works"}, {9, 700, 9, 60'000}}, {1, {"anna", "works"}, {10, 800, 10, 65'000}}},
      "2026-11-04");
  ASSERT_EQ(response.rows_size(), 3);
  for (const v1::Figure& figure : response.rows(0).figures()) {
    EXPECT_EQ(figure.empty(), v1::Figure::HIDDEN_SMALL_N);
    EXPECT_EQ(figure.n(), 0);
  }
  EXPECT_EQ(response.rows(1).figures(0).value(), 10);
  EXPECT_TRUE(response.rows(1).figures(1).has_value());
  EXPECT_EQ(response.rows(2).figures(0).empty(), v1::Figure::HIDDEN_SMALL_N);
  const Plan by_band = PlanOf(asked + "group_by: 'band'");
  EXPECT_EQ(Write(by_band, {{0, {"works"}, {9, 700, 9, 60'000}}}).rows(0).figures(0).value(), 9);
  const Plan of_anna =
      PlanOf(asked + "filters { dimension: 'employee' values: 'anna' } where { set: 'band' }");
  EXPECT_TRUE(of_anna.names_people && of_anna.by_result);
}

// A day has rows of its own; "-" of a value is hidden, "" is no data.
struct Cell {
  std::string bucket;
  std::vector<std::string> group;
  int n;
  std::string value;
  v1::Row::Kind kind = v1::Row::KIND_UNSPECIFIED;
};

template <typename Figure>
void Fill(const Cell& cell, Figure& figure) {
  figure.set_n(cell.n);
  if (cell.value == "-") {
    figure.set_empty(v1::Figure::HIDDEN_SMALL_N);
  } else if (cell.value.empty()) {
    figure.set_empty(v1::Figure::NO_DATA);
  } else {
    figure.set_value(std::stod(cell.value));
  }
}

v1::QueryResponse ResponseOf(const std::vector<Cell>& cells) {
  v1::QueryResponse response;
  for (const Cell& cell : cells) {
    v1::Row& row = *response.add_rows();
    row.set_bucket(cell.bucket);
    *row.mutable_dimensions() = {cell.group.begin(), cell.group.end()};
    row.set_kind(cell.kind);
    Fill(cell, *row.add_figures());
  }
  return response;
}

// The first figure of every row: its value, or - where it is hidden, or nothing.
std::vector<std::string> ValuesOfRows(const v1::QueryResponse& response) {
  std::vector<std::string> shown;
  for (const v1::Row& row : response.rows()) {
    const v1::Figure& figure = row.figures(0);
    const bool hidden = figure.empty() == v1::Figure::HIDDEN_SMALL_N;
    shown.push_back(figure.has_value() ? fmt::format("{}", figure.value()) : hidden ? "-" : "");
  }
  return shown;
}

std::vector<std::string> ShownOf(const Plan& plan, const std::vector<Cell>& cells) {
  v1::QueryResponse response = ResponseOf(cells);
  HideRemainders(plan, response);
  return ValuesOfRows(response);
}

Plan PlanBy(const std::string& groups, const std::string& metric = "aht") {
  return PlanOf(
      fmt::format("from: '2026-11-02' to: '2026-11-05' metrics: '{}' {}", metric, groups));
}

const std::string kByEmployee = "group_by: 'employee' ";

TEST(SmallN, OneHiddenFigureTakesTheNextSmallestWithIt) {
  const std::vector<Cell> one = {
      {"", {"a"}, 30, "5"}, {"", {"b"}, 9, "-"}, {"", {"c"}, 12, "6"}, {"", {"d"}, 12, "7"}};
  EXPECT_THAT(ShownOf(PlanBy(kByEmployee), one), ElementsAre("5", "-", "-", "7"));
  std::vector<Cell> two = one;
  two[0] = {"", {"a"}, 3, "-"};
  EXPECT_THAT(ShownOf(PlanBy(kByEmployee), two), ElementsAre("-", "-", "6", "7"));
  // Nothing is hidden, or of nobody, or of what no other figure tells.
  EXPECT_THAT(ShownOf(PlanBy(kByEmployee), {one[0], one[2]}), ElementsAre("5", "6"));
  EXPECT_THAT(ShownOf(PlanBy("group_by: 'queue'"), one), ElementsAre("5", "-", "6", "7"));
  EXPECT_THAT(ShownOf(PlanBy(kByEmployee, "asa_quantile"), one), ElementsAre("5", "-", "6", "7"));
  // There is nothing to take it from.
  EXPECT_THAT(ShownOf(PlanBy(kByEmployee), {one[1], {"", {"c"}, 0, ""}}), ElementsAre("-", ""));
}

TEST(SmallN, AHiddenFigureKeepsItsNAlone) {
  v1::QueryResponse response = ResponseOf({{"", {"a"}, 30, "5"}, {"", {"b"}, 9, "-"}});
  response.mutable_rows(0)->mutable_figures(0)->set_low(4);
  response.mutable_rows(0)->mutable_figures(0)->set_numerator(150);
  HideRemainders(PlanBy(kByEmployee), response);
  v1::Figure wanted;
  wanted.set_n(30);
  wanted.set_empty(v1::Figure::HIDDEN_SMALL_N);
  EXPECT_EQ(response.rows(0).figures(0).ShortDebugString(), wanted.ShortDebugString());
}

TEST(SmallN, ShareOfATargetIsHiddenWithTheFigure) {
  v1::QueryResponse response = ResponseOf({{"", {"a"}, 30, "5"}, {"", {"b"}, 9, "-"}});
  v1::PlanAttainment& told =
      *response.mutable_rows(0)->mutable_figures(0)->mutable_plan_attainment();
  told.set_target(10);
  told.set_value(0.5);
  told.set_low(0.4);
  told.set_high(0.6);
  HideRemainders(PlanBy(kByEmployee), response);
  v1::PlanAttainment wanted;
  wanted.set_target(10);
  wanted.set_empty(v1::PlanAttainment::NO_FIGURE);
  EXPECT_EQ(response.rows(0).figures(0).plan_attainment().ShortDebugString(),
            wanted.ShortDebugString());
}

// A person's day could be taken from the whole range's figure.
TEST(SmallN, BucketsAddUpAsWell) {
  EXPECT_THAT(ShownOf(PlanBy(kByEmployee + "grain: DAY"), {{"2", {"a"}, 30, "5"},
                                                           {"2", {"b"}, 40, "6"},
                                                           {"3", {"a"}, 9, "-"},
                                                           {"3", {"b"}, 50, "6"},
                                                           {"3", {"c"}, 60, "6"},
                                                           {"4", {"a"}, 20, "5"},
                                                           {"4", {"b"}, 30, "7"}}),
              // Of a's days the 4th, of the 3rd b; then of b's days the 4th, too.
              ElementsAre("5", "6", "-", "-", "6", "-", "-"));
}

// By two dimensions figures add up along either.
TEST(SmallN, EveryDimensionAddsUp) {
  EXPECT_THAT(ShownOf(PlanBy(kByEmployee + "group_by: 'queue'"), {{"", {"a", "x"}, 9, "-"},
                                                                  {"", {"a", "y"}, 20, "5"},
                                                                  {"", {"a", "z"}, 30, "6"},
                                                                  {"", {"b", "x"}, 40, "7"},
                                                                  {"", {"b", "y"}, 50, "8"},
                                                                  {"", {"b", "z"}, 60, "9"}}),
              ElementsAre("-", "-", "6", "-", "-", "9"));
}

// The total can be asked for: with the others it is as any group, and stays.
TEST(SmallN, TheOthersAreOneOfTheGroups) {
  const auto top = [](const std::string& others, int n) -> std::vector<Cell> {
    return {{"", {"a", "x"}, 30, "5"},
            {"", {"b", "y"}, 20, "6"},
            {"", {}, n, others, v1::Row::OTHER},
            {"", {}, 50 + n, "5.5", v1::Row::TOTAL}};
  };
  const Plan plan = PlanBy(kByEmployee + "group_by: 'queue'");
  EXPECT_THAT(ShownOf(plan, top("-", 9)), ElementsAre("5", "-", "-", "5.5"));
  EXPECT_THAT(ShownOf(plan, top("5", 15)), ElementsAre("5", "6", "5", "5.5"));
}

TEST(SmallN, ComparedFiguresAreHiddenWithTheirChange) {
  const auto compared = [](v1::QueryResponse& response, int row) -> v1::Compared& {
    return *response.mutable_rows(row)->mutable_figures(0)->mutable_compared();
  };
  const auto answer = [&](const std::string& now, const std::string& before) {
    v1::QueryResponse response = ResponseOf({{"", {"a"}, 9, now}, {"", {"b"}, 30, "5"}});
    Fill({"", {}, 8, before}, compared(response, 0));
    Fill({"", {}, 40, "6"}, compared(response, 1));
    compared(response, 1).set_change(1);
    compared(response, 1).set_apart(v1::Compared::YES);
    HideRemainders(PlanBy(kByEmployee), response);
    return response;
  };
  v1::QueryResponse of_now = answer("-", "3");
  EXPECT_THAT(ValuesOfRows(of_now), ElementsAre("-", "-"));
  EXPECT_EQ(compared(of_now, 1).value(), 6);
  v1::QueryResponse of_before = answer("3", "-");
  EXPECT_THAT(ValuesOfRows(of_before), ElementsAre("3", "5"));
  EXPECT_EQ(compared(of_before, 1).empty(), v1::Figure::HIDDEN_SMALL_N);
  EXPECT_EQ(compared(of_before, 1).n(), 40);
  EXPECT_FALSE(compared(of_before, 1).has_value());
  for (v1::QueryResponse* response : {&of_now, &of_before}) {
    EXPECT_FALSE(compared(*response, 1).has_change());
    EXPECT_EQ(compared(*response, 1).apart(), v1::Compared::APART_UNSPECIFIED);
  }
}

TEST(SmallN, ByAResultGroupsWithoutAValueAreLeftOut) {
  const std::vector<Cell> cells = {{"2", {"a", "low"}, 0, "-"},   {"2", {"a", "high"}, 0, "-"},
                                   {"2", {"b", "high"}, 0, ""},   {"3", {"a", "low"}, 0, "-"},
                                   {"3", {"a", "high"}, 12, "5"}, {"3", {"b", "high"}, 0, "-"}};
  const auto left = [&](const std::string& groups) {
    v1::QueryResponse response = ResponseOf(cells);
    LeaveOutHidden(PlanBy(groups, "quality_score"), response);
    return response;
  };
  const auto by_result = left("group_by: 'employee' group_by: 'band' grain: DAY");
  ASSERT_EQ(by_result.rows_size(), 2);
  EXPECT_THAT(by_result.rows(0).dimensions(), ElementsAre("a", "high"));
  EXPECT_THAT(ValuesOfRows(by_result), ElementsAre("-", "5"));
  EXPECT_THAT(by_result.meta().warnings(), ElementsAre(HasSubstr("fewer than 10 observations")));
  const auto by_person = left("group_by: 'employee' group_by: 'criterion' grain: DAY");
  EXPECT_EQ(by_person.rows_size(), 6);
  EXPECT_THAT(by_person.meta().warnings(), IsEmpty());
}

TEST(SmallN, ByAResultNIsHiddenToo) {
  v1::QueryResponse response =
      ResponseOf({{"", {"a", "low"}, 0, "-"}, {"", {"a", "high"}, 12, "5"}});
  HideRemainders(PlanBy("group_by: 'employee' group_by: 'band'", "evaluations"), response);
  EXPECT_THAT(ValuesOfRows(response), ElementsAre("-", "-"));
  EXPECT_EQ(response.rows(1).figures(0).n(), 0);
}

}  // namespace
}  // namespace clientele::query
