// The sample company: who works in it, which queues it answers, what it sells, and the stories that
// are planted in it. Made once from the options; immutable; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "app/simulate/options.h"
#include "app/simulate/timeline.h"

namespace clientele::app::simulate {

inline constexpr const char* kCurrency = "RUB";

enum TeamIndex : uint8_t { kSales, kOrders, kSupport, kBilling, kDigital, kExperts, kTeams };
inline constexpr int kPhoneTeams = 4;  // kSales .. kBilling: one queue each

struct Team {
  std::string id;
  std::string unit_path;
  std::string title;
  uint32_t line = 1;
};

struct Employee {
  std::string id;
  std::string name;
  TeamIndex team = kSales;
  std::string role;  // lead, agent, quality
  uint32_t line = 1;
  int number = 0;     // within the team; 0 = the lead
  double pace = 1;    // handle time against the mean
  double errors = 0;  // on the logit scale, against the mean: above 0 = more criteria failed
  double charm = 0;   // added to the chance of a satisfied answer
  int hired_day = 0;  // of the sample; below 0 = before it
  int left_day = 0;   // first day without; the sample's length or more = stays
  [[nodiscard]] bool WorksOn(int day) const { return day >= hired_day && day < left_day; }
};

struct Queue {
  std::string id;
  std::string number;  // that customers dial
  double calls = 0;    // on a mean weekday, at full load
  double talk_s = 0;   // median
  double wrap_s = 0;   // median
  double to_experts = 0;
  std::span<const char* const> topics;
};

struct Grader {
  std::string id;
  int unit = 0;         // Score::EvaluatorUnit
  double severity = 0;  // on the logit scale: above 0 = finds more errors
  double weight = 1;    // share of the evaluations
};

// The true values of the stories. Days are of the sample, 0 = the first.
struct Stories {
  TeamIndex coached_team = kSales;
  int coaching_day = 0;
  double coaching_effect = -0.9;  // on the logit of failing a criterion, after 3 weeks

  TeamIndex monday_team = kBilling;
  double monday_load = 1.4;  // calls against its other days

  std::string loyal_channel = "SOCIAL";

  std::string initiative_id = "ini-kb";
  std::vector<TeamIndex> treated{kOrders, kSupport, kDigital};
  std::vector<TeamIndex> control{kSales, kBilling, kExperts};
  int initiative_day = 0;
  double talk_effect_s = -25;          // a leg
  double satisfaction_effect = +0.06;  // of answers 4 or 5 of CSAT_5

  int favourite_grader = 0;    // index
  int favourite_employee = 0;  // index
  double favour = -1.5;        // on the logit of failing a criterion

  int warm_day = 0;  // hand-offs are RELAY before, WARM from then on
  double relay_hold_s = 150;
  double relay_satisfaction = -0.10;
};

struct Company {
  std::vector<Team> teams;
  std::vector<Employee> employees;
  std::vector<std::vector<int>> members;  // indexes of employees, by team; the lead first
  std::vector<Queue> queues;              // by phone team
  std::vector<Grader> graders;
  Stories stories;

  [[nodiscard]] static Company Make(const Options& options, const Timeline& timeline);

  [[nodiscard]] const Employee& Person(int index) const {
    return employees[static_cast<size_t>(index)];
  }
  // Agents of the team who work that day, in an order that changes by day.
  [[nodiscard]] std::vector<int> OnDuty(TeamIndex team, int day, int weekday, double load) const;
  [[nodiscard]] bool Treated(TeamIndex team, int day) const;
};

}  // namespace clientele::app::simulate
