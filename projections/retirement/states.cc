#include "projections/retirement/states.h"

#include <algorithm>
#include <limits>

namespace clientele::projections::retirement {

namespace {

// The first state whose offset is not below `offset`.
auto FirstFrom(const std::vector<State>& states, uint64_t offset) {
  return std::lower_bound(states.begin(), states.end(), offset,
                          [](const State& state, uint64_t o) { return state.offset < o; });
}

}  // namespace

EntityKey KeyOf(const base::Hash128& entity) {
  EntityKey key;
  for (size_t i = 0; i < 8; ++i) {
    key[i] = static_cast<char>(entity.high >> (56 - 8 * i));
    key[8 + i] = static_cast<char>(entity.low >> (56 - 8 * i));
  }
  return key;
}

std::optional<base::Hash128> EntityOf(std::string_view key) {
  if (key.size() != EntityKey{}.size()) return std::nullopt;
  base::Hash128 entity;
  for (size_t i = 0; i < 8; ++i) {
    entity.high = entity.high << 8 | static_cast<uint8_t>(key[i]);
    entity.low = entity.low << 8 | static_cast<uint8_t>(key[8 + i]);
  }
  return entity;
}

void AppendVarint(uint64_t value, std::string& out) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

bool TakeVarint(std::string_view& bytes, uint64_t& value) {
  value = 0;
  for (int shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    value |= uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

// Offsets as distances: from the state before, and of the counting telling from the state (0: none
// counts, 1: the state's own).
void AppendStates(const std::vector<State>& states, std::string& out) {
  uint64_t before = 0;
  for (const State& state : states) {
    AppendVarint(state.offset - before, out);
    AppendVarint(state.counting == 0 ? 0 : state.offset + 2 - state.counting, out);
    AppendVarint(state.revision, out);
    AppendVarint(state.bar, out);
    before = state.offset;
  }
}

bool ReadStates(std::string_view bytes, std::vector<State>& states) {
  states.clear();
  uint64_t before = 0;
  while (!bytes.empty()) {
    uint64_t distance = 0;
    uint64_t back = 0;
    uint64_t revision = 0;
    State state;
    if (!TakeVarint(bytes, distance) || !TakeVarint(bytes, back) || !TakeVarint(bytes, revision) ||
        !TakeVarint(bytes, state.bar)) {
      return false;
    }
    state.offset = before + distance;
    if (back > state.offset + 1 || revision > std::numeric_limits<uint32_t>::max()) return false;
    if (!states.empty() && state.offset <= before) return false;
    state.counting = back == 0 ? 0 : state.offset + 2 - back;
    state.revision = static_cast<uint32_t>(revision);
    states.push_back(state);
    before = state.offset;
  }
  return true;
}

State StateBelow(const std::vector<State>& states, uint64_t offset) {
  const auto above = FirstFrom(states, offset);
  return above == states.begin() ? State{} : *(above - 1);
}

void ForgetBelow(std::vector<State>& states, uint64_t floor) {
  const auto above = FirstFrom(states, floor);
  if (above - states.begin() > 1) states.erase(states.begin(), above - 1);
}

}  // namespace clientele::projections::retirement
