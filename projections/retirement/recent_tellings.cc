#include "projections/retirement/recent_tellings.h"

#include <algorithm>
#include <cstring>

namespace clientele::projections::retirement {

void RecentTellings::Keep(int32_t partition, uint64_t offset, std::string_view value) {
  if (value.size() > size_ || value.empty()) return;
  std::deque<Kept>& mine = kept_[partition];
  if (!mine.empty() && mine.back().offset >= offset) return;
  if (!bytes_) bytes_ = std::make_unique_for_overwrite<char[]>(size_);
  // A value lies in one piece: what is left at the ring's end is passed over.
  uint64_t position = end_;
  if (position % size_ + value.size() > size_) position += size_ - position % size_;
  end_ = position + value.size();
  while (!order_.empty()) {
    std::deque<Kept>& oldest = kept_[order_.front()];
    if (oldest.front().position + size_ >= end_) break;
    oldest.pop_front();
    order_.pop_front();
  }
  std::memcpy(bytes_.get() + position % size_, value.data(), value.size());
  mine.push_back({offset, position, static_cast<uint32_t>(value.size())});
  order_.push_back(partition);
}

std::optional<std::string_view> RecentTellings::Find(int32_t partition, uint64_t offset) const {
  const auto mine = kept_.find(partition);
  if (mine == kept_.end()) return std::nullopt;
  const auto found = std::lower_bound(mine->second.begin(), mine->second.end(), offset,
                                      [](const Kept& kept, uint64_t o) { return kept.offset < o; });
  if (found == mine->second.end() || found->offset != offset) return std::nullopt;
  return std::string_view(bytes_.get() + found->position % size_, found->length);
}

}  // namespace clientele::projections::retirement
