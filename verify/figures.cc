#include "verify/figures.h"

#include <algorithm>
#include <array>
#include <utility>

#include "verify/voice_rows.h"

namespace clientele::verify {
namespace {

using event::v1::Call;
using event::v1::Event;
using event::v1::Reason;
using event::v1::Touchpoint;

constexpr int64_t kDay = 86'400'000'000;  // microseconds
constexpr int64_t kInTimeMs = 20'000;
constexpr int64_t kShortMs = 5'000;

double Number(int64_t value) { return static_cast<double>(value); }

Wanted Count(int64_t value) { return {Number(value), Number(value)}; }
Wanted Share(int64_t part, int64_t whole) {
  if (whole == 0) return {};
  return {Number(part) / Number(whole), Number(whole)};
}
Wanted Mean(double sum, int64_t calls) {
  if (calls == 0) return {};
  return {sum / Number(calls), Number(calls)};
}
Wanted Seconds(int64_t ms, int64_t calls) { return Mean(Number(ms) / 1'000, calls); }
template <typename T>
Wanted Distinct(std::vector<T> all) {
  const size_t n = all.size();
  std::ranges::sort(all);
  return {static_cast<double>(std::ranges::unique(all).begin() - all.begin()),
          static_cast<double>(n)};
}
// The ceil(percent / 100 n)-th smallest.
Wanted PercentileSeconds(std::vector<int64_t> all_ms, size_t percent) {
  if (all_ms.empty()) return {};
  const size_t rank = (all_ms.size() * percent + 99) / 100;
  std::ranges::sort(all_ms);
  return {Number(all_ms[rank - 1]) / 1'000, static_cast<double>(all_ms.size())};
}
Wanted Total(int64_t sum, int64_t n) { return {Number(sum), Number(n)}; }
Wanted OfRecorded(int64_t part_ms, const MarkSums& marks) {
  return {Share(part_ms, marks.recorded_ms).value, Number(marks.recorded)};
}

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
    Formula{"connect_rate", "", [](const Sums& s) { return Share(s.connected, s.dialled); }},
    Formula{"hand_offs", "", [](const Sums& s) { return Count(s.hand_offs); }},
    Formula{"fcr_flag", "", [](const Sums& s) { return Share(s.marks.resolved, s.marks.flagged); }},
    Formula{"first_line_share", "handled",
            [](const Sums& s) { return Share(s.marks.first_line_alone, s.marks.lines_known); }},
    Formula{"first_line_share", "solved",
            [](const Sums& s) {
              return Share(s.marks.resolved_by_first_line, s.marks.flagged_with_line);
            }},
    Formula{"talk_share", "agent",
            [](const Sums& s) { return OfRecorded(s.marks.agent_ms, s.marks); }},
    Formula{"talk_share", "customer",
            [](const Sums& s) { return OfRecorded(s.marks.customer_ms, s.marks); }},
    Formula{"silence_share", "",
            [](const Sums& s) { return OfRecorded(s.marks.silence_ms, s.marks); }},
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
    Formula{"promise_gap_amount", "", PromisedAmountGap},
};

constexpr std::array kCountFormulas = {
    Formula{"touches", "", [](const Sums& s) { return Count(s.touches); }},
    Formula{"churned", "", [](const Sums& s) { return Distinct(s.churned_customers); }},
    Formula{"service_churn_share", "",
            [](const Sums& s) { return Share(s.churned_for_service, s.churned_with_reason); }},
    Formula{"dispute_rate", "",
            [](const Sums& s) { return Share(s.scores.disputed, s.scores.handed_in); }},
    Formula{"overturn_rate", "of_decided",
            [](const Sums& s) { return Share(s.scores.overturned, s.scores.decided); }},
    Formula{"overturn_rate", "of_evaluations",
            [](const Sums& s) { return Share(s.scores.overturned, s.scores.handed_in); }},
    Formula{"qa_load", "", [](const Sums& s) { return Count(s.scores.done); }},
    Formula{"qa_time", "",
            [](const Sums& s) {
              return Wanted{Number(s.scores.spent_ms) / 60'000, Number(s.scores.timed)};
            }},
    Formula{"trainings", "", [](const Sums& s) { return Count(s.trainings.trainings); }},
    Formula{"training_pass_rate", "",
            [](const Sums& s) { return Share(s.trainings.passed, s.trainings.decided); }},
    Formula{"training_score", "",
            [](const Sums& s) {
              return Mean(Number(s.trainings.score_thousandths) / 1'000, s.trainings.scored);
            }},
};

constexpr std::array<std::string_view, 12> kLeftToOracle = {
    "attempts_to_reach",
    "band_share",
    "calls_per_hour",
    "criterion_error_rate",
    "evaluations",
    "not_applicable_rate",
    "occupancy",
    "quality_score",
    "queue_depth",
    "sampling_weighted_score",
    "time_in_state",
    "time_to_reach"};

std::span<const Formula> FormulasOf(Family family) {
  switch (family) {
    case Family::kCalls:
      return kCallFormulas;
    case Family::kMoney:
      return kMoneyFormulas;
    case Family::kVoice:
      return VoiceFormulas();
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
}

void Figures::ResolveCustomers() {
  people_.Settle();
  for (auto& [cell, sums] : cells_) {
    for (auto* const customers :
         {&sums.customers, &sums.answered_customers, &sums.churned_customers}) {
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
  for (const Family family : kFamilies) {
    for (const Formula& formula : FormulasOf(family)) {
      if (formula.metric == metric && formula.variant == variant) return formula.of(sums);
    }
  }
  return std::nullopt;
}

std::optional<Family> FamilyOf(std::string_view metric) {
  for (const Family family : kFamilies) {
    for (const Formula& formula : FormulasOf(family)) {
      if (formula.metric == metric) return family;
    }
  }
  return std::nullopt;
}

bool LeftToOracle(std::string_view metric) {
  return std::ranges::find(kLeftToOracle, metric) != kLeftToOracle.end();
}

bool MeansNothingByQueue(std::string_view metric) { return metric == "blocked_rate"; }

}  // namespace clientele::verify
