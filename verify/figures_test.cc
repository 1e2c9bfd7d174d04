// Verify's own figures: every metric of the catalogue has its formula here, and a small day worked
// out by hand.
#include "verify/figures.h"

#include <gtest/gtest.h>

#include "query/catalogue.h"

namespace clientele::verify {
namespace {

using event::v1::Call;
using event::v1::Event;

TEST(Figures, EveryPublicMetricHasAFormula) {
  const auto catalogue = query::Catalogue::Embedded();
  ASSERT_TRUE(catalogue.has_value()) << catalogue.error().message;
  for (const auto& [id, metric] : catalogue->metrics()) {
    for (const auto& variant : metric.variants) {
      EXPECT_TRUE(FigureOf(id, variant.id, {})) << id << " " << variant.id;
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
    figures_.Add(FactsOf(event, WorkOf(call), names_), names_);
  }
  double Value(const char* metric, const char* variant) {
    EXPECT_EQ(figures_.cells().size(), 1U);
    return *FigureOf(metric, variant, figures_.cells().begin()->second)->value;
  }
  static constexpr int64_t kDay = 20'000 * int64_t{86'400'000'000};
  Names names_;
  Figures figures_;
  int legs_ = 1;                                                   // where there is talk
  std::string customer_ = "5f0c7a3e-0000-4000-8000-000000000001";  // who calls
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

}  // namespace
}  // namespace clientele::verify
