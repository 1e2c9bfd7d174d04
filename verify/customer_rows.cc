#include "verify/customer_rows.h"

#include <algorithm>

#include "verify/cells.h"

namespace clientele::verify {
namespace {

using event::v1::Event;
using event::v1::Item;
using event::v1::Touchpoint;

bool Traded(const Touchpoint& touchpoint) {
  return touchpoint.kind() == Touchpoint::PURCHASE || touchpoint.kind() == Touchpoint::RETURN;
}

// A return of 500, told as 500 or as -500, is -500 of revenue; its other amounts turn with it.
bool TurnsAround(const Touchpoint& touchpoint) {
  return touchpoint.kind() == Touchpoint::RETURN && touchpoint.money().amount_minor() > -1;
}

int64_t Turned(const Touchpoint& touchpoint, int64_t amount_minor) {
  const int64_t within = Minor(amount_minor);
  return TurnsAround(touchpoint) ? 0 - within : within;
}

// Of the whole amount, what no item tells. Beyond 64 bits it wraps around.
int64_t Unexplained(const Touchpoint& touchpoint) {
  uint64_t explained = 0;
  for (const Item& item : touchpoint.items()) {
    explained += static_cast<uint64_t>(Turned(touchpoint, item.amount_minor()));
  }
  return static_cast<int64_t>(static_cast<uint64_t>(AmountsOf(touchpoint).amount_minor) -
                              explained);
}

// What customer_facts and order_items tell of a touchpoint alike.
Row& TouchpointHead(const Event& event, Row& row) {
  const Touchpoint& touchpoint = event.touchpoint();
  return Head(event, row)
      .Number("purpose", Purpose(event))
      .Number("kind", touchpoint.kind())
      .Text("touchpoint_id", event.entity_id())
      .Text("order_id", touchpoint.order_id())
      .Number("channel", UpTo(touchpoint.channel(), kChannels))
      .Text("campaign", touchpoint.campaign())
      .Text("employee_id", touchpoint.employee_id())
      .Text("team_id", touchpoint.team_id())
      .Text("currency", touchpoint.money().currency());
}

}  // namespace

bool IsCustomerFact(const Event& event) {
  if (!event.has_touchpoint()) return false;
  switch (event.touchpoint().kind()) {
    case Touchpoint::PURCHASE:
    case Touchpoint::RETURN:
    case Touchpoint::PAYMENT:
    case Touchpoint::CONTRACT:
    case Touchpoint::CHURN:
      return true;
    default:
      return false;
  }
}

uint32_t OrderItemCount(const Touchpoint& touchpoint) {
  if (!Traded(touchpoint)) return 0;
  const uint32_t rest = Unexplained(touchpoint) == 0 ? 0 : 1;
  return static_cast<uint32_t>(touchpoint.items_size()) + rest;
}

Amounts AmountsOf(const Touchpoint& touchpoint) {
  return {Turned(touchpoint, touchpoint.money().amount_minor()),
          Turned(touchpoint, touchpoint.money().margin_minor())};
}

void CustomerFactRow(const Event& event, Row& row) {
  const Touchpoint& touchpoint = event.touchpoint();
  const Amounts amounts = AmountsOf(touchpoint);
  TouchpointHead(event, row)
      .Number("amount_minor", amounts.amount_minor)
      .Number("margin_told", touchpoint.money().has_margin_minor() ? 1 : 0)
      .Number("margin_minor", amounts.margin_minor)
      .Text("method", touchpoint.money().method())
      .Number("contract_from", Moment(touchpoint.contract().from()))
      .Number("contract_to", Moment(touchpoint.contract().to()))
      .Number("mrr_minor", Minor(touchpoint.contract().mrr_minor()))
      .Number("reason", UpTo(touchpoint.reason().code(), kReasons))
      .Text("reason_key", touchpoint.reason().text_key());
}

void OrderItemRow(const Event& event, int index, Row& row) {
  const Touchpoint& touchpoint = event.touchpoint();
  const bool rest = index >= touchpoint.items_size();
  const Item& item = rest ? Item::default_instance() : touchpoint.items(index);
  TouchpointHead(event, row)
      .Number("item", rest ? 0 : Most(static_cast<size_t>(index) + 1))
      .Text("sku", item.sku())
      .Text("category", item.category())
      .Number("amount_minor",
              rest ? Unexplained(touchpoint) : Turned(touchpoint, item.amount_minor()));
}

void CustomerProfileRow(const Event& event, Row& row) {
  const auto& profile = event.customer_profile();
  Head(event, row)
      .Number("purpose", Purpose(event))
      .Text("segment", profile.segment())
      .Text("tier", profile.tier())
      .Text("stage", profile.stage())
      .Text("manager", profile.manager())
      .Number("valid_from", Moment(profile.valid_from()));
}

}  // namespace clientele::verify
