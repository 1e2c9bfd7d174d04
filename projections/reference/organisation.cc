#include "projections/reference/organisation.h"

#include <string_view>

#include "projections/column_values.h"
#include "projections/real_values.h"
#include "projections/reference/tables.h"

namespace clientele::projections::reference {
namespace {

using event::v1::Calendar;
using event::v1::Channel;
using event::v1::Incident;
using event::v1::Scope;
using event::v1::ServiceTarget;
using event::v1::Staff;
using event::v1::Target;

// Of "company/branch/department/team": the last part is the team, the others go by their place.
struct Unit {
  std::string_view team;
  std::string_view branch = {};
  std::string_view department = {};
};

Unit UnitOf(std::string_view path) {
  const size_t last = path.rfind('/');
  if (last == std::string_view::npos) return {.team = path};
  Unit unit{.team = path.substr(last + 1)};
  std::string_view between = path.substr(0, last);
  for (std::string_view* part : {&unit.branch, &unit.department}) {
    const size_t begin = between.find('/');
    if (begin == std::string_view::npos) break;
    between.remove_prefix(begin + 1);
    *part = between.substr(0, between.find('/'));
  }
  return unit;
}

RowWriter& AddScope(const Incident& incident, RowWriter&& row) {
  return row.Add(incident.incident_id())
      .Add(MomentOr0(incident.from()))
      .Add(MomentOr0(incident.to()));
}

RowWriter& AddCalendar(const Calendar& calendar, RowWriter&& row) {
  return row.Add(calendar.calendar_id()).Add(calendar.version()).Add(calendar.time_zone());
}

}  // namespace

void WriteStaff(const Staff& staff, RowSink& rows) {
  const Unit unit = UnitOf(staff.unit_path());
  rows.Begin(kStaff)
      .Add(staff.employee_id())
      .Add(staff.unit_path())
      .Add(unit.branch)
      .Add(unit.department)
      .Add(unit.team)
      .Add(staff.role())
      .Add(NumberOr0<uint8_t>(staff.line()))
      .Add(MomentOr0(staff.hired_at()))
      .Add(MomentOr0(staff.left_at()))
      .Add(EnumOr0(staff.state(), Staff::LEFT))
      .Add(MomentOr0(staff.valid_from()))
      .End();
}

void WriteTarget(const Target& target, RowSink& rows) {
  const bool told = target.has_value() && std::isfinite(target.value());
  rows.Begin(kTargets)
      .Add(target.metric())
      .Add(EnumOr0(target.scope().kind(), Scope::EMPLOYEE))
      .Add(target.scope().id())
      .Add(static_cast<uint8_t>(told))
      .Add(RealOr0(target.value(), -kMostFigure, kMostFigure))
      .Add(MomentOr0(target.period().from()))
      .Add(MomentOr0(target.period().to()))
      .End();
}

void WriteServiceTarget(const ServiceTarget& target, RowSink& rows) {
  const bool told = target.has_target_share() && std::isfinite(target.target_share());
  const int8_t policy = EnumOr0(target.policy(), ServiceTarget::WITH_FLOWED_OUT);
  rows.Begin(kServiceTargets)
      .Add(target.queue_id())
      .Add(target.team_id())
      .Add(target.has_threshold_ms() ? DurationMs(target.threshold_ms()) : int64_t{20'000})
      .Add(static_cast<uint8_t>(told))
      .Add(RealOr0(target.target_share(), 0, 1))
      .Add(target.has_short_abandon_ms() ? DurationMs(target.short_abandon_ms()) : int64_t{5'000})
      .Add(target.queue_limit())
      .Add(target.policy() == ServiceTarget::POLICY_UNSPECIFIED
               ? static_cast<int8_t>(ServiceTarget::WITHOUT_SHORT_ABANDONED)
               : policy)
      .Add(MomentOr0(target.valid_from()))
      .End();
}

void WriteIncident(const Incident& incident, RowSink& rows) {
  rows.Begin(kIncidents)
      .Add(incident.incident_id())
      .Add(incident.title())
      .Add(MomentOr0(incident.from()))
      .Add(MomentOr0(incident.to()))
      .Add(static_cast<uint8_t>(incident.channels().empty()))
      .Add(static_cast<uint8_t>(incident.teams().empty()))
      .End();
  for (const int channel : incident.channels()) {
    AddScope(incident, rows.Begin(kIncidentScopes))
        .Add(EnumOr0(channel, Channel::OTHER))
        .Add(std::string_view())
        .End();
  }
  for (const std::string& team : incident.teams()) {
    AddScope(incident, rows.Begin(kIncidentScopes))
        .Add(static_cast<int8_t>(Channel::VALUE_UNSPECIFIED))
        .Add(team)
        .End();
  }
}

void WriteCalendar(const Calendar& calendar, RowSink& rows) {
  const int64_t valid_from = MomentOr0(calendar.valid_from());
  AddCalendar(calendar, rows.Begin(kCalendars)).Add(valid_from).End();
  for (const auto& hours : calendar.weekly_hours()) {
    AddCalendar(calendar, rows.Begin(kCalendarHours))
        .Add(NumberOr0<uint8_t>(hours.weekday()))
        .Add(CountUpToMost<uint16_t>(hours.from_minute()))
        .Add(CountUpToMost<uint16_t>(hours.to_minute()))
        .Add(valid_from)
        .End();
  }
  for (const auto& holiday : calendar.holidays()) {
    AddCalendar(calendar, rows.Begin(kCalendarHolidays))
        .Add(holiday.day())
        .Add(holiday.title())
        .Add(CountUpToMost<uint16_t>(holiday.from_minute()))
        .Add(CountUpToMost<uint16_t>(holiday.to_minute()))
        .Add(valid_from)
        .End();
  }
}

}  // namespace clientele::projections::reference
