#include "app/simulate/reference.h"

#include <fmt/format.h>

#include <algorithm>

namespace clientele::app::simulate {
namespace {

using event::v1::Initiative;
using event::v1::Scope;
using event::v1::ServiceTarget;
using event::v1::Staff;
using event::v1::Training;

}  // namespace

void Reference::Tell(int day) {
  Random random(world_.options.seed, "reference", static_cast<uint64_t>(day));
  if (day == 0) TellAll();
  TellComings(day);
  TellInitiative(day);
  TellTrainings(day);
  TellIncidents(day);
  TellCosts(day);
  TellRates(day, random);
}

void Reference::TellAll() {
  TellStaff();
  TellScorecards();
  TellSamplingPlan();
  TellIncentives();
  TellJourneyModel();
  TellTargets();
  TellServiceTargets();
  TellCalendar();
}

void Reference::TellPerson(const Employee& person, Staff::State state, int64_t valid_from,
                           int64_t known_at) {
  EventHandle event = world_.teller.Draft("hr", valid_from);
  Staff& staff = *event->mutable_staff();
  staff.set_employee_id(person.id);
  staff.mutable_display_name()->set_clear(person.name);
  staff.set_unit_path(world_.company.teams[person.team].unit_path);
  staff.set_role(person.role);
  staff.set_line(person.line);
  staff.set_hired_at(world_.timeline.Begin() + person.hired_day * kDay);
  if (state == Staff::LEFT) staff.set_left_at(valid_from);
  staff.set_state(state);
  staff.set_valid_from(valid_from);
  world_.teller.TellOnce(std::move(event), known_at);
}

void Reference::TellStaff() {
  for (const Employee& person : world_.company.employees) {
    if (person.hired_day > 0) continue;
    TellPerson(person, Staff::WORKING, world_.timeline.Begin() + person.hired_day * kDay,
               world_.timeline.Begin());
  }
}

// Who joins is told some days ahead: the moment from which it holds lies in the future.
void Reference::TellComings(int day) {
  const int64_t start = world_.timeline.Start(day);
  for (const Employee& person : world_.company.employees) {
    if (person.hired_day > 0 && std::max(0, person.hired_day - 3) == day) {
      TellPerson(person, Staff::WORKING, world_.timeline.Start(person.hired_day),
                 start + 9 * kHour);
    }
    if (person.left_day == day) {
      TellPerson(person, Staff::LEFT, start, start + 10 * kHour);
    }
  }
  // One was suspended until a new attestation.
  const Employee& suspended = world_.company.Person(world_.company.members[kBilling][4]);
  if (day == world_.timeline.At(0.6)) {
    TellPerson(suspended, Staff::SUSPENDED, start, start + 9 * kHour);
    TellPerson(suspended, Staff::WORKING, start + 5 * kDay, start + 4 * kDay);
  }
}

void Reference::TellInitiative(int day) {
  const Stories& stories = world_.company.stories;
  const bool begins = day == stories.initiative_day;
  const int told_day = std::max(0, stories.initiative_day - 5);
  if (!begins && day != told_day) return;
  const int64_t start = world_.timeline.Start(stories.initiative_day);
  // Told ahead: the moment of the telling is when it was planned.
  const int64_t at = world_.timeline.Start(day) + 9 * kHour;
  EventHandle event = world_.teller.Draft("erp", at);
  event->set_revision(begins && told_day != stories.initiative_day ? 1 : 0);
  Initiative& initiative = *event->mutable_initiative();
  initiative.set_initiative_id(stories.initiative_id);
  initiative.set_title("База знаний с подсказками");
  initiative.set_phase(begins ? Initiative::ROLLED_OUT : Initiative::PILOT);
  initiative.set_sponsor(world_.company.Person(world_.company.members[kSupport][0]).id);
  initiative.set_started_at(start);
  const auto add = [&](const std::vector<TeamIndex>& teams, auto& group) {
    for (const TeamIndex team : teams) group.add_teams(world_.company.teams[team].id);
  };
  add(stories.treated, *initiative.mutable_treated());
  add(stories.control, *initiative.mutable_control());
  initiative.set_planned_cost_minor(1'200'000'00);
  initiative.set_currency(kCurrency);
  auto& talk = *initiative.add_outcomes();
  talk.set_metric("talk_time");
  talk.set_expected_effect(-30);
  auto& satisfied = *initiative.add_outcomes();
  satisfied.set_metric("csat");
  satisfied.set_expected_effect(0.05);
  world_.teller.TellOnce(std::move(event), at);
}

void Reference::TellTraining(const Employee& person, Training::Kind kind, const std::string& id,
                             double score, int64_t at) {
  EventHandle event = world_.teller.Draft("lms", at);
  Training& training = *event->mutable_training();
  training.set_employee_id(person.id);
  training.set_kind(kind);
  training.set_id(id);
  training.set_score(score);
  training.set_passed(score >= 60);
  world_.teller.TellOnce(std::move(event), at + kHour);
}

// The coached team takes a course; everybody is attested once in the sample; newcomers are tested.
void Reference::TellTrainings(int day) {
  const Stories& stories = world_.company.stories;
  const int64_t at = world_.timeline.Start(day) + 16 * kHour;
  int index = -1;
  for (const Employee& person : world_.company.employees) {
    ++index;
    if (!person.WorksOn(day)) continue;
    Random random(world_.options.seed, "training", static_cast<uint64_t>(day * 10'000 + index));
    const double score = std::clamp(random.Normal(80 - 15 * person.errors, 8), 20.0, 100.0);
    if (person.team == stories.coached_team && day == stories.coaching_day) {
      TellTraining(person, Training::COURSE, "course-needs-and-solution", score, at);
    }
    const int attested =
        index * world_.timeline.days() / static_cast<int>(world_.company.employees.size());
    if (attested == day) {
      TellTraining(person, Training::ATTESTATION, fmt::format("att-{}", person.id), score, at);
    }
    if (person.hired_day > 0 && day == person.hired_day + 3) {
      TellTraining(person, Training::TEST, "test-newcomer", score, at);
    }
  }
}

void Reference::TellIncidents(int day) {
  const bool payments = day == world_.timeline.At(0.35);
  const bool site = day == world_.timeline.At(0.8);
  if (!payments && !site) return;
  const int64_t from = world_.timeline.Start(day) + 11 * kHour;
  for (const bool over : {false, true}) {
    EventHandle event = world_.teller.Draft("monitoring", from);
    event->set_revision(over ? 1 : 0);
    auto& incident = *event->mutable_incident();
    incident.set_incident_id(payments ? "inc-payments" : "inc-site");
    incident.set_title(payments ? "Не проходили оплаты картой" : "Сайт открывался с ошибками");
    incident.set_from(from);
    if (over) incident.set_to(from + 3 * kHour);
    incident.add_channels(payments ? event::v1::Channel::PHONE : event::v1::Channel::WEB);
    if (payments) incident.add_teams(world_.company.teams[kBilling].id);
    world_.teller.TellOnce(std::move(event), from + (over ? 3 * kHour : 10 * kMinute));
  }
}

void Reference::TellTarget(const char* metric, Scope::Kind kind, const std::string& id,
                           double value) {
  EventHandle event = world_.teller.Draft("erp", world_.timeline.Begin());
  auto& target = *event->mutable_target();
  target.set_metric(metric);
  target.mutable_scope()->set_kind(kind);
  target.mutable_scope()->set_id(id);
  target.set_value(value);
  target.mutable_period()->set_from(world_.timeline.Begin());
  target.mutable_period()->set_to(world_.timeline.End());
  world_.teller.TellOnce(std::move(event), world_.timeline.Begin());
}

void Reference::TellTargets() {
  TellTarget("service_level", Scope::COMPANY, "", 0.8);
  TellTarget("abandon_rate", Scope::COMPANY, "", 0.07);
  TellTarget("csat", Scope::COMPANY, "", 0.8);
  TellTarget("aht", Scope::UNIT, "kontur-home/moscow/service", 320);
  for (const Team& team : world_.company.teams) {
    TellTarget("quality_score", Scope::TEAM, team.id, 82);
  }
  for (const int index : world_.company.members[kSales]) {
    TellTarget("quality_score", Scope::EMPLOYEE, world_.company.Person(index).id, 84);
  }
}

void Reference::TellServiceTargets() {
  const auto draft = [&]() -> EventHandle {
    EventHandle event = world_.teller.Draft("erp", Before());
    auto& target = *event->mutable_service_target();
    target.set_threshold_ms(20'000);
    target.set_target_share(0.8);
    target.set_short_abandon_ms(5'000);
    target.set_queue_limit(8);
    target.set_policy(ServiceTarget::WITHOUT_SHORT_ABANDONED);
    target.set_valid_from(Before());
    return event;
  };
  for (const Queue& queue : world_.company.queues) {
    EventHandle event = draft();
    event->mutable_service_target()->set_queue_id(queue.id);
    world_.teller.TellOnce(std::move(event), world_.timeline.Begin());
  }
  EventHandle event = draft();
  event->mutable_service_target()->set_team_id(world_.company.teams[kExperts].id);
  event->mutable_service_target()->set_threshold_ms(60'000);
  event->mutable_service_target()->set_policy(ServiceTarget::WITH_ABANDONED);
  world_.teller.TellOnce(std::move(event), world_.timeline.Begin());
}

void Reference::TellCalendar() {
  EventHandle event = world_.teller.Draft("hr", Before());
  auto& calendar = *event->mutable_calendar();
  calendar.set_calendar_id("service-hours");
  calendar.set_version(1);
  calendar.set_time_zone(world_.options.zone);
  for (uint32_t weekday = 1; weekday <= 7; ++weekday) {
    auto& hours = *calendar.add_weekly_hours();
    hours.set_weekday(weekday);
    hours.set_from_minute(8 * 60);
    hours.set_to_minute(22 * 60);
  }
  const auto& last_day = world_.timeline.Name(world_.timeline.days() - 1);
  const int year = std::stoi(last_day.substr(0, 4));
  for (const int of_year : {year, year + 1}) {
    auto& holiday = *calendar.add_holidays();
    holiday.set_day(fmt::format("{}-01-01", of_year));
    holiday.set_title("Новый год");
  }
  auto& short_day = *calendar.add_holidays();
  short_day.set_day(fmt::format("{}-12-31", year));
  short_day.set_title("Короткий день");
  short_day.set_from_minute(9 * 60);
  short_day.set_to_minute(18 * 60);
  calendar.set_valid_from(Before());
  world_.teller.TellOnce(std::move(event), world_.timeline.Begin());
}

}  // namespace clientele::app::simulate
