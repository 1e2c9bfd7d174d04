// Rows that must be, worked out from the log alone, against what the projections make of the same
// records; and the comparison with a table that says something else.
#include "verify/expected.h"

#include <gtest/gtest.h>

#include <random>

#include "base/entity.h"
#include "projections/calls/calls.h"
#include "projections/events/events.h"
#include "projections/identity/identity.h"
#include "projections/retention/retention.h"
#include "projections/roi/roi.h"
#include "projections/workforce/workforce.h"
#include "verify/rows_fixture.h"
#include "verify/wanted_rows.h"

namespace clientele::verify {
namespace {

using event::v1::Call;
using event::v1::CallLeg;
using event::v1::Event;
using event::v1::Touchpoint;

int64_t AnySpan(std::mt19937_64& random) {
  constexpr int64_t kSome[] = {0, -5, 86'400'000, 86'400'001, INT64_MIN, INT64_MAX};
  if (random() % 4 == 0) return kSome[random() % std::size(kSome)];
  return static_cast<int64_t>(random() % 100'000);
}

Event AnyCall(std::mt19937_64& random) {
  Event event;
  event.set_event_id(random() % 8 == 0 ? "none" : base::RandomUuid().ToString());
  event.set_tenant("main");
  event.set_customer_id(random() % 4 == 0 ? "nobody" : base::RandomUuid().ToString());
  event.set_occurred_at(1'800'000'000'000'000);
  event.set_sent_at(AnyMoment(random));
  event.set_received_at(AnyMoment(random));
  event.set_purpose(static_cast<Event::Purpose>(random() % 6));
  event.set_revision(static_cast<uint32_t>(random()));
  event.mutable_source()->set_system("pbx");
  event.mutable_source()->set_external_id("17");
  for (uint64_t i = random() % 3; i > 0; --i) {
    event.add_alias_ids(random() % 4 == 0 ? "?" : base::RandomUuid().ToString());
  }
  event.set_entity_id("call-1");
  Call& call = *event.mutable_call();
  call.set_call_id("call-1");
  call.set_direction(static_cast<Call::Direction>(random() % 6));
  call.set_queue_id("sales");
  call.set_topic("topic");
  call.set_queued_at(AnyMoment(random));
  call.set_answered_at(AnyMoment(random));
  call.set_ended_at(AnyMoment(random));
  call.set_ivr_ms(AnySpan(random));
  call.set_end(static_cast<Call::End>(random() % 12));
  call.set_ended_by(static_cast<Call::EndedBy>(random() % 6));
  if (random() % 2 == 0) call.set_resolved(random() % 2 == 0);
  call.mutable_speech()->set_agent_ms(AnySpan(random));
  call.mutable_speech()->set_overlap_ms(AnySpan(random));
  for (uint64_t i = random() % 5; i > 0; --i) {
    CallLeg& leg = *call.add_legs();
    leg.set_employee_id("e-" + std::to_string(i));
    leg.set_team_id("t-" + std::to_string(random() % 3));
    leg.set_line(static_cast<uint32_t>(random() % 300));
    leg.set_started_at(AnyMoment(random));
    leg.set_answered_at(AnyMoment(random));
    leg.set_ended_at(AnyMoment(random));
    leg.set_talk_ms(AnySpan(random));
    leg.set_hold_ms(AnySpan(random));
    leg.set_wrap_ms(AnySpan(random));
    leg.set_transfer(static_cast<CallLeg::Transfer>(random() % 6));
  }
  return event;
}

TEST(WantedRows, AreThoseOfTheProjections) {
  std::mt19937_64 random(4);
  const auto calls = projections::calls::MakeCalls();
  for (int i = 0; i < 3'000; ++i) {
    const Event event = AnyCall(random);
    const auto blocks = projections::BlocksOf(*calls, event);
    Row row;
    CallRow(event, row);
    ExpectRow(projections::ReadBack(blocks[0]), 0, row);
    const auto legs = projections::ReadBack(blocks[1]);
    ASSERT_EQ(legs.rows, static_cast<size_t>(event.call().legs_size()));
    for (int leg = 0; leg < event.call().legs_size(); ++leg) {
      LegRow(event, leg, row);
      ExpectRow(legs, static_cast<size_t>(leg), row);
    }
    ASSERT_FALSE(HasFailure()) << event.DebugString();
  }
}

Event AnyTouchpoint(std::mt19937_64& random) {
  Event event = AnyCall(random);
  event.set_entity_id("t-1");
  Touchpoint& touchpoint = *event.mutable_touchpoint();
  touchpoint.set_kind(static_cast<Touchpoint::Kind>(random() % 25));
  touchpoint.set_channel(static_cast<event::v1::Channel::Value>(random() % 14));
  touchpoint.set_order_id("o-1");
  touchpoint.set_campaign("spring");
  touchpoint.set_employee_id("anna");
  touchpoint.set_team_id("north");
  if (random() % 4 != 0) {
    auto& money = *touchpoint.mutable_money();
    money.set_currency("EUR");
    money.set_amount_minor(AnyAmount(random));
    if (random() % 2 == 0) money.set_margin_minor(AnyAmount(random));
    money.set_method("card");
  }
  for (uint64_t i = random() % 4; i > 0; --i) {
    auto& item = *touchpoint.add_items();
    item.set_sku("sku-" + std::to_string(i));
    item.set_category("category");
    item.set_amount_minor(AnyAmount(random));
  }
  touchpoint.mutable_contract()->set_from(AnyMoment(random));
  touchpoint.mutable_contract()->set_to(AnyMoment(random));
  touchpoint.mutable_contract()->set_mrr_minor(AnyAmount(random));
  touchpoint.mutable_reason()->set_code(static_cast<event::v1::Reason::Code>(random() % 8));
  touchpoint.mutable_reason()->set_text_key("slow");
  return event;
}

Event AnyProfile(std::mt19937_64& random) {
  Event event = AnyCall(random);
  auto& profile = *event.mutable_customer_profile();
  profile.set_segment("b2c");
  profile.set_tier("gold");
  profile.set_stage("trial");
  profile.set_manager("mia");
  profile.set_valid_from(AnyMoment(random));
  return event;
}

Event AnyCompanyFact(std::mt19937_64& random) {
  constexpr const char* kDays[] = {"2026-03-28", "2026-02-30", "1969-12-31", "2149-06-07",
                                   "2149-06-06", "2026-3-28",  "",           "aaaa-bb-cc"};
  constexpr double kRates[] = {0.92, 0, -1, std::numeric_limits<double>::infinity(), 80.25};
  Event event = AnyCall(random);
  switch (random() % 4) {
    case 0:
      break;  // the call is a touch
    case 1: {
      auto& cost = *event.mutable_cost();
      cost.set_cost_id("c-1");
      cost.set_category("ads");
      cost.set_purpose(static_cast<event::v1::Cost::Purpose>(random() % 7));
      cost.set_amount_minor(AnyAmount(random));
      cost.set_currency("EUR");
      cost.mutable_period()->set_from(AnyMoment(random));
      cost.mutable_period()->set_to(AnyMoment(random));
      cost.set_channel(static_cast<event::v1::Channel::Value>(random() % 14));
      cost.set_campaign("spring");
      cost.set_team("north");
      cost.set_unit("company/sales");
      cost.set_initiative("i-1");
      break;
    }
    case 2: {
      auto& initiative = *event.mutable_initiative();
      initiative.set_initiative_id("i-1");
      initiative.set_title("Callback");
      initiative.set_phase(static_cast<event::v1::Initiative::Phase>(random() % 5));
      initiative.set_sponsor("mia");
      initiative.set_started_at(AnyMoment(random));
      initiative.set_ended_at(AnyMoment(random));
      initiative.set_planned_cost_minor(AnyAmount(random));
      initiative.set_currency("EUR");
      break;
    }
    default: {
      auto& rate = *event.mutable_exchange_rate();
      rate.set_currency("USD");
      rate.set_to("EUR");
      rate.set_day(kDays[random() % std::size(kDays)]);
      rate.set_rate(kRates[random() % std::size(kRates)]);
    }
  }
  return event;
}

TEST(WantedRows, OfCustomersAreThoseOfTheProjections) {
  std::mt19937_64 random(6);
  const auto retention = projections::retention::MakeRetention();
  for (int i = 0; i < 6'000; ++i) {
    const Event event = i % 8 == 0 ? AnyProfile(random) : AnyTouchpoint(random);
    ExpectRows(*retention, event);
    ASSERT_FALSE(testing::Test::HasFailure()) << event.DebugString();
  }
}

TEST(WantedRows, OfTheCompanyAreThoseOfTheProjections) {
  std::mt19937_64 random(8);
  const auto roi = projections::roi::MakeRoi();
  for (int i = 0; i < 6'000; ++i) {
    const Event event = i % 2 == 0 ? AnyTouchpoint(random) : AnyCompanyFact(random);
    ExpectRows(*roi, event);
    ASSERT_FALSE(testing::Test::HasFailure()) << event.DebugString();
  }
}

// Of few pseudonyms, so that they come twice.
std::string AnyPseudonym(std::mt19937_64& random) {
  constexpr const char* kSome[] = {"5f0c7a3e-0000-4000-8000-000000000001",
                                   "5f0c7a3e-0000-4000-8000-000000000002",
                                   "6f0c7a3e-0000-4000-0000-000000000003",
                                   "00000000-0000-0000-0000-000000000000",
                                   "5F0C7A3E-0000-4000-8000-000000000001",
                                   "?",
                                   ""};
  return kSome[random() % std::size(kSome)];
}

Event AnyTies(std::mt19937_64& random) {
  Event event = AnyCall(random);
  event.set_customer_id(AnyPseudonym(random));
  event.clear_alias_ids();
  for (uint64_t i = random() % 5; i > 0; --i) event.add_alias_ids(AnyPseudonym(random));
  if (random() % 2 == 0) return event;
  auto& link = *event.mutable_identity_link();
  link.set_customer_a(AnyPseudonym(random));
  link.set_customer_b(AnyPseudonym(random));
  if (random() % 4 != 0) link.set_linked(random() % 2 == 0);
  return event;
}

TEST(WantedRows, OfIdentityAreThoseOfTheProjection) {
  std::mt19937_64 random(9);
  const auto identity = projections::identity::MakeIdentity();
  for (int i = 0; i < 6'000; ++i) {
    const Event event = AnyTies(random);
    ExpectRows(*identity, event);
  }
}

Event AnyWorkforceFact(std::mt19937_64& random) {
  constexpr double kScores[] = {0,
                                100,
                                88.5,
                                -0.5,
                                100.001,
                                std::numeric_limits<double>::quiet_NaN(),
                                std::numeric_limits<double>::infinity()};
  Event event = AnyCall(random);
  if (random() % 2 == 0) {
    auto& state = *event.mutable_agent_state();
    state.set_employee_id("anna");
    state.set_state(static_cast<event::v1::AgentState::State>(random() % 10));
    state.set_from(AnyMoment(random));
    state.set_to(AnyMoment(random));
    return event;
  }
  auto& training = *event.mutable_training();
  training.set_employee_id("anna");
  training.set_kind(static_cast<event::v1::Training::Kind>(random() % 6));
  training.set_id("newcomer");
  if (random() % 4 != 0) training.set_score(kScores[random() % std::size(kScores)]);
  if (random() % 4 != 0) training.set_passed(random() % 2 == 0);
  return event;
}

TEST(WantedRows, OfTheWorkforceAreThoseOfTheProjection) {
  std::mt19937_64 random(10);
  const auto workforce = projections::workforce::MakeWorkforce();
  for (int i = 0; i < 4'000; ++i) {
    const Event event = AnyWorkforceFact(random);
    ExpectRows(*workforce, event);
    ASSERT_FALSE(testing::Test::HasFailure()) << event.DebugString();
  }
}

TEST(WantedRows, APatternHasTheColumnsOfItsRows) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 200; ++i) {
    for (const Event& event : {AnyCall(random), AnyTouchpoint(random), AnyProfile(random),
                               AnyCompanyFact(random), AnyTies(random), AnyWorkforceFact(random)}) {
      for (const PartRows& rows : RowsOf(event)) {
        Row row;
        TellingRow(rows.part, event, rows.first_row, row);
        const Row pattern = PatternOf(rows.part);
        EXPECT_TRUE(std::ranges::equal(row.cells(), pattern.cells(), {}, &Cell::name, &Cell::name));
      }
    }
  }
}

TEST(WantedRows, ADifferenceNamesTheColumnAndBothValues) {
  std::mt19937_64 random(5);
  Event event = AnyCall(random);
  event.mutable_call()->set_ivr_ms(70);
  Row one;
  CallRow(event, one);
  Event other = event;
  other.mutable_call()->set_ivr_ms(71);
  other.mutable_call()->set_topic("a\nb");
  Row changed;
  CallRow(other, changed);
  EXPECT_EQ(Differing(changed, one), "topic is 'a?b', must be 'topic'; ivr_ms is 71, must be 70");
  EXPECT_EQ(Differing(one, one), "");
  std::string bytes;
  std::string others;
  one.AppendTo(bytes);
  changed.AppendTo(others);
  EXPECT_NE(bytes, others);
}

class TellerTest : public testing::Test {
 protected:
  void Tell(uint64_t offset, uint32_t revision, const std::string& queue, int legs) {
    Event event = Envelope();
    event.set_revision(revision);
    event.mutable_call()->set_call_id("call-1");
    event.mutable_call()->set_queue_id(queue);
    for (int i = 0; i < legs; ++i) event.mutable_call()->add_legs();
    Take(offset, event);
  }
  void Retract(uint64_t offset, uint32_t revision) {
    Event event = Envelope();
    event.mutable_retraction()->set_kind(21);
    event.mutable_retraction()->set_revision(revision);
    Take(offset, event);
  }
  static Event Envelope() {
    Event event;
    event.set_tenant("main");
    event.set_occurred_at(1'800'000'000'000'000);
    event.set_entity_id("call-1");
    return event;
  }
  void Take(uint64_t offset, const Event& event) {
    std::string key;
    base::AppendKafkaKey({"main", 21, "call-1"}, key);
    const std::string value = event.SerializeAsString();
    teller_.Take({{0}, {static_cast<int64_t>(offset)}, 1, key, value}, stretch_);
  }

  Teller teller_{1};
  Stretch stretch_;
};

TEST_F(TellerTest, TakesBackWhatItTold) {
  Tell(3, 0, "sales", 2);
  Tell(5, 1, "support", 0);
  Tell(6, 1, "support", 0);
  Retract(9, 1);
  const auto& calls = stretch_.of(Part::kCalls);
  ASSERT_EQ(calls.size(), 4U);
  EXPECT_EQ(calls[0].offset, 3U);
  EXPECT_EQ(calls[1].offset, 5U);
  EXPECT_EQ(calls[1].sign, 1);
  EXPECT_EQ(calls[1].cause, Cause::kCorrection);
  EXPECT_EQ(calls[2].offset, 5U);
  EXPECT_EQ(calls[2].retires, 4U);
  EXPECT_EQ(calls[2].sign, -1);
  EXPECT_EQ(calls[2].content, calls[0].content);
  EXPECT_EQ(calls[3].offset, 9U);
  EXPECT_EQ(calls[3].retires, 6U);
  EXPECT_EQ(calls[3].content, calls[1].content);
  const auto& legs = stretch_.of(Part::kCallLegs);
  ASSERT_EQ(legs.size(), 2U);
  EXPECT_EQ(legs[1].retires, 4U);
  EXPECT_EQ(legs[1].rows, 2U);
  EXPECT_EQ(stretch_.of(Part::kEvents).size(), 4U);
  EXPECT_EQ(stretch_.of(Part::kEvents)[2].cause, Cause::kDuplicate);
  EXPECT_EQ(teller_.counts().gaps, 6U);
  EXPECT_EQ(teller_.counts().events, 4U);
  EXPECT_EQ(teller_.counts().next, 10U);
}

TEST_F(TellerTest, QuarantineIsNoEvent) {
  teller_.Take({{0}, {0}, 1, "", "poison"}, stretch_);
  ASSERT_EQ(stretch_.of(Part::kQuarantine).size(), 1U);
  EXPECT_EQ(teller_.counts().quarantined, 1U);
  EXPECT_EQ(stretch_.of(Part::kEvents).size(), 0U);
}

}  // namespace
}  // namespace clientele::verify
