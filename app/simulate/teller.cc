#include "app/simulate/teller.h"

#include <fmt/format.h>

#include <algorithm>

namespace clientele::app::simulate {
namespace {

using event::v1::Call;
using event::v1::Event;

constexpr int64_t kShortestLate = kDay;
constexpr int64_t kLongestLate = 9 * kDay;
constexpr double kFromAnotherFeed = 0.2;  // of the duplicates: the same telling, another event id
constexpr int64_t kRetractedForCertain = 40;
constexpr double kToldAgain = 0.25;  // of the retracted: told again under a higher revision

void ShiftCall(Event& event, int64_t by) {
  event.set_occurred_at(event.occurred_at() + by);
  Call& call = *event.mutable_call();
  if (call.queued_at() != 0) call.set_queued_at(call.queued_at() + by);
  if (call.answered_at() != 0) call.set_answered_at(call.answered_at() + by);
  if (call.ended_at() != 0) call.set_ended_at(call.ended_at() + by);
  for (auto& leg : *call.mutable_legs()) {
    leg.set_started_at(leg.started_at() + by);
    if (leg.answered_at() != 0) leg.set_answered_at(leg.answered_at() + by);
    leg.set_ended_at(leg.ended_at() + by);
  }
}

}  // namespace

EventHandle Teller::Draft(const char* system, int64_t occurred_at) {
  EventHandle event = outbox_.New();
  auto* const source = event->mutable_source();
  source->set_system(system);
  source->set_external_id(fmt::format("{}-{}", system, NextNumber()));
  event->set_occurred_at(occurred_at);
  return event;
}

EventHandle Teller::Copy(const Event& event) {
  EventHandle copy = outbox_.New();
  copy->CopyFrom(event);
  return copy;
}

void Teller::TellOnce(EventHandle event, int64_t known_at) {
  outbox_.Put(std::move(event), known_at, {});
}

void Teller::Tell(EventHandle event, int64_t known_at) {
  Telling telling{std::move(event), known_at, {}};
  if (random_.Chance(disorder().late)) {
    telling.origin.late = true;
    telling.known_at +=
        kShortestLate + static_cast<int64_t>(random_.Uniform() * (kLongestLate - kShortestLate));
  }
  Send(std::move(telling));
}

void Teller::Send(Telling telling) {
  if (random_.Chance(disorder().duplicates)) {
    EventHandle copy = Copy(*telling.event);
    Origin origin = telling.origin;
    origin.duplicate = true;
    origin.late = false;
    origin.correction = false;
    // A touchpoint without an id is its event: another event would be another fact.
    const bool has_id = !copy->has_touchpoint() || !copy->touchpoint().touchpoint_id().empty();
    if (has_id && random_.Chance(kFromAnotherFeed)) {
      copy->mutable_source()->set_system("backup-feed");
    }
    const int64_t delay = random_.Chance(0.8)
                              ? static_cast<int64_t>(random_.Exponential(30.0) * kSecond)
                              : static_cast<int64_t>(random_.Uniform() * 2 * kDay);
    const int64_t again_at = telling.known_at + delay;
    outbox_.Put(std::move(telling.event), telling.known_at, telling.origin);
    outbox_.Put(std::move(copy), again_at, origin);
    return;
  }
  outbox_.Put(std::move(telling.event), telling.known_at, telling.origin);
}

void Teller::TellCorrectable(EventHandle event, int64_t known_at) {
  truth_.CountCorrectable();
  const double chance = random_.Uniform();
  // One for certain, however small the sample.
  const bool chosen = truth_.sent().correctable == kRetractedForCertain;
  if (chosen || chance < disorder().retracted) {
    TellRetracted(std::move(event), known_at);
    return;
  }
  if (chance < disorder().retracted + disorder().corrected) {
    TellCorrected(std::move(event), known_at);
    return;
  }
  Telling telling{std::move(event), known_at, {}};
  if (random_.Chance(disorder().late)) {
    telling.origin.late = true;
    telling.known_at +=
        kShortestLate + static_cast<int64_t>(random_.Uniform() * (kLongestLate - kShortestLate));
  }
  if (telling.known_at < timeline_.End()) truth_.Count(*telling.event);
  Send(std::move(telling));
}

void Teller::TellCorrected(EventHandle right, int64_t known_at) {
  std::vector<Telling> tellings;
  EventHandle wrong = Copy(*right);
  MakeWrong(*wrong);
  right->set_revision(1);
  tellings.push_back({std::move(wrong), known_at, {}});
  const auto later = static_cast<int64_t>(random_.Between(0.02, 4.0) * kDay);
  tellings.push_back({std::move(right), known_at + later, {.correction = true}});
  // Now and then the correction comes before what it corrects.
  if (random_.Chance(0.05)) {
    tellings[0].known_at = tellings[1].known_at + kHour;
    tellings[0].origin.late = true;
  }
  Resolve(tellings, -1, 0);
  for (Telling& telling : tellings) Send(std::move(telling));
}

void Teller::TellRetracted(EventHandle event, int64_t known_at) {
  std::vector<Telling> tellings;
  const bool is_call = event->has_call();
  const std::string id = is_call ? event->call().call_id() : event->touchpoint().touchpoint_id();
  int64_t bar_known_at = known_at + static_cast<int64_t>(random_.Between(0.05, 3.0) * kDay);
  // Now and then the retraction comes before what it takes back.
  if (random_.Chance(0.1)) bar_known_at = std::max(timeline_.Begin(), known_at - kMinute);
  EventHandle bar = Draft("crm", bar_known_at);
  auto* const retraction = bar->mutable_retraction();
  retraction->set_kind(is_call ? Event::kCallFieldNumber : Event::kTouchpointFieldNumber);
  retraction->set_entity_id(id);
  retraction->set_revision(0);
  retraction->set_reason("entered by mistake");
  if (random_.Chance(kToldAgain)) {
    EventHandle again = Copy(*event);
    again->set_revision(1);
    const int64_t again_at = std::max(known_at, bar_known_at) + 6 * kHour;
    tellings.push_back({std::move(again), again_at, {.correction = true}});
  }
  tellings.push_back({std::move(event), known_at, {}});
  Resolve(tellings, 0, bar_known_at);
  for (Telling& telling : tellings) Send(std::move(telling));
  outbox_.Put(std::move(bar), bar_known_at, {});
}

void Teller::Resolve(const std::vector<Telling>& tellings, int64_t bar, int64_t bar_known_at) {
  const int64_t barred = bar_known_at < timeline_.End() ? bar : -1;
  const Event* counting = nullptr;
  for (const Telling& telling : tellings) {
    const Event& event = *telling.event;
    if (telling.known_at >= timeline_.End() || event.revision() <= barred) continue;
    if (counting == nullptr || event.revision() > counting->revision()) counting = &event;
  }
  if (counting != nullptr) truth_.Count(*counting);
}

void Teller::MakeWrong(Event& event) {
  if (event.has_call()) {
    MakeCallWrong(event);
    return;
  }
  auto& touchpoint = *event.mutable_touchpoint();
  if (touchpoint.has_money() && random_.Chance(0.7)) {
    auto& money = *touchpoint.mutable_money();
    money.set_amount_minor(money.amount_minor() + 1'000 * random_.Below(900));
  } else {
    touchpoint.set_topic("unsorted");
    event.set_occurred_at(event.occurred_at() - 1 * kSecond);
  }
}

void Teller::MakeCallWrong(Event& event) {
  Call& call = *event.mutable_call();
  const uint64_t how = random_.Below(5);
  if (how == 0 && call.end() == Call::ANSWERED && call.legs_size() > 0) {
    auto& leg = *call.mutable_legs(0);
    leg.set_talk_ms(leg.talk_ms() + 60'000 + static_cast<int64_t>(random_.Below(600'000)));
  } else if (how == 1 && event.identifiers_size() > 0) {
    // Another customer's number.
    event.mutable_identifiers(0)->set_value(
        Customers::Phone(9'000'000 + static_cast<int>(random_.Below(100'000))));
  } else if (how == 2) {
    // The exchange's clock was behind, up to two days.
    const int64_t by = static_cast<int64_t>(random_.Between(0.5, 48.0) * 3'600) * kSecond;
    if (event.occurred_at() - by >= timeline_.Begin()) ShiftCall(event, -by);
  } else if (how == 3 && call.end() == Call::ANSWERED && call.direction() == Call::INBOUND) {
    call.set_end(Call::ABANDONED);
    call.set_ended_by(Call::CUSTOMER);
    call.set_ended_at(call.answered_at());
    call.clear_answered_at();
    call.clear_legs();
    call.clear_resolved();
    call.clear_speech();
  } else {
    call.set_topic("unsorted");
    if (call.queued_at() != 0) call.set_queue_id("q-sales");
  }
}

}  // namespace clientele::app::simulate
