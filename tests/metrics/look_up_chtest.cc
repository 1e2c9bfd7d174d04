// Where somebody worked when a fact occurred, of every table that looks it up: the figures that are
// shown by team are those of the employee's unit then, at the mark.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/metrics/world.h"

namespace clientele::testing {
namespace {

using TeamTotals = std::map<std::string, double>;

constexpr int64_t kHourOfMove = 3'600'000'000;
constexpr int64_t kBeforeMove = 1'774'692'000'000'000;  // 2026-03-28T10:00Z
constexpr int64_t kMove = kBeforeMove + kHourOfMove;

// `payload`: a field of Event with its value, as JSON. `customer`: a digit.
std::string FactLine(std::string_view id, int64_t at, char customer, const std::string& payload) {
  return fmt::format(R"({{"tenant":"main","entity_id":"{}","occurred_at":"{}",)"
                     R"("customer_id":"5f0c7a3e-0000-4000-8000-00000000000{}",{}}})",
                     id, at, customer, payload);
}

// Of anna.
std::string PlaceLine(int64_t since, std::string_view path, int revision = 0) {
  return fmt::format(
      R"({{"tenant":"main","entity_id":"4:anna16:{0}","occurred_at":"{0}","revision":{2},)"
      R"("staff":{{"employee_id":"anna","unit_path":"{1}","valid_from":"{0}"}}}})",
      since, path, revision);
}

// Anna answered it, or nobody.
std::string PhoneLine(std::string_view id, int64_t at, bool answered) {
  const std::string legs =
      fmt::format(R"(,"answered_at":"{0}","legs":[{{"employee_id":"anna","answered_at":"{0}",)"
                  R"("talk_ms":"60000"}}])",
                  at + 5'000'000);
  return FactLine(id, at, '1',
                  fmt::format(R"("call":{{"call_id":"{}","direction":"INBOUND","queue_id":"q",)"
                              R"("queued_at":"{}","ended_at":"{}","end":"{}"{}}})",
                              id, at, at + 65'000'000, answered ? "ANSWERED" : "ABANDONED",
                              answered ? legs : ""));
}

// `more`: fields as JSON.
std::string TouchLine(std::string_view id, int64_t at, char customer, std::string_view kind,
                      std::string_view more) {
  return FactLine(
      id, at, customer,
      fmt::format(R"("touchpoint":{{"touchpoint_id":"{}","kind":"{}",{}}})", id, kind, more));
}

// One of each kind of fact, when anna has just moved; none tells her team.
std::vector<std::string> FactsOfAnna() {
  const std::string anna = R"("employee_id":"anna")";
  return {
      PlaceLine(kBeforeMove - 1'000 * kHourOfMove, "co/south/sales/t1"),
      PlaceLine(kMove, "co/north/sales/t2"),
      PhoneLine("p-1", kBeforeMove, false),
      PhoneLine("p-2", kMove, true),
      FactLine(
          "s-1", kMove, '2',
          fmt::format(R"("survey":{{"response_id":"s-1","survey_id":"s","question_id":"q",)"
                      R"("scale":"CSAT_5","sent_at":"{0}","completed_at":"{0}","answer":5,{1}}})",
                      kMove, anna)),
      TouchLine("r-1", kMove, '3', "REVIEW", R"("rating":{"value":4,"scale":5},)" + anna),
      TouchLine("d-1", kMove, '4', "DELIVERY",
                fmt::format(R"("promise":{{"due_at":"{}"}},{})", kMove + kHourOfMove, anna)),
      TouchLine("b-1", kMove, '5', "PURCHASE",
                R"("money":{"amount_minor":"500","currency":"EUR"},)" + anna),
      TouchLine("m-1", kBeforeMove, '6', "MESSAGE",
                R"("conversation_id":"c","direction":"INBOUND","author":"CUSTOMER")"),
      TouchLine("m-2", kMove, '6', "MESSAGE",
                R"("conversation_id":"c","direction":"OUTBOUND","author":"EMPLOYEE",)" + anna),
      "",
      PlaceLine(kMove, "co/west/care/t4", 1),
  };
}

constexpr const char* kEuros = "filters { dimension: 'currency' values: 'EUR' } ";

struct AskedFigure {
  std::string request;
  std::string more_groups;
  double value;
};

const std::vector<AskedFigure>& FiguresOfAnna() {
  static const std::vector<AskedFigure> figures = {
      {"metrics: 'calls_answered' ", "", 1},
      {"metrics: 'callers:answered' ", "", 1},
      {"metrics: 'callers:answered' grain: DAY ", "", 1},
      {"metrics: 'asa_quantile:p50' ", "", 5},
      {"metrics: 'aht' ", "", 60},
      {"metrics: 'attempts_to_reach' ", "", 2},
      {"metrics: 'fcr' ", "", 1},
      {"metrics: 'csat' ", "", 1},
      {"metrics: 'review_rating' ", "", 4},
      {"metrics: 'promise_kept' ", "", 1},
      {"metrics: 'contacts' filters { dimension: 'touch_kind' values: 'REVIEW' } ", "", 1},
      {"metrics: 'response_time:any' ", "", 3'600},
      {std::string("metrics: 'revenue' ") + kEuros, "", 500},
      {std::string("metrics: 'revenue' ") + kEuros, "group_by: 'category' ", 500},
      {std::string("metrics: 'revenue' ") + kEuros, "group_by: 'segment' ", 500},
  };
  return figures;
}

// By the first dimension; groups of nothing are left out.
TeamTotals TotalsBy(const AskedFigure& figure, const std::string& dimension,
                    const std::string& how) {
  auto totals =
      Totals(World::Ask(figure.request + fmt::format("group_by: '{}' ", dimension) +
                        figure.more_groups + how + " from: '2026-03-28' to: '2026-03-30'"));
  std::erase_if(totals, [](const auto& total) { return total.second == 0; });
  return totals;
}

TEST(LookedUp, FactsCountWhereTheirEmployeeWorkedThen) {
  World::LoadLines(FactsOfAnna());
  for (const AskedFigure& figure : FiguresOfAnna()) {
    SCOPED_TRACE(figure.request + figure.more_groups);
    const double value = figure.value;
    EXPECT_EQ(TotalsBy(figure, "team", ""), (TeamTotals{{"t4", value}}));
    EXPECT_EQ(TotalsBy(figure, "department", ""), (TeamTotals{{"care", value}}));
    EXPECT_EQ(TotalsBy(figure, "branch", ""), (TeamTotals{{"west", value}}));
    EXPECT_EQ(TotalsBy(figure, "unit", ""), (TeamTotals{{"co/west/care/t4", value}}));
    // As it was known before the move was corrected.
    EXPECT_EQ(TotalsBy(figure, "team", "mark_id: 0"), (TeamTotals{{"t2", value}}));
    EXPECT_EQ(TotalsBy(figure, "branch", "mark_id: 0"), (TeamTotals{{"north", value}}));
    // From a team to what it is made of, and back.
    const std::string of_team = "filters { dimension: 'team' values: 't4' }";
    EXPECT_EQ(TotalsBy(figure, "unit", of_team), (TeamTotals{{"co/west/care/t4", value}}));
    EXPECT_EQ(TotalsBy(figure, "team", "where { prefix { dimension: 'unit' value: 'co/west' } }"),
              (TeamTotals{{"t4", value}}));
    EXPECT_EQ(TotalsBy(figure, "team", "where { equal { dimension: 'branch' value: 'south' } }"),
              TeamTotals{});
  }
}

// The event's own word is worth more than the organisation's.
TEST(LookedUp, ATeamThatIsToldStands) {
  World::LoadLines({PlaceLine(kMove, "co/west/care/t4"),
                    TouchLine("b-1", kMove, '5', "PURCHASE",
                              R"("employee_id":"anna","team_id":"lent",)"
                              R"("money":{"amount_minor":"500","currency":"EUR"})"),
                    TouchLine("b-2", kMove, '5', "PURCHASE",
                              R"("employee_id":"nobody knows",)"
                              R"("money":{"amount_minor":"7","currency":"EUR"})"),
                    TouchLine("b-3", kMove - 1, '5', "PURCHASE",
                              R"("employee_id":"anna",)"
                              R"("money":{"amount_minor":"90","currency":"EUR"})")});
  const AskedFigure revenue{std::string("metrics: 'revenue' ") + kEuros, "", 0};
  EXPECT_EQ(TotalsBy(revenue, "team", ""), (TeamTotals{{"", 97}, {"lent", 500}}));
  EXPECT_EQ(TotalsBy(revenue, "branch", ""), (TeamTotals{{"", 97}, {"west", 500}}));
  EXPECT_EQ(TotalsBy(revenue, "employee", "where { unset: 'team' }"),
            (TeamTotals{{"anna", 90}, {"nobody knows", 7}}));
}

}  // namespace
}  // namespace clientele::testing
