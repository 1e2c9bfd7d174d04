// Parts of the date: which metrics have them, and what the store is asked for.
#include "query/date_parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/answer_fixture.h"
#include "query/render.h"

namespace clientele::query {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

Mark MarkOfCalls() { return {7, 1'790'000'000'000'000, {10}, {{"calls", 3}}, {}}; }

Rendered RenderedOf(const std::string& text) {
  const Plan plan = PlanOf("from: '2026-11-01' to: '2026-11-08' " + text);
  EXPECT_EQ(plan.scans.size(), 1U);
  auto rendered = Render(plan, plan.scans[0], "main", MarkOfCalls());
  EXPECT_TRUE(rendered.has_value()) << rendered.error().message;
  return std::move(*rendered);
}

TEST(DateParts, OfMetricsOverMoments) {
  for (const char* id : {"calls_offered", "service_level", "hold_share", "contacts", "fcr", "nps",
                         "revenue", "quality_score", "cases_opened"}) {
    EXPECT_THAT(Metrics().FindMetric(id)->Dimensions(), Contains("weekday")) << id;
    EXPECT_THAT(Metrics().FindMetric(id)->Dimensions(), Contains("hour_of_day")) << id;
  }
  // Spread over stretches of time, cut at the buckets, or made of such a metric.
  for (const char* id : {"cost", "backlog", "crr", "occupancy", "queue_depth", "roi"}) {
    EXPECT_THAT(Metrics().FindMetric(id)->Dimensions(), Not(Contains("weekday"))) << id;
  }
}

// Nothing is asked of the zone where no part is used.
TEST(DateParts, OnlyWhereTheyAreAskedFor) {
  const Rendered without = RenderedOf("metrics: 'calls_offered' group_by: 'queue'");
  EXPECT_FALSE(without.parameters.contains("zone_moments"));
  EXPECT_THAT(without.sql, Not(HasSubstr("weekday")));
  for (const char* asked : {"group_by: 'weekday'", "filters { dimension: 'weekday' values: '1' }",
                            "where { none { conditions { range { dimension: 'weekday' from: '6' "
                            "} } } }"}) {
    const Rendered with = RenderedOf(std::string("metrics: 'calls_offered' ") + asked);
    EXPECT_THAT(with.sql, HasSubstr(" AS weekday\n")) << asked;
    EXPECT_THAT(with.sql, Not(HasSubstr("hour_of_day"))) << asked;
    EXPECT_EQ(with.parameters.at("zone_moments"), "[0]") << asked;
    EXPECT_EQ(with.parameters.at("zone_offsets"), "[86400000000]") << asked;
  }
}

// Kathmandu was 5:30 ahead of UTC until 1986, and is 5:45 ahead since.
TEST(DateParts, OffsetsAreThoseOfTheZone) {
  const Rendered rendered =
      RenderedOf("metrics: 'calls_offered' group_by: 'hour_of_day' time_zone: 'Asia/Kathmandu'");
  EXPECT_EQ(rendered.parameters.at("zone_moments"), "[0,504901800000000]");
  EXPECT_EQ(rendered.parameters.at("zone_offsets"), "[106200000000,107100000000]");
}

TEST(DateParts, AMetricWithoutThemIsNotApplicableBesideOthers) {
  const Plan plan = PlanOf(
      "from: '2026-11-01' to: '2026-11-08' metrics: 'calls_offered' metrics: 'occupancy' "
      "group_by: 'weekday'");
  EXPECT_FALSE(plan.columns[0].not_applicable);
  EXPECT_TRUE(plan.columns[1].not_applicable);
  EXPECT_THAT(plan.warnings,
              Contains(HasSubstr("occupancy is not applicable by weekday: it does not have it")));
}

}  // namespace
}  // namespace clientele::query
