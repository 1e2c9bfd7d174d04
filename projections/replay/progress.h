// How far a replay is and how long it will take, from what is written and how fast that went in the
// last half minute, while the log grows. Pure but for the clock that the caller reads; one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace clientele::projections::replay {

class Progress {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // By partition: `written`, the offset that everything below is written of, and `ends`, how far it
  // shall be; what is written beyond does not count. Neither ever sinks.
  void Add(Time now, const std::vector<uint64_t>& written, const std::vector<uint64_t>& ends);
  // What was told until now says nothing of how fast it goes from here on: a pause.
  void Forget() { samples_.clear(); }

  [[nodiscard]] double rate() const;  // offsets a second; 0 at first
  // None while it does not come nearer to the end.
  [[nodiscard]] std::optional<std::chrono::seconds> left() const;
  // 1200000 of 5000000 offsets (24 %)
  [[nodiscard]] std::string Done() const;
  // The same, 95000 a second, 41 s left
  [[nodiscard]] std::string Text() const;

 private:
  struct Sample {
    Time time;
    uint64_t written = 0;  // of all partitions
    uint64_t end = 0;
  };
  [[nodiscard]] double PerSecond(uint64_t Sample::* what) const;

  std::deque<Sample> samples_;  // of the last half minute
};

}  // namespace clientele::projections::replay
