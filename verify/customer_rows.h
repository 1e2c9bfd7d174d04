// What the rows of retention must be, written down a second time on purpose. Pure functions, any
// thread.
#pragma once

#include <cstdint>

#include "clientele/event/v1/event.pb.h"
#include "verify/row.h"

namespace clientele::verify {

// A purchase, return, payment, contract or churn: has a row of customer_facts.
[[nodiscard]] bool IsCustomerFact(const event::v1::Event& event);
// Rows of order_items, of a purchase or return; else 0.
[[nodiscard]] uint32_t OrderItemCount(const event::v1::Touchpoint& touchpoint);

// The event is a customer fact.
void CustomerFactRow(const event::v1::Event& event, Row& row);
// Of the item with this index; one past the last: what the items don't explain.
void OrderItemRow(const event::v1::Event& event, int index, Row& row);
// The event tells a customer's profile.
void CustomerProfileRow(const event::v1::Event& event, Row& row);

// What a customer fact changes in figures, minor units: of returns below 0.
struct Amounts {
  int64_t amount_minor = 0;
  int64_t margin_minor = 0;
};
[[nodiscard]] Amounts AmountsOf(const event::v1::Touchpoint& touchpoint);

}  // namespace clientele::verify
