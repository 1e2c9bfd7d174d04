#include "projections/voice/promises.h"

#include <algorithm>

#include "projections/column_values.h"
#include "projections/shared_columns.h"

namespace clientele::projections::voice {
namespace {

using event::v1::Case;
using event::v1::Event;
using event::v1::Touchpoint;

int64_t GapMs(const Promise& promise) {
  if (promise.due_at == 0 || promise.fulfilled_at == 0) return 0;
  return (promise.due_at - promise.fulfilled_at) / 1'000;
}

// When it was resolved; 0 if it is not, or was opened again after that.
int64_t ResolvedAt(const Case& ticket) {
  const int64_t resolved = MomentOr0(ticket.resolved_at());
  const bool again = std::ranges::any_of(
      ticket.reopened_at(), [&](int64_t reopened) { return MomentOr0(reopened) > resolved; });
  return again ? 0 : resolved;
}

std::optional<Promise> OfTouchpoint(const Event& event) {
  const Touchpoint& touchpoint = event.touchpoint();
  const bool delivered = touchpoint.kind() == Touchpoint::DELIVERY;
  if (!delivered && !touchpoint.resolved()) return std::nullopt;
  Promise promise;
  promise.kind = delivered ? PromiseKind::kDelivery : PromiseKind::kResolution;
  promise.due_at = MomentOr0(touchpoint.promise().due_at());
  promise.fulfilled_at = MomentOr0(event.occurred_at());
  promise.gap_ms = GapMs(promise);
  promise.amount_promised = touchpoint.promise().has_amount_minor() && touchpoint.has_money();
  if (promise.amount_promised) {
    promise.promised_minor = AmountMinor(touchpoint.promise().amount_minor());
    promise.amount_minor = AmountMinor(touchpoint.money().amount_minor());
    promise.currency = touchpoint.money().currency();
  }
  if (promise.due_at == 0 && !promise.amount_promised) return std::nullopt;
  return promise;
}

std::optional<Promise> OfCase(const Case& ticket) {
  Promise promise;
  promise.kind = PromiseKind::kResolution;
  promise.due_at = MomentOr0(ticket.due_at());
  promise.fulfilled_at = ResolvedAt(ticket);
  promise.gap_ms = GapMs(promise);
  if (promise.due_at == 0 || promise.fulfilled_at == 0) return std::nullopt;
  return promise;
}

}  // namespace

std::optional<Promise> PromiseOf(const Event& event) {
  if (event.has_touchpoint()) return OfTouchpoint(event);
  if (event.has_case_()) return OfCase(event.case_());
  return std::nullopt;
}

}  // namespace clientele::projections::voice
