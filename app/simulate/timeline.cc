#include "app/simulate/timeline.h"

#include <date/tz.h>

#include <algorithm>
#include <optional>

namespace clientele::app::simulate {
namespace {

using base::Code;
using base::Fail;
using std::chrono::microseconds;

base::Result<const date::time_zone*> FindZone(const std::string& name) {
  try {
    return date::locate_zone(name);
  } catch (const std::exception&) {
    return Fail(Code::kInvalidArgument, "zone {}: there is no such IANA time zone", name);
  }
}

std::string NameOf(date::sys_days day) {
  const date::year_month_day civil(day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(civil.year()),
                     static_cast<unsigned>(civil.month()), static_cast<unsigned>(civil.day()));
}

std::optional<date::sys_days> ParseDay(const std::string& text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int length = 0;
  if (std::sscanf(text.c_str(), "%4d-%2u-%2u%n", &year, &month, &day, &length) != 3 ||
      length != 10 || text.size() != 10) {
    return std::nullopt;
  }
  const date::year_month_day civil{date::year(year), date::month(month), date::day(day)};
  if (!civil.ok()) return std::nullopt;
  return date::sys_days(civil);
}

}  // namespace

base::Result<Timeline> Timeline::Make(const Options& options) {
  const auto zone = FindZone(options.zone);
  if (!zone) return tl::unexpected(zone.error());
  const auto end = ParseDay(options.end);
  if (!end) {
    return Fail(Code::kInvalidArgument, "end {}: must be a day YYYY-MM-DD", options.end);
  }
  Timeline timeline;
  for (int back = options.days; back >= 0; --back) {
    const date::sys_days day = *end - date::days(back);
    // A day whose midnight the clocks skip begins at the first moment after it.
    const auto midnight = date::local_time<microseconds>(day.time_since_epoch());
    const auto start = (*zone)->to_sys(midnight, date::choose::earliest);
    timeline.starts_.push_back(start.time_since_epoch().count());
    if (back == 0) break;
    timeline.names_.push_back(NameOf(day));
    timeline.weekdays_.push_back(static_cast<int>(date::weekday(day).iso_encoding()));
  }
  return timeline;
}

base::Result<std::string> Timeline::DayAt(int64_t moment, const std::string& zone) {
  const auto found = FindZone(zone);
  if (!found) return tl::unexpected(found.error());
  const auto local = (*found)->to_local(date::sys_time<microseconds>(microseconds(moment)));
  return NameOf(date::sys_days(date::floor<date::days>(local).time_since_epoch()));
}

int Timeline::DayOf(int64_t moment) const {
  return static_cast<int>(std::ranges::upper_bound(starts_, moment) - starts_.begin()) - 1;
}

}  // namespace clientele::app::simulate
