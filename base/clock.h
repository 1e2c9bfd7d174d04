// Wall-clock time as a seam: the system's, or one that a test sets. Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace clientele::base {

class Clock {
 public:
  virtual ~Clock() = default;
  // Microseconds since the Unix epoch, UTC. May step back, as the machine's clock may.
  [[nodiscard]] virtual int64_t NowMicros() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] int64_t NowMicros() const override {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
};

class FakeClock final : public Clock {
 public:
  explicit FakeClock(int64_t now_micros) : now_(now_micros) {}
  [[nodiscard]] int64_t NowMicros() const override { return now_.load(); }
  void Set(int64_t now_micros) { now_.store(now_micros); }
  void Advance(int64_t micros) { now_.fetch_add(micros); }

 private:
  std::atomic<int64_t> now_;
};

}  // namespace clientele::base
