// What must hold between the metrics of calls, and the worked examples that need many events.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/metrics/world.h"

namespace clientele::testing {
namespace {

using query::v1::Figure;
using query::v1::Row;

const char* const kBasicCalls = CLIENTELE_PROJECTIONS "/calls/testdata/basic.events.ndjson";
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
  World::Load(kBasicCalls);
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
  World::Load(kBasicCalls);
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

using Dimensions = std::map<std::string, std::string>;

struct Chosen {
  std::string where;
  bool (*holds)(Dimensions);
};

// Every condition chooses the calls whose dimensions it says, in both tables.
TEST(CallFigures, ATreeOfConditionsChoosesWhatItSays) {
  World::Load(kBasicCalls);
  const std::vector<Chosen> all = {
      {"equal { dimension: 'queue' value: 'sales' }",
       [](Dimensions call) { return call["queue"] == "sales"; }},
      {"one_of { dimension: 'line' values: '1' values: '7' }",
       [](Dimensions call) { return call["line"] == "1"; }},
      {"prefix { dimension: 'topic' value: 'pa' }",
       [](Dimensions call) { return call["topic"] == "payment"; }},
      {"prefix { dimension: 'topic' value: '%' }", [](Dimensions) { return false; }},
      {"set: 'employee'", [](Dimensions call) { return call["employee"] != ""; }},
      {"unset: 'employee'", [](Dimensions call) { return call["employee"] == ""; }},
      {"set: 'line'", [](Dimensions call) { return call["line"] != "0"; }},
      {"range { dimension: 'line' from: '1' to: '2' }",
       [](Dimensions call) { return call["line"] == "1"; }},
      {"range { dimension: 'line' from: '2' }",
       [](Dimensions call) { return call["line"] == "2"; }},
      {"range { dimension: 'topic' from: 'delivery' to: 'repair' }",
       [](Dimensions call) { return call["topic"] != "repair"; }},
      {"range { dimension: 'topic' to: 'e' }",
       [](Dimensions call) { return call["topic"] == "delivery"; }},
      {"any { conditions { equal { dimension: 'topic' value: 'repair' } } conditions { equal { "
       "dimension: 'queue' value: 'sales' } } }",
       [](Dimensions call) { return call["topic"] == "repair" || call["queue"] == "sales"; }},
      {"all { conditions { equal { dimension: 'topic' value: 'delivery' } } conditions { none { "
       "conditions { equal { dimension: 'queue' value: 'sales' } } conditions { unset: 'line' } } "
       "} }",
       [](Dimensions call) {
         return call["topic"] == "delivery" && call["queue"] != "sales" && call["line"] != "0";
       }},
  };
  const std::vector<std::string> names = {"queue", "topic", "employee", "line"};
  for (const char* metric : {"metrics: 'calls_answered' ", "metrics: 'calls_handled' "}) {
    const auto every = World::Ask(kRange + metric +
                                  "group_by: 'queue' group_by: 'topic' group_by: 'employee' "
                                  "group_by: 'line'");
    ASSERT_GT(every.rows_size(), 5);
    for (const Chosen& chosen : all) {
      double wanted = 0;
      for (const Row& row : every.rows()) {
        Dimensions call;
        for (int i = 0; i < row.dimensions_size(); ++i) {
          call[names[static_cast<size_t>(i)]] = row.dimensions(i);
        }
        if (chosen.holds(call)) wanted += row.figures(0).value();
      }
      const auto some = World::Ask(kRange + metric +
                                   "group_by: 'queue' where { all { conditions { " + chosen.where +
                                   " } conditions { any { conditions { set: "
                                   "'employee' } conditions { unset: 'employee' } } } } }");
      double found = 0;
      for (const Row& row : some.rows()) found += row.figures(0).value();
      EXPECT_EQ(found, wanted) << metric << chosen.where;
    }
  }
}

// Those who are not among the top are computed from their rows, and so is the total.
TEST(CallFigures, OthersAndTheTotalAreComputed) {
  World::Load(CLIENTELE_PROJECTIONS "/calls/testdata/repeat.events.ndjson");
  const std::string asked = kRange +
                            "metrics: 'calls_offered' metrics: 'callers' metrics: 'asa' "
                            "metrics: 'asa_quantile' ";
  for (const std::string grain : {"", "grain: DAY "}) {
    const auto top =
        World::Ask(asked + grain + "group_by: 'queue' group_by: 'topic' top { groups: 1 }");
    const auto all = World::Ask(asked + grain);
    const auto ranks = World::Ask(asked + "group_by: 'queue' group_by: 'topic'");
    const Row* first = &ranks.rows(0);
    for (const Row& row : ranks.rows()) {
      if (row.figures(0).value() > first->figures(0).value()) first = &row;
    }
    const auto others = World::Ask(
        asked + grain +
        fmt::format("where {{ none {{ conditions {{ all {{ conditions {{ equal {{ dimension: "
                    "'queue' value: '{}' }} }} conditions {{ equal {{ dimension: 'topic' value: "
                    "'{}' }} }} }} }} }} }}",
                    first->dimensions(0), first->dimensions(1)));
    ASSERT_EQ(top.rows_size(), all.rows_size() * 3);
    for (int i = 0; i < all.rows_size(); ++i) {
      const Row& group = top.rows(i * 3);
      EXPECT_EQ(group.dimensions(0), first->dimensions(0));
      EXPECT_EQ(group.dimensions(1), first->dimensions(1));
      EXPECT_EQ(top.rows(i * 3 + 1).kind(), Row::OTHER);
      EXPECT_EQ(top.rows(i * 3 + 2).kind(), Row::TOTAL);
      for (int j = 0; j < 4; ++j) {
        EXPECT_EQ(top.rows(i * 3 + 1).figures(j).ShortDebugString(),
                  others.rows(i).figures(j).ShortDebugString());
        EXPECT_EQ(top.rows(i * 3 + 2).figures(j).ShortDebugString(),
                  all.rows(i).figures(j).ShortDebugString());
      }
      EXPECT_EQ(group.figures(0).value() + top.rows(i * 3 + 1).figures(0).value(),
                all.rows(i).figures(0).value());
      // Customers of both are counted once.
      EXPECT_GE(group.figures(1).value() + top.rows(i * 3 + 1).figures(1).value(),
                all.rows(i).figures(1).value());
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
      World::Ask(kRange +
                 "metrics: 'blocked_rate' metrics: 'calls_offered' metrics: 'asa' "
                 "metrics: 'queue_depth'");
  const Row& row = response.rows(0);
  EXPECT_EQ(row.figures(0).numerator(), 1);
  EXPECT_EQ(row.figures(0).denominator(), 1'001);
  EXPECT_EQ(row.figures(1).value(), 1'000);
  EXPECT_EQ(row.figures(2).empty(), Figure::NO_DATA);
  EXPECT_EQ(row.figures(3).value(), 1'000);
}

// Nobody sees a named person's figure of fewer than ten, whichever way it is asked for.
TEST(CallFigures, HideSmallNumbersOfNamedPeople) {
  World::Load(kBasicCalls);
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
        EXPECT_FALSE(figure.has_value() && figure.n() < 10) << asked << row.ShortDebugString();
        hidden += figure.empty() == Figure::HIDDEN_SMALL_N ? 1 : 0;
      }
    }
    EXPECT_GT(hidden, 0) << asked;
  }
}

// Of anna's two queues one has few calls: the other one, taken from both, would tell them.
TEST(CallFigures, HideWhatTheSmallNumbersCouldBeComputedFrom) {
  World::Load(kBasicCalls);
  const std::string anna = "metrics: 'aht' filters { dimension: 'employee' values: 'anna' } ";
  const auto both = World::Ask(kRange + anna);
  EXPECT_EQ(both.rows(0).figures(0).n(), 12);
  EXPECT_TRUE(both.rows(0).figures(0).has_value());
  const auto by_queue = World::Ask(kRange + anna + "group_by: 'queue'");
  ASSERT_EQ(by_queue.rows_size(), 2);
  std::vector<int64_t> n;
  for (const Row& row : by_queue.rows()) {
    n.push_back(row.figures(0).n());
    EXPECT_EQ(row.figures(0).empty(), Figure::HIDDEN_SMALL_N) << row.ShortDebugString();
    EXPECT_FALSE(row.figures(0).has_numerator());
  }
  EXPECT_THAT(n, ::testing::UnorderedElementsAre(11, 1));
}

}  // namespace
}  // namespace clientele::testing
