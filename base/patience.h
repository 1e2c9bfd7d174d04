// Trying again at something outside that fails: the waiting between tries, longer each time, up to
// a limit in all and never past a request to stop; and which failures are worth it. A Patience has
// one owner and one thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

#include "base/log.h"
#include "base/result.h"

namespace clientele::base {

// How long a store or a log that is away is waited for before the process ends.
inline constexpr std::chrono::milliseconds kLongestOutage{3'600'000};

class Patience {
 public:
  Patience(std::chrono::milliseconds limit, std::stop_token stop)
      : stop_(std::move(stop)), end_(std::chrono::steady_clock::now() + limit) {}

  // Waits before the next try; false if there shall be none: the limit has passed, or a stop.
  [[nodiscard]] bool Wait() {
    const auto now = std::chrono::steady_clock::now();
    if (stop_.stop_requested() || now >= end_) return false;
    std::unique_lock lock(mutex_);
    wake_.wait_until(lock, stop_, std::min(now + pause_, end_), [] { return false; });
    pause_ = std::min(pause_ * 2, kLongestPause);
    return !stop_.stop_requested();
  }

 private:
  static constexpr std::chrono::milliseconds kLongestPause{2'000};

  std::stop_token stop_;
  std::chrono::steady_clock::time_point end_;
  std::chrono::milliseconds pause_{20};
  std::mutex mutex_;
  std::condition_variable_any wake_;
};

// Whether trying again can help after such an error; false: stop (a table is missing, a type is
// wrong, another process has taken over).
[[nodiscard]] bool MayPass(const Error& error);

// Calls `step`, which gives a Result, until it succeeds, fails for good, or patience ends; what it
// gave last. `not_yet`: the warning of each try that is followed by another.
template <typename Step>
[[nodiscard]] auto KeepTrying(Patience& patience, const char* not_yet, Step step) {
  for (;;) {
    auto done = step();
    if (done || !MayPass(done.error())) return done;
    LogWarning(not_yet, {{"error", done.error().message}});
    if (!patience.Wait()) return done;
  }
}

}  // namespace clientele::base
