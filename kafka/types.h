// Typed places in the log, and the names of the topics. Plain values.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace clientele::kafka {

struct Partition {
  int32_t value = 0;
  auto operator<=>(const Partition&) const = default;
};

// Those of a topic that has so many.
[[nodiscard]] inline std::vector<Partition> PartitionsOf(int32_t count) {
  std::vector<Partition> partitions;
  for (int32_t p = 0; p < count; ++p) partitions.push_back({p});
  return partitions;
}

struct Offset {
  int64_t value = 0;
  auto operator<=>(const Offset&) const = default;
  [[nodiscard]] Offset Next() const { return {value + 1}; }
};

inline constexpr std::string_view kEventsTopic = "clientele.events.v1";
inline constexpr std::string_view kMarksTopic = "clientele.marks.v1";
inline constexpr std::string_view kOwnersTopic = "clientele.owners.v1";
inline constexpr std::string_view kKeysTopic = "clientele.keys.v1";
inline constexpr std::string_view kErasuresTopic = "clientele.erasures.v1";

}  // namespace clientele::kafka
