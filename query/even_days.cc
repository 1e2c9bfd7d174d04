#include "query/even_days.h"

#include <chrono>
#include <map>

namespace clientele::query {
namespace {

using date::days;
using date::local_days;
using date::sys_info;
using date::sys_seconds;
using std::chrono::seconds;

constexpr int64_t kDay = 86'400'000'000;  // microseconds
constexpr int64_t kSecond = 1'000'000;
constexpr sys_seconds kEnd{date::sys_days{date::year{2200} / 1 / 1}};

struct Knot {
  int64_t measure = 0;
  int64_t length = kDay;
};
using Knots = std::map<int64_t, Knot>;  // by moment

// One day ahead, so that none is below 0.
int64_t MeasureOf(CivilTime civil) { return civil.time_since_epoch().count() * kSecond + kDay; }

// If the day has another length than most.
void AddDay(const Zone& zone, local_days day, Knots& knots) {
  const int64_t begin = zone.ToInstant(day);
  const int64_t end = zone.ToInstant(day + days(1));
  if (begin < 0 || end - begin == kDay) return;
  // The day after goes on as most do, unless it is another such day.
  knots.try_emplace(end, Knot{MeasureOf(day + days(1)), kDay});
  // A day that a zone leaves out has no time.
  if (end > begin) knots[begin] = {MeasureOf(day), end - begin};
}

}  // namespace

EvenDays EvenDaysOf(const Zone& zone) {
  Knots knots = {{0, {MeasureOf(zone.ToCivil(0)), kDay}}};
  for (sys_seconds at(seconds(0)); at < kEnd;) {
    const sys_info period = zone.zone().get_info(at);
    if (period.end >= kEnd) break;
    const int64_t change = period.end.time_since_epoch().count() * kSecond;
    for (const int64_t moment : {change - kSecond, change}) {
      AddDay(zone, date::floor<days>(zone.ToCivil(moment)), knots);
    }
    at = period.end;
  }
  EvenDays even;
  for (const auto& [moment, knot] : knots) {
    even.moments.push_back(static_cast<uint64_t>(moment));
    even.measures.push_back(static_cast<uint64_t>(knot.measure));
    even.lengths.push_back(static_cast<uint64_t>(knot.length));
  }
  return even;
}

}  // namespace clientele::query
