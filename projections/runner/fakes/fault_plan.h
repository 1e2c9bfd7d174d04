// Faults for tests: which write of a run goes wrong, and how. Shared by the in-memory log and
// store; thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

namespace clientele::projections::runner {

enum class Fault : uint8_t {
  kCrashBefore,   // the process is dead before the write; everything fails from then on
  kCrashAfter,    // the write lands, then the process is dead
  kCrashLate,     // the process is dead; the insert lands when killed, or later
  kCrashPartly,   // some parts of the insert land, then the process is dead
  kUnclearAfter,  // the write lands, the answer is lost
  kUnclearLate,   // the answer is lost; the insert lands when killed, or later
  kUnclearNone,   // nothing lands, the answer is lost
  kPartly,        // some parts land, an error comes back
  kNoMemory,      // nothing lands, RESOURCE_EXHAUSTED
};

class FaultPlan {
 public:
  // The write of this number (from 0) meets the fault.
  void At(uint64_t write, Fault fault) {
    const std::scoped_lock lock(mutex_);
    faults_[write] = fault;
  }
  // Counts one write and says what happens to it. A crash makes the plan dead.
  std::optional<Fault> Write() {
    const std::scoped_lock lock(mutex_);
    const auto found = faults_.find(writes_++);
    if (found == faults_.end()) return std::nullopt;
    if (found->second <= Fault::kCrashPartly) dead_ = true;
    return found->second;
  }
  [[nodiscard]] bool dead() const {
    const std::scoped_lock lock(mutex_);
    return dead_;
  }
  [[nodiscard]] uint64_t writes() const {
    const std::scoped_lock lock(mutex_);
    return writes_;
  }
  // The process is started again: no more faults.
  void Restart() {
    const std::scoped_lock lock(mutex_);
    dead_ = false;
    faults_.clear();
  }

 private:
  mutable std::mutex mutex_;
  uint64_t writes_ = 0;
  bool dead_ = false;
  std::map<uint64_t, Fault> faults_;
};

}  // namespace clientele::projections::runner
