#include "base/hash.h"

#include <xxhash.h>

#include <cstring>

namespace clientele::base {

Hash128 HashBytes(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

uint32_t Murmur2(std::string_view key) {
  constexpr uint32_t kMultiplier = 0x5bd1e995;
  constexpr int kShift = 24;
  uint32_t hash = 0x9747b28cU ^ static_cast<uint32_t>(key.size());
  while (key.size() >= 4) {
    uint32_t word = 0;
    std::memcpy(&word, key.data(), 4);
    word *= kMultiplier;
    word ^= word >> kShift;
    word *= kMultiplier;
    hash *= kMultiplier;
    hash ^= word;
    key.remove_prefix(4);
  }
  if (!key.empty()) {
    uint32_t tail = 0;
    for (size_t i = key.size(); i-- > 0;) tail = tail << 8 | static_cast<uint8_t>(key[i]);
    hash ^= tail;
    hash *= kMultiplier;
  }
  hash ^= hash >> 13;
  hash *= kMultiplier;
  hash ^= hash >> 15;
  return hash;
}

int32_t PartitionOf(std::string_view key, int32_t partitions) {
  return static_cast<int32_t>(Murmur2(key) & 0x7fffffffU) % partitions;
}

}  // namespace clientele::base
