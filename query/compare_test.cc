// A range beside an earlier one: how much of that is read, and what two figures say together.
#include "query/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/answer.h"
#include "query/answer_fixture.h"
#include "query/render.h"

namespace clientele::query {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Where the earlier range ends at a mark of this civil time.
std::string EndOf(const std::string& request, const char* known_at) {
  const Plan plan = PlanOf("metrics: 'asa' " + request);
  return plan.zone.Format(EarlierPlan(plan, MarkAt(plan, known_at).known_at).to);
}

const std::string kComparePeriod = "compare { previous: PERIOD } ";
const std::string kCompareYear = "compare { previous: YEAR } ";

TEST(EarlierPlan, OfARangeThatHasEndedIsWhole) {
  const std::string november = kComparePeriod + "from: '2026-11-01' to: '2026-12-01' ";
  EXPECT_EQ(EndOf(november, "2026-12-01"), "2026-11-01T00:00:00+00:00");
  EXPECT_EQ(EndOf(november + "grain: DAY", "2026-12-24"), "2026-11-01T00:00:00+00:00");
}

TEST(EarlierPlan, EndsAfterAsMuchTimeAsHasElapsed) {
  const std::string november =
      kComparePeriod + "from: '2026-11-01' to: '2026-12-01' time_zone: 'Europe/Moscow' ";
  for (const char* grain : {"", "grain: HOUR", "grain: DAY", "grain: MONTH"}) {
    EXPECT_EQ(EndOf(november + grain, "2026-11-15T10:20:30"), "2026-10-15T10:20:30+03:00") << grain;
  }
  const std::string year = kCompareYear + "from: '2026-01-01' to: '2027-01-01' ";
  for (const char* grain : {"", "grain: DAY", "grain: MONTH", "grain: QUARTER", "grain: YEAR"}) {
    EXPECT_EQ(EndOf(year + grain, "2026-11-15T10:20:30"), "2025-11-15T10:20:30+00:00") << grain;
  }
  const std::string weeks = kCompareYear + "from: '2026-11-02' to: '2026-12-07' grain: WEEK";
  EXPECT_EQ(EndOf(weeks, "2026-11-18T06:00"), "2025-11-19T06:00:00+00:00");
  EXPECT_EQ(EndOf("compare { custom_from: '2026-03-04' } from: '2026-11-01' to: '2026-11-08'",
                  "2026-11-02T06:00"),
            "2026-03-05T06:00:00+00:00");
}

TEST(EarlierPlan, NeverEndsAfterItsRange) {
  // 29.5 days of March, and February has 28.
  const std::string march = kComparePeriod + "from: '2026-03-01' to: '2026-04-01' ";
  for (const char* grain : {"", "grain: DAY", "grain: MONTH"}) {
    EXPECT_EQ(EndOf(march + grain, "2026-03-30T12:00"), "2026-03-01T00:00:00+00:00") << grain;
  }
}

TEST(EarlierPlan, IsEmptyIfNothingHasElapsed) {
  const std::string november = kComparePeriod + "from: '2026-11-01' to: '2026-12-01' ";
  for (const char* grain : {"", "grain: DAY"}) {
    EXPECT_EQ(EndOf(november + grain, "2026-10-20"), "2026-10-01T00:00:00+00:00") << grain;
    EXPECT_EQ(EndOf(november + grain, "2026-11-01"), "2026-10-01T00:00:00+00:00") << grain;
  }
}

// New York's 8th of March 2026 has no hour from two to three, its 1st of November has two from one.
TEST(EarlierPlan, TimeElapsesByTheClocks) {
  const std::string zone = kComparePeriod + "time_zone: 'America/New_York' ";
  const std::string after = zone + "from: '2026-03-09' to: '2026-03-10' ";
  EXPECT_EQ(EndOf(after, "2026-03-09T12:00"), "2026-03-08T12:00:00-04:00");
  EXPECT_EQ(EndOf(after + "grain: HOUR", "2026-03-09T12:30"), "2026-03-08T12:30:00-04:00");
  // The hour that runs was skipped: what is before it counts.
  EXPECT_EQ(EndOf(after + "grain: HOUR", "2026-03-09T02:30"), "2026-03-08T03:00:00-04:00");
  const std::string on = zone + "from: '2026-11-01' to: '2026-11-02' ";
  EXPECT_EQ(EndOf(on, "2026-11-01T12:00"), "2026-10-31T12:00:00-04:00");
  EXPECT_EQ(EndOf(on + "grain: DAY", "2026-11-01T12:00"), "2026-10-31T12:00:00-04:00");
}

// The 28th is compared with the 28th, which must be whole.
TEST(EarlierPlan, ADayThatTwoAreComparedWithIsNotCut) {
  const std::string february = kCompareYear + "from: '2024-02-01' to: '2024-03-01' grain: DAY";
  EXPECT_EQ(EndOf(february, "2024-02-28T10:00"), "2023-02-28T10:00:00+00:00");
  EXPECT_EQ(EndOf(february, "2024-02-29T10:00"), "2023-03-01T00:00:00+00:00");
}

TEST(EarlierPlan, MayReadAllGroupsThatTheAnswerCanHold) {
  const Plan plan = PlanOf("metrics: 'asa' group_by: 'queue' grain: DAY limit: 56 " +
                           kComparePeriod + "from: '2026-02-01' to: '2026-03-01'");
  EXPECT_EQ(EarlierPlan(plan, MarkAt(plan, "2026-12-01").known_at).limit, 62U);
}

// As those of the range are not: they are known ahead.
TEST(EarlierPlan, CostsAreNotCut) {
  const Plan plan = PlanOf("metrics: 'cost' metrics: 'orders' group_by: 'currency' " +
                           kComparePeriod + "from: '2026-11-01' to: '2026-12-01'");
  const Mark mark{7, MarkAt(plan, "2026-11-15").known_at, {1}, {{"roi", 1}, {"retention", 1}}};
  const Plan earlier = EarlierPlan(plan, mark.known_at);
  ASSERT_EQ(earlier.scans.size(), 2U);
  const auto end = [&](size_t scan) {
    return Render(earlier, earlier.scans[scan], "main", mark)->parameters.at("to");
  };
  EXPECT_EQ(end(0), std::to_string(plan.from));
  EXPECT_EQ(end(1), std::to_string(MarkAt(plan, "2026-10-15").known_at));
}

// Also where nothing of the range has elapsed: of what is known ahead the whole earlier one.
TEST(EarlierPlan, CostsAheadOfTheMarkAreComparedWhole) {
  const Plan plan = PlanOf("metrics: 'cost' group_by: 'currency' " + kComparePeriod +
                           "from: '2026-11-01' to: '2026-12-01'");
  const Mark mark{7, MarkAt(plan, "2026-10-20").known_at, {1}, {{"roi", 1}}};
  const Plan earlier = EarlierPlan(plan, mark.known_at);
  EXPECT_EQ(earlier.from, earlier.to);
  EXPECT_EQ(Render(earlier, earlier.scans[0], "main", mark)->parameters.at("to"),
            std::to_string(plan.from));
}

// Answers to two scans, the range's and the earlier one's.
v1::QueryResponse WriteCompared(const Plan& plan, const std::vector<ScanRow>& rows,
                                const std::vector<ScanRow>& earlier_rows,
                                const char* known_at = "2027-01-01") {
  const Mark mark = MarkAt(plan, known_at);
  const Plan earlier = EarlierPlan(plan, mark.known_at);
  Answer answer(plan, &earlier);
  auto taken = answer.Take(0, BlockOf(plan, 0, rows));
  EXPECT_TRUE(taken.has_value()) << taken.error().message;
  taken = answer.TakeEarlier(0, BlockOf(earlier, 0, earlier_rows));
  EXPECT_TRUE(taken.has_value()) << taken.error().message;
  v1::QueryResponse response;
  const auto written = answer.Write(mark, response);
  EXPECT_TRUE(written.has_value()) << written.error().message;
  return response;
}

const std::string kDays = "from: '2026-11-04' to: '2026-11-06' " + kComparePeriod;

// Newcombe 1998, table II, method 10: 56 of 70 and 48 of 80.
TEST(Compare, SharesByNewcombesInterval) {
  const Plan plan = PlanOf(kDays + "metrics: 'abandon_rate'");
  const auto response = WriteCompared(plan, {{0, {}, {56, 70}}}, {{0, {}, {48, 80}}});
  const v1::Figure& figure = response.rows(0).figures(0);
  const v1::Compared& compared = figure.compared();
  EXPECT_DOUBLE_EQ(figure.value(), .8);
  EXPECT_DOUBLE_EQ(compared.value(), .6);
  EXPECT_EQ(compared.n(), 80);
  EXPECT_LT(compared.low(), .6);
  EXPECT_GT(compared.high(), .6);
  EXPECT_NEAR(compared.change(), .2, 1e-12);
  EXPECT_NEAR(compared.relative_change(), 1. / 3, 1e-12);
  EXPECT_NEAR(compared.change_low(), .0524, 5e-5);
  EXPECT_NEAR(compared.change_high(), .3339, 5e-5);
  EXPECT_EQ(compared.apart(), v1::Compared::YES);
  EXPECT_EQ(response.meta().compared_from(), "2026-11-02T00:00:00+00:00");
  EXPECT_EQ(response.meta().compared_to(), "2026-11-04T00:00:00+00:00");
  EXPECT_FALSE(response.rows(0).compared_partial());
  EXPECT_EQ(response.rows(0).compared_bucket(), "");
  // 5 of 56 and 0 of 29, with [-.0381, .1926]; the change from 0 is no multiple of it.
  const auto same = WriteCompared(plan, {{0, {}, {5, 56}}}, {{0, {}, {0, 29}}});
  EXPECT_EQ(same.rows(0).figures(0).compared().apart(), v1::Compared::NO);
  EXPECT_NEAR(same.rows(0).figures(0).compared().change_low(), -.0381, 5e-5);
  EXPECT_FALSE(same.rows(0).figures(0).compared().has_relative_change());
}

// Student 1908, extra hours of sleep, here seconds and two more each: 95 % [-3.3654832, .2054832].
TEST(Compare, MeansByWelchsInterval) {
  const Plan plan = PlanOf(kDays + "metrics: 'asa'");
  const auto response =
      WriteCompared(plan, {{0, {}, {27'500, 10, 104.43e6}}}, {{0, {}, {43'300, 10, 223.57e6}}});
  const v1::Compared& compared = response.rows(0).figures(0).compared();
  EXPECT_NEAR(compared.change(), -1.58, 1e-12);
  EXPECT_NEAR(compared.relative_change(), -1.58 / 4.33, 1e-12);
  EXPECT_NEAR(compared.change_low(), -3.3654832, 1e-6);
  EXPECT_NEAR(compared.change_high(), .2054832, 1e-6);
  EXPECT_EQ(compared.apart(), v1::Compared::NO);
  const auto one =
      WriteCompared(plan, {{0, {}, {5'000, 1, 25e6}}}, {{0, {}, {43'300, 10, 223.57e6}}});
  EXPECT_TRUE(one.rows(0).figures(0).compared().has_change());
  EXPECT_EQ(one.rows(0).figures(0).compared().apart(), v1::Compared::APART_UNSPECIFIED);
}

// Half promoters and a fifth detractors of 400: less than 10.8 points apart cannot be told apart.
TEST(Compare, PromoterScoresByTheZTest) {
  Metric metric;
  metric.scale = 100;
  Variant variant;
  variant.interval = IntervalMethod::kAdjustedWald;
  PlannedColumn column;
  column.metric = &metric;
  column.variant = &variant;
  column.numerator = {{1, 0}, {-1, 1}};
  column.denominator = {{1, 2}};
  const auto compared = [&](const std::vector<double>& now, const std::vector<double>& before) {
    const auto figure = [](const std::vector<double>& counts) {
      v1::Figure score;
      score.set_value((counts[0] - counts[1]) / counts[2] * 100);
      score.set_n(static_cast<int64_t>(counts[2]));
      return score;
    };
    return CompareFigures(column, {figure(now), now.data()}, {figure(before), before.data()});
  };
  const v1::Compared many = compared({222, 80, 400}, {178, 80, 400});
  EXPECT_NEAR(many.change(), 11, 1e-9);
  EXPECT_NEAR(many.change_low(), .1620, 1e-4);
  EXPECT_NEAR(many.change_high(), 21.6743, 1e-4);
  EXPECT_EQ(many.apart(), v1::Compared::YES);
  EXPECT_EQ(compared({221, 59, 400}, {200, 80, 400}).apart(), v1::Compared::NO);
  EXPECT_EQ(compared({222, 58, 400}, {200, 80, 400}).apart(), v1::Compared::YES);
}

TEST(Compare, CountsHaveAChangeAlone) {
  const auto response =
      WriteCompared(PlanOf(kDays + "metrics: 'calls_offered'"), {{0, {}, {550}}}, {{0, {}, {500}}});
  const v1::Compared& compared = response.rows(0).figures(0).compared();
  EXPECT_EQ(compared.change(), 50);
  EXPECT_DOUBLE_EQ(compared.relative_change(), .1);
  EXPECT_FALSE(compared.has_change_low());
  EXPECT_EQ(compared.apart(), v1::Compared::APART_UNSPECIFIED);
}

TEST(Compare, DerivedFiguresHaveAChangeAlone) {
  const auto response = WriteCompared(PlanOf(kDays + "metrics: 'hold_share'"),
                                      {{0, {}, {30'000, 4, 9e8, 120'000, 144e8}}},
                                      {{0, {}, {24'000, 3, 9e8, 120'000, 144e8}}});
  const v1::Compared& compared = response.rows(0).figures(0).compared();
  EXPECT_DOUBLE_EQ(compared.value(), .2);
  EXPECT_EQ(compared.n(), 3);
  EXPECT_NEAR(compared.change(), .05, 1e-12);
  EXPECT_FALSE(compared.has_change_low());
}

TEST(Compare, SaysWhatTheEarlierFigureLeavesOut) {
  const Plan plan = PlanOf("metrics: 'asa' from: '2026-11-01' to: '2026-11-02'");
  const v1::Figure now;
  v1::Figure before;
  before.set_untold(2);
  before.set_immature(3);
  const v1::Compared compared = CompareFigures(plan.columns[0], {now, nullptr}, {before, nullptr});
  EXPECT_EQ(compared.untold(), 2);
  EXPECT_EQ(compared.immature(), 3);
}

TEST(Compare, GroupsOfOneRangeAloneAreThere) {
  const Plan plan = PlanOf(kDays + "metrics: 'asa' metrics: 'calls_answered' group_by: 'queue'");
  const auto response = WriteCompared(plan, {{0, {"new"}, {20'000, 2, 2e8, 2}}},
                                      {{0, {"gone"}, {30'000, 3, 3e8, 3}}});
  ASSERT_EQ(response.rows_size(), 2);
  const v1::Row& gone = response.rows(0);
  EXPECT_THAT(gone.dimensions(), ElementsAre("gone"));
  EXPECT_EQ(gone.figures(0).empty(), v1::Figure::NO_DATA);
  EXPECT_EQ(gone.figures(0).compared().value(), 10);
  EXPECT_FALSE(gone.figures(0).compared().has_change());
  EXPECT_EQ(gone.figures(1).value(), 0);
  EXPECT_EQ(gone.figures(1).compared().change(), -3);
  EXPECT_EQ(gone.figures(1).compared().relative_change(), -1);
  const v1::Row& fresh = response.rows(1);
  EXPECT_EQ(fresh.figures(0).value(), 10);
  EXPECT_EQ(fresh.figures(0).compared().empty(), v1::Figure::NO_DATA);
  EXPECT_FALSE(fresh.figures(0).compared().has_value());
  EXPECT_EQ(fresh.figures(1).compared().value(), 0);
  EXPECT_EQ(fresh.figures(1).compared().change(), 2);
  EXPECT_FALSE(fresh.figures(1).compared().has_relative_change());
}

TEST(Compare, SmallFiguresOfNamedPeopleHideTheChange) {
  const Plan plan = PlanOf(kDays + "metrics: 'aht' group_by: 'employee'");
  const std::vector<double> few = {900'000, 9, 9e10};
  const std::vector<double> many = {1'000'000, 10, 1e11};
  const auto response = WriteCompared(plan, {{0, {"a"}, few}, {0, {"b"}, many}, {0, {"c"}, many}},
                                      {{0, {"a"}, many}, {0, {"b"}, few}, {0, {"c"}, many}});
  const auto compared = [&](int row) { return response.rows(row).figures(0).compared(); };
  EXPECT_EQ(response.rows(0).figures(0).empty(), v1::Figure::HIDDEN_SMALL_N);
  EXPECT_EQ(compared(0).value(), 100);
  EXPECT_EQ(compared(1).empty(), v1::Figure::HIDDEN_SMALL_N);
  EXPECT_EQ(compared(1).n(), 9);
  EXPECT_FALSE(compared(1).has_value() || compared(1).has_low());
  for (int row = 0; row < 2; ++row) {
    EXPECT_FALSE(compared(row).has_change() || compared(row).has_relative_change() ||
                 compared(row).has_change_low());
    EXPECT_EQ(compared(row).apart(), v1::Compared::APART_UNSPECIFIED);
  }
  EXPECT_EQ(compared(2).change(), 0);
  EXPECT_EQ(compared(2).apart(), v1::Compared::NO);
}

TEST(Compare, WhatIsNotApplicableIsNotInBoth) {
  const auto response =
      WriteCompared(PlanOf(kDays + "metrics: 'aht' metrics: 'service_level' "
                                   "group_by: 'team'"),
                    {{0, {"t"}, {900'000, 9, 9e10}}}, {{0, {"t"}, {900'000, 9, 9e10}}});
  EXPECT_EQ(response.rows(0).figures(1).compared().empty(), v1::Figure::NOT_APPLICABLE);
}

// Both ranges by the same number; the day that runs and its counterpart are partial.
TEST(Compare, BucketByBucket) {
  const Plan plan = PlanOf(
      "from: '2026-11-04' to: '2026-11-07' metrics: 'calls_offered' "
      "grain: DAY " +
      kComparePeriod);
  const auto response = WriteCompared(plan, {{0, {}, {10}}, {1, {}, {20}}},
                                      {{0, {}, {5}}, {1, {}, {7}}}, "2026-11-05T18:00");
  ASSERT_EQ(response.rows_size(), 3);
  EXPECT_EQ(response.rows(0).compared_bucket(), "2026-11-01T00:00:00+00:00");
  EXPECT_FALSE(response.rows(0).compared_partial());
  EXPECT_EQ(response.rows(0).figures(0).compared().change(), 5);
  EXPECT_EQ(response.rows(1).compared_bucket(), "2026-11-02T00:00:00+00:00");
  EXPECT_TRUE(response.rows(1).partial());
  EXPECT_TRUE(response.rows(1).compared_partial());
  EXPECT_EQ(response.rows(1).figures(0).compared().change(), 13);
  // Had not begun.
  EXPECT_EQ(response.rows(2).compared_bucket(), "");
  EXPECT_EQ(response.rows(2).figures(0).compared().empty(), v1::Figure::NO_DATA);
  EXPECT_EQ(response.meta().compared_to(), "2026-11-02T18:00:00+00:00");
}

TEST(Compare, WhatIsKnownAheadIsComparedWithWhatWas) {
  const Plan plan = PlanOf(
      "from: '2026-11-04' to: '2026-11-06' metrics: 'cost' metrics: 'orders' grain: DAY "
      "group_by: 'currency' " +
      kComparePeriod);
  const auto response =
      WriteCompared(plan, {{1, {"RUB"}, {300, 1}}}, {{1, {"RUB"}, {200, 1}}}, "2026-11-03");
  ASSERT_EQ(response.rows_size(), 2);
  const v1::Row& second = response.rows(1);
  EXPECT_EQ(second.compared_bucket(), "2026-11-03T00:00:00+00:00");
  EXPECT_EQ(second.figures(0).compared().change(), 100);
  EXPECT_EQ(second.figures(1).empty(), v1::Figure::NO_DATA);
  EXPECT_EQ(second.figures(1).compared().empty(), v1::Figure::NO_DATA);
}

TEST(Compare, ADayThatTheEarlierMonthDoesNotHave) {
  const Plan plan = PlanOf(
      "from: '2026-03-01' to: '2026-04-01' metrics: 'calls_offered' "
      "grain: DAY " +
      kComparePeriod);
  const auto response = WriteCompared(plan, {{30, {}, {10}}}, {{27, {}, {5}}});
  ASSERT_EQ(response.rows_size(), 31);
  EXPECT_EQ(response.rows(27).figures(0).compared().value(), 5);
  EXPECT_EQ(response.rows(30).compared_bucket(), "");
  EXPECT_EQ(response.rows(30).figures(0).compared().empty(), v1::Figure::NO_DATA);
  EXPECT_FALSE(response.rows(30).figures(0).compared().has_change());
}

TEST(Compare, WhatTheClocksSkippedHasNoData) {
  const Plan plan = PlanOf(
      "from: '2026-03-09T02:00' to: '2026-03-09T03:00' "
      "metrics: 'calls_offered' time_zone: 'America/New_York' "
      "compare { custom_from: '2026-03-08T02:00' }");
  const auto response = WriteCompared(plan, {{0, {}, {10}}}, {});
  EXPECT_EQ(response.rows(0).figures(0).compared().empty(), v1::Figure::NO_DATA);
  EXPECT_EQ(response.meta().compared_from(), response.meta().compared_to());
}

TEST(Compare, TheLimitHoldsForTheGroupsOfBoth) {
  const Plan plan = PlanOf(kDays + "metrics: 'calls_offered' group_by: 'queue' limit: 1");
  const Plan earlier = EarlierPlan(plan, MarkAt(plan, "2027-01-01").known_at);
  Answer answer(plan, &earlier);
  EXPECT_TRUE(answer.Take(0, BlockOf(plan, 0, {{0, {"a"}, {1}}})).has_value());
  EXPECT_TRUE(answer.TakeEarlier(0, BlockOf(earlier, 0, {{0, {"a"}, {1}}})).has_value());
  const auto taken = answer.TakeEarlier(0, BlockOf(earlier, 0, {{0, {"b"}, {1}}}));
  ASSERT_FALSE(taken.has_value());
  EXPECT_EQ(taken.error().code, base::Code::kOutOfRange);
  EXPECT_THAT(taken.error().message, HasSubstr("limit = 1"));
}

}  // namespace
}  // namespace clientele::query
