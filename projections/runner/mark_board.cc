#include "projections/runner/mark_board.h"

#include <algorithm>
#include <functional>
#include <limits>

namespace clientele::projections::runner {

MarkBoard::MarkBoard(int32_t partitions, std::set<VersionName> serving,
                     std::set<VersionName> joining)
    : partitions_(static_cast<size_t>(partitions)),
      serving_(std::move(serving)),
      joining_(std::move(joining)) {
  for (const auto* versions : {&serving_, &joining_}) {
    for (const VersionName& version : *versions) {
      offsets_[version] = std::vector<uint64_t>(partitions_, 0);
    }
  }
}

void MarkBoard::Report(const Ledgers& entries) {
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [version, ledgers] : entries) {
      const auto found = offsets_.find(version);
      if (found == offsets_.end()) continue;  // not projected by this program
      for (const auto& [partition, entry] : ledgers) {
        const auto index = static_cast<size_t>(partition);
        if (index < partitions_) found->second[index] = entry.next_offset;
      }
    }
    moved_ = true;
  }
  moved_condition_.notify_one();
}

std::optional<MarkBoard::State> MarkBoard::Wait(std::stop_token stop,
                                                std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  moved_condition_.wait_for(lock, stop, at_most, [&] { return moved_; });
  if (stop.stop_requested()) return std::nullopt;
  moved_ = false;
  State state;
  state.next = NextLocked();
  for (auto version = joining_.begin(); version != joining_.end();) {
    const std::vector<uint64_t>& offsets = offsets_.at(*version);
    if (!std::ranges::equal(offsets, state.next, std::ranges::greater_equal())) {
      ++version;
      continue;
    }
    state.joined.push_back(*version);
    serving_.insert(*version);
    version = joining_.erase(version);
  }
  return state;
}

uint64_t MarkBoard::Floor(int32_t partition) const {
  const std::scoped_lock lock(mutex_);
  const auto index = static_cast<size_t>(partition);
  return held_.empty() ? FloorLocked(index) : held_[index];
}

std::vector<uint64_t> MarkBoard::HoldFloors() {
  const std::scoped_lock lock(mutex_);
  for (size_t p = held_.size(); p < partitions_; ++p) held_.push_back(FloorLocked(p));
  return held_;
}

void MarkBoard::LetFloorsGo() {
  const std::scoped_lock lock(mutex_);
  held_.clear();
}

uint64_t MarkBoard::FloorLocked(size_t partition) const {
  uint64_t least = std::numeric_limits<uint64_t>::max();
  for (const auto& [version, offsets] : offsets_) least = std::min(least, offsets[partition]);
  return least;
}

std::vector<uint64_t> MarkBoard::NextLocked() const {
  std::vector<uint64_t> next(partitions_, std::numeric_limits<uint64_t>::max());
  for (const VersionName& version : serving_) {
    const std::vector<uint64_t>& offsets = offsets_.at(version);
    for (size_t p = 0; p < partitions_; ++p) next[p] = std::min(next[p], offsets[p]);
  }
  return next;
}

}  // namespace clientele::projections::runner
