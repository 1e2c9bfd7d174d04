// CityHash128 as of its version 1.0.2: the checksum of ClickHouse's compressed blocks (later
// versions give other values). Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace clientele::engine {

struct Hash128 {
  uint64_t low = 0;
  uint64_t high = 0;
  bool operator==(const Hash128&) const = default;
};

[[nodiscard]] Hash128 CityHash128(std::string_view bytes);

}  // namespace clientele::engine
