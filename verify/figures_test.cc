// Verify's own figures: every metric of the catalogue has its formula here, and a small day worked
// out by hand.
#include "verify/figures.h"

#include <gtest/gtest.h>

#include <optional>

#include "query/catalogue.h"
#include "verify/left_to_oracle.h"

namespace clientele::verify {
namespace {

using event::v1::Call;
using event::v1::Event;
using event::v1::Reason;
using event::v1::Survey;
using event::v1::Touchpoint;

TEST(Figures, EveryPublicMetricHasAFormula) {
  const auto catalogue = query::Catalogue::Embedded();
  ASSERT_TRUE(catalogue.has_value()) << catalogue.error().message;
  for (const auto& [id, metric] : catalogue->metrics()) {
    for (const auto& variant : metric.variants) {
      EXPECT_NE(FigureOf(id, variant.id, {}).has_value(), IsLeftToOracle(id))
          << id << " " << variant.id;
    }
  }
  EXPECT_FALSE(FigureOf("service_level", "", {}));
}

class OneDay : public testing::Test {
 protected:
  void Add(Call::End end, int64_t wait_ms, int64_t talk_ms, int64_t direction = Call::INBOUND) {
    Event event;
    event.set_tenant("main");
    event.set_occurred_at(kDay);
    event.set_customer_id(customer_);
    Call& call = *event.mutable_call();
    call.set_direction(static_cast<Call::Direction>(direction));
    call.set_end(end);
    call.set_queue_id("sales");
    if (end <= Call::CALLBACK) call.set_queued_at(kDay);
    (end == Call::ANSWERED ? call.set_answered_at(kDay + wait_ms * 1'000)
                           : call.set_ended_at(kDay + wait_ms * 1'000));
    if (talk_ms > 0) call.add_legs()->set_talk_ms(talk_ms);
    for (int i = 1; i < legs_; ++i) call.add_legs()->set_transfer(event::v1::CallLeg::BLIND);
    for (const Fact& fact : FactsOf(event, names_)) figures_.Add(fact, names_);
  }
  void Add(Touchpoint::Kind kind, int64_t amount_minor, std::optional<int64_t> margin_minor,
           Reason::Code reason = Reason::CODE_UNSPECIFIED,
           Event::Purpose purpose = Event::PURPOSE_UNSPECIFIED) {
    Event event;
    event.set_tenant("main");
    event.set_occurred_at(kDay);
    event.set_purpose(purpose);
    event.set_entity_id(std::to_string(++touchpoints_));
    event.set_customer_id(customer_);
    Touchpoint& touchpoint = *event.mutable_touchpoint();
    touchpoint.set_kind(kind);
    touchpoint.set_order_id(order_);
    if (kind != Touchpoint::CHURN) touchpoint.mutable_money()->set_currency("RUB");
    touchpoint.mutable_money()->set_amount_minor(amount_minor);
    if (margin_minor) touchpoint.mutable_money()->set_margin_minor(*margin_minor);
    touchpoint.mutable_reason()->set_code(reason);
    for (const Fact& fact : FactsOf(event, names_)) figures_.Add(fact, names_);
  }
  double Value(const char* metric, const char* variant) {
    Sums sums;
    for (const auto& [cell, of] : figures_.cells()) {
      if (cell.family == FamilyOf(metric)) sums += of;
    }
    return FigureOf(metric, variant, sums)->value.value_or(-1);
  }
  Wanted All(const char* metric) {
    Sums sums;
    for (const auto& [cell, of] : figures_.cells()) {
      if (cell.family == FamilyOf(metric)) sums += of;
    }
    return *FigureOf(metric, "", sums);
  }
  double Untold(const char* metric) { return All(metric).untold; }
  static constexpr int64_t kDay = 20'000 * int64_t{86'400'000'000};
  Names names_;
  Figures figures_;
  int touchpoints_ = 0;
  std::string order_;
  int legs_ = 1;                                                   // where there is talk
  std::string customer_ = "5f0c7a3e-0000-4000-8000-000000000001";  // who calls, buys and leaves
};

TEST_F(OneDay, ByHand) {
  legs_ = 3;
  Add(Call::ANSWERED, 20'000, 60'000);
  legs_ = 1;
  Add(Call::ANSWERED, 20'001, 0);
  Add(Call::ABANDONED, 4'999, 0);
  customer_.back() = '2';
  Add(Call::ABANDONED, 5'000, 0);
  customer_.clear();
  Add(Call::VOICEMAIL, 9'000, 0);
  Add(Call::BUSY, 0, 0);
  Add(Call::ANSWERED, 1'000, 1'000, Call::OUTBOUND);
  EXPECT_EQ(Value("calls_offered", ""), 5);
  EXPECT_EQ(Value("calls_flowed_out", "any"), 1);
  EXPECT_EQ(Value("calls_flowed_out", "voicemail"), 1);
  EXPECT_EQ(Value("calls_flowed_out", "callback"), 0);
  EXPECT_DOUBLE_EQ(Value("service_level", "over_answered"), 1 / 2.0);
  EXPECT_DOUBLE_EQ(Value("service_level", "over_answered_and_abandoned"), 1 / 4.0);
  EXPECT_DOUBLE_EQ(Value("service_level", "without_short"), 1 / 3.0);
  EXPECT_DOUBLE_EQ(Value("service_level", "over_offered"), 1 / 5.0);
  EXPECT_DOUBLE_EQ(Value("abandon_rate", "of_offered"), 2 / 5.0);
  EXPECT_DOUBLE_EQ(Value("abandon_rate", "without_short"), 1 / 4.0);
  EXPECT_DOUBLE_EQ(Value("asa", ""), 20.0005);
  EXPECT_DOUBLE_EQ(Value("asa_quantile", "p50"), 20);
  EXPECT_DOUBLE_EQ(Value("asa_quantile", "p90"), 20.001);
  EXPECT_DOUBLE_EQ(Value("asa_quantile", "p99"), 20.001);
  EXPECT_EQ(Value("callers", "offered"), 2);
  EXPECT_EQ(Value("callers", "answered"), 1);
  EXPECT_DOUBLE_EQ(Value("aht", ""), 60);
  EXPECT_DOUBLE_EQ(Value("hold_share", ""), 0);
  EXPECT_DOUBLE_EQ(Value("wait_time", ""), 11.8);
  EXPECT_DOUBLE_EQ(Value("transfer_rate", ""), 1);
  EXPECT_DOUBLE_EQ(Value("hops_per_call", ""), 2);
  EXPECT_DOUBLE_EQ(Value("blocked_rate", ""), 1 / 6.0);
}

TEST_F(OneDay, OfMarksByHand) {
  Event event;
  event.set_tenant("main");
  event.set_occurred_at(kDay);
  Call& call = *event.mutable_call();
  call.set_direction(Call::INBOUND);
  call.set_end(Call::ANSWERED);
  call.set_queued_at(kDay);
  call.set_resolved(true);
  call.mutable_speech()->set_agent_ms(50);
  call.mutable_speech()->set_customer_ms(40);
  call.mutable_speech()->set_silence_ms(20);
  call.mutable_speech()->set_overlap_ms(10);
  call.add_legs()->set_line(1);
  call.mutable_legs(0)->set_answered_at(kDay);
  const auto add = [&] {
    for (const Fact& fact : FactsOf(event, names_)) figures_.Add(fact, names_);
  };
  add();
  call.set_resolved(false);
  call.mutable_speech()->set_overlap_ms(41);  // longer than the customer speaks
  call.mutable_legs(0)->set_transfer(event::v1::CallLeg::BLIND);
  call.add_legs()->set_line(2);
  call.mutable_legs(1)->set_transfer(event::v1::CallLeg::BLIND);  // rang only
  add();
  call.mutable_legs(1)->set_answered_at(kDay);
  call.clear_resolved();
  add();
  event.set_purpose(Event::TEST);
  add();
  Add(Call::ANSWERED, 1'000, 1'000, Call::OUTBOUND);
  Add(Call::NO_ANSWER, 0, 0, Call::OUTBOUND);
  Add(Call::END_UNSPECIFIED, 0, 0, Call::OUTBOUND);
  EXPECT_DOUBLE_EQ(Value("fcr_flag", ""), 1 / 2.0);
  EXPECT_DOUBLE_EQ(Value("first_line_share", "handled"), 2 / 3.0);
  EXPECT_DOUBLE_EQ(Value("first_line_share", "solved"), 1 / 2.0);
  EXPECT_DOUBLE_EQ(Value("talk_share", "agent"), 50 / 100.0);
  EXPECT_DOUBLE_EQ(Value("talk_share", "customer"), 40 / 100.0);
  EXPECT_DOUBLE_EQ(Value("silence_share", ""), 20 / 100.0);
  EXPECT_EQ(Value("hand_offs", ""), 1 + 2);
  EXPECT_DOUBLE_EQ(Value("connect_rate", ""), 1 / 2.0);
}

TEST_F(OneDay, OfTrainingsByHand) {
  Event event;
  event.set_tenant("main");
  event.set_occurred_at(kDay);
  auto& training = *event.mutable_training();
  const auto add = [&] {
    for (const Fact& fact : FactsOf(event, names_)) figures_.Add(fact, names_);
  };
  add();
  training.set_passed(true);
  training.set_score(80.0005);
  add();
  training.set_passed(false);
  training.set_score(50);
  add();
  training.set_score(101);
  add();
  EXPECT_EQ(Value("trainings", ""), 4);
  EXPECT_DOUBLE_EQ(Value("training_pass_rate", ""), 1 / 3.0);
  EXPECT_DOUBLE_EQ(Value("training_score", ""), 65.00025);
}

TEST_F(OneDay, OfCustomersByHand) {
  Add(Touchpoint::PURCHASE, 1'000, 300);
  Add(Touchpoint::PURCHASE, 500, std::nullopt);
  order_ = "1";                       // the next one, too
  Add(Touchpoint::PURCHASE, -40, 0);  // paid back
  Add(Touchpoint::PURCHASE, 40, std::nullopt);
  Add(Touchpoint::RETURN, 200, 50);
  Add(Touchpoint::RETURN, -100, -10);  // told as it changes revenue
  Add(Touchpoint::PAYMENT, 700, std::nullopt);
  Add(Touchpoint::PAYMENT, -70, std::nullopt);
  Add(Touchpoint::CONTRACT, 9'000, std::nullopt);
  Add(Touchpoint::CART, 9'000, std::nullopt);
  Add(Touchpoint::PURCHASE, 9'000, 9'000, {}, Event::MYSTERY);
  Add(Touchpoint::CHURN, 0, std::nullopt, Reason::SERVICE);
  Add(Touchpoint::CHURN, 0, std::nullopt, Reason::PRICE);  // the same customer
  customer_.back() = '2';
  Add(Touchpoint::CHURN, 0, std::nullopt);
  EXPECT_EQ(Value("revenue", ""), 1'000 + 500 - 200 - 100);
  EXPECT_EQ(Value("margin", ""), 300 - 50 - 10);
  EXPECT_EQ(Untold("margin"), 2);
  EXPECT_EQ(Untold("roi"), 2);
  EXPECT_EQ(Value("orders", ""), 3);
  EXPECT_EQ(Value("returns", ""), 300);
  EXPECT_EQ(Value("payments", ""), 630);
  EXPECT_DOUBLE_EQ(Value("average_check", ""), 1'200 / 3.0);
  EXPECT_EQ(All("average_check").n, 3);
  EXPECT_EQ(Value("churned", ""), 2);
  EXPECT_DOUBLE_EQ(Value("service_churn_share", ""), 1 / 2.0);
}

// Not known is not 0: neither is what it would bring.
TEST_F(OneDay, OfAMarginThatNobodyTells) {
  EXPECT_EQ(Value("margin", ""), 0);
  Add(Touchpoint::PURCHASE, 500, std::nullopt);
  Add(Touchpoint::RETURN, 200, std::nullopt);
  EXPECT_EQ(Value("margin", ""), -1);
  EXPECT_EQ(Untold("margin"), 2);
  EXPECT_EQ(Value("roi", ""), -1);
  EXPECT_EQ(Value("revenue", ""), 300);
  Add(Touchpoint::PURCHASE, 500, 0);
  EXPECT_EQ(Value("margin", ""), 0);
}

class Opinions : public testing::Test {
 protected:
  static constexpr int64_t kDay = 20'000 * int64_t{86'400'000'000};
  static constexpr int64_t kMinute = 60'000'000;

  Event Empty() const {
    Event event;
    event.set_tenant("main");
    event.set_occurred_at(kDay);
    event.set_customer_id(customer_);
    return event;
  }
  static void Ask(Event& event, Survey::Scale scale, double answer) {
    auto& survey = *event.mutable_survey();
    survey.set_scale(scale);
    survey.set_sent_at(kDay);
    survey.set_completed_at(kDay + kMinute);
    survey.set_answer(answer);
  }
  void Answer(Survey::Scale scale, double answer, double importance = -1) {
    Event event = Empty();
    Ask(event, scale, answer);
    if (importance >= 0) event.mutable_survey()->set_importance(importance);
    Add(event);
  }
  void Add(const Event& event) {
    for (const Fact& fact : FactsOf(event, names_)) figures_.Add(fact, names_);
  }
  double Value(const char* metric, const char* variant = "") {
    Sums sums;
    for (const auto& [cell, of] : figures_.cells()) {
      if (cell.family == FamilyOf(metric)) sums += of;
    }
    return FigureOf(metric, variant, sums)->value.value_or(-1);
  }
  Names names_;
  Figures figures_;
  std::string customer_ = "5f0c7a3e-0000-4000-8000-000000000001";
};

TEST_F(Opinions, OfSurveysByHand) {
  for (int answer = 0; answer <= 10; ++answer) Answer(Survey::NPS_11, answer);
  EXPECT_DOUBLE_EQ(Value("nps"), -500 / 11.0);
  EXPECT_DOUBLE_EQ(Value("nps_share", "passives"), 2 / 11.0);
  EXPECT_EQ(Value("recommenders"), 1);
  customer_.back() = '2';
  Answer(Survey::NPS_BINARY, 1);
  Answer(Survey::NPS_BINARY, 0);
  Answer(Survey::NPS_BINARY, 1);
  EXPECT_DOUBLE_EQ(Value("nps_binary"), 100 / 3.0);
  EXPECT_DOUBLE_EQ(Value("would_recommend"), 2 / 3.0);
  EXPECT_EQ(Value("recommenders"), 2);
  Answer(Survey::CSAT_5, 4, 0.6);   // 3/4 of the way
  Answer(Survey::CSAT_3, 2, 0.2);   // half of it
  Answer(Survey::CSAT_2, 0, 0.2);   // none of it
  Answer(Survey::CSAT_5, 6, 1000);  // outside
  EXPECT_DOUBLE_EQ(Value("csat"), 1 / 3.0);
  EXPECT_DOUBLE_EQ(Value("csat_mean", "of_five"), 4);
  EXPECT_DOUBLE_EQ(Value("csat_of_maximum"), 6 / 9.0);
  EXPECT_DOUBLE_EQ(Value("csi"), 55);
  Event event = Empty();
  Ask(event, Survey::CES_7, 2);
  event.mutable_survey()->set_low_is_good(true);
  Add(event);
  EXPECT_DOUBLE_EQ(Value("ces"), 6);
  EXPECT_DOUBLE_EQ(Value("ces_easy"), 1);
  event.mutable_survey()->mutable_asked_if()->set_question_id("recommend");
  Add(event);
  event.mutable_survey()->set_not_asked(true);
  event.mutable_survey()->clear_answer();
  event.mutable_survey()->clear_completed_at();
  Add(event);
  EXPECT_DOUBLE_EQ(Value("follow_up", "of_asked"), 1);
  EXPECT_DOUBLE_EQ(Value("follow_up", "of_all"), 1 / 2.0);
}

TEST_F(Opinions, OfHowFarQuestionsCame) {
  Event event = Empty();
  auto& survey = *event.mutable_survey();
  survey.set_sent_at(kDay);
  Add(event);
  survey.set_bounced_at(kDay);
  Add(event);
  survey.set_partial_at(kDay);
  Add(event);
  survey.set_completed_at(kDay);
  Add(event);
  survey.set_not_asked(true);
  Add(event);
  EXPECT_EQ(Value("survey_states", "sent"), 4);
  EXPECT_EQ(Value("survey_states", "bounced"), 3);
  EXPECT_EQ(Value("survey_states", "partial"), 2);
  EXPECT_DOUBLE_EQ(Value("response_rate"), 1 / 3.0);
  EXPECT_DOUBLE_EQ(Value("partial_rate"), 1 / 3.0);
}

TEST_F(Opinions, OfTouchpointsByHand) {
  Event event = Empty();
  auto& touchpoint = *event.mutable_touchpoint();
  touchpoint.set_kind(Touchpoint::DELIVERY);
  touchpoint.mutable_promise()->set_due_at(kDay + 30 * kMinute);
  Add(event);
  touchpoint.mutable_promise()->set_due_at(kDay - 10 * kMinute);
  touchpoint.mutable_promise()->set_amount_minor(100);
  touchpoint.mutable_money()->set_amount_minor(120);
  touchpoint.mutable_money()->set_currency("EUR");
  Add(event);
  EXPECT_DOUBLE_EQ(Value("promise_kept"), 1 / 2.0);
  EXPECT_DOUBLE_EQ(Value("promise_gap"), 10);
  EXPECT_EQ(Value("promise_gap_amount"), -20);
  touchpoint.clear_promise();
  touchpoint.set_kind(Touchpoint::REVIEW);
  touchpoint.mutable_rating()->set_value(8);
  touchpoint.mutable_rating()->set_scale(10);
  Add(event);
  touchpoint.set_reply_at(kDay + kMinute);
  Add(event);
  EXPECT_DOUBLE_EQ(Value("review_rating"), 4);
  EXPECT_DOUBLE_EQ(Value("review_response_rate"), 1 / 2.0);
  EXPECT_DOUBLE_EQ(Value("review_response_time"), 60);
  touchpoint.set_kind(Touchpoint::COMPLAINT);
  Add(event);
  EXPECT_EQ(Value("complaints"), 1);
  EXPECT_DOUBLE_EQ(Value("complaint_rate"), 20);
  EXPECT_EQ(Value("recommended_actually"), -1);  // nobody said so
  touchpoint.set_kind(Touchpoint::REFERRAL);
  Add(event);
  Answer(Survey::NPS_11, 9);
  EXPECT_EQ(Value("referrers"), 1);
  EXPECT_EQ(Value("recommended_actually"), 1);
}

class Spendings : public testing::Test {
 protected:
  static constexpr int64_t kDay = int64_t{86'400'000'000};
  void Add(int64_t amount_minor, int64_t from, int64_t to) {
    Event event;
    event.set_tenant("main");
    auto& cost = *event.mutable_cost();
    cost.set_amount_minor(amount_minor);
    cost.set_currency("RUB");
    cost.mutable_period()->set_from(from);
    cost.mutable_period()->set_to(to);
    for (const Fact& fact : FactsOf(event, names_)) figures_.Add(fact, names_);
  }
  // By day, of all currencies.
  std::map<int32_t, Sums> Days() const {
    std::map<int32_t, Sums> days;
    for (const auto& [cell, sums] : figures_.cells()) days[cell.day] += sums;
    return days;
  }
  Names names_;
  Figures figures_;
};

TEST_F(Spendings, PartsAddUpToTheWhole) {
  Add(100, 400 * kDay + kDay / 2, 403 * kDay);  // 2.5 days
  Add(-10, 401 * kDay, 404 * kDay);
  Add(7, 402 * kDay, 402 * kDay);  // no time at all
  Add(9, 0, 402 * kDay);           // begin not told
  const auto days = Days();
  ASSERT_EQ(days.size(), 4U);
  EXPECT_EQ(days.at(400).cost_minor, 20);
  EXPECT_EQ(days.at(401).cost_minor, 40 - 3);
  EXPECT_EQ(days.at(402).cost_minor, 40 - 3);
  EXPECT_EQ(days.at(403).cost_minor, -4);
  EXPECT_EQ(days.at(401).costs, 2);
  EXPECT_EQ(days.at(401).costs_begun, 1);
  EXPECT_EQ(days.at(402).costs_begun, 0);
}

TEST_F(Spendings, TheGreatestOverTheLongestTime) {
  Add(1'000'000'000'000'000, 1, 7'258'118'399'999'999);
  int64_t sum = 0;
  int64_t begun = 0;
  for (const auto& [day, sums] : Days()) {
    sum += sums.cost_minor;
    begun += sums.costs_begun;
  }
  EXPECT_EQ(begun, 1);
  // Without the year before the first that can be asked for.
  EXPECT_NEAR(static_cast<double>(sum), 1e15 * (84'006 - 365) / 84'006, 1e6);
}

}  // namespace
}  // namespace clientele::verify
