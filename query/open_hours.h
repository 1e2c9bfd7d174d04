// When the company is open by its calendars, and time counted in open hours alone: what clocks of
// business hours are made of. A moment is open if any calendar is, by the version of it that is
// valid at that moment. Pure but for reading the time zone database; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "query/calendar.h"

namespace clientele::query {

// Minutes of a civil day: open in [first, second).
using DayHours = std::vector<std::pair<uint64_t, uint64_t>>;

// A version of a calendar. It is valid until the next one of the same id is; of two that are valid
// from the same moment on the greater version counts.
struct CalendarVersion {
  std::string calendar_id;
  uint64_t version = 0;
  std::string time_zone;
  int64_t valid_from = 0;                     // microseconds
  std::array<DayHours, 7> week;               // from Monday on
  std::map<date::local_days, DayHours> days;  // that differ from the week; without hours: closed
};

// Stretches that are kept, the newest ones: three lists of them fit the address of a statement
// beside two of buckets.
inline constexpr size_t kMostOpenStretches = 10'000;

// At t the company has been open for measures[i] + min(t - moments[i], lengths[i]), in
// microseconds, where moments[i] is the last one at or before t: only differences mean something.
// It is open at t if t - moments[i] < lengths[i].
struct OpenHours {
  // Of stretches that rise and lie apart from one another. The first is at 0, and has no length
  // unless it is open from then on.
  std::vector<uint64_t> moments = {0};
  std::vector<uint64_t> measures = {0};
  std::vector<uint64_t> lengths = {0};
  // All of that holds of moments in [from, to]; of no others is anything known.
  int64_t from = INT64_MAX;
  int64_t to = 0;
};

// Up to the moment `until`. Hours open and close at the moments that their civil times are, as
// Zone::ToInstant says; minute 1,440 is the next day's begin. FAILED_PRECONDITION: a time zone that
// this machine does not know.
[[nodiscard]] base::Result<OpenHours> OpenHoursOf(const std::vector<CalendarVersion>& calendars,
                                                  int64_t until);

}  // namespace clientele::query
