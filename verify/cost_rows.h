// What the rows of roi must be, written down a second time on purpose. Pure functions, any thread.
#pragma once

#include <cstdint>

#include "clientele/event/v1/event.pb.h"
#include "verify/row.h"

namespace clientele::verify {

// A contact that could bring a purchase: has a row of touches.
[[nodiscard]] bool IsTouch(const event::v1::Event& event);

// The event is one.
void TouchRow(const event::v1::Event& event, Row& row);
void CostRow(const event::v1::Event& event, Row& row);
void InitiativeRow(const event::v1::Event& event, Row& row);
void ExchangeRateRow(const event::v1::Event& event, Row& row);

// Minor units over [from, to), microseconds; 0: not told.
struct Spending {
  int64_t from = 0;
  int64_t to = 0;
  int64_t amount_minor = 0;
  [[nodiscard]] bool lasts() const { return from > 0 && to > from; }
  // Of the whole what has come together until the moment, cut to whole minor units. In UTC, where
  // every day has 24 hours.
  [[nodiscard]] int64_t Until(int64_t moment) const;
};
// The event tells a cost or an initiative, whose spending is what it is to cost.
[[nodiscard]] Spending SpendingOf(const event::v1::Event& event);

}  // namespace clientele::verify
