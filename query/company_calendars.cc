#include "query/company_calendars.h"

#include <map>
#include <utility>

#include "query/sql.h"

namespace clientele::query {
namespace {

using clickhouse::Block;

constexpr size_t kWeekDays = 7;

// By id and version.
using Calendars = std::map<std::pair<std::string, uint64_t>, CalendarVersion>;

// Rows of statements/calendars.sql: a day that is told is one that differs, a weekday has hours,
// and neither is the calendar itself.
void Take(const Block& block, Calendars& calendars) {
  const auto& ids = block.Get<std::string>("id");
  const auto& versions = block.Get<uint64_t>("version");
  const auto& zones = block.Get<std::string>("zone");
  const auto& valid_from = block.Get<int64_t>("valid_from_micros");
  const auto& weekdays = block.Get<uint64_t>("open_weekday");
  const auto& differing = block.Get<std::string>("differing_day");
  const auto& from = block.Get<uint64_t>("opens_minute");
  const auto& to = block.Get<uint64_t>("closes_minute");
  for (size_t i = 0; i < block.rows; ++i) {
    CalendarVersion& calendar = calendars[{ids[i], versions[i]}];
    calendar.calendar_id = ids[i];
    calendar.version = versions[i];
    calendar.time_zone = zones[i];
    calendar.valid_from = valid_from[i];
    if (!differing[i].empty()) {
      const auto day = ParseCivil("day", differing[i]);
      if (!day) continue;  // no day of any calendar
      DayHours& hours = calendar.days[date::floor<date::days>(*day)];
      if (from[i] < to[i]) hours.emplace_back(from[i], to[i]);
    } else if (weekdays[i] >= 1 && weekdays[i] <= kWeekDays) {
      calendar.week[weekdays[i] - 1].emplace_back(from[i], to[i]);
    }
  }
}

}  // namespace

base::Result<std::vector<CalendarVersion>> ReadCalendars(clickhouse::Store& store,
                                                         const std::string& tenant,
                                                         const Mark& mark, const Running& running) {
  const auto version = VersionAt(mark, "reference");
  if (!version) return tl::unexpected(version.error());
  clickhouse::Parameters parameters = {{"tenant", tenant},
                                       {"next", clickhouse::ArrayParameter(mark.next)}};
  for (const char* table : {"calendars", "calendar_hours", "calendar_holidays"}) {
    parameters[table] = fmt::format("{}_v{}", table, *version);
  }
  Calendars calendars;
  const auto read =
      store.Select(running.Make(sql::kStatementsCalendars, std::move(parameters), "calendars"),
                   [&](const Block& block) -> base::Status {
                     if (block.rows > 0) Take(block, calendars);
                     return {};
                   });
  if (!read) return tl::unexpected(running.Translate(read.error()));
  std::vector<CalendarVersion> versions;
  for (auto& [key, calendar] : calendars) versions.push_back(std::move(calendar));
  return versions;
}

base::Result<OpenHours> OpenHoursAt(clickhouse::Store& store, const std::string& tenant,
                                    const Mark& mark, const Running& running) {
  const auto calendars = ReadCalendars(store, tenant, mark, running);
  if (!calendars) return tl::unexpected(calendars.error());
  return OpenHoursOf(*calendars, mark.known_at + kOpenHoursAhead);
}

}  // namespace clientele::query
