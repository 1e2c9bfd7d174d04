// The rest of Commerce: business customers, contracts, and what managers do of their own accord.
#include <fmt/format.h>

#include <array>

#include "app/simulate/commerce.h"

namespace clientele::app::simulate {
namespace {

using event::v1::Channel;
using event::v1::Identifier;
using event::v1::Touchpoint;

constexpr int kBillingDays = 30;

}  // namespace

// From the first meeting to the contract, with the norm of the journey model in between.
void Commerce::TellBusiness(int index, int day, Random& random) {
  struct Step {
    Touchpoint::Kind kind;
    Channel::Value channel;
    double least_days;
    double most_days;
    double goes_on;
  };
  constexpr std::array<Step, 5> kSteps{{{Touchpoint::MEETING, Channel::FIELD, 0.2, 1, 0.9},
                                        {Touchpoint::DEMO, Channel::FIELD, 0.5, 2, 0.85},
                                        {Touchpoint::PROPOSAL, Channel::EMAIL, 0.1, 2, 0.8},
                                        {Touchpoint::CONTRACT, Channel::EMAIL, 0.5, 3, 1},
                                        {Touchpoint::ONBOARDING, Channel::PHONE, 0.2, 2, 1}}};
  const Employee& manager = Manager(index);
  const int64_t mrr_minor = 100 * static_cast<int64_t>(random.LogNormal(14'000, 0.6));
  int64_t at = world_.timeline.Start(day) + 10 * kHour;
  for (const Step& step : kSteps) {
    at += static_cast<int64_t>(random.Between(step.least_days, step.most_days) * kDay);
    if (step.kind == Touchpoint::CONTRACT) {
      TellContract(index, at, mrr_minor, random);
      continue;
    }
    EventHandle event = Draft("crm", step.kind, step.channel, at);
    Identify(*event, Identifier::CRM_ID, Customers::Crm(index));
    Identify(*event, Identifier::PHONE, Customers::Phone(index));
    Touchpoint& touchpoint = *event->mutable_touchpoint();
    touchpoint.set_direction(Touchpoint::OUTBOUND);
    touchpoint.set_employee_id(manager.id);
    touchpoint.set_team_id(world_.company.teams[kSales].id);
    touchpoint.set_topic("business_offer");
    if (step.kind == Touchpoint::PROPOSAL) {
      touchpoint.mutable_money()->set_currency(kCurrency);
      touchpoint.mutable_money()->set_amount_minor(12 * mrr_minor);
      touchpoint.mutable_promise()->set_amount_minor(12 * mrr_minor);
    }
    world_.teller.TellCorrectable(std::move(event), at + 30 * kMinute);
    if (!random.Chance(step.goes_on)) return;
  }
}

void Commerce::TellContract(int index, int64_t at, int64_t mrr_minor, Random& random) {
  EventHandle event = Draft("erp", Touchpoint::CONTRACT, Channel::EMAIL, at);
  Identify(*event, Identifier::CRM_ID, Customers::Crm(index));
  Touchpoint& touchpoint = *event->mutable_touchpoint();
  touchpoint.set_employee_id(Manager(index).id);
  touchpoint.mutable_money()->set_currency(kCurrency);
  touchpoint.mutable_money()->set_amount_minor(12 * mrr_minor);
  auto& contract = *touchpoint.mutable_contract();
  contract.set_from(at);
  contract.set_mrr_minor(mrr_minor);
  if (random.Chance(0.7)) contract.set_to(at + 365 * kDay);
  world_.teller.TellCorrectable(std::move(event), at + 2 * kHour);
}

// Monthly payments and notes about business customers, pushes of the application to some others.
void Commerce::TellCare(int day, Random& random) {
  for (const int index : world_.customers.active()) {
    const Customer& customer = world_.customers.At(index);
    if (!customer.business || index % kBillingDays != day % kBillingDays) continue;
    const int64_t at = At(day, random);
    EventHandle payment = Draft("erp", Touchpoint::PAYMENT, Channel::EMAIL, at);
    Identify(*payment, Identifier::CRM_ID, Customers::Crm(index));
    auto& money = *payment->mutable_touchpoint()->mutable_money();
    money.set_currency(kCurrency);
    money.set_amount_minor(100 * static_cast<int64_t>(random.LogNormal(14'000, 0.6)));
    money.set_method("invoice");
    world_.teller.TellCorrectable(std::move(payment), at + kHour);
    if (!random.Chance(0.5)) continue;
    EventHandle note = Draft("crm", Touchpoint::NOTE, Channel::PHONE, at + kHour);
    Identify(*note, Identifier::CRM_ID, Customers::Crm(index));
    Touchpoint& touchpoint = *note->mutable_touchpoint();
    touchpoint.set_employee_id(Manager(index).id);
    touchpoint.mutable_text()->set_clear("Обсудили продление договора, ждут новое предложение.");
    world_.teller.TellCorrectable(std::move(note), at + 2 * kHour);
  }
  const int pushes = random.Poisson(static_cast<double>(world_.customers.active().size()) / 400);
  for (int i = 0; i < pushes; ++i) {
    const int64_t at = At(day, random);
    EventHandle push = Draft("app", Touchpoint::OTHER, Channel::OTHER, at);
    Identify(*push, Identifier::OTHER,
             fmt::format("device-{}", world_.customers.PickActive(random)));
    push->mutable_touchpoint()->set_direction(Touchpoint::OUTBOUND);
    push->mutable_touchpoint()->set_topic("push");
    world_.teller.Tell(std::move(push), at + kSecond);
  }
}

}  // namespace clientele::app::simulate
