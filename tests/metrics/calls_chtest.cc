// What must hold between the metrics of calls, and the worked examples that need many events.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/metrics/world.h"

namespace clientele::testing {
namespace {

using query::v1::Figure;
using query::v1::Row;

const char* const kBasic = CLIENTELE_PROJECTIONS "/calls/testdata/basic.events.ndjson";
const std::string kRange = "from: '2026-03-28' to: '2026-03-31' time_zone: 'Europe/Berlin' ";

// Every grouping that the metrics below have in common.
const std::vector<std::string> kGroupings = {"",
                                             "grain: DAY ",
                                             "grain: HOUR ",
                                             "group_by: 'queue' ",
                                             "grain: DAY group_by: 'queue' group_by: 'topic' ",
                                             "mark_id: 0 "};

// Offered = answered + abandoned + flowed out.
TEST(CallFigures, OfferedCallsAddUp) {
  World::Load(kBasic);
  for (const std::string& grouping : kGroupings) {
    const auto response =
        World::Ask(kRange + grouping +
                   "metrics: 'calls_offered' metrics: 'calls_answered' metrics: 'calls_abandoned' "
                   "metrics: 'calls_flowed_out'");
    ASSERT_GT(response.rows_size(), 0) << grouping;
    for (const Row& row : response.rows()) {
      EXPECT_EQ(row.figures(0).value(),
                row.figures(1).value() + row.figures(2).value() + row.figures(3).value())
          << grouping << row.ShortDebugString();
    }
  }
}

// Handle time is talk, hold and after-call work together, of the same calls.
TEST(CallFigures, PartsOfHandleTimeAddUp) {
  World::Load(kBasic);
  std::vector<std::string> groupings = kGroupings;
  for (const char* by : {"team", "line", "employee"}) {
    groupings.push_back(fmt::format("group_by: '{}' ", by));
  }
  for (const std::string& grouping : groupings) {
    const auto response =
        World::Ask(kRange + grouping +
                   "metrics: 'aht' metrics: 'talk_time' metrics: 'hold_time' metrics: 'wrap_time'");
    ASSERT_GT(response.rows_size(), 0) << grouping;
    for (const Row& row : response.rows()) {
      const Figure& whole = row.figures(0);
      double parts = 0;
      for (int i = 1; i < 4; ++i) {
        EXPECT_EQ(row.figures(i).n(), whole.n());
        EXPECT_EQ(row.figures(i).empty(), whole.empty());
        parts += row.figures(i).value();
      }
      EXPECT_NEAR(whole.value(), parts, 1e-9) << grouping << row.ShortDebugString();
    }
  }
}

// A queue of a thousand is full for the next: 1,001 calls arrive and none leaves.
TEST(CallFigures, AFullQueueBlocks) {
  std::vector<std::string> lines;
  for (int i = 0; i < 1'001; ++i) {
    const int64_t at = 1'774'692'000'000'000 + i;
    lines.push_back(fmt::format(
        R"({{"tenant":"main","occurred_at":"{0}","entity_id":"{1}","call":{{"call_id":"{1}",)"
        R"("direction":"INBOUND",{2}"ended_at":"{3}"}}}})",
        at, i,
        i < 1'000 ? fmt::format(R"("queued_at":"{}","end":"ABANDONED",)", at)
                  : std::string(R"("end":"QUEUE_FULL",)"),
        at + 600'000'000));
  }
  World::LoadLines(lines);
  const auto response =
      World::Ask(kRange + "metrics: 'blocked_rate' metrics: 'calls_offered' metrics: 'asa'");
  const Row& row = response.rows(0);
  EXPECT_EQ(row.figures(0).numerator(), 1);
  EXPECT_EQ(row.figures(0).denominator(), 1'001);
  EXPECT_EQ(row.figures(1).value(), 1'000);
  EXPECT_EQ(row.figures(2).empty(), Figure::NO_DATA);
}

// Nobody sees a named person's figure of fewer than ten, whichever way it is asked for.
TEST(CallFigures, HideSmallNumbersOfNamedPeople) {
  World::Load(kBasic);
  for (const char* asked :
       {"group_by: 'employee' filters { dimension: 'employee' values: 'clara' }",
        "filters { dimension: 'employee' values: 'clara' }",
        "group_by: 'queue' filters { dimension: 'employee' values: 'clara' }",
        "grain: DAY filters { dimension: 'employee' values: 'anna' } group_by: 'topic'"}) {
    const auto response =
        World::Ask(kRange + asked + "metrics: 'aht' metrics: 'service_level:over_answered'");
    int hidden = 0;
    for (const Row& row : response.rows()) {
      for (const Figure& figure : row.figures()) {
        EXPECT_EQ(figure.has_value(), figure.n() >= 10) << asked << row.ShortDebugString();
        hidden += figure.empty() == Figure::HIDDEN_SMALL_N ? 1 : 0;
      }
    }
    EXPECT_GT(hidden, 0) << asked;
  }
}

}  // namespace
}  // namespace clientele::testing
