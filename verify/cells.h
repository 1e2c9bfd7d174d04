// What columns of several tables must hold, written down a second time on purpose. Pure; any
// thread.
#pragma once

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/uuid.h"
#include "clientele/event/v1/event.pb.h"
#include "verify/row.h"

namespace clientele::verify {

inline constexpr int64_t kDay = 86'400'000'000;  // microseconds

// The last numbers of enums.
inline constexpr int64_t kChannels = 12;
inline constexpr int64_t kReasons = 5;
inline constexpr int64_t kSubjects = 4;
inline constexpr int64_t kTouchpointKinds = 23;
inline constexpr int64_t kPhone = 1;  // the channel of calls

// The most that an event may tell of a figure.
inline constexpr double kMostFigure = 1e15;

// What a column cannot hold is not told: 0.
[[nodiscard]] inline int64_t Moment(int64_t micros) {
  return micros <= 0 || micros >= 7'258'118'400'000'000 ? 0 : micros;
}

[[nodiscard]] inline int64_t Span(int64_t ms) {
  return ms < 0 ? 0 : std::min<int64_t>(ms, 24 * 3'600'000);
}

// The most that an event may tell of money.
[[nodiscard]] inline int64_t Minor(int64_t amount_minor) {
  return std::max<int64_t>(-1'000'000'000'000'000,
                           std::min<int64_t>(amount_minor, 1'000'000'000'000'000));
}

[[nodiscard]] inline int64_t UpTo(int64_t value, int64_t last) {
  return value < 0 || value > last ? 0 : value;
}

[[nodiscard]] inline int64_t Most(size_t count) {
  return static_cast<int64_t>(std::min<size_t>(count, 65'535));
}

[[nodiscard]] inline bool IsNumber(double value) { return std::abs(value) <= DBL_MAX; }

// 0 for what is no number or infinite; 0 has no sign.
[[nodiscard]] inline double Between(double value, double least, double most) {
  if (!IsNumber(value)) return 0;
  const double within = value < least ? least : value > most ? most : value;
  return within == 0 ? 0 : within;
}

// Purposes of a later schema count nowhere, as tests do.
[[nodiscard]] inline int64_t Purpose(const event::v1::Event& event) {
  using event::v1::Event;
  const int purpose = event.purpose();
  if (purpose == Event::PURPOSE_UNSPECIFIED) return Event::REAL;
  return purpose == Event::REAL || purpose == Event::MYSTERY ? purpose : Event::TEST;
}

[[nodiscard]] inline bool IsReal(const event::v1::Event& event) {
  return Purpose(event) == event::v1::Event::REAL;
}

[[nodiscard]] inline base::Uuid IdOr0(const std::string& text) {
  const auto id = base::ParseUuid(text);
  return id ? *id : base::Uuid{};
}

inline Row& Head(const event::v1::Event& event, Row& row) {
  row.Clear();
  return row.Text("tenant", event.tenant())
      .Id("customer", IdOr0(event.customer_id()))
      .Number("occurred_at", event.occurred_at());
}

}  // namespace clientele::verify
