// How fast a replay may read the log: so many events a second, or none at all while it is paused.
// Set by the replay's thread, asked by its worker's reading thread through ValvedLog; thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>

#include "kafka/consumer.h"

namespace clientele::projections::replay {

class Valve {
 public:
  using Clock = std::chrono::steady_clock;

  // Events a second; 0: no limit.
  void Set(bool paused, uint64_t rate);
  // How many may be read now, at most `most`: waits up to `wait` for the first. What was not read
  // is given back.
  [[nodiscard]] size_t Take(size_t most, std::chrono::milliseconds wait);
  void GiveBack(size_t count);

 private:
  void Refill(Clock::time_point now);

  std::mutex mutex_;
  std::condition_variable changed_;
  bool paused_ = false;
  uint64_t rate_ = 0;
  double allowed_ = 0;  // of a limited rate: at most a tenth of a second's
  Clock::time_point filled_ = Clock::now();
};

// The log behind a valve, which must outlive it.
[[nodiscard]] std::unique_ptr<kafka::EventLog> OpenValved(std::unique_ptr<kafka::EventLog> log,
                                                          Valve& valve);

}  // namespace clientele::projections::replay
