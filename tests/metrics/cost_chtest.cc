// What must hold of sums that are spread over time: parts side by side add up to the whole exactly,
// whatever the grain and zone, at every mark.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/metrics/world.h"

namespace clientele::testing {
namespace {

TEST(CostFigures, PartsAddUpToTheWhole) {
  World::Load(CLIENTELE_PROJECTIONS "/roi/testdata/basic.events.ndjson");
  size_t compared = 0;
  for (const char* zone : {"UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe",
                           "Pacific/Apia", "America/New_York"}) {
    for (const char* mark : {"", "mark_id: 0 "}) {
      const std::string asked =
          fmt::format("metrics: 'cost' group_by: 'currency' time_zone: '{}' {}", zone, mark);
      const std::string range = "from: '2026-02-11T07:31:17' to: '2026-11-30T19:00:01' ";
      const auto whole = Totals(World::Ask(asked + range));
      ASSERT_EQ(whole.size(), 3U) << zone;
      for (const char* grain : {"HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR"}) {
        const auto parts = World::Ask(asked + range + "limit: 100000 grain: " + grain);
        EXPECT_EQ(Totals(parts), whole) << zone << ' ' << mark << grain;
        ++compared;
      }
      // And two halves of an hour.
      auto halves =
          Totals(World::Ask(asked + "from: '2026-02-11T07:31:17' to: '2026-10-25T02:30'"));
      for (const auto& [currency, amount] :
           Totals(World::Ask(asked + "from: '2026-10-25T02:30' to: '2026-11-30T19:00:01'"))) {
        halves[currency] += amount;
      }
      EXPECT_EQ(halves, whole) << zone;
    }
  }
  EXPECT_EQ(compared, 72U);
}

// A cost of ten years, at a mark within them.
TEST(CostFigures, AheadOfTheMarkPartsAddUpAndAreCompared) {
  World::Load(CLIENTELE_PROJECTIONS "/roi/testdata/basic.events.ndjson");
  const std::string cost =
      "metrics: 'cost' group_by: 'currency' filters { dimension: 'currency' values: 'EUR' } ";
  const std::string ahead = "from: '2028-01-01' to: '2030-01-01' ";
  const auto whole = World::Ask(cost + ahead);
  ASSERT_EQ(whole.rows_size(), 1);
  EXPECT_EQ(whole.rows(0).figures(0).value(), 731'004);
  for (const char* grain : {"DAY", "MONTH", "YEAR"}) {
    EXPECT_EQ(Totals(World::Ask(cost + ahead + "grain: " + grain)), Totals(whole)) << grain;
  }
  const auto years = World::Ask(cost + ahead + "grain: YEAR compare { previous: PERIOD } ");
  ASSERT_EQ(years.rows_size(), 2);
  EXPECT_EQ(years.rows(0).figures(0).value(), 366'002);
  EXPECT_EQ(years.rows(0).figures(0).compared().value(), 370'068);
  EXPECT_EQ(years.rows(0).compared_bucket(), "2026-01-01T00:00:00+00:00");
  EXPECT_EQ(years.rows(1).figures(0).compared().change(), 0);
}

// All of a cost lies in its period: the whole calendar has what was told.
TEST(CostFigures, TheWholeCalendarHasWhatWasTold) {
  World::LoadLines(
      {R"({"tenant":"main","occurred_at":"1774681500000000","entity_id":"c","cost":{"cost_id":"c",
          "purpose":"SERVICE","amount_minor":"1000000000000000","currency":"EUR",
          "period":{"from":"31536000000000","to":"7258118399999999"}}})",
       R"({"tenant":"main","occurred_at":"1774681500000000","entity_id":"d","cost":{"cost_id":"d",
          "purpose":"SERVICE","amount_minor":"-3","currency":"EUR",
          "period":{"from":"1774681500000000","to":"1774681500000001"}}})"});
  for (const char* zone : {"UTC", "Europe/Berlin"}) {
    const auto response =
        World::Ask(fmt::format("metrics: 'cost' group_by: 'currency' from: '1971-01-01' "
                               "to: '2200-01-02' time_zone: '{}'",
                               zone));
    ASSERT_EQ(response.rows_size(), 1) << zone;
    EXPECT_EQ(response.rows(0).figures(0).value(), 1e15 - 3) << zone;
    EXPECT_EQ(response.rows(0).figures(0).n(), 2) << zone;
  }
}

}  // namespace
}  // namespace clientele::testing
