// Promises that came to their end: a delivery that was made, a matter that was resolved. Pure; any
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "clientele/event/v1/event.pb.h"

namespace clientele::projections::voice {

enum class PromiseKind : int8_t { kDelivery = 1, kResolution = 2 };

struct Promise {
  PromiseKind kind = PromiseKind::kDelivery;
  int64_t due_at = 0;        // microseconds; 0: no moment was promised
  int64_t fulfilled_at = 0;  // microseconds
  // due_at - fulfilled_at in whole milliseconds, cut: above 0 is early. 0 without both.
  int64_t gap_ms = 0;
  bool amount_promised = false;
  int64_t promised_minor = 0;
  int64_t amount_minor = 0;  // what it came to
  std::string_view currency;

  // The customer paid no more than was promised.
  [[nodiscard]] bool AmountKept() const {
    return amount_promised && amount_minor <= promised_minor;
  }
};

// Nothing if the event ends no promise: a touchpoint that promises neither a moment nor an amount,
// or is neither a delivery nor resolved; a case without a due time, unresolved or opened again.
// `event` must outlive it.
[[nodiscard]] std::optional<Promise> PromiseOf(const event::v1::Event& event);

}  // namespace clientele::projections::voice
