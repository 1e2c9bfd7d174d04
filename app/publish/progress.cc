#include "app/publish/progress.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

namespace clientele::app {
namespace {

using std::chrono::steady_clock;

constexpr int kBarWidth = 30;
constexpr std::chrono::milliseconds kTerminalPause{200};
constexpr std::chrono::seconds kFilePause{10};

double Seconds(steady_clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

Progress::Progress(std::string title, std::string unit, uint64_t total)
    : title_(std::move(title)),
      unit_(std::move(unit)),
      total_(total),
      terminal_(isatty(STDERR_FILENO) == 1),
      start_(steady_clock::now()),
      shown_(start_) {}

void Progress::Show(uint64_t done) {
  const auto now = steady_clock::now();
  if (now - shown_ < (terminal_ ? steady_clock::duration(kTerminalPause) : kFilePause)) return;
  shown_ = now;
  Print(done, now, false);
}

void Progress::Finish(uint64_t done) {
  total_ = 0;
  Print(done, steady_clock::now(), true);
}

void Progress::Print(uint64_t done, steady_clock::time_point now, bool last) {
  const double elapsed = std::max(Seconds(now - start_), 1e-3);
  const double speed = static_cast<double>(done) / elapsed;
  std::string line = title_ + " ";
  if (total_ > 0) {
    const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total_));
    const int filled = static_cast<int>(share * kBarWidth);
    line += fmt::format("[{}{}] {:3.0f} %  ", std::string(filled, '#'),
                        std::string(kBarWidth - filled, '.'), 100 * share);
  }
  line += fmt::format("{} {}, {:.0f}/s, {:.1f} s", done, unit_, speed, elapsed);
  if (!last && total_ > done && done > 0) {
    line += fmt::format(", {:.0f} s left", static_cast<double>(total_ - done) / speed);
  }
  fmt::print(stderr, "{}{}{}", terminal_ ? "\r\033[K" : "", line, terminal_ && !last ? "" : "\n");
  std::fflush(stderr);
}

}  // namespace clientele::app
