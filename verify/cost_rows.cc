#include "verify/cost_rows.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "verify/cells.h"

namespace clientele::verify {
namespace {

using event::v1::Call;
using event::v1::Channel;
using event::v1::Event;
using event::v1::Touchpoint;

__extension__ typedef __int128 Wide;

constexpr int64_t kCostPurposes = 4;
constexpr int64_t kPhases = 3;
constexpr int64_t kDirections = 3;
constexpr int64_t kCallTouch = 100;
constexpr int64_t kLastDay = 65'535;  // 2149-06-06

// Days since 1970 of a day written as 2026-03-28; 0 if it is none that the column can hold.
int64_t DayNumber(const std::string& text) {
  constexpr std::string_view kShape = "dddd-dd-dd";
  if (text.size() != kShape.size()) return 0;
  for (size_t i = 0; i < kShape.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kShape[i] == 'd' ? !digit : text[i] != '-') return 0;
  }
  const std::chrono::year_month_day day{
      std::chrono::year{std::stoi(text.substr(0, 4))},
      std::chrono::month{static_cast<unsigned>(std::stoi(text.substr(5, 2)))},
      std::chrono::day{static_cast<unsigned>(std::stoi(text.substr(8, 2)))}};
  if (!day.ok()) return 0;
  const int64_t number = std::chrono::sys_days{day}.time_since_epoch().count();
  return number > 0 && number <= kLastDay ? number : 0;
}

}  // namespace

bool IsTouch(const Event& event) {
  if (event.has_call()) return event.call().direction() != Call::INTERNAL;
  if (!event.has_touchpoint()) return false;
  switch (event.touchpoint().kind()) {
    case Touchpoint::VISIT:
    case Touchpoint::MESSAGE:
    case Touchpoint::FORM:
    case Touchpoint::WIDGET:
    case Touchpoint::STORE_VISIT:
    case Touchpoint::MEETING:
    case Touchpoint::DEMO:
    case Touchpoint::PROPOSAL:
    case Touchpoint::REFERRAL:
      return true;
    default:
      return false;
  }
}

void TouchRow(const Event& event, Row& row) {
  const bool call = event.has_call();
  const Touchpoint& touchpoint = event.touchpoint();
  const int64_t kind = touchpoint.kind();
  const int64_t channel = UpTo(touchpoint.channel(), kChannels);
  const int64_t called = event.call().direction();
  const int64_t touched = touchpoint.direction();
  Head(event, row)
      .Number("purpose", Purpose(event))
      .Number("kind", call ? kCallTouch : kind)
      .Text("touch_id", event.entity_id())
      .Number("channel", call ? int64_t{Channel::PHONE} : channel)
      .Text("campaign", touchpoint.campaign())
      .Number("direction", UpTo(call ? called : touched, kDirections))
      .Text("conversation_id",
            call ? event.call().conversation_id() : touchpoint.conversation_id());
}

void CostRow(const Event& event, Row& row) {
  const auto& cost = event.cost();
  const Spending spending = SpendingOf(event);
  Head(event, row)
      .Number("purpose", Purpose(event))
      .Text("cost_id", cost.cost_id())
      .Text("category", cost.category())
      .Number("cost_purpose", UpTo(cost.purpose(), kCostPurposes))
      .Text("currency", cost.currency())
      .Number("amount_minor", spending.amount_minor)
      .Number("period_from", spending.from)
      .Number("period_to", spending.to)
      .Number("channel", UpTo(cost.channel(), kChannels))
      .Text("campaign", cost.campaign())
      .Text("team", cost.team())
      .Text("unit", cost.unit())
      .Text("initiative", cost.initiative());
}

void InitiativeRow(const Event& event, Row& row) {
  const auto& initiative = event.initiative();
  const Spending spending = SpendingOf(event);
  Head(event, row)
      .Number("purpose", Purpose(event))
      .Text("initiative", initiative.initiative_id())
      .Text("title", initiative.title())
      .Number("phase", UpTo(initiative.phase(), kPhases))
      .Text("sponsor", initiative.sponsor())
      .Number("started_at", spending.from)
      .Number("ended_at", spending.to)
      .Text("currency", initiative.currency())
      .Number("planned_cost_minor", spending.amount_minor);
}

void ExchangeRateRow(const Event& event, Row& row) {
  const auto& rate = event.exchange_rate();
  const bool told = std::isfinite(rate.rate()) && rate.rate() > 0;
  Head(event, row)
      .Number("purpose", Purpose(event))
      .Text("currency", rate.currency())
      .Text("to_currency", rate.to())
      .Number("day", DayNumber(rate.day()))
      .Real("rate", told ? rate.rate() : 0);
}

Spending SpendingOf(const Event& event) {
  if (event.has_cost()) {
    const auto& cost = event.cost();
    return {Moment(cost.period().from()), Moment(cost.period().to()), Minor(cost.amount_minor())};
  }
  const auto& initiative = event.initiative();
  return {Moment(initiative.started_at()), Moment(initiative.ended_at()),
          Minor(initiative.planned_cost_minor())};
}

int64_t Spending::Until(int64_t moment) const {
  const int64_t passed = std::clamp(moment, from, to) - from;
  return static_cast<int64_t>(Wide{amount_minor} * passed / (to - from));
}

}  // namespace clientele::verify
