// Rows of contacts and cases that must be, against what the projections make of the same events.
#include <gtest/gtest.h>

#include <random>

#include "projections/cases/cases.h"
#include "projections/journeys/journeys.h"
#include "verify/rows_fixture.h"

namespace clientele::verify {
namespace {

using event::v1::Call;
using event::v1::CallLeg;
using event::v1::Case;
using event::v1::Event;
using event::v1::HandOff;
using event::v1::Touchpoint;

// Values that a column cannot hold are among them.
int64_t AnyNumber(std::mt19937_64& random) {
  constexpr int64_t kSome[] = {0, -5, 86'400'001, 1'000'000'000'000'001, INT64_MIN, INT64_MAX};
  if (random() % 4 == 0) return kSome[random() % std::size(kSome)];
  return static_cast<int64_t>(random() % 100'000);
}

Event Envelope(std::mt19937_64& random) {
  Event event;
  event.set_tenant("main");
  event.set_customer_id(random() % 4 == 0 ? "nobody" : base::RandomUuid().ToString());
  event.set_occurred_at(1'800'000'000'000'000);
  event.set_purpose(static_cast<Event::Purpose>(random() % 6));
  event.set_entity_id("entity-1");
  return event;
}

Event AnyTouchpointContact(std::mt19937_64& random) {
  Event event = Envelope(random);
  Touchpoint& touchpoint = *event.mutable_touchpoint();
  touchpoint.set_kind(static_cast<Touchpoint::Kind>(random() % 26));
  touchpoint.set_channel(static_cast<event::v1::Channel::Value>(random() % 15));
  touchpoint.set_direction(static_cast<Touchpoint::Direction>(random() % 5));
  touchpoint.set_conversation_id("v-1");
  touchpoint.set_case_id("k-1");
  touchpoint.set_order_id("o-1");
  touchpoint.set_topic("delivery");
  touchpoint.set_employee_id("anna");
  touchpoint.set_team_id("north");
  touchpoint.set_line(static_cast<uint32_t>(random() % 300));
  touchpoint.set_author(static_cast<Touchpoint::Author>(random() % 6));
  touchpoint.set_reply_kind(static_cast<Touchpoint::ReplyKind>(random() % 6));
  touchpoint.set_kb_article_id("kb-1");
  touchpoint.set_delivery(static_cast<Touchpoint::DeliveryState>(random() % 7));
  touchpoint.set_campaign("spring");
  touchpoint.mutable_reason()->set_code(static_cast<event::v1::Reason::Code>(random() % 8));
  if (random() % 2 == 0) {
    HandOff& hand_off = *touchpoint.mutable_hand_off();
    hand_off.set_from("anna");
    hand_off.set_to("clara");
    hand_off.set_mode(static_cast<HandOff::Mode>(random() % 5));
  }
  if (random() % 2 == 0) touchpoint.set_resolved(random() % 2 == 0);
  for (uint64_t i = random() % 4; i > 0; --i) {
    (*touchpoint.mutable_attributes())[std::to_string(random() % 20)] = "1 2";
  }
  return event;
}

Event AnyCallContact(std::mt19937_64& random) {
  Event event = Envelope(random);
  Call& call = *event.mutable_call();
  call.set_conversation_id("v-1");
  call.set_case_id("k-1");
  call.set_direction(static_cast<Call::Direction>(random() % 6));
  call.set_queue_id("sales");
  call.set_topic("delivery");
  call.set_answered_at(AnyMoment(random));
  call.set_ended_at(AnyMoment(random));
  call.set_end(static_cast<Call::End>(random() % 12));
  if (random() % 2 == 0) call.set_resolved(random() % 2 == 0);
  for (uint64_t i = random() % 5; i > 0; --i) {
    CallLeg& leg = *call.add_legs();
    leg.set_employee_id("e-" + std::to_string(i));
    leg.set_team_id("t-" + std::to_string(random() % 3));
    leg.set_line(static_cast<uint32_t>(random() % 300));
    leg.set_answered_at(AnyMoment(random));
    leg.set_talk_ms(AnyNumber(random));
    leg.set_hold_ms(AnyNumber(random));
    leg.set_wrap_ms(AnyNumber(random));
    leg.set_transfer(static_cast<CallLeg::Transfer>(random() % 6));
  }
  return event;
}

Event AnyFullCase(std::mt19937_64& random) {
  Event event = Envelope(random);
  Case& ticket = *event.mutable_case_();
  ticket.set_type("complaint");
  ticket.set_priority("high");
  ticket.set_topic("delivery");
  ticket.set_opened_at(AnyMoment(random));
  ticket.set_first_response_at(AnyMoment(random));
  for (uint64_t i = random() % 4; i > 0; --i) ticket.add_informed_at(AnyMoment(random));
  for (uint64_t i = random() % 3; i > 0; --i) ticket.add_reopened_at(AnyMoment(random));
  ticket.set_resolved_at(AnyMoment(random));
  ticket.set_due_at(AnyMoment(random));
  ticket.set_state("open");
  ticket.set_root_cause("courier");
  ticket.set_fault_side(static_cast<Case::FaultSide>(random() % 6));
  if (random() % 2 == 0) ticket.set_compensation_minor(AnyNumber(random));
  ticket.set_currency("EUR");
  ticket.set_owner("clara");
  ticket.set_team("south");
  return event;
}

TEST(ContactRows, AreThoseOfTheProjection) {
  std::mt19937_64 random(9);
  const auto journeys = projections::journeys::MakeJourneys();
  for (int i = 0; i < 6'000; ++i) {
    const Event event = i % 2 == 0 ? AnyTouchpointContact(random) : AnyCallContact(random);
    ExpectRows(*journeys, event);
    ASSERT_FALSE(HasFailure()) << event.DebugString();
  }
}

TEST(CaseRows, AreThoseOfTheProjection) {
  std::mt19937_64 random(10);
  const auto cases = projections::cases::MakeCases();
  for (int i = 0; i < 6'000; ++i) {
    const Event event = AnyFullCase(random);
    ExpectRows(*cases, event);
    ASSERT_FALSE(HasFailure()) << event.DebugString();
  }
}

}  // namespace
}  // namespace clientele::verify
