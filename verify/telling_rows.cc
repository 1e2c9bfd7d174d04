#include "verify/telling_rows.h"

#include "verify/case_rows.h"
#include "verify/contact_rows.h"
#include "verify/cost_rows.h"
#include "verify/customer_rows.h"
#include "verify/wanted_rows.h"

namespace clientele::verify {

using event::v1::Event;

std::vector<PartRows> RowsOf(const Event& telling) {
  std::vector<PartRows> rows;
  const auto add = [&](Part part, uint32_t first_row, uint32_t count) {
    if (count > 0) rows.push_back({part, first_row, count});
  };
  if (telling.has_call()) {
    add(Part::kCalls, 0, 1);
    add(Part::kCallLegs, 1, static_cast<uint32_t>(telling.call().legs_size()));
  }
  if (IsCustomerFact(telling)) {
    add(Part::kCustomerFacts, 0, 1);
    add(Part::kOrderItems, 1, OrderItemCount(telling.touchpoint()));
  }
  if (telling.has_customer_profile()) add(Part::kCustomerProfiles, 0, 1);
  if (telling.has_cost()) add(Part::kCosts, 0, 1);
  if (telling.has_initiative()) add(Part::kInitiatives, 0, 1);
  if (telling.has_exchange_rate()) add(Part::kExchangeRates, 0, 1);
  if (IsTouch(telling)) add(Part::kTouches, 0, 1);
  if (IsContact(telling)) add(Part::kContacts, 0, 1);
  if (telling.has_case_()) {
    add(Part::kCases, 0, 1);
    add(Part::kCaseMoments, 1, CaseMomentCount(telling.case_()));
  }
  return rows;
}

void TellingRow(Part part, const Event& telling, uint32_t row_number, Row& row) {
  switch (part) {
    case Part::kEvents:
    case Part::kQuarantine:
      return;
    case Part::kCalls:
      CallRow(telling, row);
      return;
    case Part::kCallLegs:
      LegRow(telling, static_cast<int>(row_number) - 1, row);
      return;
    case Part::kCustomerFacts:
      CustomerFactRow(telling, row);
      return;
    case Part::kOrderItems:
      OrderItemRow(telling, static_cast<int>(row_number) - 1, row);
      return;
    case Part::kCustomerProfiles:
      CustomerProfileRow(telling, row);
      return;
    case Part::kCosts:
      CostRow(telling, row);
      return;
    case Part::kInitiatives:
      InitiativeRow(telling, row);
      return;
    case Part::kExchangeRates:
      ExchangeRateRow(telling, row);
      return;
    case Part::kTouches:
      TouchRow(telling, row);
      return;
    case Part::kContacts:
      ContactRow(telling, row);
      return;
    case Part::kCases:
      CaseRow(telling, row);
      return;
    case Part::kCaseMoments:
      CaseMomentRow(telling, row_number - 1, row);
      return;
  }
}

Row PatternOf(Part part) {
  static const Event event;
  static const Event call = [] {
    Event of;
    of.mutable_call()->add_legs();
    return of;
  }();
  Row row;
  switch (part) {
    case Part::kEvents:
      EventRow(event, 0, 0, "", row);
      return row;
    case Part::kQuarantine:
      QuarantineRow("", 0, row);
      return row;
    default:
      TellingRow(part, part == Part::kCallLegs ? call : event, 1, row);
      return row;
  }
}

}  // namespace clientele::verify
