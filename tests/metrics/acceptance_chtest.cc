// Worked examples of the field whose figures come from several projections at once: an hour of
// listening, what one costs, a mystery shopper, a dealer's deal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>
#include <utility>

#include "tests/metrics/world.h"

namespace clientele::testing {
namespace {

using query::v1::Figure;
using query::v1::QueryResponse;

constexpr int64_t kExampleMinute = 60'000'000;
constexpr int64_t kExampleHour = 60 * kExampleMinute;
constexpr int64_t kNovember2 = 1'793'606'400'000'000;  // 2026-11-02T08:00Z
constexpr int64_t kOctober5 = 1'791'190'800'000'000;   // 2026-10-05T09:00Z
constexpr const char* kPerson = "5f0c7a3e-0000-4000-8000-000000000001";
constexpr const char* kMysteryShopper = "5f0c7a3e-0000-4000-8000-000000000002";
const std::string kInNovember = "from: '2026-11-01' to: '2026-12-01' ";

// `payload`: a field of Event with its value, as JSON.
std::string ExampleLine(std::string_view id, int64_t at, std::string_view payload,
                        std::string_view customer = "", std::string_view purpose = "REAL") {
  return fmt::format(R"({{"tenant":"main","entity_id":"{}","occurred_at":"{}","customer_id":"{}",)"
                     R"("purpose":"{}",{}}})",
                     id, at, customer, purpose, payload);
}

// `more`: further fields as JSON, each with a comma before it.
std::string TouchpointJson(std::string_view id, std::string_view kind, std::string_view more = "") {
  return fmt::format(R"("touchpoint":{{"touchpoint_id":"{}","kind":"{}"{}}})", id, kind, more);
}

std::string ScorecardJson() {
  return R"("scorecard":{"scorecard_id":"card","version":1,"method":"FOUR_LEVEL","valid_from":"1",)"
         R"("sections":[{"criteria":[{"criterion_id":"greets"}]}]})";
}

std::string ScoreJson(std::string_view id, std::string_view employee, std::string_view subject,
                      std::string_view by) {
  return fmt::format(
      R"("score":{{"evaluation_id":"{}","employee_id":"{}","subject":{},"evaluator_id":"ear",)"
      R"("by":"{}","scorecard_id":"card","scorecard_version":1,"submitted_at":"{}",)"
      R"("items":[{{"criterion_id":"greets","level":"max"}}]}})",
      id, employee, subject, by, kNovember2);
}

std::string FiguresIn(const QueryResponse& response) {
  std::string text;
  for (const auto& row : response.rows()) {
    for (const Figure& figure : row.figures()) text += figure.ShortDebugString() + "\n";
  }
  return text;
}

// Six people have 30 calls of three minutes each; in an hour 10 of them are listened to, or 20.
TEST(WorkedExamples, AnHourOfListening) {
  constexpr int kCalls = 180;
  constexpr int kPeople = 6;
  std::vector<std::string> lines = {ExampleLine("4:card1:1", kOctober5, ScorecardJson())};
  const auto person = [](int call) { return fmt::format("e-{}", call / (kCalls / kPeople)); };
  for (int call = 0; call < kCalls; ++call) {
    const int64_t at = kNovember2 + call * kExampleMinute;
    lines.push_back(ExampleLine(
        fmt::format("c-{}", call), at,
        fmt::format(R"("call":{{"call_id":"c-{0}","direction":"INBOUND","queue_id":"q",)"
                    R"("queued_at":"{1}","answered_at":"{1}","ended_at":"{2}","end":"ANSWERED",)"
                    R"("legs":[{{"employee_id":"{3}","started_at":"{1}","answered_at":"{1}",)"
                    R"("ended_at":"{2}","talk_ms":"180000"}}]}})",
                    call, at, at + 3 * kExampleMinute, person(call))));
  }
  for (const int first : {0, 9}) {
    if (first > 0) lines.emplace_back();  // a mark
    for (int call = first; call < kCalls; call += 18) {
      const std::string id = fmt::format("e-{}", call);
      lines.push_back(ExampleLine(
          id, kNovember2,
          ScoreJson(id, person(call), fmt::format(R"({{"kind":"CALL","entity_id":"c-{}"}})", call),
                    "HUMAN")));
    }
  }
  World::LoadLines(lines);
  const std::string asked =
      kInNovember + "metrics: 'talk_time' metrics: 'qa_coverage' metrics: 'evaluations:counted' ";
  for (const auto& [mark, heard, coverage, of_a_person] :
       {std::tuple{"mark_id: 0", 10, 5.56, 1.67}, {"mark_id: 1", 20, 11.11, 3.33}}) {
    const auto response = World::Ask(asked + mark);
    const auto& figures = response.rows(0).figures();
    EXPECT_DOUBLE_EQ(figures[0].value() * static_cast<double>(figures[0].n()) / 3'600, 9.0);
    EXPECT_EQ(figures[1].numerator(), heard);
    EXPECT_EQ(figures[1].denominator(), kCalls);
    EXPECT_NEAR(100 * figures[1].value(), coverage, 0.005);
    EXPECT_NEAR(figures[2].value() / kPeople, of_a_person, 0.005);
  }
  // By person the coverage is known, and no score: so few tell nobody from anybody.
  const auto by_person = World::Ask(
      kInNovember + "metrics: 'qa_coverage' metrics: 'quality_score' group_by: 'employee'");
  ASSERT_EQ(by_person.rows_size(), kPeople);
  for (const auto& row : by_person.rows()) {
    EXPECT_EQ(row.figures(0).n(), kCalls / kPeople);
    EXPECT_EQ(row.figures(1).empty(), Figure::HIDDEN_SMALL_N);
    EXPECT_LT(row.figures(1).n(), 5);
  }
}

// The means and deviations are those of quality/testdata/basic.quality_score.tsv; how many it takes
// was worked out of them with scipy.
TEST(WorkedExamples, HowManyMoreEvaluationsTellTwoPeopleApart) {
  World::Load(CLIENTELE_PROJECTIONS "/quality/testdata/basic.events.ndjson");
  const std::string asked =
      "metrics: 'quality_score' metrics: 'quality_score:critical' from: '2026-03-28' "
      "to: '2026-03-31' time_zone: 'Europe/Berlin' group_by: 'employee' "
      "tell_apart { first: 'anna' ";
  const auto present = World::Ask(asked + "second: 'boris' }");
  ASSERT_EQ(present.pairs_size(), 2);
  const query::v1::Compared& compared = present.pairs(0).first().compared();
  EXPECT_EQ(present.pairs(0).first().n(), 16);
  EXPECT_EQ(compared.n(), 15);
  EXPECT_NEAR(compared.change(), 12.6155, 1e-3);
  EXPECT_NEAR(compared.change_low(), -15.6363, 1e-3);
  EXPECT_NEAR(compared.change_high(), 40.8673, 1e-3);
  EXPECT_EQ(compared.apart(), query::v1::Compared::NO);
  EXPECT_EQ(present.pairs(0).needed(), 128);
  EXPECT_EQ(present.pairs(1).needed(), 228);
  const auto given = World::Ask(asked + "second: 'boris' difference: 10 }");
  ASSERT_EQ(given.pairs_size(), 2);
  EXPECT_EQ(given.pairs(0).needed(), 212);
  EXPECT_EQ(given.pairs(1).needed(), 196);
  const auto nobody = World::Ask(asked + "second: 'nobody' }");
  ASSERT_EQ(nobody.pairs_size(), 2);
  EXPECT_EQ(nobody.pairs(0).empty(), query::v1::Pair::TOO_FEW);
  EXPECT_THAT(nobody.meta().warnings(),
              ::testing::Contains("tell_apart: nothing in the range is of employee nobody"));
}

std::string CostJson(std::string_view id, std::string_view purpose, int64_t amount_minor,
                     std::string_view category) {
  return fmt::format(R"("cost":{{"cost_id":"{}","purpose":"{}","amount_minor":"{}",)"
                     R"("category":"{}","currency":"RUB","period":{{"from":"{}","to":"{}"}}}})",
                     id, purpose, amount_minor, category, kNovember2, kNovember2 + kExampleHour);
}

// 30,000 for 1,600 evaluations; a new customer costs 7,000 and one who is kept 1,000.
TEST(WorkedExamples, WhatOneCosts) {
  constexpr int kEvaluations = 1'600;
  constexpr int kKept = 20;
  constexpr int kNew = 10;
  std::vector<std::string> lines;
  const auto spent = [&](std::string_view id, std::string_view purpose, int64_t amount_minor,
                         std::string_view category = "") {
    lines.push_back(ExampleLine(id, kNovember2, CostJson(id, purpose, amount_minor, category)));
  };
  spent("evaluators", "OTHER", 3'000'000, "quality_assurance");
  spent("ads", "ACQUISITION", 70'000);
  spent("loyalty", "RETENTION", 20'000);
  for (int number = 0; number < kEvaluations; ++number) {
    const std::string id = fmt::format("e-{}", number);
    lines.push_back(ExampleLine(
        id, kNovember2, ScoreJson(id, "anna", R"({"kind":"CALL","entity_id":"c-1"})", "HUMAN")));
  }
  for (int number = 0; number < kKept + kNew; ++number) {
    const std::string customer = fmt::format("5f0c7a3e-0000-4000-8000-{:012}", number + 1);
    for (const auto& [when, at] : {std::pair{"before", kOctober5}, {"now", kNovember2}}) {
      if (at == kOctober5 && number >= kKept) continue;
      const std::string id = fmt::format("p-{}-{}", number, when);
      lines.push_back(ExampleLine(id, at, TouchpointJson(id, "PURCHASE"), customer));
    }
  }
  World::LoadLines(lines);
  const auto response = World::Ask(kInNovember +
                                   "metrics: 'cost_per_evaluation' metrics: 'cac' "
                                   "metrics: 'retention_cost_per_customer' "
                                   "metrics: 'acquisition_to_retention_ratio' "
                                   "filters { dimension: 'currency' values: 'RUB' }");
  const auto& figures = response.rows(0).figures();
  EXPECT_DOUBLE_EQ(figures[0].value(), 1'875);
  EXPECT_EQ(figures[0].n(), kEvaluations);
  EXPECT_DOUBLE_EQ(figures[1].value(), 7'000);
  EXPECT_DOUBLE_EQ(figures[2].value(), 1'000);
  EXPECT_DOUBLE_EQ(figures[3].value(), 7);
}

// One visit, contract, purchase and termination of a mystery shopper are one evaluation.
TEST(WorkedExamples, AMysteryShopperIsNoCustomer) {
  const std::string money = R"(,"channel":"STORE","money":{"amount_minor":"100","currency":"RUB"})";
  const auto bought = [&](std::string_view id, int64_t at) {
    return ExampleLine(id, at, TouchpointJson(id, "PURCHASE", money), kPerson);
  };
  const auto pretended = [&](std::string_view id, std::string_view kind, std::string_view more) {
    return ExampleLine(id, kNovember2, TouchpointJson(id, kind, more), kMysteryShopper, "MYSTERY");
  };
  const std::string signs =
      money + fmt::format(R"(,"contract":{{"from":"{}","mrr_minor":"100"}})", kOctober5);
  World::LoadLines(
      {ExampleLine("4:card1:1", kOctober5, ScorecardJson()), bought("p-1", kOctober5),
       bought("p-2", kNovember2), "", pretended("m-1", "STORE_VISIT", R"(,"channel":"STORE")"),
       pretended("m-2", "CONTRACT", signs), pretended("m-3", "PURCHASE", money),
       pretended("m-4", "CHURN", R"(,"reason":{"code":"SERVICE"})"),
       ExampleLine(
           "v-1", kNovember2,
           ScoreJson("v-1", "anna", R"({"kind":"TOUCHPOINT","entity_id":"m-1"})", "MYSTERY_VISIT"),
           "", "MYSTERY")});
  const std::string of_customers =
      kInNovember +
      "metrics: 'crr:all' metrics: 'churn_rate:all' metrics: 'new_customers:all' "
      "metrics: 'active_customers:all' metrics: 'reactivated:all' metrics: 'churned' "
      "metrics: 'service_churn_share' metrics: 'contacts' metrics: 'touches' metrics: 'journeys' "
      "metrics: 'complaint_rate' ";
  const std::string of_money =
      kInNovember +
      "metrics: 'revenue' metrics: 'orders' metrics: 'nrr:all' "
      "metrics: 'grr:all' filters { dimension: 'currency' values: 'RUB' } ";
  for (const std::string& asked : {of_customers, of_money}) {
    EXPECT_EQ(FiguresIn(World::Ask(asked + "mark_id: 1")),
              FiguresIn(World::Ask(asked + "mark_id: 0")))
        << asked;
  }
  const auto real = World::Ask(kInNovember + "metrics: 'crr:set' metrics: 'new_customers'");
  EXPECT_EQ(real.rows(0).figures(0).value(), 100);
  EXPECT_EQ(real.rows(0).figures(1).value(), 0);
  const std::string evaluated = kInNovember + "metrics: 'evaluations:counted' ";
  EXPECT_EQ(World::Ask(evaluated + "mark_id: 0").rows(0).figures(0).value(), 0);
  EXPECT_EQ(World::Ask(evaluated + "mark_id: 1").rows(0).figures(0).value(), 1);
}

// Call, visit, and a discount that is approved after an hour, where a quarter of one is the norm;
// a purchase, a bad word, and the customer is back for service.
TEST(WorkedExamples, ADealersDeal) {
  const auto step = [](std::string_view name, std::string_view match, std::string_view norm) {
    return fmt::format(
        R"({{"step_id":"{0}","title":"{0}","owner_role":"owner of the {0}","matches":[{1}]{2}}})",
        name, match, norm);
  };
  const std::string model = fmt::format(
      R"("journey_model":{{"model_id":"deal","version":1,"valid_from":"1","steps":[{},{},{},{}]}})",
      step("call", R"({"kind":21})", ""),
      step("visit", R"({"touchpoint_kind":"MEETING"})", R"(,"norm":{"max_ms_to_next":"900000"})"),
      step("approval",
           R"({"touchpoint_kind":"PROPOSAL","attribute":"step",)"
           R"("attribute_value":"discount_approval"})",
           ""),
      step("deal", R"({"touchpoint_kind":"PURCHASE"})", ""));
  const auto dealer = [](std::string_view id, int64_t at, const std::string& payload) {
    return ExampleLine(id, at, payload, kPerson);
  };
  const std::string price =
      R"(,"channel":"STORE","money":{"amount_minor":"125000000","currency":"RUB",)"
      R"("margin_minor":"25000000"})";
  const int64_t visit = kNovember2 + 2 * kExampleHour;
  const int64_t deal = visit + 24 * kExampleHour;
  World::LoadLines(
      {ExampleLine("4:deal1:1", kOctober5, model),
       dealer("p-1", kOctober5, TouchpointJson("p-1", "PURCHASE", price)),
       dealer("c-1", kNovember2,
              fmt::format(R"("call":{{"call_id":"c-1","direction":"INBOUND","queue_id":"q",)"
                          R"("queued_at":"{0}","answered_at":"{0}","ended_at":"{1}",)"
                          R"("end":"ANSWERED"}})",
                          kNovember2, kNovember2 + kExampleMinute)),
       dealer("v-1", visit, TouchpointJson("v-1", "MEETING", R"(,"employee_id":"dora")")),
       dealer("a-1", visit + kExampleHour,
              TouchpointJson("a-1", "PROPOSAL", R"(,"attributes":{"step":"discount_approval"})")),
       dealer("p-2", deal, TouchpointJson("p-2", "PURCHASE", price)),
       dealer("3:r-19:recommend", deal,
              fmt::format(R"("survey":{{"response_id":"r-1","survey_id":"s",)"
                          R"("question_id":"recommend","scale":"NPS_11","answer":4,)"
                          R"("sent_at":"{0}","completed_at":"{0}"}})",
                          deal + kExampleHour)),
       dealer("s-1", deal + 240 * kExampleHour,
              TouchpointJson("s-1", "STORE_VISIT", R"(,"topic":"service")"))});
  const auto norm =
      World::Ask(kInNovember + "metrics: 'norm_compliance:all' group_by: 'step_owner'");
  ASSERT_EQ(norm.rows_size(), 1);
  EXPECT_EQ(norm.rows(0).dimensions(0), "owner of the visit");
  for (const Figure& figure : norm.rows(0).figures()) {
    EXPECT_EQ(figure.numerator(), 0);
    EXPECT_EQ(figure.denominator(), 1);
  }
  const auto bought = World::Ask(kInNovember +
                                 "metrics: 'revenue' metrics: 'orders' "
                                 "filters { dimension: 'currency' values: 'RUB' }");
  EXPECT_EQ(bought.rows(0).figures(0).value(), 125'000'000);
  EXPECT_EQ(bought.rows(0).figures(1).value(), 1);
  const auto at_risk = World::Ask(kInNovember +
                                  "metrics: 'revenue_at_risk:any' "
                                  "metrics: 'revenue_at_risk:detractors' "
                                  "metrics: 'revenue_at_risk:complaints' "
                                  "filters { dimension: 'currency' values: 'RUB' }");
  for (const auto& [figure, customers] : {std::pair{0, 1}, {1, 1}, {2, 0}}) {
    EXPECT_EQ(at_risk.rows(0).figures(figure).value(), 50'000'000.0 * customers);
    EXPECT_EQ(at_risk.rows(0).figures(figure).n(), customers);
  }
  const auto stays = World::Ask(kInNovember +
                                "metrics: 'crr:set' metrics: 'nps_share:detractors' "
                                "metrics: 'churned'");
  EXPECT_EQ(stays.rows(0).figures(0).value(), 100);
  EXPECT_EQ(stays.rows(0).figures(0).denominator(), 1);
  EXPECT_EQ(stays.rows(0).figures(1).numerator(), 1);
  EXPECT_EQ(stays.rows(0).figures(2).value(), 0);
  const auto back = World::Ask(kInNovember +
                               "metrics: 'contacts' "
                               "filters { dimension: 'topic' values: 'service' }");
  EXPECT_EQ(back.rows(0).figures(0).value(), 1);
}

}  // namespace
}  // namespace clientele::testing
