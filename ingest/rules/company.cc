// Rules of Cost, Initiative, AgentState, Staff, Training, Target, Calendar, ServiceTarget, Incident
// and ExchangeRate.
#include <date/tz.h>

#include "base/zone_name.h"
#include "clientele/event/v1/company_facts.pb.h"
#include "ingest/rules/kinds.h"
#include "ingest/rules/values.h"

namespace clientele::ingest::rules {
namespace {

using event::v1::AgentState;
using event::v1::Calendar;
using event::v1::Cost;
using event::v1::ExchangeRate;
using event::v1::Holiday;
using event::v1::Incident;
using event::v1::Initiative;
using event::v1::InitiativeGroup;
using event::v1::InitiativeOutcome;
using event::v1::Scope;
using event::v1::ServiceTarget;
using event::v1::Staff;
using event::v1::Target;
using event::v1::Training;
using event::v1::WeeklyHours;

constexpr size_t kMostPath = 512;
constexpr int kMostMembers = 1'000;
constexpr int64_t kMinutes = 1'440;

constexpr Rule<Cost> kCostRules[] = {
    Id<"cost_id", &Cost::cost_id, kRequired>,
    Text<"category", &Cost::category>,
    Choice<"purpose", &Cost::purpose, Cost::Purpose_IsValid, kRequired>,
    Minor<"amount_minor", &Cost::amount_minor, true>,
    Currency<"currency", &Cost::currency, kRequired>,
    Present<"period", &Cost::has_period>,
    Inside<"period", &Cost::has_period, &Cost::period, kPeriodRules>,
    Choice<"channel", &Cost::channel, Channel::Value_IsValid>,
    Text<"campaign", &Cost::campaign>,
    Id<"team", &Cost::team>,
    Text<"unit", &Cost::unit, kMostPath>,
    Id<"initiative", &Cost::initiative>,
};

Status GroupChannels(const InitiativeGroup& group) {
  return CheckChannels("channels", group.channels());
}
Status GroupNotEmpty(const InitiativeGroup& group) {
  if (group.teams_size() + group.employees_size() + group.channels_size() > 0) return {};
  return FailField("teams", "empty: a group needs teams, employees or channels");
}
constexpr Rule<InitiativeGroup> kGroupRules[] = {
    Texts<"teams", InitiativeGroup, &InitiativeGroup::teams, kMostId, 0, kMostMembers>,
    Texts<"employees", InitiativeGroup, &InitiativeGroup::employees, kMostId, 0, kMostMembers>,
    GroupChannels,
    GroupNotEmpty,
};

Status ExpectedEffect(const InitiativeOutcome& outcome) {
  return CheckNumber("expected_effect", outcome.expected_effect(), -kMostFigure, kMostFigure);
}
constexpr Rule<InitiativeOutcome> kOutcomeRules[] = {
    Text<"metric", &InitiativeOutcome::metric, 64, kRequired>,
    ExpectedEffect,
};

Status CostCurrency(const Initiative& initiative) {
  return CheckCurrency("currency", initiative.currency(), initiative.planned_cost_minor() != 0);
}

constexpr Rule<Initiative> kInitiativeRules[] = {
    Id<"initiative_id", &Initiative::initiative_id, kRequired>,
    Text<"title", &Initiative::title>,
    Choice<"phase", &Initiative::phase, Initiative::Phase_IsValid, kRequired>,
    Id<"sponsor", &Initiative::sponsor>,
    Moment<"started_at", &Initiative::started_at, kRequired>,
    Moment<"ended_at", &Initiative::ended_at>,
    Above<"started_at", &Initiative::started_at, "ended_at", &Initiative::ended_at>,
    Present<"treated", &Initiative::has_treated>,
    Inside<"treated", &Initiative::has_treated, &Initiative::treated, kGroupRules>,
    Inside<"control", &Initiative::has_control, &Initiative::control, kGroupRules>,
    Minor<"planned_cost_minor", &Initiative::planned_cost_minor>,
    CostCurrency,
    Each<"outcomes", Initiative, InitiativeOutcome, &Initiative::outcomes, kOutcomeRules, 0, 32>,
};

constexpr Rule<AgentState> kAgentStateRules[] = {
    Id<"employee_id", &AgentState::employee_id, kRequired>,
    Choice<"state", &AgentState::state, AgentState::State_IsValid, kRequired>,
    Moment<"from", &AgentState::from, kRequired>,
    Moment<"to", &AgentState::to>,
    Above<"from", &AgentState::from, "to", &AgentState::to>,
};

Status UnitPath(const Staff& staff) {
  const std::string& path = staff.unit_path();
  if (path.empty()) return {};
  if (path.front() != '/' && path.back() != '/' && path.find("//") == std::string::npos) return {};
  return FailField("unit_path", "{}: must be parts with one / between them", Quoted(path));
}

constexpr Rule<Staff> kStaffRules[] = {
    Id<"employee_id", &Staff::employee_id, kRequired>,
    Inside<"display_name", &Staff::has_display_name, &Staff::display_name, kTextRules>,
    Text<"unit_path", &Staff::unit_path, kMostPath>,
    UnitPath,
    Text<"role", &Staff::role>,
    Range<"line", &Staff::line, 0, 9>,
    Moment<"hired_at", &Staff::hired_at>,
    Moment<"left_at", &Staff::left_at>,
    InOrder<"hired_at", &Staff::hired_at, "left_at", &Staff::left_at>,
    Choice<"state", &Staff::state, Staff::State_IsValid, kRequired>,
    Moment<"valid_from", &Staff::valid_from, kRequired>,
};

constexpr Rule<Training> kTrainingRules[] = {
    Id<"employee_id", &Training::employee_id, kRequired>,
    Choice<"kind", &Training::kind, Training::Kind_IsValid, kRequired>,
    Id<"id", &Training::id, kRequired>,
    Number<"score", &Training::score, 0, 100>,
};

Status ScopeId(const Scope& scope) {
  if (scope.kind() != Scope::COMPANY) return CheckText("id", scope.id(), kMostId, kRequired);
  if (scope.id().empty()) return {};
  return FailField("id", "{}: must be empty for COMPANY", Quoted(scope.id()));
}
constexpr Rule<Scope> kScopeRules[] = {
    Choice<"kind", &Scope::kind, Scope::Kind_IsValid, kRequired>,
    ScopeId,
};

Status TargetValue(const Target& target) {
  return CheckNumber("value", target.value(), -kMostFigure, kMostFigure);
}
constexpr Rule<Target> kTargetRules[] = {
    Text<"metric", &Target::metric, 64, kRequired>,
    Present<"scope", &Target::has_scope>,
    Inside<"scope", &Target::has_scope, &Target::scope, kScopeRules>,
    Present<"value", &Target::has_value>,
    TargetValue,
    Present<"period", &Target::has_period>,
    Inside<"period", &Target::has_period, &Target::period, kPeriodRules>,
};

constexpr Rule<WeeklyHours> kHoursRules[] = {
    Range<"weekday", &WeeklyHours::weekday, 1, 7>,
    Range<"from_minute", &WeeklyHours::from_minute, 0, kMinutes - 1>,
    Range<"to_minute", &WeeklyHours::to_minute, 1, kMinutes>,
    Above<"from_minute", &WeeklyHours::from_minute, "to_minute", &WeeklyHours::to_minute>,
};
constexpr Rule<Holiday> kHolidayRules[] = {
    Day<"day", &Holiday::day>,
    Text<"title", &Holiday::title>,
    Range<"from_minute", &Holiday::from_minute, 0, kMinutes - 1>,
    Range<"to_minute", &Holiday::to_minute, 0, kMinutes>,
    Above<"from_minute", &Holiday::from_minute, "to_minute", &Holiday::to_minute>,
};
Status TimeZone(const Calendar& calendar) {
  try {
    if (!base::IsZoneOfTheMachine(calendar.time_zone())) {
      date::locate_zone(calendar.time_zone());
      return {};
    }
  } catch (const std::exception&) {  // there is none of that name
  }
  return FailField("time_zone", "{}: must be an IANA name such as Europe/Moscow",
                   Quoted(calendar.time_zone()));
}
constexpr Rule<Calendar> kCalendarRules[] = {
    Id<"calendar_id", &Calendar::calendar_id, kRequired>,
    Range<"version", &Calendar::version, 1, kMostVersion>,
    Text<"time_zone", &Calendar::time_zone, 64, kRequired>,
    TimeZone,
    Each<"weekly_hours", Calendar, WeeklyHours, &Calendar::weekly_hours, kHoursRules, 0, 64>,
    Each<"holidays", Calendar, Holiday, &Calendar::holidays, kHolidayRules, 0, 1'000>,
    Moment<"valid_from", &Calendar::valid_from, kRequired>,
};

Status QueueOrTeam(const ServiceTarget& target) {
  if (target.has_team_id()) return CheckText("team_id", target.team_id(), kMostId, kRequired);
  return CheckText("queue_id", target.queue_id(), kMostId, kRequired);
}
constexpr Rule<ServiceTarget> kServiceTargetRules[] = {
    QueueOrTeam,
    Duration<"threshold_ms", &ServiceTarget::threshold_ms>,
    Number<"target_share", &ServiceTarget::target_share, 0, 1>,
    Duration<"short_abandon_ms", &ServiceTarget::short_abandon_ms>,
    Choice<"policy", &ServiceTarget::policy, ServiceTarget::Policy_IsValid>,
    Moment<"valid_from", &ServiceTarget::valid_from, kRequired>,
};

Status IncidentChannels(const Incident& incident) {
  return CheckChannels("channels", incident.channels());
}
constexpr Rule<Incident> kIncidentRules[] = {
    Id<"incident_id", &Incident::incident_id, kRequired>,
    Text<"title", &Incident::title>,
    Moment<"from", &Incident::from, kRequired>,
    Moment<"to", &Incident::to>,
    Above<"from", &Incident::from, "to", &Incident::to>,
    IncidentChannels,
    Texts<"teams", Incident, &Incident::teams, kMostId, 0, kMostMembers>,
};

Status RatePositive(const ExchangeRate& rate) {
  if (rate.rate() > 0 && rate.rate() <= kMostFigure) return {};
  return FailField("rate", "{}: must be above 0", rate.rate());
}
Status OtherCurrency(const ExchangeRate& rate) {
  if (rate.to() != rate.currency()) return {};
  return FailField("to", "{}: must be another than currency", Quoted(rate.to()));
}
constexpr Rule<ExchangeRate> kRateRules[] = {
    Currency<"currency", &ExchangeRate::currency, kRequired>,
    Currency<"to", &ExchangeRate::to, kRequired>,
    OtherCurrency,
    RatePositive,
    Day<"day", &ExchangeRate::day>,
};

}  // namespace

Status CheckCost(const event::v1::Event& event) { return Apply<Cost>(kCostRules, event.cost()); }
Status CheckInitiative(const event::v1::Event& event) {
  return Apply<Initiative>(kInitiativeRules, event.initiative());
}
Status CheckAgentState(const event::v1::Event& event) {
  return Apply<AgentState>(kAgentStateRules, event.agent_state());
}
Status CheckStaff(const event::v1::Event& event) {
  return Apply<Staff>(kStaffRules, event.staff());
}
Status CheckTraining(const event::v1::Event& event) {
  return Apply<Training>(kTrainingRules, event.training());
}
Status CheckTarget(const event::v1::Event& event) {
  return Apply<Target>(kTargetRules, event.target());
}
Status CheckCalendar(const event::v1::Event& event) {
  return Apply<Calendar>(kCalendarRules, event.calendar());
}
Status CheckServiceTarget(const event::v1::Event& event) {
  return Apply<ServiceTarget>(kServiceTargetRules, event.service_target());
}
Status CheckIncident(const event::v1::Event& event) {
  return Apply<Incident>(kIncidentRules, event.incident());
}
Status CheckExchangeRate(const event::v1::Event& event) {
  return Apply<ExchangeRate>(kRateRules, event.exchange_rate());
}

}  // namespace clientele::ingest::rules
