#include "projections/retention/retention.h"

#include "projections/column_values.h"
#include "projections/retention/code_hash.h"
#include "projections/retention/schema.h"
#include "projections/shared_columns.h"

namespace clientele::projections::retention {
namespace {

using event::v1::Channel;
using event::v1::Contract;
using event::v1::CustomerProfile;
using event::v1::Event;
using event::v1::Item;
using event::v1::Money;
using event::v1::Reason;
using event::v1::Touchpoint;

enum TableNumber : size_t { kCustomerFacts, kOrderItems, kCustomerProfiles };

Table CustomerFactsTable() {
  return {.name = "customer_facts",
          .lineage = Lineage::kTelling,
          .columns = {{"kind",
                       "Enum8('PURCHASE' = 12, 'PAYMENT' = 13, 'CONTRACT' = 14, 'RETURN' = 16, "
                       "'CHURN' = 22)"},
                      {"touchpoint_id", "String"},
                      {"order_id", "String"},
                      {"channel", kChannelType},
                      {"campaign", "LowCardinality(String)"},
                      {"employee_id", "LowCardinality(String)"},
                      {"team_id", "LowCardinality(String)"},
                      {"currency", "LowCardinality(String)"},
                      {"amount_minor", "Int64"},
                      {"margin_told", "UInt8"},
                      {"margin_minor", "Int64"},
                      {"method", "LowCardinality(String)"},
                      {"contract_from", "DateTime64(6, 'UTC')"},
                      {"contract_to", "DateTime64(6, 'UTC')"},
                      {"mrr_minor", "Int64"},
                      {"reason",
                       "Enum8('UNSPECIFIED' = 0, 'SERVICE' = 1, 'PRICE' = 2, 'PRODUCT' = 3, "
                       "'MOVED' = 4, 'OTHER' = 5)"},
                      {"reason_key", "LowCardinality(String)"}}};
}

Table OrderItemsTable() {
  return {.name = "order_items",
          .lineage = Lineage::kTelling,
          .columns = {{"kind", "Enum8('PURCHASE' = 12, 'RETURN' = 16)"},
                      {"touchpoint_id", "String"},
                      {"order_id", "String"},
                      {"channel", kChannelType},
                      {"campaign", "LowCardinality(String)"},
                      {"employee_id", "LowCardinality(String)"},
                      {"team_id", "LowCardinality(String)"},
                      {"item", "UInt16"},
                      {"sku", "String"},
                      {"category", "LowCardinality(String)"},
                      {"currency", "LowCardinality(String)"},
                      {"amount_minor", "Int64"}}};
}

Table CustomerProfilesTable() {
  return {.name = "customer_profiles",
          .lineage = Lineage::kTelling,
          .columns = {{"segment", "LowCardinality(String)"},
                      {"tier", "LowCardinality(String)"},
                      {"stage", "LowCardinality(String)"},
                      {"manager", "LowCardinality(String)"},
                      {"valid_from", "DateTime64(6, 'UTC')"}}};
}

bool IsFact(Touchpoint::Kind kind) {
  return kind == Touchpoint::PURCHASE || kind == Touchpoint::PAYMENT ||
         kind == Touchpoint::CONTRACT || kind == Touchpoint::RETURN || kind == Touchpoint::CHURN;
}

bool HasItems(Touchpoint::Kind kind) {
  return kind == Touchpoint::PURCHASE || kind == Touchpoint::RETURN;
}

// -1 of a return whose amount is told as what was given back; 1 where amounts are told as they
// change revenue, a return's too.
int64_t SignOf(const Touchpoint& touchpoint) {
  return touchpoint.kind() == Touchpoint::RETURN && touchpoint.money().amount_minor() >= 0 ? -1 : 1;
}

void WriteFact(const Event& event, RowWriter row) {
  const Touchpoint& touchpoint = event.touchpoint();
  const Money& money = touchpoint.money();
  const Contract& contract = touchpoint.contract();
  const int64_t sign = SignOf(touchpoint);
  row.Add(static_cast<int8_t>(touchpoint.kind()))
      .Add(event.entity_id())
      .Add(touchpoint.order_id())
      .Add(EnumOr0(touchpoint.channel(), Channel::OTHER))
      .Add(touchpoint.campaign())
      .Add(touchpoint.employee_id())
      .Add(touchpoint.team_id())
      .Add(money.currency())
      .Add(sign * AmountMinor(money.amount_minor()))
      .Add(static_cast<uint8_t>(money.has_margin_minor()))
      .Add(sign * AmountMinor(money.margin_minor()))
      .Add(money.method())
      .Add(MomentOr0(contract.from()))
      .Add(MomentOr0(contract.to()))
      .Add(AmountMinor(contract.mrr_minor()))
      .Add(EnumOr0(touchpoint.reason().code(), Reason::OTHER))
      .Add(touchpoint.reason().text_key())
      .End();
}

void WriteItem(const Event& event, uint64_t number, const Item& item, int64_t amount_minor,
               RowSink& rows) {
  const Touchpoint& touchpoint = event.touchpoint();
  rows.Begin(kOrderItems)
      .Add(static_cast<int8_t>(touchpoint.kind()))
      .Add(event.entity_id())
      .Add(touchpoint.order_id())
      .Add(EnumOr0(touchpoint.channel(), Channel::OTHER))
      .Add(touchpoint.campaign())
      .Add(touchpoint.employee_id())
      .Add(touchpoint.team_id())
      .Add(CountUpToMost<uint16_t>(number))
      .Add(item.sku())
      .Add(item.category())
      .Add(touchpoint.money().currency())
      .Add(amount_minor)
      .End();
}

// The items and, where they don't add up to the whole amount, the rest as item 0 without an
// article: so that amounts by category add up to revenue.
void WriteItems(const Event& event, RowSink& rows) {
  const Touchpoint& touchpoint = event.touchpoint();
  const int64_t sign = SignOf(touchpoint);
  // Wraps around, as sums of the store do: any number of items has a rest.
  auto rest = static_cast<uint64_t>(sign * AmountMinor(touchpoint.money().amount_minor()));
  uint64_t number = 0;
  for (const Item& item : touchpoint.items()) {
    const int64_t amount_minor = sign * AmountMinor(item.amount_minor());
    rest -= static_cast<uint64_t>(amount_minor);
    WriteItem(event, ++number, item, amount_minor, rows);
  }
  if (rest == 0) return;
  WriteItem(event, 0, Item::default_instance(), static_cast<int64_t>(rest), rows);
}

void WriteProfile(const CustomerProfile& profile, RowWriter row) {
  row.Add(profile.segment())
      .Add(profile.tier())
      .Add(profile.stage())
      .Add(profile.manager())
      .Add(MomentOr0(profile.valid_from()))
      .End();
}

class Retention final : public Projection {
 public:
  std::string_view name() const override { return "retention"; }
  uint32_t version() const override { return 1; }
  const std::vector<Table>& tables() const override { return tables_; }
  std::string_view schema() const override { return schema::kSchemaCreate; }
  std::string_view code_hash() const override { return kCodeHash; }

  void Project(const Event& telling, RowSink& rows) const override {
    if (telling.has_customer_profile()) {
      WriteProfile(telling.customer_profile(), rows.Begin(kCustomerProfiles));
    }
    if (!telling.has_touchpoint() || !IsFact(telling.touchpoint().kind())) return;
    WriteFact(telling, rows.Begin(kCustomerFacts));
    if (HasItems(telling.touchpoint().kind())) WriteItems(telling, rows);
  }

 private:
  const std::vector<Table> tables_ = {CustomerFactsTable(), OrderItemsTable(),
                                      CustomerProfilesTable()};
};

}  // namespace

std::unique_ptr<const Projection> MakeRetention() { return std::make_unique<Retention>(); }

}  // namespace clientele::projections::retention
