#include "app/simulate/cases.h"

#include <array>

namespace clientele::app::simulate {
namespace {

using event::v1::Case;
using event::v1::Event;
using event::v1::Identifier;

int64_t HoursMicros(double hours) { return static_cast<int64_t>(hours * 3'600) * kSecond; }

}  // namespace

void Cases::Tell(int day) {
  Random random(world_.options.seed, "cases", static_cast<uint64_t>(day));
  for (const Contact& contact : world_.contacts) {
    if (!contact.case_id.empty()) TellCase(day, contact, random);
  }
}

void Cases::TellCase(int day, const Contact& contact, Random& random) {
  const auto owners =
      world_.company.OnDuty(kExperts, day, world_.timeline.Weekday(day), world_.options.Load());
  uint32_t revision = 0;
  int64_t at = contact.ended_at + kMinute;
  Event told;
  told.mutable_source()->set_system("helpdesk");
  Identify(told, Identifier::CRM_ID, Customers::Crm(contact.customer));
  Case& ticket = *told.mutable_case_();
  told.set_occurred_at(at);
  ticket.set_case_id(contact.case_id);
  ticket.set_opened_at(at);
  ticket.set_due_at(at + 3 * kDay);
  ticket.set_topic(contact.topic);
  const bool complaint = random.Chance(0.3);
  ticket.set_type(complaint ? "complaint" : "request");
  ticket.set_priority(random.Chance(0.2) ? "high" : "normal");
  ticket.set_state("open");
  const int owner = owners[random.Below(owners.size())];
  ticket.set_owner(world_.company.Person(owner).id);
  ticket.set_team(world_.company.teams[kExperts].id);
  const auto tell = [&](int64_t known_at) {
    EventHandle event = world_.teller.Draft("helpdesk", told.occurred_at());
    const std::string id = event->source().external_id();
    event->CopyFrom(told);
    event->mutable_source()->set_external_id(id);
    event->set_revision(revision++);
    world_.teller.Tell(std::move(event), known_at);
  };
  tell(at + kSecond);
  at += HoursMicros(random.LogNormal(2.5, 0.8));
  ticket.set_first_response_at(at);
  ticket.set_state("in_progress");
  tell(at + kSecond);
  if (random.Chance(0.4)) {
    at += HoursMicros(random.LogNormal(10, 0.6));
    ticket.add_informed_at(at);
    tell(at + kSecond);
  }
  at += HoursMicros(random.LogNormal(18, 0.9));
  ticket.set_resolved_at(at);
  ticket.set_state("resolved");
  constexpr std::array<const char*, 4> kCauses{"supplier", "courier", "instructions", "software"};
  ticket.set_root_cause(random.Of(std::span<const char* const>(kCauses)));
  constexpr std::array<double, 3> kFault{0.55, 0.25, 0.2};
  ticket.set_fault_side(static_cast<Case::FaultSide>(1 + random.Pick(kFault)));
  if (complaint && ticket.fault_side() == Case::COMPANY && random.Chance(0.5)) {
    ticket.set_compensation_minor(100 * static_cast<int64_t>(random.LogNormal(800, 0.5)));
    ticket.set_currency(kCurrency);
  }
  tell(at + kSecond);
  if (!random.Chance(0.07)) return;
  at += HoursMicros(random.LogNormal(30, 0.5));
  ticket.add_reopened_at(at);
  ticket.set_state("reopened");
  tell(at + kSecond);
  at += HoursMicros(random.LogNormal(12, 0.6));
  ticket.set_resolved_at(at);
  ticket.set_state("resolved");
  tell(at + kSecond);
}

}  // namespace clientele::app::simulate
