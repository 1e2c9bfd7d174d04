#include "projections/roi/roi.h"

#include <charconv>
#include <chrono>
#include <cmath>

#include "projections/column_values.h"
#include "projections/roi/code_hash.h"
#include "projections/roi/schema.h"
#include "projections/shared_columns.h"

namespace clientele::projections::roi {
namespace {

using event::v1::Call;
using event::v1::Channel;
using event::v1::Cost;
using event::v1::Event;
using event::v1::ExchangeRate;
using event::v1::Initiative;
using event::v1::Touchpoint;

enum TableNumber : size_t { kCosts, kInitiatives, kExchangeRates, kTouches };

// A touch that is a call; others have the number of their Touchpoint.Kind.
constexpr int8_t kCallTouch = 100;

Table CostsTable() {
  return {.name = "costs",
          .lineage = Lineage::kTelling,
          .columns = {{"cost_id", "String"},
                      {"category", "LowCardinality(String)"},
                      {"cost_purpose",
                       "Enum8('UNSPECIFIED' = 0, 'ACQUISITION' = 1, 'RETENTION' = 2, 'SERVICE' = "
                       "3, 'OTHER' = 4)"},
                      {"currency", "LowCardinality(String)"},
                      {"amount_minor", "Int64"},
                      {"period_from", "DateTime64(6, 'UTC')"},
                      {"period_to", "DateTime64(6, 'UTC')"},
                      {"channel", kChannelType},
                      {"campaign", "LowCardinality(String)"},
                      {"team", "LowCardinality(String)"},
                      {"unit", "LowCardinality(String)"},
                      {"initiative", "LowCardinality(String)"}}};
}

Table InitiativesTable() {
  return {.name = "initiatives",
          .lineage = Lineage::kTelling,
          .columns = {
              {"initiative", "LowCardinality(String)"},
              {"title", "String"},
              {"phase", "Enum8('UNSPECIFIED' = 0, 'PILOT' = 1, 'ROLLED_OUT' = 2, 'STOPPED' = 3)"},
              {"sponsor", "LowCardinality(String)"},
              {"started_at", "DateTime64(6, 'UTC')"},
              {"ended_at", "DateTime64(6, 'UTC')"},
              {"currency", "LowCardinality(String)"},
              {"planned_cost_minor", "Int64"}}};
}

Table ExchangeRatesTable() {
  return {.name = "exchange_rates",
          .lineage = Lineage::kTelling,
          .columns = {{"currency", "LowCardinality(String)"},
                      {"to_currency", "LowCardinality(String)"},
                      {"day", "Date"},
                      {"rate", "Float64"}}};
}

Table TouchesTable() {
  return {.name = "touches",
          .lineage = Lineage::kTelling,
          .columns = {
              {"kind",
               "Enum8('VISIT' = 1, 'MESSAGE' = 2, 'FORM' = 3, 'WIDGET' = 4, 'STORE_VISIT' = 5, "
               "'MEETING' = 6, 'DEMO' = 7, 'PROPOSAL' = 8, 'REFERRAL' = 20, 'CALL' = 100)"},
              {"touch_id", "String"},
              {"channel", kChannelType},
              {"campaign", "LowCardinality(String)"},
              {"direction", "Enum8('UNSPECIFIED' = 0, 'INBOUND' = 1, 'OUTBOUND' = 2, 'SELF' = 3)"},
              {"conversation_id", "String"}}};
}

bool IsTouch(Touchpoint::Kind kind) {
  return (kind >= Touchpoint::VISIT && kind <= Touchpoint::PROPOSAL) ||
         kind == Touchpoint::REFERRAL;
}

// Days since 1970 of "2026-03-28"; 0, not told, if it is no day of 1970..2149.
uint16_t DayOr0(std::string_view text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  const auto number = [&](size_t at, size_t size, auto& value) {
    const char* const begin = text.data() + at;
    return std::from_chars(begin, begin + size, value).ptr == begin + size;
  };
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return 0;
  if (!number(0, 4, year) || !number(5, 2, month) || !number(8, 2, day)) return 0;
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                         std::chrono::day{day}};
  if (!date.ok()) return 0;
  const auto days = std::chrono::sys_days{date}.time_since_epoch().count();
  return days < 0 ? uint16_t{0} : NumberOr0<uint16_t>(static_cast<uint64_t>(days));
}

// 0, not told, unless it is a number above 0.
double RateOr0(double rate) { return std::isfinite(rate) && rate > 0 ? rate : 0; }

void WriteCost(const Cost& cost, RowWriter row) {
  row.Add(cost.cost_id())
      .Add(cost.category())
      .Add(EnumOr0(cost.purpose(), Cost::OTHER))
      .Add(cost.currency())
      .Add(AmountMinor(cost.amount_minor()))
      .Add(MomentOr0(cost.period().from()))
      .Add(MomentOr0(cost.period().to()))
      .Add(EnumOr0(cost.channel(), Channel::OTHER))
      .Add(cost.campaign())
      .Add(cost.team())
      .Add(cost.unit())
      .Add(cost.initiative())
      .End();
}

void WriteInitiative(const Initiative& initiative, RowWriter row) {
  row.Add(initiative.initiative_id())
      .Add(initiative.title())
      .Add(EnumOr0(initiative.phase(), Initiative::STOPPED))
      .Add(initiative.sponsor())
      .Add(MomentOr0(initiative.started_at()))
      .Add(MomentOr0(initiative.ended_at()))
      .Add(initiative.currency())
      .Add(AmountMinor(initiative.planned_cost_minor()))
      .End();
}

void WriteRate(const ExchangeRate& rate, RowWriter row) {
  row.Add(rate.currency()).Add(rate.to()).Add(DayOr0(rate.day())).Add(RateOr0(rate.rate())).End();
}

void WriteTouch(const Event& event, RowWriter row) {
  const Touchpoint& touchpoint = event.touchpoint();
  row.Add(static_cast<int8_t>(touchpoint.kind()))
      .Add(event.entity_id())
      .Add(EnumOr0(touchpoint.channel(), Channel::OTHER))
      .Add(touchpoint.campaign())
      .Add(EnumOr0(touchpoint.direction(), Touchpoint::SELF))
      .Add(touchpoint.conversation_id())
      .End();
}

void WriteCallTouch(const Event& event, RowWriter row) {
  row.Add(kCallTouch)
      .Add(event.entity_id())
      .Add(static_cast<int8_t>(Channel::PHONE))
      .Add(std::string_view())
      .Add(EnumOr0(event.call().direction(), Call::OUTBOUND))
      .Add(event.call().conversation_id())
      .End();
}

class Roi final : public Projection {
 public:
  std::string_view name() const override { return "roi"; }
  uint32_t version() const override { return 1; }
  const std::vector<Table>& tables() const override { return tables_; }
  std::string_view schema() const override { return schema::kSchemaCreate; }
  std::string_view code_hash() const override { return kCodeHash; }

  void Project(const Event& telling, RowSink& rows) const override {
    switch (telling.payload_case()) {
      case Event::kCost:
        WriteCost(telling.cost(), rows.Begin(kCosts));
        return;
      case Event::kInitiative:
        WriteInitiative(telling.initiative(), rows.Begin(kInitiatives));
        return;
      case Event::kExchangeRate:
        WriteRate(telling.exchange_rate(), rows.Begin(kExchangeRates));
        return;
      case Event::kTouchpoint:
        if (IsTouch(telling.touchpoint().kind())) WriteTouch(telling, rows.Begin(kTouches));
        return;
      case Event::kCall:
        if (telling.call().direction() == Call::INTERNAL) return;
        WriteCallTouch(telling, rows.Begin(kTouches));
        return;
      default:
        return;
    }
  }

 private:
  const std::vector<Table> tables_ = {CostsTable(), InitiativesTable(), ExchangeRatesTable(),
                                      TouchesTable()};
};

}  // namespace

std::unique_ptr<const Projection> MakeRoi() { return std::make_unique<Roi>(); }

}  // namespace clientele::projections::roi
