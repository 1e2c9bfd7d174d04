// Buckets in every zone of the machine's database, against the C library's reading of the same
// database: around each change of the clocks from 2000 to 2037, where its tables end, no part of
// the range is left out or counted twice, and every hour and civil day begins where the clocks say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <compare>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <set>
#include <utility>

#include "base/zone_name.h"
#include "query/calendar.h"

namespace clientele::query {
namespace {

using testing::IsSupersetOf;

// Seconds.
constexpr int64_t kClockDay = 86'400;
constexpr int64_t kSecond = 1'000'000;  // microseconds

// Days since 1970.
int64_t DayNumber(int year, int month, int day) {
  std::tm civil = {};
  civil.tm_year = year - 1900;
  civil.tm_mon = month - 1;
  civil.tm_mday = day;
  return timegm(&civil) / kClockDay;
}

const int64_t kBegin = DayNumber(2000, 1, 1) * kClockDay;
const int64_t kEnd = DayNumber(2037, 12, 28) * kClockDay;

// The process's zone while it lives.
class LocalZone {
 public:
  explicit LocalZone(const std::string& name) {
    if (const char* before = std::getenv("TZ")) before_ = before;
    Set(name);
  }
  ~LocalZone() {
    if (before_) {
      Set(*before_);
    } else {
      unsetenv("TZ");
      tzset();
    }
  }
  LocalZone(const LocalZone&) = delete;
  LocalZone& operator=(const LocalZone&) = delete;

  // What clocks are ahead of UTC, seconds.
  static int64_t OffsetAt(int64_t instant) {
    const std::time_t time = instant;
    std::tm civil = {};
    localtime_r(&time, &civil);
    return civil.tm_gmtoff;
  }

 private:
  static void Set(const std::string& name) {
    setenv("TZ", name.c_str(), 1);
    tzset();
  }

  std::optional<std::string> before_;
};

// From `begin` on clocks are so much ahead of UTC; seconds.
struct Stretch {
  int64_t begin = 0;
  int64_t offset = 0;
  auto operator<=>(const Stretch&) const = default;
};

// A zone's clocks by the C library.
class Clocks {
 public:
  explicit Clocks(const std::string& name) {
    const LocalZone zone(name);
    int64_t at = kBegin - 30 * kClockDay;
    stretches_.push_back({at, LocalZone::OffsetAt(at)});
    // None changes its clocks twice a day.
    for (int64_t next = at + kClockDay; next <= kEnd + 30 * kClockDay; next += kClockDay) {
      const int64_t offset = LocalZone::OffsetAt(next);
      if (offset != stretches_.back().offset) stretches_.push_back({Change(at, next), offset});
      at = next;
    }
  }

  // Where the clocks change, after the first one.
  [[nodiscard]] const std::vector<Stretch>& stretches() const { return stretches_; }

  // When the clocks first show the day's midnight, or skip it.
  [[nodiscard]] int64_t StartOf(int64_t day) const {
    for (size_t i = 0; i + 1 < stretches_.size(); ++i) {
      const int64_t midnight = day * kClockDay - stretches_[i].offset;
      if (i > 0 && midnight < stretches_[i].begin) return stretches_[i].begin;
      if (midnight < stretches_[i + 1].begin) return midnight;
    }
    return std::max(stretches_.back().begin, day * kClockDay - stretches_.back().offset);
  }

  // Buckets that begin with these days; the last one is the end. A day that the zone left out has
  // none.
  [[nodiscard]] std::vector<int64_t> Days(const std::vector<int64_t>& days) const {
    std::vector<int64_t> starts;
    for (const int64_t day : days) {
      const int64_t start = StartOf(day) * kSecond;
      if (starts.empty() || start > starts.back()) starts.push_back(start);
    }
    return starts;
  }

  // Where the clocks show a full one of `step` seconds, or change, in [from, to); then `to`.
  [[nodiscard]] std::vector<int64_t> Parts(int64_t from, int64_t to, int64_t step) const {
    std::vector<int64_t> starts;
    for (size_t i = 0; i < stretches_.size(); ++i) {
      const int64_t begin = std::max(stretches_[i].begin, from);
      const int64_t end = i + 1 < stretches_.size() ? std::min(stretches_[i + 1].begin, to) : to;
      if (begin >= end) continue;
      starts.push_back(begin * kSecond);
      const int64_t past = (begin + stretches_[i].offset) % step;
      for (int64_t at = begin - past + step; at < end; at += step) starts.push_back(at * kSecond);
    }
    starts.push_back(to * kSecond);
    return starts;
  }

 private:
  // The first moment in (before, after] with the offset of `after`.
  static int64_t Change(int64_t before, int64_t after) {
    const int64_t offset = LocalZone::OffsetAt(after);
    while (after - before > 1) {
      const int64_t middle = before + (after - before) / 2;
      (LocalZone::OffsetAt(middle) == offset ? after : before) = middle;
    }
    return after;
  }

  std::vector<Stretch> stretches_;
};

// The zone's buckets from the first of `starts` to the last.
std::vector<int64_t> Found(const Zone& zone, Grain grain, const std::vector<int64_t>& starts,
                           const CalendarRules& rules = {}) {
  const auto buckets = MakeBuckets(zone, grain, starts.front(), starts.back(), rules);
  EXPECT_TRUE(buckets.has_value()) << buckets.error().message;
  if (!buckets) return {};
  std::vector<int64_t> found = buckets->starts;
  found.push_back(buckets->end);
  return found;
}

// Of as many months each, from this one of 2000 on.
std::vector<int64_t> MonthsFrom(int first, int months) {
  std::vector<int64_t> days;
  for (int month = first; month <= 37 * 12; month += months) {
    days.push_back(DayNumber(2000, month, 1));
  }
  return days;
}

std::vector<int64_t> Stepping(int64_t first, int64_t last, int64_t step) {
  std::vector<int64_t> days;
  for (int64_t day = first; day <= last; day += step) days.push_back(day);
  return days;
}

void ExpectLongBuckets(const Zone& zone, const Clocks& clocks) {
  const int64_t last = kEnd / kClockDay;
  const auto weeks = clocks.Days(Stepping(DayNumber(2000, 1, 3), last, 7));
  ASSERT_EQ(Found(zone, Grain::kWeek, weeks), weeks);
  const auto from_sunday = clocks.Days(Stepping(DayNumber(2000, 1, 2), last, 7));
  ASSERT_EQ(Found(zone, Grain::kWeek, from_sunday, {date::Sunday, 1}), from_sunday);
  const auto months = clocks.Days(MonthsFrom(1, 1));
  ASSERT_EQ(Found(zone, Grain::kMonth, months), months);
  const auto quarters = clocks.Days(MonthsFrom(1, 3));
  ASSERT_EQ(Found(zone, Grain::kQuarter, quarters), quarters);
  const auto years = clocks.Days(MonthsFrom(1, 12));
  ASSERT_EQ(Found(zone, Grain::kYear, years), years);
  // A year that begins in April, and its quarters.
  const auto fiscal_quarters = clocks.Days(MonthsFrom(4, 3));
  ASSERT_EQ(Found(zone, Grain::kQuarter, fiscal_quarters, {date::Monday, 4}), fiscal_quarters);
  const auto fiscal_years = clocks.Days(MonthsFrom(4, 12));
  ASSERT_EQ(Found(zone, Grain::kYear, fiscal_years, {date::Monday, 4}), fiscal_years);
}

// Of five days about the one that the clocks show at `instant`; the lengths of the days are added
// to `lengths`, seconds.
void ExpectShortBuckets(const Zone& zone, const Clocks& clocks, const Stretch& stretch,
                        std::set<int64_t>& lengths) {
  const int64_t day = (stretch.begin + stretch.offset) / kClockDay;
  const auto days = clocks.Days(Stepping(day - 2, day + 3, 1));
  ASSERT_EQ(Found(zone, Grain::kDay, days), days) << stretch.begin;
  for (size_t i = 1; i < days.size(); ++i) lengths.insert((days[i] - days[i - 1]) / kSecond);
  for (const auto& [grain, step] :
       {std::pair{Grain::kHour, 3'600}, std::pair{Grain::kQuarterHour, 900}}) {
    const auto parts = clocks.Parts(days.front() / kSecond, days.back() / kSecond, step);
    ASSERT_EQ(Found(zone, grain, parts), parts) << stretch.begin;
  }
}

void ExpectSameClocks(const Zone& zone, const Clocks& clocks) {
  for (size_t i = 0; i < clocks.stretches().size(); ++i) {
    const Stretch& stretch = clocks.stretches()[i];
    const auto civil = [&](int64_t instant) {
      return zone.ToCivil(instant * kSecond).time_since_epoch().count();
    };
    ASSERT_EQ(civil(stretch.begin), stretch.begin + stretch.offset);
    if (i == 0) continue;
    const int64_t before = stretch.begin - 1;
    ASSERT_EQ(civil(before), before + clocks.stretches()[i - 1].offset);
  }
}

// Zones with the same clocks since 2000 share their buckets.
TEST(CalendarOfEveryZone, BucketsBeginWhereTheClocksSay) {
  std::set<std::vector<Stretch>> seen;
  std::set<int64_t> offsets;
  std::set<int64_t> lengths;
  size_t zones = 0;
  for (const auto& known : date::get_tzdb().zones) {
    const std::string& name = known.name();
    if (base::IsZoneOfTheMachine(name)) continue;
    SCOPED_TRACE(name);
    ++zones;
    const Zone zone = Zone::Find(name).value();
    const Clocks clocks(name);
    ExpectSameClocks(zone, clocks);
    if (!HasFatalFailure() && seen.insert(clocks.stretches()).second) {
      ExpectLongBuckets(zone, clocks);
      for (Stretch stretch : clocks.stretches()) {
        offsets.insert(stretch.offset);
        // The first one has no beginning: some day within it.
        if (stretch == clocks.stretches().front()) stretch.begin = kBegin - 10 * kClockDay;
        if (!HasFatalFailure()) ExpectShortBuckets(zone, clocks, stretch, lengths);
      }
    }
    if (HasFatalFailure()) return;
  }
  EXPECT_GE(zones, 350U);
  EXPECT_GE(seen.size(), 100U);
  // From UTC-12 to UTC+14, by quarters of an hour; days of 23 and 25 hours, and by half an hour.
  EXPECT_THAT(offsets, IsSupersetOf({-12 * 3'600, 14 * 3'600, 5 * 3'600 + 2'700, 0}));
  EXPECT_THAT(lengths, IsSupersetOf({23 * 3'600, 24 * 3'600, 25 * 3'600, 23 * 3'600 + 1'800,
                                     24 * 3'600 + 1'800}));
}

}  // namespace
}  // namespace clientele::query
