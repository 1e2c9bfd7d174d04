#include "projections/events/events.h"

#include "base/entity.h"
#include "projections/column_values.h"
#include "projections/events/code_hash.h"
#include "projections/events/schema.h"

namespace clientele::projections::events {
namespace {

using event::v1::Event;

Table EventsTable() {
  return {.name = "events",
          .lineage = Lineage::kRecord,
          .columns = {{"takes_back", "UInt64"},
                      {"event_id", "UUID"},
                      {"kind", "UInt16"},
                      {"kind_name", "LowCardinality(String)"},
                      {"entity_kind", "UInt16"},
                      {"entity_id", "String"},
                      {"revision", "UInt32"},
                      {"purpose", "Enum8('REAL' = 1, 'MYSTERY' = 2, 'TEST' = 3)"},
                      {"source_system", "LowCardinality(String)"},
                      {"external_id", "String"},
                      {"sent_at", "DateTime64(6, 'UTC')"},
                      {"received_at", "DateTime64(6, 'UTC')"},
                      {"aliases", "Array(UUID)"},
                      {"payload", "String"}}};
}

// Those that are UUIDs: ingest writes no others.
std::vector<base::Uuid> AliasesOf(const Event& event) {
  std::vector<base::Uuid> aliases;
  for (const std::string& text : event.alias_ids()) {
    if (const auto alias = base::ParseUuid(text)) aliases.push_back(*alias);
  }
  return aliases;
}

class Events final : public Projection {
 public:
  std::string_view name() const override { return "events"; }
  uint32_t version() const override { return 1; }
  const std::vector<Table>& tables() const override { return tables_; }
  std::string_view schema() const override { return schema::kSchemaCreate; }
  std::string_view code_hash() const override { return kCodeHash; }

  // Its rows are of offsets, not of tellings.
  void Project(const Event& /*telling*/, RowSink& /*rows*/) const override {}

  void Journal(const Record& record, RowSink& rows) const override {
    const Event& event = record.event;
    // A payload that this build does not know names no kind; its entity does.
    const uint32_t known = base::KindOf(event);
    const uint32_t kind = known != 0 ? known : record.entity_kind;
    rows.Begin(0)
        .Add(record.takes_back)
        .Add(base::ParseUuid(event.event_id()).value_or(base::Uuid{}))
        .Add(NumberOr0<uint16_t>(kind))
        .Add(base::KindName(kind))
        .Add(NumberOr0<uint16_t>(record.entity_kind))
        .Add(event.entity_id())
        .Add(event.revision())
        .Add(PurposeOf(event))
        .Add(event.source().system())
        .Add(event.source().external_id())
        .Add(MomentOr0(event.sent_at()))
        .Add(MomentOr0(event.received_at()))
        .AddAll(AliasesOf(event))
        .Add(record.value)
        .End();
  }

 private:
  const std::vector<Table> tables_ = {EventsTable()};
};

}  // namespace

std::unique_ptr<const Projection> MakeEvents() { return std::make_unique<Events>(); }

}  // namespace clientele::projections::events
