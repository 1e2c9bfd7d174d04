#include "projections/identity/identity.h"

#include <algorithm>
#include <set>

#include "projections/identity/code_hash.h"
#include "projections/identity/schema.h"

namespace clientele::projections::identity {
namespace {

using base::Uuid;
using event::v1::Event;
using event::v1::IdentityLink;

enum EdgeKind : int8_t { kAlias = 1, kLink = 2, kUnlink = 3 };

Table EdgesTable() {
  return {.name = "identity_edges",
          .lineage = Lineage::kTelling,
          .columns = {{"kind", "Enum8('ALIAS' = 1, 'LINK' = 2, 'UNLINK' = 3)"},
                      {"low", "UUID"},
                      {"high", "UUID"}}};
}

// Zero, nobody, for anything but a UUID.
Uuid PseudonymOf(const std::string& text) { return base::ParseUuid(text).value_or(Uuid{}); }

void WriteEdge(EdgeKind kind, const Uuid& one, const Uuid& other, RowSink& rows) {
  rows.Begin(0)
      .Add(static_cast<int8_t>(kind))
      .Add(std::min(one, other))
      .Add(std::max(one, other))
      .End();
}

void WriteAliases(const Event& event, RowSink& rows) {
  if (event.alias_ids().empty()) return;
  const Uuid customer = PseudonymOf(event.customer_id());
  if (customer.IsZero()) return;
  std::set<Uuid> written = {customer, Uuid{}};
  for (const std::string& text : event.alias_ids()) {
    const Uuid alias = PseudonymOf(text);
    if (written.insert(alias).second) WriteEdge(kAlias, customer, alias, rows);
  }
}

void WriteLink(const IdentityLink& link, RowSink& rows) {
  const Uuid one = PseudonymOf(link.customer_a());
  const Uuid other = PseudonymOf(link.customer_b());
  if (one.IsZero() || other.IsZero() || one == other || !link.has_linked()) return;
  WriteEdge(link.linked() ? kLink : kUnlink, one, other, rows);
}

class Identity final : public Projection {
 public:
  std::string_view name() const override { return "identity"; }
  uint32_t version() const override { return 1; }
  const std::vector<Table>& tables() const override { return tables_; }
  std::string_view schema() const override { return schema::kSchemaCreate; }
  std::string_view code_hash() const override { return kCodeHash; }

  void Project(const Event& telling, RowSink& rows) const override {
    WriteAliases(telling, rows);
    if (telling.has_identity_link()) WriteLink(telling.identity_link(), rows);
  }

 private:
  const std::vector<Table> tables_ = {EdgesTable()};
};

}  // namespace

std::unique_ptr<const Projection> MakeIdentity() { return std::make_unique<Identity>(); }

}  // namespace clientele::projections::identity
