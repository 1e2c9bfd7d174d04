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
  EXPECT_EQ(Value("orders", ""), 3);
  EXPECT_EQ(Value("returns", ""), 300);
  EXPECT_EQ(Value("payments", ""), 630);
  EXPECT_DOUBLE_EQ(Value("average_check", ""), 1'200 / 3.0);
  EXPECT_EQ(Value("churned", ""), 2);
  EXPECT_DOUBLE_EQ(Value("service_churn_share", ""), 1 / 2.0);
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
