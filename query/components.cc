#include "query/components.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace clientele::query {

uint32_t Components::NumberOf(const base::Uuid& id) {
  const auto [found, added] = numbers_.try_emplace(id, static_cast<uint32_t>(ids_.size()));
  if (added) {
    parents_.push_back(found->second);
    aliases_.push_back(0);
    ids_.push_back(id);
  }
  return found->second;
}

void Components::Add(const base::Uuid& one, const base::Uuid& other, bool by_alias, bool by_link) {
  const Pair pair{NumberOf(one), NumberOf(other), by_alias, by_link};
  if (by_alias) {
    ++aliases_[pair.one];
    ++aliases_[pair.other];
  }
  pairs_.push_back(pair);
}

// Halves the path on the way, so that trees stay flat whichever root is put below the other.
uint32_t Components::RootOf(uint32_t node) {
  while (parents_[node] != node) {
    parents_[node] = parents_[parents_[node]];
    node = parents_[node];
  }
  return node;
}

Components::Outcome Components::Resolve() {
  const auto held = [&](uint32_t node) { return aliases_[node] > kMostAliases; };
  for (const Pair& pair : pairs_) {
    if (!pair.by_link && (held(pair.one) || held(pair.other))) continue;
    uint32_t smaller = RootOf(pair.one);
    uint32_t greater = RootOf(pair.other);
    if (ids_[greater] < ids_[smaller]) std::swap(smaller, greater);
    parents_[greater] = smaller;
  }
  Outcome outcome;
  std::vector<uint64_t> sizes(ids_.size());  // by root
  for (uint32_t node = 0; node < ids_.size(); ++node) {
    if (held(node)) outcome.held.push_back(ids_[node]);
    const uint32_t root = RootOf(node);
    ++sizes[root];
    if (root != node) outcome.map.push_back({ids_[node], ids_[root]});
  }
  for (uint32_t root = 0; root < ids_.size(); ++root) {
    if (sizes[root] > kMostAliases) outcome.large.push_back({ids_[root], sizes[root]});
  }
  std::ranges::sort(outcome.held);
  std::ranges::sort(outcome.map);
  std::ranges::sort(outcome.large, [](const LargeComponent& one, const LargeComponent& other) {
    return std::tie(other.pseudonyms, one.representative) <
           std::tie(one.pseudonyms, other.representative);
  });
  return outcome;
}

}  // namespace clientele::query
