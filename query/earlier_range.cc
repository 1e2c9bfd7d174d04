#include "query/earlier_range.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <utility>

namespace clientele::query {
namespace {

using base::FailField;
using date::days;
using date::local_days;
using date::year_month_day;
using std::chrono::seconds;

constexpr int kYear = 12;  // months
constexpr date::weeks kWeeks{52};

// An earlier range, and the field and value that asked for it.
struct Wanted {
  CivilRange range;
  const char* field = nullptr;
  std::string value;
};

CivilRange PeriodBefore(const CivilRange& range) {
  return {PeriodBegin(range.from, range.to), range.from};
}

CivilRange YearBefore(const CivilRange& range, Grain grain) {
  if (grain == Grain::kWeek) return {range.from - kWeeks, range.to - kWeeks};
  const CivilTime from = AddMonths(range.from, -kYear);
  const year_month_day last(date::floor<days>(range.to));
  // A year before there is no such end.
  if (last.month() == date::February && last.day() == date::day(29)) {
    return {from, from + (range.to - range.from)};
  }
  return {from, AddMonths(range.to, -kYear)};
}

CivilRange From(CivilTime from, const CivilRange& range) {
  const int months = WholeMonths(range.from, range.to);
  if (months > 0 && BeginsMonth(from)) return {from, AddMonths(from, months)};
  return {from, from + (range.to - range.from)};
}

base::Result<Wanted> WantedRange(const v1::Compare& compare, const CivilRange& range, Grain grain) {
  switch (compare.kind_case()) {
    case v1::Compare::kPrevious:
      if (compare.previous() == v1::Compare::PERIOD) {
        return Wanted{PeriodBefore(range), "compare.previous", "PERIOD"};
      }
      if (compare.previous() == v1::Compare::YEAR) {
        return Wanted{YearBefore(range, grain), "compare.previous", "YEAR"};
      }
      return FailField("compare.previous", "compare.previous = {}: must be PERIOD or YEAR",
                       static_cast<int>(compare.previous()));
    case v1::Compare::kCustomFrom: {
      const auto from = ParseCivil("compare.custom_from", compare.custom_from());
      if (!from) return tl::unexpected(from.error());
      return Wanted{From(*from, range), "compare.custom_from", compare.custom_from()};
    }
    default:
      return FailField("compare", "compare: is empty, must have previous or custom_from");
  }
}

base::Status CheckRange(const Wanted& wanted, const CivilRange& range) {
  if (wanted.range.to > range.from) {
    return FailField(wanted.field,
                     "{} = {}: the earlier range, as long as from..to, must end by `from`: the two "
                     "must not overlap",
                     wanted.field, wanted.value);
  }
  const year_month_day first(date::floor<days>(wanted.range.from));
  if (first.year() < date::year(kFirstYear)) {
    return FailField(wanted.field, "{} = {}: the earlier range begins in {}, must be {} or later",
                     wanted.field, wanted.value, static_cast<int>(first.year()), kFirstYear);
  }
  return {};
}

// By how much civil time buckets follow one another; 0 if they are longer than a day.
seconds StepOf(Grain grain) {
  switch (grain) {
    case Grain::kMinute:
      return std::chrono::minutes(1);
    case Grain::kQuarterHour:
      return std::chrono::minutes(15);
    case Grain::kHalfHour:
      return std::chrono::minutes(30);
    case Grain::kHour:
      return std::chrono::hours(1);
    case Grain::kDay:
      return days(1);
    default:
      return seconds(0);
  }
}

// The last full day, hour or part of one.
CivilTime Floor(CivilTime time, seconds step) {
  const local_days day = date::floor<days>(time);
  return day + (time - day) / step * step;
}

std::vector<std::optional<size_t>> Matched(const Zone& zone, seconds step, const Buckets& buckets,
                                           const Buckets& earlier, const CivilRange& range,
                                           const CivilRange& earlier_range, bool same_date) {
  std::vector<std::optional<size_t>> bucket_of(buckets.size());
  if (step == seconds(0)) {
    for (size_t i = 0; i < std::min(buckets.size(), earlier.size()); ++i) bucket_of[i] = i;
    return bucket_of;
  }
  std::map<CivilTime, size_t> by_begin;  // of what the clocks show twice the first
  for (size_t i = 0; i < earlier.size(); ++i) {
    by_begin.try_emplace(Floor(zone.ToCivil(earlier.starts[i]), step), i);
  }
  const seconds apart = Floor(range.from, step) - Floor(earlier_range.from, step);
  for (size_t i = 0; i < buckets.size(); ++i) {
    const CivilTime begin = Floor(zone.ToCivil(buckets.starts[i]), step);
    const auto found = by_begin.find(same_date ? AddMonths(begin, -kYear) : begin - apart);
    if (found != by_begin.end()) bucket_of[i] = found->second;
  }
  return bucket_of;
}

}  // namespace

base::Result<EarlierRange> MakeEarlierRange(const v1::Compare& compare, const Zone& zone,
                                            Grain grain, const CalendarRules& rules,
                                            const CivilRange& range, const Buckets& buckets) {
  const auto wanted = WantedRange(compare, range, grain);
  if (!wanted) return tl::unexpected(wanted.error());
  if (auto good = CheckRange(*wanted, range); !good) return tl::unexpected(good.error());
  EarlierRange earlier;
  earlier.from = zone.ToInstant(wanted->range.from);
  earlier.to = zone.ToInstant(wanted->range.to);
  auto made = MakeBuckets(zone, grain, earlier.from, earlier.to, rules);
  if (!made) return tl::unexpected(made.error());
  earlier.buckets = std::move(*made);
  earlier.bucket_of = Matched(zone, StepOf(grain), buckets, earlier.buckets, range, wanted->range,
                              compare.previous() == v1::Compare::YEAR);
  return earlier;
}

}  // namespace clientele::query
