#include "app/simulate/truth.h"

namespace clientele::app::simulate {
namespace {

using event::v1::Call;
using event::v1::Event;
using event::v1::Touchpoint;

constexpr int64_t kInTimeMs = 20'000;
constexpr int64_t kShortMs = 5'000;

ServiceTruth OfQueued(const Call& call) {
  ServiceTruth truth;
  truth.offered = 1;
  const int64_t until = call.answered_at() != 0 ? call.answered_at() : call.ended_at();
  const int64_t wait_ms = (until - call.queued_at()) / kMillisecond;
  if (call.end() == Call::ANSWERED) {
    truth.answered = 1;
    truth.answered_in_20s = wait_ms <= kInTimeMs ? 1 : 0;
    truth.wait_ms = wait_ms;
    for (const auto& leg : call.legs()) {
      truth.talk_ms += leg.talk_ms();
      truth.hold_ms += leg.hold_ms();
      truth.wrap_ms += leg.wrap_ms();
    }
  } else if (call.end() == Call::ABANDONED) {
    truth.abandoned = 1;
    truth.short_abandoned = wait_ms < kShortMs ? 1 : 0;
  } else {
    truth.flowed_out = 1;
  }
  return truth;
}

}  // namespace

void ServiceTruth::Add(const ServiceTruth& other) {
  offered += other.offered;
  answered += other.answered;
  abandoned += other.abandoned;
  short_abandoned += other.short_abandoned;
  flowed_out += other.flowed_out;
  blocked += other.blocked;
  answered_in_20s += other.answered_in_20s;
  wait_ms += other.wait_ms;
  talk_ms += other.talk_ms;
  hold_ms += other.hold_ms;
  wrap_ms += other.wrap_ms;
}

void Truth::Count(const Event& event) {
  if (event.purpose() != Event::PURPOSE_UNSPECIFIED && event.purpose() != Event::REAL) return;
  if (event.has_call()) CountCall(event);
  if (event.has_touchpoint()) CountTouchpoint(event);
}

void Truth::CountCall(const Event& event) {
  const Call& call = event.call();
  if (call.direction() != Call::INBOUND) return;
  const bool queued = call.queued_at() != 0;
  const int day = timeline_.DayOf(queued ? call.queued_at() : event.occurred_at());
  if (day < 0 || day >= timeline_.days()) return;
  ServiceTruth truth;
  if (queued) {
    truth = OfQueued(call);
  } else {
    truth.blocked = 1;
  }
  DayTruth& of_day = days_[static_cast<size_t>(day)];
  of_day.calls.Add(truth);
  if (queued) of_day.by_queue[call.queue_id()].Add(truth);
}

void Truth::CountTouchpoint(const Event& event) {
  const Touchpoint& touchpoint = event.touchpoint();
  if (touchpoint.kind() != Touchpoint::PURCHASE && touchpoint.kind() != Touchpoint::RETURN) return;
  const int day = timeline_.DayOf(event.occurred_at());
  if (day < 0 || day >= timeline_.days()) return;
  DayTruth& of_day = days_[static_cast<size_t>(day)];
  if (touchpoint.kind() == Touchpoint::PURCHASE) {
    ++of_day.purchases;
    of_day.revenue_minor += touchpoint.money().amount_minor();
  } else {
    of_day.returned_minor += touchpoint.money().amount_minor();
  }
}

void Truth::CountSent(const Event& event, const Origin& origin) {
  ++sent_.all;
  ++sent_.by_kind[static_cast<size_t>(event.payload_case()) % SentTruth::kKinds];
  sent_.duplicates += origin.duplicate ? 1 : 0;
  sent_.late += origin.late ? 1 : 0;
  sent_.corrections += origin.correction ? 1 : 0;
  const bool contact = event.has_call() || event.has_touchpoint();
  sent_.mystery += contact && event.purpose() == Event::MYSTERY && !origin.duplicate ? 1 : 0;
}

}  // namespace clientele::app::simulate
