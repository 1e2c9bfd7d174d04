#include "query/calendar.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <exception>
#include <optional>

#include "base/zone_name.h"
#include "query/shortened.h"

namespace clientele::query {
namespace {

using date::days;
using date::local_days;
using date::months;
using date::sys_info;
using date::sys_seconds;
using date::weekday;
using date::year_month_day;
using date::years;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int64_t kMicros = 1'000'000;
constexpr int kLastYear = 2200;
constexpr int64_t kHourSeconds = 3'600;

sys_seconds ToSys(int64_t micros) {
  return date::floor<seconds>(date::sys_time<microseconds>(microseconds(micros)));
}

int64_t ToMicros(sys_seconds time) { return time.time_since_epoch().count() * kMicros; }

CivilTime FloorTo(Grain grain, CivilTime time, const CalendarRules& rules) {
  const local_days day = date::floor<days>(time);
  const year_month_day civil(day);
  const auto month = civil.year() / civil.month();
  // Whole months since the year began.
  const int since =
      static_cast<int>((static_cast<unsigned>(civil.month()) + 12 - rules.fiscal_start_month) % 12);
  switch (grain) {
    case Grain::kWeek:
      return day - (weekday(day) - rules.week_start);
    case Grain::kMonth:
      return local_days(month / 1);
    case Grain::kQuarter:
      return local_days((month - months(since % 3)) / 1);
    case Grain::kYear:
      return local_days((month - months(since)) / 1);
    default:
      return day;
  }
}

// The begin of the bucket after the one that begins at `start`.
CivilTime Next(Grain grain, CivilTime start) {
  const local_days day = date::floor<days>(start);
  const year_month_day civil(day);
  switch (grain) {
    case Grain::kWeek:
      return day + days(7);
    case Grain::kMonth:
      return local_days(civil + months(1));
    case Grain::kQuarter:
      return local_days(civil + months(3));
    case Grain::kYear:
      return local_days(civil + years(1));
    default:
      return day + days(1);
  }
}

Buckets CivilBuckets(const Zone& zone, Grain grain, int64_t from, int64_t to,
                     const CalendarRules& rules) {
  Buckets buckets;
  CivilTime civil = FloorTo(grain, zone.ToCivil(from), rules);
  int64_t start = zone.ToInstant(civil);
  while (start < to) {
    civil = Next(grain, civil);
    const int64_t next = zone.ToInstant(civil);
    // A day that a zone leaves out begins when the next one does; it has no bucket.
    if (next > start && next > from) buckets.starts.push_back(start);
    start = next;
  }
  buckets.end = start;
  return buckets;
}

bool KeepsOffset(const Zone& zone, const sys_info& period) {
  return zone.zone().get_info(period.begin - seconds(1)).offset == period.offset;
}

// An hour, or a part of one, begins where the clocks show a full one, and where their offset
// changes.
Buckets ClockBuckets(const Zone& zone, seconds step, int64_t from, int64_t to) {
  Buckets buckets;
  // The last full one on clocks of this offset.
  const auto floor = [&](sys_seconds time, seconds offset) {
    const seconds local = time.time_since_epoch() + offset;
    return sys_seconds(local - local % step - offset);
  };
  sys_seconds at = ToSys(from);
  const sys_seconds to_seconds =
      date::ceil<seconds>(date::sys_time<microseconds>(microseconds(to)));
  while (at < to_seconds) {
    const sys_info period = zone.zone().get_info(at);
    sys_seconds start = floor(at, period.offset);
    if (start < period.begin && !KeepsOffset(zone, period)) start = period.begin;
    const sys_seconds until = std::min(period.end, to_seconds);
    while (start < until) {
      const int64_t micros = ToMicros(start);
      if (buckets.starts.empty() || micros > buckets.starts.back()) {
        buckets.starts.push_back(micros);
      }
      start = floor(start, period.offset) + step;
    }
    at = until;
    const bool cut = period.end < start && zone.zone().get_info(period.end).offset != period.offset;
    buckets.end = ToMicros(cut ? period.end : start);
  }
  return buckets;
}

// Without a grain: of the range.
int64_t RangeBefore(const Zone& zone, int64_t from, int64_t to) {
  const int64_t begin = zone.ToInstant(PeriodBegin(zone.ToCivil(from), zone.ToCivil(to)));
  // Clocks may have skipped all of that civil time.
  return std::max<int64_t>(begin < from ? begin : from - (to - from), 0);
}

// The shortest that a bucket can be where no clocks change, seconds.
int64_t LeastSeconds(Grain grain) {
  switch (grain) {
    case Grain::kMinute:
      return 60;
    case Grain::kQuarterHour:
      return 900;
    case Grain::kHalfHour:
      return 1'800;
    case Grain::kNone:
    case Grain::kHour:
      return kHourSeconds;
    case Grain::kDay:
      return 23 * kHourSeconds;
    case Grain::kWeek:
      return 167 * kHourSeconds;
    case Grain::kMonth:
      return 27 * 24 * kHourSeconds;
    case Grain::kQuarter:
      return 89 * 24 * kHourSeconds;
    case Grain::kYear:
      return 364 * 24 * kHourSeconds;
  }
  return kHourSeconds;
}

// `size` digits at `at`; none if there are not so many.
std::optional<int> Digits(std::string_view text, size_t at, size_t size) {
  if (text.size() < at + size) return std::nullopt;
  int value = 0;
  const char* end = text.data() + at + size;
  const bool digits =
      std::all_of(text.data() + at, end, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return std::nullopt;
  std::from_chars(text.data() + at, end, value);
  return value;
}

// Seconds since midnight of `T08:00` or `T08:00:00`, or with a blank for the T; an empty text is
// midnight.
std::optional<int64_t> TimeOfDay(std::string_view text) {
  if (text.empty()) return 0;
  if (text[0] != 'T' && text[0] != ' ') return {};
  if ((text.size() != 6 && text.size() != 9) || text[3] != ':') return {};
  if (text.size() == 9 && text[6] != ':') return {};
  const auto hour = Digits(text, 1, 2);
  const auto minute = Digits(text, 4, 2);
  const auto second = text.size() == 9 ? Digits(text, 7, 2) : 0;
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) return {};
  return *hour * kHourSeconds + *minute * 60 + *second;
}

}  // namespace

base::Result<Zone> Zone::Find(std::string_view name) {
  const std::string wanted(name.empty() ? "UTC" : name);
  try {
    if (!base::IsZoneOfTheMachine(wanted)) return Zone(date::locate_zone(wanted));
  } catch (const std::exception&) {  // there is none of that name
  }
  return base::FailField("time_zone",
                         "time_zone = {}: must be an IANA name such as Europe/Moscow, or empty "
                         "for UTC",
                         Shortened(wanted));
}

int64_t Zone::ToInstant(CivilTime time) const {
  const date::local_info found = zone_->get_info(time);
  if (found.result == date::local_info::nonexistent) return ToMicros(found.first.end);
  return (time.time_since_epoch() - found.first.offset).count() * kMicros;
}

CivilTime Zone::ToCivil(int64_t micros) const { return zone_->to_local(ToSys(micros)); }

std::string Zone::Format(int64_t micros) const {
  const sys_seconds instant = ToSys(micros);
  const seconds offset = zone_->get_info(instant).offset;
  const CivilTime civil{instant.time_since_epoch() + offset};
  const local_days day = date::floor<days>(civil);
  const year_month_day ymd(day);
  const date::hh_mm_ss<seconds> time(civil - day);
  const int64_t shift = std::abs(offset.count());
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}{:02}:{:02}",
                     static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()),
                     static_cast<unsigned>(ymd.day()), time.hours().count(), time.minutes().count(),
                     time.seconds().count(), offset.count() < 0 ? '-' : '+', shift / kHourSeconds,
                     shift % kHourSeconds / 60);
}

base::Result<CivilTime> ParseCivil(const std::string& field, std::string_view text) {
  const auto year = Digits(text, 0, 4);
  const auto month = Digits(text, 5, 2);
  const auto day = Digits(text, 8, 2);
  const auto time = TimeOfDay(text.size() > 10 ? text.substr(10) : std::string_view());
  if (!year || !month || !day || !time || text[4] != '-' || text[7] != '-') {
    return base::FailField(field,
                           "{} = {}: must be a civil time such as 2026-11-01 or 2026-11-01T08:00",
                           field, Shortened(text));
  }
  if (*year < kFirstYear || *year > kLastYear) {
    return base::FailField(field, "{} = {}: the year must be {}..{}", field, Shortened(text),
                           kFirstYear, kLastYear);
  }
  const year_month_day civil = date::year(*year) / *month / *day;
  if (!civil.ok()) {
    return base::FailField(field, "{} = {}: must be a day of the calendar", field, Shortened(text));
  }
  return local_days(civil) + seconds(*time);
}

CivilTime AddMonths(CivilTime time, int count) {
  const local_days day = date::floor<days>(time);
  const year_month_day civil(day);
  const auto month = civil.year() / civil.month() + months(count);
  const year_month_day last(month / date::last);
  return local_days(month / std::min(civil.day(), last.day())) + (time - day);
}

bool BeginsMonth(CivilTime time) {
  const local_days day = date::floor<days>(time);
  return time == day && year_month_day(day).day() == date::day(1);
}

int WholeMonths(CivilTime from, CivilTime to) {
  if (!BeginsMonth(from) || !BeginsMonth(to)) return 0;
  const year_month_day begin(date::floor<days>(from));
  const year_month_day end(date::floor<days>(to));
  return static_cast<int>((end.year() / end.month() - begin.year() / begin.month()).count());
}

CivilTime PeriodBegin(CivilTime from, CivilTime to) {
  const int months = WholeMonths(from, to);
  return months > 0 ? AddMonths(from, -months) : from - (to - from);
}

namespace {

constexpr std::pair<Grain, const char*> kGrains[] = {{Grain::kMinute, "MINUTE"},
                                                     {Grain::kQuarterHour, "QUARTER_HOUR"},
                                                     {Grain::kHalfHour, "HALF_HOUR"},
                                                     {Grain::kHour, "HOUR"},
                                                     {Grain::kDay, "DAY"},
                                                     {Grain::kWeek, "WEEK"},
                                                     {Grain::kMonth, "MONTH"},
                                                     {Grain::kQuarter, "QUARTER"},
                                                     {Grain::kYear, "YEAR"}};

// With the finest grain of which there are few enough.
tl::unexpected<base::Error> TooMany(Grain grain, int64_t buckets) {
  const char* asked = "";
  const char* coarser = "";
  for (const auto& [other, name] : kGrains) {
    if (other == grain) asked = name;
    const int64_t count = buckets * LeastSeconds(grain) / LeastSeconds(other);
    if (*coarser == '\0' && count <= static_cast<int64_t>(kMostBuckets)) coarser = name;
  }
  return base::FailField("to",
                         "to: from..to has {} buckets of grain {}, at most {} can be asked for; "
                         "ask for grain {} or a shorter range",
                         buckets, asked, kMostBuckets, coarser);
}

// Those that the range touches, without what lies before them.
Buckets Touched(const Zone& zone, Grain grain, int64_t from, int64_t to,
                const CalendarRules& rules) {
  const int64_t least = LeastSeconds(grain);
  return least <= kHourSeconds ? ClockBuckets(zone, seconds(least), from, to)
                               : CivilBuckets(zone, grain, from, to, rules);
}

}  // namespace

base::Result<Buckets> MakeBuckets(const Zone& zone, Grain grain, int64_t from, int64_t to,
                                  const CalendarRules& rules) {
  if (grain == Grain::kNone) return Buckets{{from}, to, RangeBefore(zone, from, to)};
  const int64_t least = LeastSeconds(grain);
  const int64_t range = (to - from) / kMicros;
  // Of the shortest length: the civil ones may still be fewer.
  if (range / least > 2 * static_cast<int64_t>(kMostBuckets)) return TooMany(grain, range / least);
  Buckets buckets = Touched(zone, grain, from, to, rules);
  if (buckets.size() > kMostBuckets) return TooMany(grain, static_cast<int64_t>(buckets.size()));
  if (buckets.starts.empty()) return buckets;  // of a range that the clocks skipped
  const int64_t first = buckets.starts.front();
  const Buckets before = Touched(zone, grain, first - 1, first, rules);
  buckets.before = std::max<int64_t>(before.starts.front(), 0);
  return buckets;
}

}  // namespace clientele::query
