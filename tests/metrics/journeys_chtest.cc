// What must hold of rows that a query sets in order: a day's figures are the same whatever else is
// asked for, parts add up, and metrics of several tables can be asked for together.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/metrics/world.h"

namespace clientele::testing {
namespace {

using query::v1::QueryResponse;

const char* const kBasicJourneys = CLIENTELE_PROJECTIONS "/journeys/testdata/basic.events.ndjson";
const char* const kExamples = CLIENTELE_PROJECTIONS "/journeys/testdata/examples.events.ndjson";

struct Asked {
  std::string metrics;
  std::vector<std::string> parameters;
};

// Each looks some days before and after what is asked for.
const std::vector<Asked> kAsked = {
    {"metrics: 'fcr:all' metrics: 'repeat_rate' metrics: 'cart_abandonment:all' ",
     {"parameters { key: 'window_days' value: '1' } ",
      "parameters { key: 'window_days' value: '30' } "}},
    {"metrics: 'first_response' metrics: 'response_time:all' metrics: 'response_time_quantile:all' "
     "metrics: 'time_to_substantive' metrics: 'unanswered_rate:all' ",
     {""}},
    {"metrics: 'journeys' metrics: 'channel_switch' metrics: 'omnichannel_share' "
     "metrics: 'lead_time:all' metrics: 'relay_rounds' metrics: 'bot_containment' ",
     {""}},
};

// Figures by day, each as if its day alone were asked for.
void ExpectDaysAreTheSameAlone(const std::string& what) {
  const auto days = World::Ask(what + "from: '2026-03-20' to: '2026-04-10' grain: DAY");
  ASSERT_EQ(days.rows_size(), 21);
  for (int i = 0; i + 1 < days.rows_size(); ++i) {
    const auto& row = days.rows(i);
    const auto alone =
        World::Ask(what + fmt::format("from: '{}' to: '{}'", row.bucket().substr(0, 10),
                                      days.rows(i + 1).bucket().substr(0, 10)));
    ASSERT_EQ(alone.rows_size(), 1) << row.bucket();
    for (int j = 0; j < row.figures_size(); ++j) {
      EXPECT_EQ(alone.rows(0).figures(j).ShortDebugString(), row.figures(j).ShortDebugString())
          << row.bucket() << ' ' << days.meta().columns(j).title_en();
    }
  }
}

TEST(JourneyFigures, ADayIsTheSameWhateverElseIsAskedFor) {
  World::Load(kBasicJourneys);
  for (const Asked& asked : kAsked) {
    for (const std::string& parameters : asked.parameters) {
      ExpectDaysAreTheSameAlone(asked.metrics + parameters + "time_zone: 'Europe/Berlin' ");
    }
  }
}

// What is joined as it was, by calendars and journey models.
TEST(JourneyFigures, ADayIsTheSameByReferenceData) {
  World::Load(CLIENTELE_PROJECTIONS "/journeys/testdata/clocks.events.ndjson");
  ExpectDaysAreTheSameAlone(
      "metrics: 'business_first_response' metrics: 'business_response_time:all' "
      "metrics: 'business_time_to_substantive' metrics: 'out_of_hours_share' "
      "time_zone: 'Europe/Berlin' ");
  World::Load(CLIENTELE_PROJECTIONS "/journeys/testdata/norms.events.ndjson");
  ExpectDaysAreTheSameAlone("metrics: 'norm_compliance:all' time_zone: 'Europe/Berlin' ");
}

TEST(JourneyFigures, TouchAndWaitAddUpToTheLeadTime) {
  World::Load(kBasicJourneys);
  for (const char* grouping : {"", "grain: DAY", "group_by: 'channel'", "group_by: 'topic'"}) {
    const auto response = World::Ask(
        fmt::format("metrics: 'lead_time:all' from: '2026-03-28' to: '2026-03-31' {}", grouping));
    ASSERT_GT(response.rows_size(), 0) << grouping;
    for (const auto& row : response.rows()) {
      EXPECT_DOUBLE_EQ(row.figures(0).numerator(),
                       row.figures(1).numerator() + row.figures(2).numerator())
          << grouping << row.ShortDebugString();
    }
  }
}

// A chat, a call and a mail of one conversation: two switches, one case, one journey.
TEST(JourneyFigures, OneConversationOnThreeChannels) {
  World::Load(kExamples);
  const auto response = World::Ask(
      "metrics: 'channel_switch' metrics: 'cases_opened' metrics: 'journeys' metrics: 'contacts' "
      "from: '2026-04-02' to: '2026-04-03' time_zone: 'Europe/Berlin'");
  const auto& row = response.rows(0);
  EXPECT_EQ(row.figures(0).value(), 2);
  EXPECT_EQ(row.figures(1).value(), 1);
  EXPECT_EQ(row.figures(2).value(), 1);
  EXPECT_EQ(row.figures(3).value(), 3);
}

// A dealer's deal counts as a purchase; its way over call, visit, approval and shop is one journey.
TEST(JourneyFigures, ADealersDeal) {
  World::Load(kExamples);
  const std::string range = "from: '2026-04-03' to: '2026-04-07' time_zone: 'Europe/Berlin' ";
  const auto bought = World::Ask(range +
                                 "metrics: 'revenue' metrics: 'orders' "
                                 "filters { dimension: 'currency' values: 'RUB' }");
  EXPECT_EQ(bought.rows(0).figures(0).value(), 125'000'000);
  EXPECT_EQ(bought.rows(0).figures(1).value(), 1);
  const auto way = World::Ask(range + "metrics: 'journeys' metrics: 'channel_switch'");
  EXPECT_EQ(way.rows(0).figures(0).value(), 1);
  EXPECT_EQ(way.rows(0).figures(1).value(), 3);
}

}  // namespace
}  // namespace clientele::testing
