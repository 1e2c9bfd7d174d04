// Civil time: zones, times of day as people write them, and buckets of the civil calendar. The
// machine's time zone database is the only one that decides: the store is handed the moments at
// which buckets begin. Pure but for reading that database; any thread.
#pragma once

#include <date/tz.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace clientele::query {

enum class Grain {
  kNone,
  kMinute,
  kQuarterHour,
  kHalfHour,
  kHour,
  kDay,
  kWeek,
  kMonth,
  kQuarter,
  kYear
};

// Where weeks, quarters and years begin.
struct CalendarRules {
  date::weekday week_start = date::Monday;
  unsigned fiscal_start_month = 1;  // 1..12: the first one of the year
};

using CivilTime = date::local_seconds;

// An IANA zone.
class Zone {
 public:
  // INVALID_ARGUMENT (field time_zone) if there is none of that name; empty is UTC.
  [[nodiscard]] static base::Result<Zone> Find(std::string_view name);

  // Microseconds since the epoch. A time that the clocks skip is the moment of the change; of one
  // that they show twice it is the first.
  [[nodiscard]] int64_t ToInstant(CivilTime time) const;
  [[nodiscard]] CivilTime ToCivil(int64_t micros) const;
  // 2026-11-01T00:00:00+03:00.
  [[nodiscard]] std::string Format(int64_t micros) const;
  [[nodiscard]] const std::string& name() const { return zone_->name(); }
  [[nodiscard]] const date::time_zone& zone() const { return *zone_; }

 private:
  explicit Zone(const date::time_zone* zone) : zone_(zone) {}

  const date::time_zone* zone_;
};

inline constexpr int kFirstYear = 1971;  // of a range

// 2026-11-01, 2026-11-01T08:00 or 2026-11-01T08:00:00, or with a blank for the T; years 1971..2200.
// INVALID_ARGUMENT.
[[nodiscard]] base::Result<CivilTime> ParseCivil(const std::string& field, std::string_view text);

// The same day of so many months later, or the month's last if it has no such day; the same time of
// day.
[[nodiscard]] CivilTime AddMonths(CivilTime time, int count);
// Midnight of a month's first day.
[[nodiscard]] bool BeginsMonth(CivilTime time);
// How many calendar months from..to is; 0 if it is not whole ones.
[[nodiscard]] int WholeMonths(CivilTime from, CivilTime to);
// Where the period before from..to begins: as many whole months earlier where it is whole ones,
// else as much civil time.
[[nodiscard]] CivilTime PeriodBegin(CivilTime from, CivilTime to);

// Buckets that a range of instants touches.
struct Buckets {
  // Starts of the buckets, rising, microseconds; the first is at or before the range's begin.
  std::vector<int64_t> starts;
  // End of the last one.
  int64_t end = 0;
  // Begin of the period before the first one, below its start: of the bucket before it or, without
  // a grain, of the period before the range. Not before 1970.
  int64_t before = 0;

  [[nodiscard]] size_t size() const { return starts.size(); }
  [[nodiscard]] int64_t EndOf(size_t bucket) const {
    return bucket + 1 < starts.size() ? starts[bucket + 1] : end;
  }
};

// Two lists of them still fit the address of a statement.
inline constexpr size_t kMostBuckets = 30'000;

// Those of [from, to); without a grain the range itself is the only one. INVALID_ARGUMENT if there
// are more than kMostBuckets.
[[nodiscard]] base::Result<Buckets> MakeBuckets(const Zone& zone, Grain grain, int64_t from,
                                                int64_t to, const CalendarRules& rules = {});

}  // namespace clientele::query
