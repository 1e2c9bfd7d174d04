// Metrics beside others whose dimensions they lack, and values that a dimension can't have.
#include "query/lacking.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <set>

#include "query/answer.h"
#include "query/answer_fixture.h"
#include "query/metrics_fixture.h"
#include "query/top.h"

namespace clientele::query {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

base::Result<Plan> PlanOfWeek(const std::string& text) {
  v1::QueryRequest request;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      "from: '2026-11-01' to: '2026-11-08' " + text, &request))
      << text;
  return MakePlan(Metrics(), request);
}

// The error's field and message.
std::pair<std::string, std::string> Refused(const std::string& text) {
  const auto plan = PlanOfWeek(text);
  if (plan) return {"", "accepted"};
  EXPECT_EQ(plan.error().code, base::Code::kInvalidArgument);
  return {plan.error().field, plan.error().message};
}

const std::string kTwo = "metrics: 'hops_per_call' metrics: 'aht' ";

TEST(Lacking, AMetricThatLacksADimensionIsNotApplicableBesideOthers) {
  for (const char* by : {"group_by: 'employee'", "filters { dimension: 'employee' values: 'anna' }",
                         "where { none { conditions { unset: 'employee' } } }"}) {
    const auto plan = PlanOfWeek(kTwo + by);
    ASSERT_TRUE(plan.has_value()) << plan.error().message;
    ASSERT_EQ(plan->columns.size(), 2U);
    EXPECT_TRUE(plan->columns[0].not_applicable);
    EXPECT_FALSE(plan->columns[1].not_applicable);
    ASSERT_EQ(plan->scans.size(), 1U);
    EXPECT_EQ(plan->scans[0].table->id, "call_legs");
    EXPECT_TRUE(plan->names_people);
    EXPECT_THAT(plan->warnings,
                ElementsAre("hops_per_call is not applicable by employee: it does not have it, it "
                            "has hour_of_day, queue, topic, weekday"));
  }
  EXPECT_THAT(PlanOfWeek(kTwo + "group_by: 'queue'")->warnings, IsEmpty());
}

TEST(Lacking, ADerivedOneNeedsItOfEveryPart) {
  const auto plan = PlanOfWeek("metrics: 'average_check' metrics: 'aht' group_by: 'queue'");
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_TRUE(plan->columns[0].not_applicable);
  EXPECT_THAT(plan->columns[0].parts, IsEmpty());
  EXPECT_THAT(plan->warnings,
              ElementsAre(HasSubstr("average_check is not applicable by queue: it does not have")));
}

TEST(Lacking, ItsFigureIsNullWithTheReason) {
  const auto plan = PlanOfWeek(
      "metrics: 'average_check' metrics: 'hops_per_call' metrics: 'aht' "
      "group_by: 'employee' group_by: 'queue'");
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  Answer answer(*plan);
  ASSERT_TRUE(answer.Take(0, BlockOf(*plan, 0, {{0, {"anna", "sales"}, {1'000'000, 10, 1e11}}}))
                  .has_value());
  v1::QueryResponse response;
  ASSERT_TRUE(answer.Write(MarkAt(*plan, "2027-01-01"), response).has_value());
  ASSERT_EQ(response.rows_size(), 1);
  const auto& figures = response.rows(0).figures();
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(figures[i].has_value());
    EXPECT_EQ(figures[i].empty(), v1::Figure::NOT_APPLICABLE);
  }
  EXPECT_EQ(figures[2].value(), 100);
  EXPECT_EQ(response.meta().columns(0).metric(), "average_check");
}

// Its others and its total are of the same rows: there they lack it, too.
TEST(Lacking, AlsoOfTheGreatestGroups) {
  v1::QueryRequest request;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      kTwo + "from: '2026-11-01' to: '2026-11-08' group_by: 'employee' top { groups: 1 by: 'aht' }",
      &request));
  ASSERT_TRUE(MakeRankingPlan(Metrics(), request).has_value());
  const auto plans = MakeTopPlans(Metrics(), request, std::vector<GroupValues>{{"anna"}}, 2);
  ASSERT_TRUE(plans.has_value()) << plans.error().message;
  for (const Plan* plan : {&*plans->groups, &*plans->other, &plans->total}) {
    EXPECT_TRUE(plan->columns[0].not_applicable);
    EXPECT_FALSE(plan->columns[1].not_applicable);
  }
}

TEST(Lacking, WhatNoneHasIsRefused) {
  EXPECT_EQ(Refused("metrics: 'hops_per_call' group_by: 'topic' group_by: 'employee'"),
            (std::pair<std::string, std::string>(
                "group_by[1]",
                "group_by[1] = employee: hops_per_call does not have it; must be one of "
                "hour_of_day, queue, topic, weekday")));
  const auto [field, message] =
      Refused(kTwo + "filters { dimension: 'team' values: 'a' } where { set: 'reason' }");
  EXPECT_EQ(field, "where.set");
  EXPECT_THAT(message, HasSubstr("where.set = reason: none of the metrics has it; "));
  EXPECT_THAT(Refused("metrics: 'hops_per_call' metrics: 'revenue' group_by: 'topic' "
                      "group_by: 'currency'")
                  .second,
              HasSubstr("none of the metrics has these dimensions together: topic, currency"));
}

TEST(Lacking, AmountsOfAPartNameWhatWasAskedFor) {
  EXPECT_THAT(Refused("metrics: 'average_check'").second,
              HasSubstr("group_by: average_check adds up amounts of its part revenue that are in "
                        "units of currency: group by it, or filter it to one value"));
  EXPECT_THAT(Refused("metrics: 'roi' group_by: 'team'").second,
              HasSubstr("group_by: roi adds up amounts of its part margin that are in units of"));
}

const std::string kInRoubles = "filters { dimension: 'currency' values: 'RUB' } ";

// A scan's table, and the dimensions that its rows are filtered by.
using FilteredScan = std::pair<std::string, std::set<std::string>>;

std::vector<FilteredScan> FilteredScansOf(const Plan& plan) {
  std::vector<FilteredScan> filters;
  for (const Scan& scan : plan.scans) {
    filters.emplace_back(scan.table->id, DimensionsOf(scan.filter));
  }
  return filters;
}

TEST(Units, AConditionOnOneBindsWhatHasIt) {
  const auto plan = PlanOfWeek(
      "metrics: 'revenue' metrics: 'average_check' metrics: 'crr' metrics: 'service_level' " +
      kInRoubles);
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_THAT(plan->warnings, IsEmpty());
  for (const PlannedColumn& column : plan->columns) EXPECT_FALSE(column.not_applicable);
  EXPECT_THAT(FilteredScansOf(*plan),
              ElementsAre(FilteredScan("customer_facts", {"currency"}),
                          FilteredScan("customer_facts", {"currency"}),
                          FilteredScan("customer_periods", {}), FilteredScan("calls", {})));
}

// Both are of customer_facts; the share of churn has no currency.
TEST(Units, MetricsOfOneTableThatItBindsDifferentlyHaveScansOfTheirOwn) {
  const auto plan = PlanOfWeek("metrics: 'revenue' metrics: 'service_churn_share' " + kInRoubles);
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_THAT(FilteredScansOf(*plan), ElementsAre(FilteredScan("customer_facts", {"currency"}),
                                                  FilteredScan("customer_facts", {})));
  EXPECT_EQ(PlanOfWeek("metrics: 'revenue' metrics: 'service_churn_share' group_by: 'team' "
                       "filters { dimension: 'channel' values: 'WEB' } " +
                       kInRoubles)
                ->scans[1]
                .filter.children.size(),
            1U);
}

TEST(Units, OtherConditionsBindAllTheSame) {
  const std::string both = "metrics: 'revenue' metrics: 'aht' ";
  const std::string roubles = "conditions { equal { dimension: 'currency' value: 'RUB' } } ";
  const std::string north = "conditions { equal { dimension: 'team' value: 'north' } } ";
  const auto all = PlanOfWeek(both + "where { all { " + roubles + north + "} }");
  ASSERT_TRUE(all.has_value()) << all.error().message;
  EXPECT_THAT(FilteredScansOf(*all),
              ElementsAre(FilteredScan("customer_facts", {"currency", "team"}),
                          FilteredScan("call_legs", {"team"})));
  // Here a call of another team would have to be in roubles.
  const auto any = PlanOfWeek(both + kInRoubles + "where { any { " + roubles + north + "} }");
  ASSERT_TRUE(any.has_value()) << any.error().message;
  EXPECT_TRUE(any->columns[1].not_applicable);
  EXPECT_THAT(any->warnings, ElementsAre(HasSubstr("aht is not applicable by currency: ")));
  // And so it would by groups.
  const auto grouped = PlanOfWeek(both + kInRoubles + "group_by: 'currency'");
  ASSERT_TRUE(grouped.has_value()) << grouped.error().message;
  EXPECT_TRUE(grouped->columns[1].not_applicable);
}

TEST(Units, OneThatNoMetricHasIsRefused) {
  const auto [field, message] = Refused("metrics: 'service_level' metrics: 'crr' " + kInRoubles);
  EXPECT_EQ(field, "filters[0].dimension");
  EXPECT_THAT(message, HasSubstr("filters[0].dimension = currency: none of the metrics has it; "));
}

TEST(Units, WhatIsInSeveralIsNotApplicableBesideOthers) {
  const auto plan = PlanOfWeek("metrics: 'orders' metrics: 'revenue' metrics: 'average_check'");
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_FALSE(plan->columns[0].not_applicable);
  EXPECT_TRUE(plan->columns[1].not_applicable);
  EXPECT_TRUE(plan->columns[2].not_applicable);
  EXPECT_THAT(plan->warnings,
              ElementsAre("revenue is not applicable: it adds up amounts that are in units of "
                          "currency: group by it, or filter it to one value",
                          HasSubstr("average_check is not applicable: it adds up amounts of its "
                                    "part revenue that are in units of currency")));
}

const std::string kContacts = "metrics: 'contacts' ";

TEST(FilterValues, OfAnEnumAreThoseOfTheSchema) {
  const auto [field, message] =
      Refused(kContacts + "filters { dimension: 'channel' values: 'FAX' }");
  EXPECT_EQ(field, "filters[0].values");
  EXPECT_THAT(message, HasSubstr("filters[0].values = FAX: channel has no such value; must be one "
                                 "of AD, CHAT, EMAIL, FIELD, FORM, "));
  EXPECT_EQ(
      Refused(kContacts + "where { equal { dimension: 'channel' value: 'phone' } }"),
      (std::pair<std::string, std::string>(
          "where.equal.value",
          "where.equal.value = phone: channel has no such value; must be one of AD, CHAT, EMAIL, "
          "FIELD, FORM, MESSENGER, OTHER, PHONE, SMS, SOCIAL, STORE, UNSPECIFIED, WEB")));
  EXPECT_THAT(Refused(kContacts + "where { none { conditions { one_of { dimension: 'channel' "
                                  "values: 'WEB' values: 'EMIAL' } } } }")
                  .second,
              HasSubstr("one_of.values = EMIAL: channel has no such value; must be one of AD, "));
  // A text can have any value.
  EXPECT_EQ(Refused(kContacts + "filters { dimension: 'queue' values: 'FAX' }").second, "accepted");
}

TEST(FilterValues, OfANumberAreWhole) {
  EXPECT_EQ(Refused(kContacts + "filters { dimension: 'line' values: 'first' }").second,
            "filters[0].values = first: must be a whole number, as line is");
}

// As the store shows them.
TEST(FilterValues, WhatIsNotToldHasItsName) {
  const auto values = [](const std::string& filter) {
    const auto plan = PlanOfWeek(kContacts + filter);
    EXPECT_TRUE(plan.has_value()) << plan.error().message;
    return plan->filter.children.at(0).values;
  };
  EXPECT_THAT(values("filters { dimension: 'channel' values: '' values: 'WEB' }"),
              ElementsAre("UNSPECIFIED", "WEB"));
  EXPECT_THAT(values("filters { dimension: 'line' values: '' values: '02' }"),
              ElementsAre("0", "2"));
  EXPECT_THAT(values("filters { dimension: 'queue' values: '' }"), ElementsAre(""));
}

}  // namespace
}  // namespace clientele::query
