// Verify's own figures of contacts and cases: a small day worked out by hand.
#include "verify/contact_figures.h"

#include <gtest/gtest.h>

namespace clientele::verify {
namespace {

using event::v1::Case;
using event::v1::Event;
using event::v1::Touchpoint;

constexpr int64_t kSomeDay = 20'000 * int64_t{86'400'000'000};
constexpr int64_t kSecond = 1'000'000;

class ContactFigures : public testing::Test {
 protected:
  static Event Envelope() {
    Event event;
    event.set_tenant("main");
    event.set_occurred_at(kSomeDay);
    event.set_entity_id("entity-1");
    return event;
  }
  void AddMessage(Touchpoint::Author author, Touchpoint::ReplyKind reply_kind,
                  Event::Purpose purpose = Event::REAL) {
    Event event = Envelope();
    event.set_purpose(purpose);
    event.mutable_touchpoint()->set_kind(Touchpoint::MESSAGE);
    event.mutable_touchpoint()->set_author(author);
    event.mutable_touchpoint()->set_reply_kind(reply_kind);
    Add(event);
  }
  void Add(const Event& event) {
    for (const Fact& fact : FactsOf(event, names_)) figures_.Add(fact, names_);
  }
  // Of a metric that has no value: -1.
  double Value(const char* metric, const char* variant = "") {
    Sums sums;
    for (const auto& [cell, of] : figures_.cells()) {
      if (cell.family == FamilyOf(metric)) sums += of;
    }
    return FigureOf(metric, variant, sums)->value.value_or(-1);
  }

  Names names_;
  Figures figures_;
};

TEST_F(ContactFigures, OfContactsByHand) {
  AddMessage(Touchpoint::CUSTOMER, Touchpoint::TEMPLATE);
  AddMessage(Touchpoint::EMPLOYEE, Touchpoint::TEMPLATE);
  AddMessage(Touchpoint::EMPLOYEE, Touchpoint::HOLDING);
  AddMessage(Touchpoint::BOT, Touchpoint::TEMPLATE);
  AddMessage(Touchpoint::EMPLOYEE, Touchpoint::TEMPLATE, Event::TEST);
  Event call = Envelope();
  call.mutable_call()->set_direction(event::v1::Call::OUTBOUND);
  Add(call);
  call.mutable_call()->set_direction(event::v1::Call::INTERNAL);
  Add(call);
  EXPECT_EQ(Value("contacts"), 5);
  EXPECT_DOUBLE_EQ(Value("template_share"), 1 / 2.0);
}

TEST_F(ContactFigures, OfCasesByHand) {
  EXPECT_EQ(Value("resolution_time"), -1);
  Event event = Envelope();
  Case& ticket = *event.mutable_case_();
  ticket.set_opened_at(kSomeDay);
  ticket.set_currency("EUR");
  Add(event);  // open
  ticket.add_informed_at(kSomeDay + 10 * kSecond);
  ticket.set_resolved_at(kSomeDay + 60 * kSecond);
  ticket.set_due_at(ticket.resolved_at());
  ticket.set_compensation_minor(500);
  Add(event);
  ticket.add_reopened_at(kSomeDay + 100 * kSecond);
  Add(event);  // open again
  ticket.set_resolved_at(kSomeDay + 120 * kSecond);
  ticket.clear_compensation_minor();
  Add(event);  // late
  ticket.clear_due_at();
  ticket.set_opened_at(0);
  Add(event);  // nobody told when it was opened
  EXPECT_EQ(Value("cases_opened"), 4);
  EXPECT_EQ(Value("cases_resolved"), 3);
  EXPECT_DOUBLE_EQ(Value("within_due_share"), 1 / 2.0);
  EXPECT_DOUBLE_EQ(Value("reopen_rate"), 2 / 3.0);
  EXPECT_DOUBLE_EQ(Value("resolution_time"), 90);
  EXPECT_DOUBLE_EQ(Value("resolution_time_quantile", "p50"), 60);
  EXPECT_DOUBLE_EQ(Value("resolution_time_quantile", "p90"), 120);
  EXPECT_DOUBLE_EQ(Value("longest_update_gap"), (50 + 90) / 2.0);
  EXPECT_EQ(Value("compensation"), 1'000);
}

}  // namespace
}  // namespace clientele::verify
