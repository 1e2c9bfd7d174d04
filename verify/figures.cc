#include "verify/figures.h"

#include <algorithm>
#include <array>
#include <span>

#include "verify/contact_figures.h"

namespace clientele::verify {
namespace {

using event::v1::Call;
using event::v1::Event;
using event::v1::Reason;
using event::v1::Touchpoint;

constexpr int64_t kDay = 86'400'000'000;  // microseconds
constexpr int64_t kInTimeMs = 20'000;
constexpr int64_t kShortMs = 5'000;

struct Formula {
  std::string_view metric;
  std::string_view variant;
  Wanted (*of)(const Sums&);
};

// A answered, B abandoned, B_s of them short, F flowed out: offered = A + B + F.
constexpr std::array kCallFormulas = {
    Formula{"calls_offered", "", [](const Sums& s) { return Count(s.offered); }},
    Formula{"calls_answered", "", [](const Sums& s) { return Count(s.answered); }},
    Formula{"calls_abandoned", "", [](const Sums& s) { return Count(s.abandoned); }},
    Formula{"calls_handled", "", [](const Sums& s) { return Count(s.answered); }},
    Formula{"calls_flowed_out", "any", [](const Sums& s) { return Count(s.flowed_out); }},
    Formula{"calls_flowed_out", "voicemail", [](const Sums& s) { return Count(s.voicemail); }},
    Formula{"calls_flowed_out", "callback", [](const Sums& s) { return Count(s.callback); }},
    Formula{"service_level", "over_answered",
            [](const Sums& s) { return Share(s.in_time, s.answered); }},
    Formula{"service_level", "over_answered_and_abandoned",
            [](const Sums& s) { return Share(s.in_time, s.answered + s.abandoned); }},
    Formula{"service_level", "without_short",
            [](const Sums& s) {
              return Share(s.in_time, s.answered + s.abandoned - s.short_abandoned);
            }},
    Formula{
        "service_level", "over_offered",
        [](const Sums& s) { return Share(s.in_time, s.answered + s.abandoned + s.flowed_out); }},
    Formula{"abandon_rate", "of_offered",
            [](const Sums& s) { return Share(s.abandoned, s.offered); }},
    Formula{"abandon_rate", "without_short",
            [](const Sums& s) {
              return Share(s.abandoned - s.short_abandoned, s.offered - s.short_abandoned);
            }},
    Formula{"asa", "", [](const Sums& s) { return Seconds(s.wait_ms, s.waited); }},
    Formula{"wait_time", "",
            [](const Sums& s) { return Seconds(s.offered_wait_ms, s.offered_waited); }},
    Formula{"transfer_rate", "", [](const Sums& s) { return Share(s.transferred, s.worked); }},
    Formula{"hops_per_call", "", [](const Sums& s) { return Mean(Number(s.hops), s.worked); }},
    Formula{"asa_quantile", "p50",
            [](const Sums& s) { return PercentileSeconds(s.answered_waits_ms, 50); }},
    Formula{"asa_quantile", "p90",
            [](const Sums& s) { return PercentileSeconds(s.answered_waits_ms, 90); }},
    Formula{"asa_quantile", "p99",
            [](const Sums& s) { return PercentileSeconds(s.answered_waits_ms, 99); }},
    Formula{"callers", "offered", [](const Sums& s) { return Distinct(s.customers); }},
    Formula{"callers", "answered", [](const Sums& s) { return Distinct(s.answered_customers); }},
    Formula{"aht", "",
            [](const Sums& s) { return Seconds(s.talk_ms + s.hold_ms + s.wrap_ms, s.worked); }},
    Formula{"talk_time", "", [](const Sums& s) { return Seconds(s.talk_ms, s.worked); }},
    Formula{"hold_time", "", [](const Sums& s) { return Seconds(s.hold_ms, s.worked); }},
    Formula{"wrap_time", "", [](const Sums& s) { return Seconds(s.wrap_ms, s.worked); }},
    Formula{"hold_share", "",
            [](const Sums& s) {
              const Wanted hold = Share(s.hold_ms, s.talk_ms + s.hold_ms + s.wrap_ms);
              return Wanted{hold.value, Number(s.worked)};
            }},
    Formula{"blocked_rate", "", [](const Sums& s) { return Share(s.blocked, s.attempts); }},
};

constexpr std::array kMoneyFormulas = {
    Formula{"revenue", "",
            [](const Sums& s) {
              return Total(s.purchased_minor + s.returned_minor, s.purchases + s.returns);
            }},
    Formula{"margin", "", [](const Sums& s) { return Total(s.margin_minor, s.margins); }},
    Formula{"orders", "", [](const Sums& s) { return Distinct(s.orders); }},
    Formula{"average_check", "",
            [](const Sums& s) {
              const Wanted orders = Distinct(s.orders);
              const Wanted check = Mean(Number(s.purchased_minor + s.returned_minor),
                                        static_cast<int64_t>(*orders.value));
              // Of its parts the fewest observations.
              return Wanted{check.value, orders.n};
            }},
    Formula{"returns", "", [](const Sums& s) { return Total(-s.returned_minor, s.returns); }},
    Formula{"payments", "", [](const Sums& s) { return Total(s.paid_minor, s.payments); }},
    Formula{"cost", "", [](const Sums& s) { return Total(s.cost_minor, s.costs); }},
    Formula{"roi", "",
            [](const Sums& s) {
              const Wanted roi = Mean(Number(s.margin_minor - s.cost_minor), s.cost_minor);
              return Wanted{roi.value, Number(std::min(s.margins, s.costs))};
            }},
    Formula{"planned_cost", "", [](const Sums& s) { return Total(s.planned_minor, s.plans); }},
};

constexpr std::array kCountFormulas = {
    Formula{"touches", "", [](const Sums& s) { return Count(s.touches); }},
    Formula{"churned", "", [](const Sums& s) { return Distinct(s.churned_customers); }},
    Formula{"service_churn_share", "",
            [](const Sums& s) { return Share(s.churned_for_service, s.churned_with_reason); }},
};

std::span<const Formula> FormulasOf(Family family) {
  switch (family) {
    case Family::kCalls:
      return kCallFormulas;
    case Family::kMoney:
      return kMoneyFormulas;
    case Family::kCounts:
      break;
  }
  return kCountFormulas;
}

bool IsReal(const Event& event) {
  return event.purpose() == Event::REAL || event.purpose() == Event::PURPOSE_UNSPECIFIED;
}

bool Blocked(int32_t end) {
  return end == Call::QUEUE_FULL || end == Call::BUSY || end == Call::NO_ANSWER;
}

void AddAnswered(const CallFacts& facts, Sums& sums) {
  ++sums.answered;
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
  if (!IsReal(event)) return facts;
  if (event.has_call() && event.call().direction() == Call::INBOUND) {
    facts.emplace_back(CallFactsOf(event, names));
  }
  if (IsCustomerFact(event)) facts.emplace_back(CustomerFactsOf(event, names));
  if (IsTouch(event)) {
    facts.emplace_back(
        TouchFacts{names.Number(event.tenant()), static_cast<int32_t>(event.occurred_at() / kDay)});
  }
  if (event.has_cost() || event.has_initiative()) {
    const SpendingFacts spending{
        names.Number(event.tenant()),
        names.Number(event.has_cost() ? event.cost().currency() : event.initiative().currency()),
        event.has_initiative(), SpendingOf(event)};
    const bool counts = !spending.planned || spending.spending.amount_minor != 0;
    if (counts && spending.spending.lasts()) facts.emplace_back(spending);
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
  contacts += other.contacts;
  const auto append = [](auto& to, const auto& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  append(answered_waits_ms, other.answered_waits_ms);
  append(customers, other.customers);
  append(answered_customers, other.answered_customers);
  append(orders, other.orders);
  append(churned_customers, other.churned_customers);
  return *this;
}

std::string_view DimensionOf(Family family) {
  switch (family) {
    case Family::kCalls:
      return "queue";
    case Family::kMoney:
      return "currency";
    case Family::kCounts:
      break;
  }
  return {};
}

bool HasTotals(Family family) { return family != Family::kMoney; }

void Figures::Add(const Fact& fact, const Names& names) {
  if (const auto* const call = std::get_if<CallFacts>(&fact)) AddCall(*call, names);
  if (const auto* const customer = std::get_if<CustomerFacts>(&fact)) AddCustomer(*customer, names);
  if (const auto* const spent = std::get_if<SpendingFacts>(&fact)) AddSpending(*spent, names);
  if (const auto* const touch = std::get_if<TouchFacts>(&fact)) {
    ++cells_[{names.Name(touch->tenant), Family::kCounts, touch->day, ""}].touches;
  }
  if (const auto* const contact = std::get_if<ContactFacts>(&fact)) {
    const Cell cell{names.Name(contact->tenant), Family::kCounts, contact->day, ""};
    cells_[cell].contacts += SumsOf(*contact);
  }
  if (const auto* const ticket = std::get_if<CaseFacts>(&fact)) AddCase(*ticket, names);
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

std::optional<Wanted> FigureOf(std::string_view metric, std::string_view variant,
                               const Sums& sums) {
  if (const auto figure = ContactFigureOf(metric, variant, sums.contacts)) return figure;
  for (const Family family : kFamilies) {
    for (const Formula& formula : FormulasOf(family)) {
      if (formula.metric == metric && formula.variant == variant) return formula.of(sums);
    }
  }
  return std::nullopt;
}

std::optional<Family> FamilyOf(std::string_view metric) {
  if (const auto family = ContactFamilyOf(metric)) return family;
  for (const Family family : kFamilies) {
    for (const Formula& formula : FormulasOf(family)) {
      if (formula.metric == metric) return family;
    }
  }
  return std::nullopt;
}

bool MeansNothingByQueue(std::string_view metric) { return metric == "blocked_rate"; }

}  // namespace clientele::verify
