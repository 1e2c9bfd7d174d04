#include "base/kill_point.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <cstdlib>

#include "base/log.h"

namespace clientele::base {
namespace {

// CLIENTELE_KILL_POINT.
struct Place {
  std::string_view name;  // empty: there is none
  int time = 1;           // at which it strikes
  bool stop = false;
};

Place ReadPlace() {
  const char* const setting = std::getenv("CLIENTELE_KILL_POINT");
  if (setting == nullptr) return {};
  Place place{.name = setting};
  place.stop = place.name.ends_with(":stop");
  if (place.stop) place.name.remove_suffix(5);
  const size_t colon = place.name.find(':');
  if (colon == std::string_view::npos) return place;
  const std::string_view number = place.name.substr(colon + 1);
  place.name = place.name.substr(0, colon);
  const char* const number_end = number.data() + number.size();
  const auto [end, error] = std::from_chars(number.data(), number_end, place.time);
  if (error == std::errc() && end == number_end && place.time >= 1) return place;
  // A test would wait for what never happens.
  LogError("CLIENTELE_KILL_POINT must be name, name:n, name:stop or name:n:stop, n from 1",
           {{"CLIENTELE_KILL_POINT", setting}});
  std::_Exit(2);
}

}  // namespace

void KillPoint(std::string_view name) {
  static const Place place = ReadPlace();
  static std::atomic<int> passed = 0;
  if (place.name != name) return;
  if (passed.fetch_add(1) + 1 == place.time) kill(getpid(), place.stop ? SIGSTOP : SIGKILL);
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
