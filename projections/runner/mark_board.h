// Where the workers say how far their ledgers are, and the mark writer reads what all serving
// versions have in common. Owned by the runner; thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <vector>

#include "projections/runner/ledger.h"

namespace clientele::projections::runner {

class MarkBoard {
 public:
  // `serving`: versions that marks wait for. `joining`: versions that still catch up; each serves
  // once it has reached, in all partitions, what the serving ones have.
  MarkBoard(int32_t partitions, std::set<VersionName> serving, std::set<VersionName> joining);

  // From a worker, after the ledger is written (or read, at start).
  void Report(const Ledgers& entries);

  struct State {
    // next[p]: the smallest ledger of all serving versions.
    std::vector<uint64_t> next;
    // Versions that began to serve since the last call.
    std::vector<VersionName> joined;
  };
  // Waits until something was reported since the last call, or `at_most`; no value on a stop.
  [[nodiscard]] std::optional<State> Wait(std::stop_token stop, std::chrono::milliseconds at_most);

  // The smallest ledger of all versions of a partition, serving or not: nothing below it will be
  // projected again. Does not rise while held.
  [[nodiscard]] uint64_t Floor(int32_t partition) const;
  // Holds the floors where they are, for a version that will be taken over; where that is. Again:
  // the same ones.
  std::vector<uint64_t> HoldFloors();
  void LetFloorsGo();

 private:
  [[nodiscard]] std::vector<uint64_t> NextLocked() const;
  [[nodiscard]] uint64_t FloorLocked(size_t partition) const;

  const size_t partitions_;
  mutable std::mutex mutex_;
  std::condition_variable_any moved_condition_;
  bool moved_ = false;
  std::set<VersionName> serving_;
  std::set<VersionName> joining_;
  std::map<VersionName, std::vector<uint64_t>> offsets_;
  std::vector<uint64_t> held_;  // floors; empty: not held
};

}  // namespace clientele::projections::runner
