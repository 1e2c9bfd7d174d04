// From what an event says to what a column can hold: total for any bytes that decode. What lies
// outside becomes the column's "not told", never a wrong value. Pure; any thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "clientele/event/v1/event.pb.h"

namespace clientele::projections {

// A moment in microseconds; 0, not told, unless after 1970 and before 2200 (UTC).
[[nodiscard]] constexpr int64_t MomentOr0(int64_t micros) {
  constexpr int64_t kEnd = 7'258'118'400'000'000;
  return micros > 0 && micros < kEnd ? micros : 0;
}

// A duration in milliseconds, cut to 0 .. one day, which is the longest that an event may tell.
[[nodiscard]] constexpr int64_t DurationMs(int64_t ms) {
  constexpr int64_t kDay = 86'400'000;
  return std::clamp<int64_t>(ms, 0, kDay);
}

// An enum's number for an Enum8 that ends at `last`; 0, not told, for one of a later schema.
[[nodiscard]] constexpr int8_t EnumOr0(int value, int8_t last) {
  return value > 0 && value <= last ? static_cast<int8_t>(value) : int8_t{0};
}

// A number that names something (a line, a kind); 0, not told, if the column cannot hold it.
template <typename Unsigned>
[[nodiscard]] constexpr Unsigned NumberOr0(uint64_t value) {
  return value <= std::numeric_limits<Unsigned>::max() ? static_cast<Unsigned>(value) : Unsigned{0};
}

// How many; more than the column can hold is its greatest.
template <typename Unsigned>
[[nodiscard]] constexpr Unsigned CountUpToMost(uint64_t value) {
  return static_cast<Unsigned>(std::min<uint64_t>(value, std::numeric_limits<Unsigned>::max()));
}

// What `purpose` holds: untold is REAL; one of a later schema counts nowhere, as TEST does.
[[nodiscard]] inline int8_t PurposeOf(const event::v1::Event& event) {
  switch (event.purpose()) {
    case event::v1::Event::PURPOSE_UNSPECIFIED:
      return event::v1::Event::REAL;
    case event::v1::Event::REAL:
    case event::v1::Event::MYSTERY:
      return static_cast<int8_t>(event.purpose());
    default:
      return event::v1::Event::TEST;
  }
}

}  // namespace clientele::projections
