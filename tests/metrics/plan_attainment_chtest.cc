// Targets beside figures: as they were known at the mark, of each scope, by day and with the total.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/metrics/world.h"

namespace clientele::testing {
namespace {

using query::v1::PlanAttainment;
using query::v1::QueryResponse;
using query::v1::Row;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr int64_t kPlannedFrom = 1'793'491'200'000'000;  // 2026-11-01T00:00Z
constexpr int64_t kPlannedTo = 1'796'083'200'000'000;    // 2026-12-01T00:00Z
constexpr int64_t kPlannedDay = 86'400'000'000;

// `payload`: a field of Event with its value, as JSON.
std::string PlannedLine(std::string_view id, std::string_view payload, int revision = 0,
                        std::string_view purpose = "REAL") {
  return fmt::format(R"({{"tenant":"main","entity_id":"{}","occurred_at":"{}","revision":{},)"
                     R"("purpose":"{}",{}}})",
                     id, kPlannedFrom, revision, purpose, payload);
}

std::string HandledLine(int number, std::string_view employee, std::string_view team, int day) {
  const int64_t at = kPlannedFrom + day * kPlannedDay + kPlannedDay / 2;
  return PlannedLine(
      fmt::format("c-{}", number),
      fmt::format(R"("call":{{"call_id":"c-{0}","direction":"INBOUND","queue_id":"q",)"
                  R"("queued_at":"{1}","answered_at":"{1}","ended_at":"{2}","end":"ANSWERED",)"
                  R"("legs":[{{"employee_id":"{3}","team_id":"{4}","started_at":"{1}",)"
                  R"("answered_at":"{1}","ended_at":"{2}","talk_ms":"60000"}}]}})",
                  number, at, at + 60'000'000, employee, team));
}

struct ToldTarget {
  std::string metric = "calls_handled";
  std::string scope = "COMPANY";
  std::string id = {};
  double value = 0;
  int64_t from = kPlannedFrom;
  int64_t to = kPlannedTo;
};

std::string TargetJson(const ToldTarget& target) {
  return fmt::format(R"("target":{{"metric":"{}","scope":{{"kind":"{}","id":"{}"}},"value":{},)"
                     R"("period":{{"from":"{}","to":"{}"}}}})",
                     target.metric, target.scope, target.id, target.value, target.from, target.to);
}

// In November Anna handles four calls, one of them on the 3rd, Boris of her team one on the 2nd,
// and Vera of another team one. At mark 0 the north's target is 10 and Anna's 2; then the first is
// told anew, and the second taken back.
void LoadPlanned() {
  const ToldTarget north = {.scope = "TEAM", .id = "north", .value = 10};
  ToldTarget raised = north;
  raised.value = 5;
  World::LoadLines(
      {HandledLine(0, "anna", "north", 1), HandledLine(1, "anna", "north", 1),
       HandledLine(2, "anna", "north", 1), HandledLine(3, "anna", "north", 2),
       HandledLine(4, "boris", "north", 1), HandledLine(5, "vera", "south", 1),
       PlannedLine("cost",
                   fmt::format(R"("cost":{{"cost_id":"cost","purpose":"SERVICE",)"
                               R"("amount_minor":"9000","currency":"RUB",)"
                               R"("unit":"home/moscow","period":{{"from":"{}","to":"{}"}}}})",
                               kPlannedFrom, kPlannedTo)),
       PlannedLine("t-company", TargetJson({.value = 8})),
       PlannedLine("t-north", TargetJson(north)),
       PlannedLine("t-anna", TargetJson({.scope = "EMPLOYEE", .id = "anna", .value = 2})),
       PlannedLine("t-day", TargetJson({.value = 5,
                                        .from = kPlannedFrom + kPlannedDay,
                                        .to = kPlannedFrom + 2 * kPlannedDay})),
       PlannedLine("t-south", TargetJson({.scope = "TEAM", .id = "south", .value = 1}), 0, "TEST"),
       PlannedLine(
           "t-unit",
           TargetJson({.metric = "cost", .scope = "UNIT", .id = "home/moscow", .value = 10'000})),
       "", PlannedLine("t-north", TargetJson(raised), 1),
       PlannedLine("t-anna", R"("retraction":{"kind":49,"entity_id":"t-anna","revision":0})")});
}

QueryResponse AskPlanned(const std::string& more, const std::string& metric = "calls_handled") {
  return World::Ask(
      fmt::format("metrics: '{}' from: '2026-11-01' to: '2026-12-01' "
                  "plan_attainment: true {}",
                  metric, more));
}

// The target and how much of it is reached, or why it is not known.
std::string PlannedText(const Row& row) {
  const PlanAttainment& attainment = row.figures(0).plan_attainment();
  if (!attainment.has_value()) return PlanAttainment::Empty_Name(attainment.empty());
  return fmt::format("{} of {}", attainment.value(), attainment.target());
}

std::map<std::string, std::string> PlannedByGroup(const QueryResponse& response) {
  std::map<std::string, std::string> texts;
  for (const Row& row : response.rows()) {
    texts[row.dimensions_size() > 0 ? row.dimensions(0) : Row::Kind_Name(row.kind())] =
        PlannedText(row);
  }
  return texts;
}

TEST(PlanAttainmentFigures, TargetsAreThoseOfTheMark) {
  LoadPlanned();
  for (const char* mark : {"mark_id: 0 ", ""}) {
    const bool before = *mark != 0;
    EXPECT_THAT(PlannedByGroup(AskPlanned(mark)),
                ElementsAre(Pair("KIND_UNSPECIFIED", "0.75 of 8")));
    EXPECT_THAT(
        PlannedByGroup(AskPlanned(mark + std::string("group_by: 'team'"))),
        ElementsAre(Pair("north", before ? "0.5 of 10" : "1 of 5"), Pair("south", "NO_TARGET")));
    EXPECT_THAT(PlannedByGroup(AskPlanned(mark + std::string("group_by: 'employee'"))),
                ElementsAre(Pair("anna", before ? "2 of 2" : "NO_TARGET"),
                            Pair("boris", "NO_TARGET"), Pair("vera", "NO_TARGET")));
  }
}

TEST(PlanAttainmentFigures, OfATeamThatIsFilteredTo) {
  LoadPlanned();
  EXPECT_THAT(PlannedByGroup(AskPlanned("filters { dimension: 'team' values: 'north' }")),
              ElementsAre(Pair("KIND_UNSPECIFIED", "1 of 5")));
  EXPECT_THAT(PlannedByGroup(AskPlanned("filters { dimension: 'queue' values: 'q' }")),
              ElementsAre(Pair("KIND_UNSPECIFIED", "OTHER_SCOPE")));
}

TEST(PlanAttainmentFigures, OfADayIsTheDaysOwn) {
  LoadPlanned();
  const QueryResponse days = AskPlanned("grain: DAY");
  ASSERT_EQ(days.rows_size(), 30);
  EXPECT_EQ(PlannedText(days.rows(0)), "OTHER_PERIOD");
  EXPECT_EQ(PlannedText(days.rows(1)), "1 of 5");
  EXPECT_EQ(PlannedText(days.rows(2)), "OTHER_PERIOD");
  ASSERT_EQ(days.meta().warnings_size(), 1);
  EXPECT_THAT(days.meta().warnings(0), HasSubstr("one is of 2026-11-01T00:00:00+00:00 to "
                                                 "2026-12-01T00:00:00+00:00"));
  EXPECT_EQ(PlannedText(AskPlanned("grain: MONTH").rows(0)), "0.75 of 8");
}

TEST(PlanAttainmentFigures, TheTotalIsTheCompanys) {
  LoadPlanned();
  EXPECT_THAT(PlannedByGroup(AskPlanned("group_by: 'team' top { groups: 1 }")),
              ElementsAre(Pair("OTHER", "OTHER_SCOPE"), Pair("TOTAL", "0.75 of 8"),
                          Pair("north", "1 of 5")));
}

TEST(PlanAttainmentFigures, OfMoneyByUnit) {
  LoadPlanned();
  const QueryResponse costs =
      AskPlanned("group_by: 'unit' filters { dimension: 'currency' values: 'RUB' }", "cost");
  EXPECT_THAT(PlannedByGroup(costs), ElementsAre(Pair("home/moscow", "0.9 of 10000")));
  ASSERT_EQ(costs.meta().warnings_size(), 1);
  EXPECT_THAT(costs.meta().warnings(0), HasSubstr("does not say its currency"));
}

}  // namespace
}  // namespace clientele::testing
