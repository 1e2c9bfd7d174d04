// The two hashes that are part of stored data and so may never change: 128-bit XXH3 (entity index,
// code hashes) and Kafka's murmur2 (which partition a key lies in).
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

namespace clientele::base {

struct Hash128 {
  uint64_t high = 0;
  uint64_t low = 0;
  auto operator<=>(const Hash128&) const = default;
};

[[nodiscard]] Hash128 HashBytes(std::string_view bytes);

// Kafka's murmur2 of a key, and the partition that its Java client (librdkafka: murmur2_random)
// puts it in: (murmur2(key) & 0x7fffffff) % partitions.
[[nodiscard]] uint32_t Murmur2(std::string_view key);
[[nodiscard]] int32_t PartitionOf(std::string_view key, int32_t partitions);

}  // namespace clientele::base
