// A progress line on standard error: rewritten in place on a terminal, a new line every ten
// seconds elsewhere. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace clientele::app {

class Progress {
 public:
  // `total` 0: not known. `unit`: what is counted, in plural ("events").
  Progress(std::string title, std::string unit, uint64_t total);
  // About what is expected in all, where it becomes known on the way.
  void SetTotal(uint64_t total) { total_ = total; }
  // Cheap; prints at most five times a second.
  void Show(uint64_t done);
  // The last line, with the mean speed and without a bar: whether all went well, others know.
  void Finish(uint64_t done);

 private:
  void Print(uint64_t done, std::chrono::steady_clock::time_point now, bool last);

  std::string title_;
  std::string unit_;
  uint64_t total_;
  bool terminal_;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point shown_;
};

}  // namespace clientele::app
