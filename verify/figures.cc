#include "verify/figures.h"

#include <algorithm>
#include <array>
#include <utility>

#include "verify/cells.h"
#include "verify/contact_figures.h"
#include "verify/voice_rows.h"

namespace clientele::verify {
namespace {

using event::v1::Call;
using event::v1::Event;
using event::v1::Reason;
using event::v1::Touchpoint;

constexpr int64_t kInTimeMs = 20'000;
constexpr int64_t kShortMs = 5'000;

bool Blocked(int32_t end) {
  return end == Call::QUEUE_FULL || end == Call::BUSY || end == Call::NO_ANSWER;
}

void AddAnswered(const CallFacts& facts, Sums& sums) {
  ++sums.answered;
  sums.marks += facts.marks;
  if (!facts.customer.IsZero()) sums.answered_customers.push_back(facts.customer);
  if (facts.work.wait_ms >= 0) {
    sums.answered_waits_ms.push_back(facts.work.wait_ms);
    ++sums.waited;
    sums.wait_ms += facts.work.wait_ms;
    sums.in_time += facts.work.wait_ms <= kInTimeMs ? 1 : 0;
  }
  if (facts.work.legs == 0) return;
  ++sums.worked;
  sums.transferred += facts.work.transfers > 0 ? 1 : 0;
  sums.hops += facts.work.legs - 1;
  sums.talk_ms += facts.work.talk_ms;
  sums.hold_ms += facts.work.hold_ms;
  sums.wrap_ms += facts.work.wrap_ms;
}

// By the moment when it queued.
Sums QueuedSums(const CallFacts& facts) {
  Sums sums;
  if (facts.outbound) return sums;
  sums.hand_offs = facts.marks.hand_offs;
  switch (facts.end) {
    case Call::ANSWERED:
      AddAnswered(facts, sums);
      break;
    case Call::ABANDONED:
      sums.abandoned = 1;
      sums.short_abandoned = facts.work.wait_ms >= 0 && facts.work.wait_ms < kShortMs ? 1 : 0;
      break;
    case Call::FLOWED_OUT:
    case Call::VOICEMAIL:
    case Call::CALLBACK:
      sums.flowed_out = 1;
      sums.voicemail = facts.end == Call::VOICEMAIL ? 1 : 0;
      sums.callback = facts.end == Call::CALLBACK ? 1 : 0;
      break;
    default:
      return sums;
  }
  sums.offered = 1;
  if (facts.work.wait_ms >= 0) {
    sums.offered_waited = 1;
    sums.offered_wait_ms = facts.work.wait_ms;
  }
  if (!facts.customer.IsZero()) sums.customers.push_back(facts.customer);
  return sums;
}

// By the moment when it occurred.
Sums OccurredSums(const CallFacts& facts) {
  Sums sums;
  if (facts.outbound) {
    sums.dialled = facts.end >= Call::ANSWERED && facts.end <= Call::NO_ANSWER ? 1 : 0;
    sums.connected = facts.end == Call::ANSWERED ? 1 : 0;
    return sums;
  }
  sums.blocked = Blocked(facts.end) ? 1 : 0;
  sums.attempts = sums.blocked + QueuedSums(facts).offered;
  return sums;
}

CallFacts CallFactsOf(const Event& event, Names& names) {
  const Call& call = event.call();
  CallFacts facts;
  facts.work = WorkOf(call);
  facts.tenant = names.Number(event.tenant());
  facts.queue = names.Number(call.queue_id());
  facts.queued_day = static_cast<int32_t>(facts.work.queued_at / kDay);
  facts.occurred_day = static_cast<int32_t>(event.occurred_at() / kDay);
  facts.end = call.end();
  facts.outbound = call.direction() == Call::OUTBOUND;
  facts.marks = MarksOf(call);
  if (const auto customer = base::ParseUuid(event.customer_id())) facts.customer = *customer;
  return facts;
}

CustomerFacts CustomerFactsOf(const Event& event, Names& names) {
  const Touchpoint& touchpoint = event.touchpoint();
  CustomerFacts facts;
  facts.tenant = names.Number(event.tenant());
  facts.currency = names.Number(touchpoint.money().currency());
  facts.day = static_cast<int32_t>(event.occurred_at() / kDay);
  facts.kind = touchpoint.kind();
  facts.reason = touchpoint.reason().code();
  facts.margin_told = touchpoint.money().has_margin_minor();
  facts.amounts = AmountsOf(touchpoint);
  if (const auto customer = base::ParseUuid(event.customer_id())) facts.customer = *customer;
  const std::string& order = touchpoint.order_id();
  facts.order =
      base::HashBytes(order.empty() ? "touchpoint " + event.entity_id() : "order " + order);
  return facts;
}

InteractionFacts InteractionFactsOf(const Event& event, Names& names) {
  InteractionFacts facts;
  facts.tenant = names.Number(event.tenant());
  facts.day = static_cast<int32_t>(event.occurred_at() / kDay);
  facts.touch = IsTouch(event);
  facts.complaint = event.touchpoint().kind() == Touchpoint::COMPLAINT;
  if (event.touchpoint().kind() == Touchpoint::REFERRAL) {
    facts.referrer = base::ParseUuid(event.customer_id()).value_or(base::Uuid{});
  }
  return facts;
}

Sums MoneySums(const CustomerFacts& facts) {
  Sums sums;
  const bool traded = facts.kind == Touchpoint::PURCHASE || facts.kind == Touchpoint::RETURN;
  if (traded && facts.margin_told) {
    sums.margins = 1;
    sums.margin_minor = facts.amounts.margin_minor;
  }
  if (facts.kind == Touchpoint::PURCHASE) {
    sums.purchases = 1;
    sums.orders = {facts.order};
    sums.purchased_minor = facts.amounts.amount_minor;
  } else if (facts.kind == Touchpoint::RETURN) {
    sums.returns = 1;
    sums.returned_minor = facts.amounts.amount_minor;
  } else if (facts.kind == Touchpoint::PAYMENT) {
    sums.payments = 1;
    sums.paid_minor = facts.amounts.amount_minor;
  }
  return sums;
}

Sums ChurnSums(const CustomerFacts& facts) {
  Sums sums;
  sums.churned = 1;
  if (!facts.customer.IsZero()) sums.churned_customers = {facts.customer};
  // One of a later schema is not told.
  sums.churned_with_reason = facts.reason > 0 && facts.reason <= Reason::OTHER ? 1 : 0;
  sums.churned_for_service = facts.reason == Reason::SERVICE ? 1 : 0;
  return sums;
}

}  // namespace

uint32_t Names::Number(const std::string& name) {
  const auto [found, added] = numbers_.try_emplace(name, static_cast<uint32_t>(names_.size()));
  if (added) names_.push_back(name);
  return found->second;
}

std::vector<Fact> FactsOf(const Event& event, Names& names) {
  std::vector<Fact> facts;
  // Of mystery shoppers too.
  if (event.has_score()) {
    facts.emplace_back(ScoreFacts{names.Number(event.tenant()),
                                  static_cast<int32_t>(event.score().submitted_at() / kDay),
                                  ScoreSumsOf(event)});
  }
  if (!IsReal(event)) return facts;
  const auto direction = event.call().direction();
  if (event.has_call() && (direction == Call::INBOUND || direction == Call::OUTBOUND)) {
    facts.emplace_back(CallFactsOf(event, names));
  }
  if (event.has_training()) {
    facts.emplace_back(TrainingFacts{names.Number(event.tenant()),
                                     static_cast<int32_t>(event.occurred_at() / kDay),
                                     SumsOf(event.training())});
  }
  if (IsCustomerFact(event)) facts.emplace_back(CustomerFactsOf(event, names));
  if (IsInteraction(event)) facts.emplace_back(InteractionFactsOf(event, names));
  if (event.has_cost() || event.has_initiative()) {
    const SpendingFacts spending{
        names.Number(event.tenant()),
        names.Number(event.has_cost() ? event.cost().currency() : event.initiative().currency()),
        event.has_initiative(), SpendingOf(event)};
    const bool counts = !spending.planned || spending.spending.amount_minor != 0;
    if (counts && spending.spending.lasts()) facts.emplace_back(spending);
  }
  for (const Tie& tie : TiesOf(event)) {
    facts.emplace_back(TieFacts{names.Number(event.tenant()), tie});
  }
  VoiceFacts voice = VoiceFactsOf(event);
  if (!voice.parts.empty()) {
    voice.tenant = names.Number(event.tenant());
    voice.currency = names.Number(event.touchpoint().money().currency());
    facts.emplace_back(std::move(voice));
  }
  if (const auto contact = ContactFactsOf(event, names)) facts.emplace_back(*contact);
  if (const auto ticket = CaseFactsOf(event, names)) facts.emplace_back(*ticket);
  return facts;
}

Sums& Sums::operator+=(const Sums& other) {
  constexpr int64_t Sums::* kMembers[] = {&Sums::offered,
                                          &Sums::answered,
                                          &Sums::abandoned,
                                          &Sums::flowed_out,
                                          &Sums::voicemail,
                                          &Sums::callback,
                                          &Sums::in_time,
                                          &Sums::short_abandoned,
                                          &Sums::waited,
                                          &Sums::wait_ms,
                                          &Sums::worked,
                                          &Sums::talk_ms,
                                          &Sums::hold_ms,
                                          &Sums::wrap_ms,
                                          &Sums::blocked,
                                          &Sums::attempts,
                                          &Sums::hand_offs,
                                          &Sums::dialled,
                                          &Sums::connected,
                                          &Sums::offered_waited,
                                          &Sums::offered_wait_ms,
                                          &Sums::transferred,
                                          &Sums::hops,
                                          &Sums::purchases,
                                          &Sums::returns,
                                          &Sums::payments,
                                          &Sums::purchased_minor,
                                          &Sums::returned_minor,
                                          &Sums::paid_minor,
                                          &Sums::margins,
                                          &Sums::margin_minor,
                                          &Sums::churned,
                                          &Sums::churned_with_reason,
                                          &Sums::churned_for_service,
                                          &Sums::touches,
                                          &Sums::costs,
                                          &Sums::cost_minor,
                                          &Sums::plans,
                                          &Sums::planned_minor,
                                          &Sums::costs_begun,
                                          &Sums::plans_begun};
  for (const auto member : kMembers) this->*member += other.*member;
  scores += other.scores;
  marks += other.marks;
  trainings += other.trainings;
  contacts += other.contacts;
  const auto append = [](auto& to, const auto& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  append(answered_waits_ms, other.answered_waits_ms);
  append(customers, other.customers);
  append(answered_customers, other.answered_customers);
  append(orders, other.orders);
  append(churned_customers, other.churned_customers);
  voice += other.voice;
  return *this;
}

std::string_view DimensionOf(Family family) {
  switch (family) {
    case Family::kCalls:
      return "queue";
    case Family::kMoney:
      return "currency";
    case Family::kCounts:
    case Family::kVoice:
      break;
  }
  return {};
}

bool HasTotals(Family family) { return family != Family::kMoney; }

void Figures::Add(const Fact& fact, const Names& names) {
  if (const auto* const call = std::get_if<CallFacts>(&fact)) AddCall(*call, names);
  if (const auto* const customer = std::get_if<CustomerFacts>(&fact)) AddCustomer(*customer, names);
  if (const auto* const spent = std::get_if<SpendingFacts>(&fact)) AddSpending(*spent, names);
  if (const auto* const voice = std::get_if<VoiceFacts>(&fact)) AddVoice(*voice, names);
  if (const auto* const interaction = std::get_if<InteractionFacts>(&fact)) {
    AddInteraction(*interaction, names);
  }
  if (const auto* const tie = std::get_if<TieFacts>(&fact)) {
    people_.Add(names.Name(tie->tenant), tie->tie);
  }
  if (const auto* const score = std::get_if<ScoreFacts>(&fact)) {
    cells_[{names.Name(score->tenant), Family::kCounts, score->day, ""}].scores += score->sums;
  }
  if (const auto* const training = std::get_if<TrainingFacts>(&fact)) {
    cells_[{names.Name(training->tenant), Family::kCounts, training->day, ""}].trainings +=
        training->sums;
  }
  if (const auto* const contact = std::get_if<ContactFacts>(&fact)) {
    const Cell cell{names.Name(contact->tenant), Family::kCounts, contact->day, ""};
    cells_[cell].contacts += SumsOf(*contact);
  }
  if (const auto* const ticket = std::get_if<CaseFacts>(&fact)) AddCase(*ticket, names);
}

void Figures::ResolveCustomers() {
  people_.Settle();
  for (auto& [cell, sums] : cells_) {
    for (auto* const customers :
         {&sums.customers, &sums.answered_customers, &sums.churned_customers, &sums.voice.referrers,
          &sums.voice.recommenders}) {
      for (base::Uuid& customer : *customers) customer = people_.Whose(cell.tenant, customer);
    }
  }
}

void Figures::AddCall(const CallFacts& facts, const Names& names) {
  Cell cell{names.Name(facts.tenant), Family::kCalls, facts.queued_day, names.Name(facts.queue)};
  if (facts.queued_day != 0) cells_[cell] += QueuedSums(facts);
  cell.day = facts.occurred_day;
  cells_[cell] += OccurredSums(facts);
}

void Figures::AddCustomer(const CustomerFacts& facts, const Names& names) {
  const std::string& tenant = names.Name(facts.tenant);
  if (facts.kind == Touchpoint::CHURN) {
    cells_[{tenant, Family::kCounts, facts.day, ""}] += ChurnSums(facts);
  } else {
    cells_[{tenant, Family::kMoney, facts.day, names.Name(facts.currency)}] += MoneySums(facts);
  }
}

void Figures::AddVoice(const VoiceFacts& facts, const Names& names) {
  const std::string& tenant = names.Name(facts.tenant);
  for (const VoicePart& part : facts.parts) {
    const bool money = part.count == VoiceCount::kAmounts || part.count == VoiceCount::kSavedMinor;
    const Cell cell = money ? Cell{tenant, Family::kMoney, part.day, names.Name(facts.currency)}
                            : Cell{tenant, Family::kVoice, part.day, ""};
    cells_[cell].voice.of(part.count) += part.amount;
  }
  if (facts.recommended_day == 0) return;
  cells_[{tenant, Family::kVoice, facts.recommended_day, ""}].voice.recommenders.push_back(
      facts.customer);
}

void Figures::AddInteraction(const InteractionFacts& facts, const Names& names) {
  const std::string& tenant = names.Name(facts.tenant);
  if (facts.touch) ++cells_[{tenant, Family::kCounts, facts.day, ""}].touches;
  VoiceSums& sums = cells_[{tenant, Family::kVoice, facts.day, ""}].voice;
  ++sums.of(VoiceCount::kInteractions);
  sums.of(VoiceCount::kComplaints) += facts.complaint ? 1 : 0;
  if (!facts.referrer.IsZero()) sums.referrers.push_back(facts.referrer);
}

void Figures::AddCase(const CaseFacts& facts, const Names& names) {
  const CaseCourse& course = facts.course;
  Cell cell{names.Name(facts.tenant), Family::kCounts, 0, ""};
  if (course.closed) {
    cell.day = static_cast<int32_t>(course.closed_at / kDay);
    cells_[cell].contacts += ClosedSums(facts);
  }
  if (course.opened_at == 0) return;
  cell.day = static_cast<int32_t>(course.opened_at / kDay);
  cells_[cell].contacts += OpenedSums(facts);
  if (!facts.compensation_told) return;
  cell.family = Family::kMoney;
  cell.group = names.Name(facts.currency);
  cells_[cell].contacts += CompensationSums(facts);
}

// Day by day; in UTC every day has 24 hours.
void Figures::AddSpending(const SpendingFacts& facts, const Names& names) {
  const Spending& spending = facts.spending;
  const auto last = static_cast<int32_t>((spending.to - 1) / kDay);
  const int32_t first = std::max(static_cast<int32_t>(spending.from / kDay), kFirstDay);
  for (int32_t day = first; day <= last; ++day) {
    Sums sums;
    (facts.planned ? sums.planned_minor : sums.cost_minor) =
        spending.Until((day + 1) * kDay) - spending.Until(day * kDay);
    (facts.planned ? sums.plans : sums.costs) = 1;
    (facts.planned ? sums.plans_begun : sums.costs_begun) = day == first ? 1 : 0;
    cells_[{names.Name(facts.tenant), Family::kMoney, day, names.Name(facts.currency)}] += sums;
  }
}

std::set<std::string> Figures::Tenants() const {
  std::set<std::string> tenants;
  for (const auto& [cell, sums] : cells_) tenants.insert(cell.tenant);
  return tenants;
}

}  // namespace clientele::verify
