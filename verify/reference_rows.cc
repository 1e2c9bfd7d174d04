#include "verify/reference_rows.h"

#include <string_view>

#include "verify/cells.h"
#include "verify/model_parts.h"

namespace clientele::verify {
namespace {

using event::v1::Event;

// A part of the path; empty if it has fewer.
std::string_view PathPart(std::string_view path, size_t number) {
  for (; number > 0; --number) {
    const size_t slash = path.find('/');
    if (slash == std::string_view::npos) return {};
    path.remove_prefix(slash + 1);
  }
  return path.substr(0, path.find('/'));
}

int64_t PathLength(std::string_view path) { return std::ranges::count(path, '/') + 1; }

void StaffRow(const Event& event, Row& row) {
  const auto& staff = event.staff();
  const std::string_view path = staff.unit_path();
  const auto parts = static_cast<size_t>(PathLength(path));
  row.Text("employee_id", staff.employee_id())
      .Text("unit_path", path)
      .Text("branch", parts > 2 ? PathPart(path, 1) : "")
      .Text("department", parts > 3 ? PathPart(path, 2) : "")
      .Text("team_id", PathPart(path, parts - 1))
      .Text("role", staff.role())
      .Number("line", UpTo(staff.line(), 255))
      .Number("hired_at", Moment(staff.hired_at()))
      .Number("left_at", Moment(staff.left_at()))
      .Number("state", UpTo(staff.state(), 3))
      .Number("valid_from", Moment(staff.valid_from()));
}

void TargetRow(const Event& event, Row& row) {
  const auto& target = event.target();
  row.Text("metric", target.metric())
      .Number("scope_kind", UpTo(target.scope().kind(), 4))
      .Text("scope_id", target.scope().id())
      .Number("value_told", target.has_value() && IsNumber(target.value()) ? 1 : 0)
      .Real("value", Between(target.value(), -kMostFigure, kMostFigure))
      .Number("period_from", Moment(target.period().from()))
      .Number("period_to", Moment(target.period().to()));
}

void ServiceTargetRow(const Event& event, Row& row) {
  const auto& target = event.service_target();
  constexpr int64_t kWithoutShort = 3;
  const int64_t policy = target.policy();
  row.Text("queue_id", target.queue_id())
      .Text("team_id", target.team_id())
      .Number("threshold_ms", target.has_threshold_ms() ? Span(target.threshold_ms()) : 20'000)
      .Number("target_share_told",
              target.has_target_share() && IsNumber(target.target_share()) ? 1 : 0)
      .Real("target_share", Between(target.target_share(), 0, 1))
      .Number("short_abandon_ms",
              target.has_short_abandon_ms() ? Span(target.short_abandon_ms()) : 5'000)
      .Number("queue_limit", target.queue_limit())
      .Number("policy", policy == 0 ? kWithoutShort : UpTo(policy, 4))
      .Number("valid_from", Moment(target.valid_from()));
}

void IncidentRow(const Event& event, Row& row) {
  const auto& incident = event.incident();
  row.Text("incident_id", incident.incident_id())
      .Text("title", incident.title())
      .Number("incident_from", Moment(incident.from()))
      .Number("incident_to", Moment(incident.to()))
      .Number("all_channels", incident.channels_size() == 0 ? 1 : 0)
      .Number("all_teams", incident.teams_size() == 0 ? 1 : 0);
}

// Channels first, then teams.
void IncidentScopeRow(const Event& event, int place, Row& row) {
  const auto& incident = event.incident();
  const int channels = incident.channels_size();
  const int team = place - channels;
  const bool is_team = team >= 0 && team < incident.teams_size();
  row.Text("incident_id", incident.incident_id())
      .Number("incident_from", Moment(incident.from()))
      .Number("incident_to", Moment(incident.to()))
      .Number("channel", place < channels ? UpTo(incident.channels(place), kChannels) : 0)
      .Text("team_id", is_team ? std::string_view(incident.teams(team)) : "");
}

Row& CalendarHead(const Event& event, Row& row) {
  const auto& calendar = event.calendar();
  return row.Text("calendar_id", calendar.calendar_id())
      .Number("calendar_version", calendar.version())
      .Text("time_zone", calendar.time_zone())
      .Number("valid_from", Moment(calendar.valid_from()));
}

void HoursRow(const Event& event, int place, Row& row) {
  const auto& hours = PlaceOf(event.calendar().weekly_hours(), place);
  CalendarHead(event, row)
      .Number("weekday", UpTo(hours.weekday(), 255))
      .Number("from_minute", Most(hours.from_minute()))
      .Number("to_minute", Most(hours.to_minute()));
}

void HolidayRow(const Event& event, int place, Row& row) {
  const auto& holiday = PlaceOf(event.calendar().holidays(), place);
  CalendarHead(event, row)
      .Text("day", holiday.day())
      .Text("title", holiday.title())
      .Number("from_minute", Most(holiday.from_minute()))
      .Number("to_minute", Most(holiday.to_minute()));
}

}  // namespace

std::vector<PartRows> ReferenceRowsOf(const Event& telling) {
  std::vector<PartRows> rows;
  uint32_t next = 0;
  const auto then = [&](Part part, int count) {
    const auto added = static_cast<uint32_t>(count);
    if (added > 0) rows.push_back({part, next, added});
    next += added;
  };
  if (telling.has_staff()) then(Part::kStaff, 1);
  if (telling.has_target()) then(Part::kTargets, 1);
  if (telling.has_service_target()) then(Part::kServiceTargets, 1);
  if (telling.has_incident()) {
    const auto& incident = telling.incident();
    then(Part::kIncidents, 1);
    then(Part::kIncidentScopes, incident.channels_size() + incident.teams_size());
  }
  if (telling.has_calendar()) {
    then(Part::kCalendars, 1);
    then(Part::kCalendarHours, telling.calendar().weekly_hours_size());
    then(Part::kCalendarHolidays, telling.calendar().holidays_size());
  }
  for (const auto& [part, count] : ModelPartsOf(telling)) then(part, count);
  return rows;
}

void ReferenceRow(Part part, const Event& telling, uint32_t place, Row& row) {
  const auto at = static_cast<int>(place);
  Head(telling, row).Number("purpose", Purpose(telling));
  switch (part) {
    case Part::kStaff:
      StaffRow(telling, row);
      return;
    case Part::kTargets:
      TargetRow(telling, row);
      return;
    case Part::kServiceTargets:
      ServiceTargetRow(telling, row);
      return;
    case Part::kIncidents:
      IncidentRow(telling, row);
      return;
    case Part::kIncidentScopes:
      IncidentScopeRow(telling, at, row);
      return;
    case Part::kCalendars:
      CalendarHead(telling, row);
      return;
    case Part::kCalendarHours:
      HoursRow(telling, at, row);
      return;
    case Part::kCalendarHolidays:
      HolidayRow(telling, at, row);
      return;
    default:
      ModelPartRow(part, telling, at, row);
      return;
  }
}

}  // namespace clientele::verify
