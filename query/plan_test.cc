// What a request may ask for, and what each wrong one is told.
#include "query/plan.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "query/answer_fixture.h"
#include "query/metrics_fixture.h"

namespace clientele::query {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

v1::QueryRequest AWeek(const std::string& text) {
  v1::QueryRequest request;
  request.set_from("2026-11-01");
  request.set_to("2026-11-08");
  v1::QueryRequest more;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &more)) << text;
  request.MergeFrom(more);
  return request;
}

struct Wrong {
  std::string request;
  std::string field;
  std::string message;
};

void PrintTo(const Wrong& wrong, std::ostream* out) { *out << wrong.request; }

class WrongRequest : public testing::TestWithParam<Wrong> {};

TEST_P(WrongRequest, NamesFieldValueAndRule) {
  const auto plan = MakePlan(Metrics(), AWeek(GetParam().request));
  ASSERT_FALSE(plan.has_value());
  EXPECT_EQ(plan.error().code, base::Code::kInvalidArgument);
  EXPECT_EQ(plan.error().field, GetParam().field);
  EXPECT_THAT(plan.error().message, HasSubstr(GetParam().message));
}

const std::string kAsa = "metrics: 'asa' ";
const std::string kLong(2'000, 'x');

std::string Repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

INSTANTIATE_TEST_SUITE_P(
    Metrics, WrongRequest,
    testing::Values(
        Wrong{"", "metrics", "has 0, must be 1..20"},
        Wrong{Repeated("metrics: 'asa' ", 21), "metrics", "has 21, must be 1..20"},
        Wrong{"metrics: 'servce_level'", "metrics[0]",
              "metrics[0] = servce_level: there is no such metric; did you mean service_level?"},
        Wrong{"metrics: 'ASA'", "metrics[0]",
              "metrics[0] = ASA: there is no such metric; did you mean asa?"},
        Wrong{"metrics: 'weather'", "metrics[0]", ", of which the nearest are "},
        // Of 64 bytes, without the half of a letter.
        Wrong{"metrics: 'x" + Repeated("я", 40) + "'", "metrics[0]",
              "metrics[0] = x" + Repeated("я", 31) + ": there is no such metric"},
        Wrong{"metrics: ''", "metrics[0]", "there is no such metric"},
        Wrong{kAsa + "metrics: 'asa'", "metrics[1]", "asa: must not be asked for twice"},
        Wrong{"metrics: 'service_level:all' metrics: 'service_level'", "metrics[1]", "twice"},
        Wrong{"metrics: 'service_level:over_answerd'", "metrics[0]",
              "service_level has no such variant; did you mean over_answered?"},
        Wrong{"metrics: 'asa:'", "metrics[0]", "asa has no such variant"},
        Wrong{"metrics: 'asa:x:y'", "metrics[0]", "asa has no such variant"}));

INSTANTIATE_TEST_SUITE_P(
    Range, WrongRequest,
    testing::Values(
        Wrong{kAsa + "to: 'tomorrow'", "to", "to = tomorrow: must be a civil time"},
        Wrong{kAsa + "from: '2026-02-30'", "from", "from = 2026-02-30: must be a day"},
        Wrong{kAsa + "to: '2026-11-01'", "to", "to = 2026-11-01: must be after from = 2026-11-01"},
        Wrong{kAsa + "to: '2026-10-01'", "to", "must be after from"},
        Wrong{kAsa + "time_zone: 'Moscow'", "time_zone",
              "time_zone = Moscow: must be an IANA name"},
        Wrong{kAsa + "from: '1980-01-01' grain: HOUR", "to",
              "buckets of grain HOUR, at most 30000 can be asked for; ask for grain DAY"},
        Wrong{kAsa + "grain: 99", "grain", "grain = 99"},
        Wrong{kAsa + "week_start: 8", "week_start",
              "week_start = 8: must be one of Weekday's values"},
        Wrong{kAsa + "fiscal_start_month: 13", "fiscal_start_month",
              "fiscal_start_month = 13: must be 1..12, or 0 for January"},
        Wrong{kAsa + "limit: 100001", "limit", "limit = 100001: must be 1..100000"}));

// The range is the first week of November.
INSTANTIATE_TEST_SUITE_P(
    Compare, WrongRequest,
    testing::Values(
        Wrong{kAsa + "compare {}", "compare",
              "compare: is empty, must have previous or custom_from"},
        Wrong{kAsa + "compare { previous: PREVIOUS_UNSPECIFIED }", "compare.previous",
              "compare.previous = 0: must be PERIOD or YEAR"},
        Wrong{kAsa + "compare { previous: 7 }", "compare.previous", "compare.previous = 7"},
        Wrong{kAsa + "compare { custom_from: 'last week' }", "compare.custom_from",
              "compare.custom_from = last week: must be a civil time"},
        Wrong{kAsa + "compare { custom_from: '2026-11-01' }", "compare.custom_from",
              "compare.custom_from = 2026-11-01: the earlier range, as long as from..to, must end "
              "by `from`"},
        Wrong{kAsa + "compare { custom_from: '2026-10-26' }", "compare.custom_from",
              "must not overlap"},
        Wrong{kAsa + "compare { custom_from: '2027-01-01' }", "compare.custom_from",
              "must not overlap"},
        Wrong{kAsa + "from: '2025-11-07' compare { previous: YEAR }", "compare.previous",
              "compare.previous = YEAR: the earlier range"},
        Wrong{kAsa + "from: '1971-06-01' to: '1972-06-01' compare { previous: PERIOD }",
              "compare.previous",
              "compare.previous = PERIOD: the earlier range begins in 1970, must be 1971 or later"},
        Wrong{kAsa + "from: '1971-06-01' to: '1971-07-01' compare { previous: YEAR }",
              "compare.previous", "begins in 1970"}));

INSTANTIATE_TEST_SUITE_P(
    Dimensions, WrongRequest,
    testing::Values(
        Wrong{kAsa + "group_by: 'quue'", "group_by[0]",
              "group_by[0] = quue: there is no such dimension; did you mean queue?"},
        Wrong{kAsa + "group_by: 'queue' group_by: 'queue'", "group_by[1]",
              "must not be named twice"},
        Wrong{kAsa + Repeated("group_by: 'queue' ", 5), "group_by", "has 5, at most 4"},
        Wrong{kAsa + "filters { dimension: 'shop' values: 'a' }", "filters[0].dimension",
              "filters[0].dimension = shop: there is no such dimension; must be one of "},
        Wrong{kAsa + "filters { dimension: 'queue' }", "filters[0].values",
              "has 0, must be 1..1000"},
        Wrong{kAsa + "filters { dimension: 'queue' " + Repeated("values: 'a' ", 1'001) + "}",
              "filters[0].values", "has 1001, must be 1..1000"},
        Wrong{kAsa + "filters { dimension: 'queue' values: '" + kLong + "' }", "filters[0].values",
              "must be at most 256 characters"},
        Wrong{kAsa + Repeated("filters { dimension: 'queue' values: 'a' } ", 2),
              "filters[1].dimension", "must not be named twice"},
        Wrong{kAsa + Repeated("filters { dimension: 'queue' values: 'a' } ", 17), "filters",
              "has 17, at most 16"}));

std::string Nested(int levels) {
  return kAsa + "where { " + Repeated("all { conditions { ", levels - 1) + "set: 'queue'" +
         Repeated(" } }", levels - 1) + " }";
}

INSTANTIATE_TEST_SUITE_P(
    Where, WrongRequest,
    testing::Values(
        Wrong{kAsa + "where {}", "where", "where: is empty, must be one of all, any, none, equal"},
        Wrong{kAsa + "where { any {} }", "where.any.conditions", "has 0, must be 1 or more"},
        Wrong{kAsa + "where { all { conditions { set: 'queue' } conditions { none { conditions { "
                     "equal { dimension: 'quue' value: 'a' } } } } } }",
              "where.all.conditions[1].none.conditions[0].equal.dimension",
              "equal.dimension = quue: there is no such dimension; did you mean queue?"},
        Wrong{Nested(17), "where" + Repeated(".all.conditions[0]", 16),
              "must lie at most 16 levels deep"},
        Wrong{kAsa + "where { one_of { dimension: 'queue' } }", "where.one_of.values", "has 0"},
        Wrong{
            kAsa + "where { one_of { dimension: 'queue' " + Repeated("values: 'a' ", 1'001) + "} }",
            "where", "where has 1001 values up to here, at most 1000"},
        Wrong{kAsa + "where { any { " + Repeated("conditions { set: 'queue' } ", 1'001) + "} }",
              "where.any.conditions[1000]", "where has 1001 values up to here"},
        Wrong{kAsa + "where { equal { dimension: 'queue' value: '" + kLong + "' } }",
              "where.equal.value", "must be at most 256 characters"},
        Wrong{kAsa + "where { unset: 'shop' }", "where.unset", "there is no such dimension"},
        Wrong{kAsa + "where { prefix { dimension: 'line' value: '1' } }", "where.prefix.dimension",
              "line: must be a text"},
        Wrong{kAsa + "where { prefix { dimension: 'queue' } }", "where.prefix.value", "is empty"},
        Wrong{kAsa + "where { range { dimension: 'line' } }", "where.range",
              "has neither from nor to"},
        Wrong{kAsa + "where { range { dimension: 'line' from: 'a' } }", "where.range.from",
              "where.range.from = a: must be a whole number, as line is"},
        Wrong{kAsa + "where { range { dimension: 'line' from: '10' to: '9' } }", "where.range.to",
              "where.range.to = 9: must be above from = 10"},
        Wrong{kAsa + "where { range { dimension: 'queue' from: 'b' to: 'b' } }", "where.range.to",
              "must be above from = b"},
        Wrong{"metrics: 'hops_per_call' where { set: 'employee' }", "where.set",
              "where.set = employee: hops_per_call does not have it; must be one of hour_of_day, "
              "queue, topic, weekday"}));

INSTANTIATE_TEST_SUITE_P(
    Parameters, WrongRequest,
    testing::Values(
        Wrong{kAsa + "parameters { key: 'threshold_ms' value: '1' }", "parameters.threshold_ms",
              "none of the metrics has it; they have no parameters"},
        Wrong{"metrics: 'service_level' parameters { key: 'treshold_ms' value: '1' }",
              "parameters.treshold_ms", "did you mean threshold_ms?"},
        Wrong{"metrics: 'service_level' parameters { key: 'threshold_ms' value: '-1' }",
              "parameters.threshold_ms",
              "threshold_ms = -1: must be a whole number 0..3600000 (ms)"},
        Wrong{"metrics: 'service_level' parameters { key: 'threshold_ms' value: '3600001' }",
              "parameters.threshold_ms", "must be a whole number"},
        Wrong{"metrics: 'service_level' parameters { key: 'threshold_ms' value: '20s' }",
              "parameters.threshold_ms", "20s: must be a whole number"},
        Wrong{"metrics: 'service_level' parameters { key: 'threshold_ms' value: "
              "'99999999999999999999' }",
              "parameters.threshold_ms", "must be a whole number"},
        Wrong{"metrics: 'service_level' parameters { key: 'threshold_ms' value: '' }",
              "parameters.threshold_ms", "must be a whole number"}));

base::Result<Plan> TryPlan(const std::string& request) {
  return MakePlan(Metrics(), AWeek(request));
}

TEST(Plan, MetricsOfOneTableShareOneScan) {
  const auto plan = TryPlan(
      "metrics: 'service_level:all' metrics: 'abandon_rate:all' metrics: 'asa' metrics: 'aht' "
      "metrics: 'calls_offered' group_by: 'queue' grain: DAY");
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_EQ(plan->scans.size(), 1U);
  EXPECT_EQ(plan->columns.size(), 9U);
  EXPECT_EQ(plan->buckets.size(), 7U);
}

TEST(Plan, AnotherTimeAxisIsAnotherScan) {
  const auto plan = TryPlan("metrics: 'abandon_rate' metrics: 'blocked_rate'");
  ASSERT_TRUE(plan.has_value());
  ASSERT_EQ(plan->scans.size(), 2U);
  EXPECT_EQ(plan->scans[0].time, "queued_at");
  EXPECT_EQ(plan->scans[1].time, "occurred_at");
}

TEST(Plan, DistinctCountsOfOneValueShareAScanOfTheirOwn) {
  const auto plan = TryPlan("metrics: 'calls_offered' metrics: 'callers:all'");
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  ASSERT_EQ(plan->scans.size(), 2U);
  EXPECT_EQ(plan->scans[0].distinct, "");
  EXPECT_EQ(plan->scans[1].distinct, "customer");
  EXPECT_EQ(plan->scans[1].aggregates.size(), 4U);
  EXPECT_EQ(plan->columns[1].scan, 1U);
  EXPECT_EQ(plan->columns[2].scan, 1U);
}

TEST(Plan, QuantilesShareTheScanOfSums) {
  const auto plan = TryPlan("metrics: 'asa' metrics: 'asa_quantile:all'");
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  ASSERT_EQ(plan->scans.size(), 1U);
  // Sum, number and squares; three quantiles of the same ones, each with a rank and three values
  // for either end of its interval.
  EXPECT_EQ(plan->scans[0].aggregates.size(), 3U + 3 * (1 + 2 * 4));
}

TEST(Plan, DerivedMetricsShareTheScansOfTheirParts) {
  const auto plan = TryPlan("metrics: 'hold_share' metrics: 'hold_time' metrics: 'aht'");
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  ASSERT_EQ(plan->columns.size(), 3U);
  ASSERT_EQ(plan->scans.size(), 1U);
  ASSERT_EQ(plan->columns[0].parts.size(), 2U);
  EXPECT_EQ(plan->columns[0].parts[0].metric->id, "hold_time");
  EXPECT_EQ(plan->columns[0].parts[0].numerator, plan->columns[1].numerator);
  EXPECT_EQ(plan->columns[0].parts[1].numerator, plan->columns[2].numerator);
  // Two sums and their squares, one number of calls.
  EXPECT_EQ(plan->scans[0].aggregates.size(), 5U);
  EXPECT_EQ(TryPlan("metrics: 'hold_share' group_by: 'employee'")->scans[0].table->id, "call_legs");
}

// Amounts and rows with minutes of less than 600; returned ones; paying visits and all visits.
TEST(Plan, RatiosOfSumsCountTheRowsOfTheirFirstDenominator) {
  const auto plan = MakePlan(ShopMetrics(), AWeek("metrics: 'paid_per_minute:all'"));
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  ASSERT_EQ(plan->scans.size(), 1U);
  const Scan& scan = plan->scans[0];
  ASSERT_EQ(scan.aggregates.size(), 6U);
  const PlannedColumn& net = plan->columns[0];
  EXPECT_EQ(scan.aggregates[net.numerator[0].second].measure, "paid_minor");
  EXPECT_EQ(scan.aggregates[net.denominator[0].second].measure, "minutes");
  const Aggregate& rows = scan.aggregates[net.observations[0].second];
  EXPECT_EQ(rows.kind, Aggregate::Kind::kCount);
  EXPECT_EQ(rows.condition, "minutes < {paid_per_minute_longest}");
  EXPECT_EQ(plan->columns[1].observations, net.observations);
  const PlannedColumn& paying = plan->columns[2];
  EXPECT_EQ(scan.aggregates[paying.numerator[0].second].condition, "paid_minor > 0");
  EXPECT_EQ(paying.observations, paying.denominator);
}

TEST(Plan, AScanKnowsWhatTheQueryOfItsTableReads) {
  const auto plan = MakePlan(ShopMetrics(), AWeek("metrics: 'visitors' metrics: 'recommend'"));
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  ASSERT_EQ(plan->scans.size(), 2U);
  ASSERT_EQ(plan->scans[0].reads.size(), 2U);
  EXPECT_EQ(plan->scans[0].reads[0]->id, "visits");
  EXPECT_EQ(plan->scans[0].reads[1]->projection, "staff");
  EXPECT_THAT(plan->scans[1].reads, IsEmpty());
}

TEST(Plan, ByPersonHandleTimeComesFromTheLegs) {
  EXPECT_EQ(TryPlan("metrics: 'aht' group_by: 'queue'")->scans[0].table->id, "calls");
  EXPECT_EQ(TryPlan("metrics: 'aht' group_by: 'employee'")->scans[0].table->id, "call_legs");
  EXPECT_EQ(TryPlan("metrics: 'aht' filters { dimension: 'team' values: 'a' }")->scans[0].table->id,
            "call_legs");
}

TEST(Plan, ByTierRevenueComesFromFactsWithProfiles) {
  const std::string roubles = "metrics: 'revenue' filters { dimension: 'currency' values: 'RUB' } ";
  const auto by = [&](const std::string& groups) {
    return TryPlan(roubles + groups)->scans[0].table->id;
  };
  EXPECT_EQ(by("group_by: 'team'"), "customer_facts");
  EXPECT_EQ(by("group_by: 'category'"), "order_items");
  EXPECT_EQ(by("group_by: 'team' group_by: 'tier'"), "profiled_facts");
  EXPECT_EQ(by("where { set: 'manager' }"), "profiled_facts");
  EXPECT_EQ(TryPlan(roubles + "group_by: 'category' group_by: 'tier'").error().message,
            "group_by: revenue does not have these dimensions together: category, tier, currency");
}

TEST(Plan, ServiceLevelMeansNothingByEmployeeButForTheAnswered) {
  const auto plan = TryPlan("metrics: 'service_level:all' group_by: 'employee' group_by: 'queue'");
  ASSERT_TRUE(plan.has_value());
  ASSERT_EQ(plan->columns.size(), 4U);
  for (const PlannedColumn& column : plan->columns) {
    EXPECT_EQ(column.not_applicable, column.variant->id != "over_answered") << column.variant->id;
  }
  EXPECT_THAT(plan->warnings,
              ElementsAre(HasSubstr("service_level is not applicable by employee: an abandoned "
                                    "call has no employee")));
  EXPECT_THAT(TryPlan("metrics: 'service_level' group_by: 'queue'")->warnings, IsEmpty());
}

// Grouped or filtered, the figure is there and the answer says what to think of it.
TEST(Plan, NpsByEmployeeIsMarked) {
  for (const char* by :
       {"group_by: 'employee'", "filters { dimension: 'employee' values: 'anna' }"}) {
    const auto plan = TryPlan(std::string("metrics: 'nps' metrics: 'csat' ") + by);
    ASSERT_TRUE(plan.has_value());
    EXPECT_FALSE(plan->columns[0].not_applicable);
    EXPECT_THAT(plan->warnings, ElementsAre(HasSubstr("nps by employee is relational: ")));
  }
  EXPECT_THAT(TryPlan("metrics: 'nps' group_by: 'team'")->warnings, IsEmpty());
}

TEST(Plan, GroupsOfWhatIsNotApplicableAreStillRead) {
  const auto plan = TryPlan("metrics: 'abandon_rate' group_by: 'team'");
  ASSERT_TRUE(plan.has_value());
  ASSERT_EQ(plan->scans.size(), 1U);
  EXPECT_THAT(plan->scans[0].aggregates, IsEmpty());
  EXPECT_EQ(plan->scans[0].keys.size(), 1U);
}

// Amounts of two currencies are no sum.
INSTANTIATE_TEST_SUITE_P(
    Units, WrongRequest,
    testing::Values(
        Wrong{"metrics: 'revenue' metrics: 'returns'", "group_by",
              "group_by: revenue adds up amounts that are in units of currency: group by it, or "
              "filter it to one value"},
        Wrong{"metrics: 'revenue' group_by: 'category'", "group_by", "in units of currency"},
        Wrong{"metrics: 'margin' filters { dimension: 'currency' values: 'EUR' values: 'RUB' }",
              "group_by", "margin adds up amounts"}));

INSTANTIATE_TEST_SUITE_P(
    Points, WrongRequest,
    testing::Values(
        Wrong{"metrics: 'service_level_curve'", "group_by",
              "group_by: service_level_curve is a distribution over threshold_s: group by it"},
        Wrong{"metrics: 'service_level_curve' group_by: 'threshold_s' "
              "filters { dimension: 'threshold_s' values: '20' }",
              "filters[0].dimension", "threshold_s: must not be filtered by"},
        Wrong{"metrics: 'service_level' group_by: 'threshold_s'", "group_by[0]",
              "group_by[0] = threshold_s: service_level does not have it"}));

TEST(Plan, ADistributionIsOneScanByItsPoints) {
  const auto plan = TryPlan(
      "metrics: 'service_level_curve:all' metrics: 'service_level' group_by: 'queue' "
      "group_by: 'threshold_s'");
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  ASSERT_EQ(plan->scans.size(), 1U);
  const Scan& scan = plan->scans[0];
  EXPECT_EQ(plan->points->place, 1U);
  EXPECT_EQ(plan->PointCount(), 301U);
  EXPECT_EQ(scan.points->id, "threshold_s");
  EXPECT_EQ(scan.keys.size(), 1U);
  // Up to a point is the numerator, which all variants share.
  ASSERT_EQ(scan.aggregates.size(), 5U);
  for (size_t i = 0; i < 5; ++i) EXPECT_EQ(scan.aggregates[i].up_to_point, i == 0);
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(plan->columns[i].numerator, (Combination{{1, 0}}));
  EXPECT_TRUE(plan->columns[4].not_applicable);
  EXPECT_FALSE(TryPlan("metrics: 'service_level'")->points.has_value());
}

TEST(Plan, AddsUpAmountsOfOneCurrency) {
  for (const char* request : {"metrics: 'revenue' group_by: 'currency'",
                              "metrics: 'revenue' filters { dimension: 'currency' values: 'RUB' }",
                              "metrics: 'revenue' group_by: 'currency' "
                              "filters { dimension: 'currency' values: 'EUR' values: 'RUB' }",
                              "metrics: 'orders' group_by: 'channel'"}) {
    EXPECT_TRUE(TryPlan(request).has_value()) << request;
  }
}

TEST(Plan, KnowsWhereItNamesPeople) {
  EXPECT_TRUE(TryPlan("metrics: 'aht' group_by: 'employee'")->names_people);
  EXPECT_TRUE(
      TryPlan("metrics: 'aht' filters { dimension: 'employee' values: 'e' }")->names_people);
  EXPECT_FALSE(TryPlan("metrics: 'aht' group_by: 'team'")->names_people);
}

TEST(Plan, FillsInDefaults) {
  const auto plan =
      TryPlan("metrics: 'service_level' parameters { key: 'threshold_ms' value: '30000' }");
  ASSERT_TRUE(plan.has_value());
  EXPECT_EQ(plan->limit, 10'000U);
  EXPECT_EQ(plan->grain, Grain::kNone);
  EXPECT_EQ(plan->zone.name(), "UTC");
  EXPECT_EQ(plan->columns[0].parameters.at("threshold_ms"), 30'000);
  EXPECT_EQ(plan->columns[0].parameters.at("short_abandon_ms"), 5'000);
  EXPECT_EQ(plan->scans[0].parameters.at("service_level_threshold_ms"), 30'000);
}

TEST(Plan, ATreeOfConditionsNamesPeopleAndChoosesTables) {
  const auto plan = TryPlan(
      "metrics: 'aht' metrics: 'service_level' where { any { conditions { "
      "set: 'queue' } conditions { prefix { dimension: 'employee' value: 'a' "
      "} } } }");
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_TRUE(plan->names_people);
  EXPECT_EQ(plan->scans[0].table->id, "call_legs");
  EXPECT_TRUE(plan->columns[1].not_applicable);
}

TEST(Plan, TheLimitsOfATreeAreAllowed) {
  EXPECT_TRUE(MakePlan(Metrics(), AWeek(Nested(16))).has_value());
  EXPECT_TRUE(TryPlan(kAsa + "where { one_of { dimension: 'queue' " +
                      Repeated("values: 'a' ", 1'000) + "} }")
                  .has_value());
}

TEST(Plan, TheRequestsCalendar) {
  const auto starts = [](const std::string& request) {
    std::vector<std::string> labels;
    const auto plan = TryPlan(kAsa + request);
    for (const int64_t start : plan->buckets.starts) labels.push_back(plan->zone.Format(start));
    return labels;
  };
  EXPECT_THAT(starts("grain: WEEK week_start: SUNDAY to: '2026-11-10'"),
              ElementsAre("2026-11-01T00:00:00+00:00", "2026-11-08T00:00:00+00:00"));
  EXPECT_THAT(starts("grain: YEAR fiscal_start_month: 4"),
              ElementsAre("2026-04-01T00:00:00+00:00"));
  EXPECT_THAT(starts("grain: HALF_HOUR to: '2026-11-01T01:00'"),
              ElementsAre("2026-11-01T00:00:00+00:00", "2026-11-01T00:30:00+00:00"));
  EXPECT_EQ(starts("grain: MINUTE to: '2026-11-01T01:00'").size(), 60U);
  EXPECT_EQ(starts("grain: QUARTER_HOUR to: '2026-11-01T01:00'").size(), 4U);
}

TEST(Plan, ComparesWhereItIsAskedTo) {
  EXPECT_FALSE(TryPlan("metrics: 'asa'")->earlier.has_value());
  const auto plan = TryPlan("metrics: 'asa' grain: DAY compare { custom_from: '2026-10-25' }");
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_EQ(plan->zone.Format(plan->earlier->to), "2026-11-01T00:00:00+00:00");
  EXPECT_EQ(plan->earlier->buckets.size(), 7U);
}

TEST(Plan, ALimitOfItsOwn) { EXPECT_EQ(TryPlan("metrics: 'asa' limit: 7")->limit, 7U); }

}  // namespace
}  // namespace clientele::query
