#include "query/open_hours.h"

#include <algorithm>
#include <chrono>
#include <tuple>

namespace clientele::query {
namespace {

using date::days;
using date::local_days;
using std::chrono::seconds;

constexpr uint64_t kDayMinutes = 1'440;

struct Stretch {
  int64_t open = 0;
  int64_t close = 0;
};

int64_t MomentOf(const Zone& zone, local_days day, uint64_t minute) {
  return zone.ToInstant(day + seconds(static_cast<int64_t>(60 * std::min(minute, kDayMinutes))));
}

const DayHours& HoursOf(const CalendarVersion& calendar, local_days day) {
  const auto differing = calendar.days.find(day);
  if (differing != calendar.days.end()) return differing->second;
  return calendar.week[static_cast<size_t>((date::weekday(day) - date::Monday).count())];
}

// What is open by this version in [begin, end).
base::Status AddStretches(const CalendarVersion& calendar, int64_t begin, int64_t end,
                          std::vector<Stretch>& stretches) {
  const auto zone = Zone::Find(calendar.time_zone);
  if (!zone) {
    return base::Fail(base::Code::kFailedPrecondition,
                      "calendar {} version {}: time_zone = {}: is not known on this machine; "
                      "install a newer time zone database",
                      calendar.calendar_id, calendar.version, calendar.time_zone);
  }
  const local_days last = date::floor<days>(zone->ToCivil(end));
  // The day before: where the clocks go back at midnight it may not be over.
  local_days day = date::floor<days>(zone->ToCivil(begin)) - days(1);
  for (; day <= last; day += days(1)) {
    for (const auto& [from, to] : HoursOf(calendar, day)) {
      const int64_t open = std::max(begin, MomentOf(*zone, day, from));
      const int64_t close = std::min(end, MomentOf(*zone, day, to));
      if (open < close) stretches.push_back({open, close});
    }
  }
  return {};
}

// Those that overlap or touch are one.
std::vector<Stretch> Merged(std::vector<Stretch> stretches) {
  std::ranges::sort(stretches, {}, &Stretch::open);
  std::vector<Stretch> merged;
  for (const Stretch& stretch : stretches) {
    if (merged.empty() || stretch.open > merged.back().close) {
      merged.push_back(stretch);
    } else {
      merged.back().close = std::max(merged.back().close, stretch.close);
    }
  }
  return merged;
}

// By id and the moment from which they are valid, each moment once.
std::vector<CalendarVersion> InOrder(std::vector<CalendarVersion> calendars) {
  std::ranges::sort(calendars, [](const CalendarVersion& a, const CalendarVersion& b) {
    return std::tie(a.calendar_id, a.valid_from, b.version) <
           std::tie(b.calendar_id, b.valid_from, a.version);
  });
  const auto same = std::ranges::unique(calendars, [](const auto& a, const auto& b) {
    return a.calendar_id == b.calendar_id && a.valid_from == b.valid_from;
  });
  calendars.erase(same.begin(), same.end());
  return calendars;
}

}  // namespace

base::Result<OpenHours> OpenHoursOf(const std::vector<CalendarVersion>& calendars, int64_t until) {
  OpenHours hours;
  hours.to = until;
  std::vector<Stretch> stretches;
  const std::vector<CalendarVersion> versions = InOrder(calendars);
  for (size_t i = 0; i < versions.size(); ++i) {
    const int64_t begin = versions[i].valid_from;
    hours.from = std::min(hours.from, begin);
    const bool followed =
        i + 1 < versions.size() && versions[i + 1].calendar_id == versions[i].calendar_id;
    const int64_t end = followed ? std::min(until, versions[i + 1].valid_from) : until;
    if (begin >= end) continue;
    if (auto added = AddStretches(versions[i], begin, end, stretches); !added) {
      return tl::unexpected(added.error());
    }
  }
  stretches = Merged(std::move(stretches));
  if (stretches.size() > kMostOpenStretches) {
    stretches.erase(stretches.begin(),
                    stretches.end() - static_cast<std::ptrdiff_t>(kMostOpenStretches));
    hours.from = stretches.front().open;
  }
  if (!stretches.empty() && stretches.front().open == 0) {
    hours.moments.clear();
    hours.measures.clear();
    hours.lengths.clear();
  }
  uint64_t measure = 0;
  for (const Stretch& stretch : stretches) {
    hours.moments.push_back(static_cast<uint64_t>(stretch.open));
    hours.measures.push_back(measure);
    hours.lengths.push_back(static_cast<uint64_t>(stretch.close - stretch.open));
    measure += hours.lengths.back();
  }
  return hours;
}

}  // namespace clientele::query
