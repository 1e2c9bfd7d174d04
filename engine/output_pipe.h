// What a select prints, as the engine writes it: the statement's last clause names the pipe's write
// end as its file, so every format comes as one document, and an engine whose reader is slow waits.
// The session's thread reads; the descriptor's path is given to the statement's thread.
#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <string>

namespace clientele::engine {

class OutputPipe {
 public:
  static constexpr int kPipeBytes = 1 << 20;

  OutputPipe() {
    if (pipe2(ends_.data(), O_CLOEXEC) != 0) return;
    fcntl(ends_[0], F_SETFL, O_NONBLOCK);
    fcntl(ends_[0], F_SETPIPE_SZ, kPipeBytes);  // a smaller one works, too
  }
  // Both ends stay open until the statement has ended: opening a pipe without a reader would wait.
  ~OutputPipe() {
    for (const int end : ends_) {
      if (end >= 0) close(end);
    }
  }
  OutputPipe(const OutputPipe&) = delete;
  OutputPipe& operator=(const OutputPipe&) = delete;

  // False: the process has too many files open.
  [[nodiscard]] bool open() const { return ends_[0] >= 0; }
  [[nodiscard]] std::string path() const { return fmt::format("/proc/self/fd/{}", ends_[1]); }
  // 0: nothing is there now.
  [[nodiscard]] size_t Read(char* out, size_t size) {
    const ssize_t got = read(ends_[0], out, size);
    return got > 0 ? static_cast<size_t>(got) : 0;
  }
  [[nodiscard]] pollfd Poll() const { return {ends_[0], POLLIN, 0}; }

 private:
  std::array<int, 2> ends_ = {-1, -1};
};

}  // namespace clientele::engine
