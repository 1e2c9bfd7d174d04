#include "projections/retirement/state_buffer.h"

#include <algorithm>

namespace clientele::projections::retirement {

StateBuffer::StateBuffer(size_t entities) : entities_(entities) { Clear(); }

std::optional<std::string_view> StateBuffer::Find(const base::Hash128& entity) const {
  const auto found = states_->find(entity);
  if (found == states_->end()) return std::nullopt;
  return found->second;
}

void StateBuffer::Put(const base::Hash128& entity, std::string_view states) {
  (*states_)[entity] = states;
}

std::vector<StateBuffer::Entry> StateBuffer::InOrder() const {
  std::vector<Entry> entries;
  entries.reserve(states_->size());
  for (const auto& [entity, states] : *states_) entries.push_back({entity, states});
  std::ranges::sort(entries, {}, &Entry::entity);
  return entries;
}

void StateBuffer::Clear() {
  states_.reset();
  memory_.release();
  states_.emplace(&memory_);
  states_->reserve(entities_);
}

}  // namespace clientele::projections::retirement
