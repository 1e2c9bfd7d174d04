#include "base/kill_point.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <cstdlib>

#include "base/log.h"

namespace clientele::base {

void KillPoint(std::string_view name) {
  static const char* const setting = std::getenv("CLIENTELE_KILL_POINT");
  static std::atomic<int> passed = 0;
  if (setting == nullptr) return;
  std::string_view text = setting;
  const bool stop = text.ends_with(":stop");
  if (stop) text.remove_suffix(5);
  const size_t colon = text.find(':');
  if (text.substr(0, colon) != name) return;
  int wanted = 1;
  if (colon != std::string_view::npos) {
    text.remove_prefix(colon + 1);
    std::from_chars(text.data(), text.data() + text.size(), wanted);
  }
  if (passed.fetch_add(1) + 1 == wanted) kill(getpid(), stop ? SIGSTOP : SIGKILL);
}

namespace {

// The whole of CLIENTELE_BREAK; empty in all real life.
std::string_view BrokenGuarantees() {
  static const char* const setting = std::getenv("CLIENTELE_BREAK");
  return setting == nullptr ? std::string_view() : std::string_view(setting);
}

}  // namespace

bool Broken(std::string_view name) {
  std::string_view text = BrokenGuarantees();
  while (!text.empty()) {
    const size_t comma = text.find(',');
    if (text.substr(0, comma) == name) return true;
    if (comma == std::string_view::npos) return false;
    text.remove_prefix(comma + 1);
  }
  return false;
}

void WarnOfBroken() {
  const std::string_view broken = BrokenGuarantees();
  if (broken.empty()) return;
  LogWarning("guarantees are broken, as CLIENTELE_BREAK asks: for tests alone",
             {{"broken", broken}});
}

}  // namespace clientele::base
