#include "verify/ties.h"

#include <algorithm>

#include "verify/cells.h"

namespace clientele::verify {
namespace {

using base::Uuid;
using event::v1::Event;

// More are no customer's.
constexpr size_t kAliasesOfOne = 20;

Tie TieOf(Tie::Kind kind, const Uuid& one, const Uuid& other) {
  return one < other ? Tie{kind, one, other} : Tie{kind, other, one};
}

}  // namespace

std::vector<Tie> TiesOf(const Event& event) {
  std::vector<Tie> ties;
  // Of a kind that is not known here there are no rows.
  if (event.payload_case() == Event::PAYLOAD_NOT_SET) return ties;
  const Uuid customer = IdOr0(event.customer_id());
  std::vector<Uuid> told;
  for (const std::string& text : event.alias_ids()) {
    const Uuid alias = IdOr0(text);
    const bool again = std::ranges::find(told, alias) != told.end();
    if (customer.IsZero() || alias.IsZero() || alias == customer || again) continue;
    told.push_back(alias);
    ties.push_back(TieOf(Tie::kNamedTogether, customer, alias));
  }
  if (!event.has_identity_link()) return ties;
  const auto& link = event.identity_link();
  const Uuid one = IdOr0(link.customer_a());
  const Uuid other = IdOr0(link.customer_b());
  if (!link.has_linked() || one.IsZero() || other.IsZero() || one == other) return ties;
  ties.push_back(TieOf(link.linked() ? Tie::kOne : Tie::kNotOne, one, other));
  return ties;
}

void IdentityEdgeRow(const Event& event, uint32_t row_number, Row& row) {
  const std::vector<Tie> ties = TiesOf(event);
  const Tie tie = row_number < ties.size() ? ties[row_number] : Tie{};
  Head(event, row)
      .Number("purpose", Purpose(event))
      .Number("kind", tie.kind)
      .Id("low", tie.first)
      .Id("high", tie.second);
}

void People::Add(const std::string& tenant, const Tie& tie) {
  Tied& tied = tenants_[tenant].pairs[{tie.first, tie.second}];
  tied.named_together |= tie.kind == Tie::kNamedTogether;
  tied.one |= tie.kind == Tie::kOne;
  tied.not_one |= tie.kind == Tie::kNotOne;
}

void People::Settle() {
  for (auto& [name, tenant] : tenants_) Settle(tenant);
}

// Walks from every pseudonym, the smallest first, to all that it reaches: those are its own.
void People::Settle(OfTenant& tenant) {
  std::unordered_map<Uuid, size_t, Hash> aliases;
  for (const auto& [pair, tied] : tenant.pairs) {
    if (tied.not_one || !tied.named_together) continue;
    ++aliases[pair.first];
    ++aliases[pair.second];
  }
  std::map<Uuid, std::vector<Uuid>> neighbours;
  for (const auto& [pair, tied] : tenant.pairs) {
    const auto& [first, second] = pair;
    const bool crowded = aliases[first] > kAliasesOfOne || aliases[second] > kAliasesOfOne;
    if (tied.not_one || (crowded && !tied.one)) continue;
    neighbours[first].push_back(second);
    neighbours[second].push_back(first);
  }
  for (const auto& [id, around] : neighbours) {
    std::vector<Uuid> reached = {id};
    while (!reached.empty()) {
      const Uuid here = reached.back();
      reached.pop_back();
      if (!tenant.whose.emplace(here, id).second) continue;
      const std::vector<Uuid>& next = neighbours[here];
      reached.insert(reached.end(), next.begin(), next.end());
    }
  }
  tenant.pairs.clear();
}

Uuid People::Whose(const std::string& tenant, const Uuid& id) const {
  const auto of = tenants_.find(tenant);
  if (of == tenants_.end()) return id;
  const auto found = of->second.whose.find(id);
  return found == of->second.whose.end() ? id : found->second;
}

}  // namespace clientele::verify
