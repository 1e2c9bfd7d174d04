#include "app/simulate/company.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "app/simulate/random.h"
#include "app/simulate/words.h"
#include "clientele/event/v1/quality_facts.pb.h"

namespace clientele::app::simulate {
namespace {

using event::v1::Score;

// Days off of a team of nine: 8 7 7 7 7 5 4 of them work from Monday to Sunday.
constexpr std::array<std::array<int, 2>, 9> kDaysOff{
    {{6, 7}, {7, 1}, {2, 3}, {6, 7}, {3, 4}, {6, 7}, {4, 5}, {6, 5}, {7, 2}}};
// The team that is short of people on Mondays: 5 of nine.
constexpr std::array<std::array<int, 2>, 9> kDaysOffMonday{
    {{6, 7}, {7, 1}, {2, 3}, {6, 1}, {3, 4}, {7, 1}, {4, 5}, {6, 5}, {7, 1}}};

std::vector<Team> MakeTeams() {
  const std::string root = "kontur-home/moscow/";
  return {{"team-sales", root + "sales/team-sales", "Продажи", 1},
          {"team-orders", root + "service/team-orders", "Заказы и доставка", 1},
          {"team-support", root + "service/team-support", "Техническая поддержка", 1},
          {"team-billing", root + "service/team-billing", "Оплата и счета", 1},
          {"team-digital", root + "service/team-digital", "Чаты и почта", 1},
          {"team-experts", root + "service/team-experts", "Эксперты", 2}};
}

std::vector<Queue> MakeQueues() {
  return {{"q-sales", "+74950000101", 348, 205, 42, 0.02, kSalesTopics},
          {"q-orders", "+74950000102", 385, 185, 38, 0.05, kOrderTopics},
          {"q-support", "+74950000103", 288, 262, 50, 0.16, kSupportTopics},
          {"q-billing", "+74950000104", 345, 190, 48, 0.08, kBillingTopics}};
}

std::vector<Grader> MakeGraders(const Company& company) {
  std::vector<Grader> graders;
  constexpr std::array<double, kTeams> kLeadSeverity{-0.5, -0.2, -0.4, -0.1, -0.3, -0.6};
  for (int team = 0; team < kTeams; ++team) {
    const auto& members = company.members[static_cast<size_t>(team)];
    graders.push_back({company.Person(members[0]).id, Score::LEAD,
                       kLeadSeverity[static_cast<size_t>(team)], 0.4});
  }
  // The quality specialists are the last two of the experts.
  const auto& experts = company.members[kExperts];
  graders.push_back({company.Person(experts[experts.size() - 2]).id, Score::IN_HOUSE, 0.0, 2.0});
  graders.push_back({company.Person(experts[experts.size() - 1]).id, Score::IN_HOUSE, 0.35, 2.0});
  graders.push_back({"qa-1", Score::OUTSOURCED, 0.8, 1.5});
  graders.push_back({"qa-2", Score::OUTSOURCED, -0.15, 1.5});
  graders.push_back({"qa-3", Score::OUTSOURCED, 0.3, 1.5});
  return graders;
}

Employee MakeEmployee(const Options& options, int index, TeamIndex team, int number, int size) {
  Random random(options.seed, "employee", static_cast<uint64_t>(index));
  Employee person;
  person.id = fmt::format("e-{:03}", index + 1);
  const size_t names = kStaffNames.size();
  person.name = kStaffNames[static_cast<size_t>(index) % names];
  if (static_cast<size_t>(index) >= names) {
    person.name += fmt::format(" {}", static_cast<size_t>(index) / names + 1);
  }
  person.team = team;
  person.line = team == kExperts ? 2 : 1;
  person.number = number;
  const bool quality = team == kExperts && number >= size - 2;
  person.role = number == 0 ? "lead" : quality ? "quality" : "agent";
  person.pace = random.LogNormal(1.0, 0.10);
  person.errors = random.Normal(0.0, 0.45);
  person.charm = random.Normal(0.0, 0.03);
  person.hired_day = -60 - static_cast<int>(random.Below(1'500));
  person.left_day = options.days + 1;
  return person;
}

// People come and go: one joins each of two teams in the sample, one leaves each of two.
void PlanComings(Company& company, const Timeline& timeline) {
  const auto person = [&](TeamIndex team, size_t from_end) -> Employee& {
    const auto& members = company.members[team];
    return company.employees[static_cast<size_t>(members[members.size() - from_end])];
  };
  if (company.members[kOrders].size() < 6) return;
  person(kOrders, 1).hired_day = timeline.At(0.25);
  person(kOrders, 1).errors = 0.9;
  person(kSupport, 1).hired_day = timeline.At(0.4);
  person(kSupport, 1).errors = 0.8;
  person(kSales, 1).left_day = timeline.At(0.55);
  person(kDigital, 1).left_day = timeline.At(0.7);
}

void PlanStories(Company& company, const Timeline& timeline) {
  Stories& stories = company.stories;
  stories.coaching_day = timeline.At(0.4);
  stories.initiative_day = timeline.At(0.5);
  stories.warm_day = timeline.At(0.65);
  stories.favourite_grader = kTeams + 1;  // the second in-house one
  stories.favourite_employee = company.members[kSupport][2];
  company.employees[static_cast<size_t>(stories.favourite_employee)].errors = 0.35;
}

}  // namespace

Company Company::Make(const Options& options, const Timeline& timeline) {
  Company company;
  company.teams = MakeTeams();
  company.queues = MakeQueues();
  const int size = std::max(5, static_cast<int>(std::lround(10 * options.scale)));
  company.members.resize(kTeams);
  for (int team = 0; team < kTeams; ++team) {
    for (int number = 0; number < size; ++number) {
      const auto index = static_cast<int>(company.employees.size());
      company.employees.push_back(
          MakeEmployee(options, index, static_cast<TeamIndex>(team), number, size));
      company.members[static_cast<size_t>(team)].push_back(index);
    }
  }
  for (Queue& queue : company.queues) queue.calls *= options.scale;
  PlanComings(company, timeline);
  PlanStories(company, timeline);
  company.graders = MakeGraders(company);
  return company;
}

std::vector<int> Company::OnDuty(TeamIndex team, int day, int weekday, double load) const {
  std::vector<int> working;
  const auto& off = team == stories.monday_team ? kDaysOffMonday : kDaysOff;
  for (const int index : members[team]) {
    const Employee& person = Person(index);
    if (person.role != "agent" || !person.WorksOn(day)) continue;
    const auto& days = off[static_cast<size_t>(person.number - 1) % off.size()];
    if (weekday != days[0] && weekday != days[1]) working.push_back(index);
  }
  if (working.empty()) working.push_back(members[team][1]);
  std::ranges::rotate(working, working.begin() + day % static_cast<int>(working.size()));
  const auto wanted = std::lround(static_cast<double>(working.size()) * std::min(1.0, load));
  working.resize(static_cast<size_t>(std::max<int64_t>(1, wanted)));
  return working;
}

bool Company::Treated(TeamIndex team, int day) const {
  return day >= stories.initiative_day && std::ranges::count(stories.treated, team) > 0;
}

}  // namespace clientele::app::simulate
