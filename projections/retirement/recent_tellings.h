// The last tellings that a worker saw, in a ring of bytes of fixed size: what most corrections take
// back was told a moment ago. Owned by the telling source; one thread at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string_view>

namespace clientele::projections::retirement {

class RecentTellings {
 public:
  explicit RecentTellings(size_t most_bytes) : size_(most_bytes) {}

  // A value larger than the ring, or an offset that does not rise in its partition, is not kept.
  void Keep(int32_t partition, uint64_t offset, std::string_view value);
  // The view holds until the next Keep.
  [[nodiscard]] std::optional<std::string_view> Find(int32_t partition, uint64_t offset) const;

 private:
  struct Kept {
    uint64_t offset = 0;
    uint64_t position = 0;  // in all that the ring ever held; modulo its size: where it is
    uint32_t length = 0;
  };

  const size_t size_;
  std::unique_ptr<char[]> bytes_;  // made at the first Keep
  uint64_t end_ = 0;               // position after the last value
  std::map<int32_t, std::deque<Kept>> kept_;
  std::deque<int32_t> order_;  // partitions of what is kept, the oldest first
};

}  // namespace clientele::projections::retirement
