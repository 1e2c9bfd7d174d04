// An entity's record as the index stores it: the key is its hash, the value its states, a list in
// rising offsets, as bytes of a few varints each. Pure functions, any thread. The bytes are stored
// data: another form needs another format version (index_folder.cc).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "projections/retirement/rule.h"

namespace clientele::projections::retirement {

// In the order of the hash.
using EntityKey = std::array<char, 16>;
[[nodiscard]] EntityKey KeyOf(const base::Hash128& entity);
// None: the record is of something else.
[[nodiscard]] std::optional<base::Hash128> EntityOf(std::string_view key);

void AppendStates(const std::vector<State>& states, std::string& out);
// False, and anything in `states`, if the bytes are no such list.
[[nodiscard]] bool ReadStates(std::string_view bytes, std::vector<State>& states);

// The last state below the offset; the default State if there is none.
[[nodiscard]] State StateBelow(const std::vector<State>& states, uint64_t offset);
// Removes the states that no decision at `floor` or above needs: all but the last one below it.
void ForgetBelow(std::vector<State>& states, uint64_t floor);

void AppendVarint(uint64_t value, std::string& out);
// Takes it from the front of the bytes; false if there is none.
[[nodiscard]] bool TakeVarint(std::string_view& bytes, uint64_t& value);

}  // namespace clientele::projections::retirement
