// Facts about the company itself: staff, scorecards, plans, models, targets, hours, incidents, the
// initiative, costs and rates. Told at the beginning or when they come to hold. One thread.
#pragma once

#include <string>

#include "app/simulate/world.h"

namespace clientele::app::simulate {

class Reference {
 public:
  explicit Reference(World& world) : world_(world) {}

  void Tell(int day);

 private:
  // Of the beginning.
  void TellAll();
  void TellStaff();
  void TellPerson(const Employee& person, event::v1::Staff::State state, int64_t valid_from,
                  int64_t known_at);
  void TellScorecards();
  void TellScorecard(uint32_t version, int64_t valid_from, int64_t known_at);
  void TellVisitScorecard();
  void TellSamplingPlan();
  void TellIncentives();
  void TellIncentive(const char* id, event::v1::IncentivePlan::Audience audience,
                     int64_t fixed_minor);
  void TellJourneyModel();
  void TellTargets();
  void TellTarget(const char* metric, event::v1::Scope::Kind kind, const std::string& id,
                  double value);
  void TellServiceTargets();
  void TellCalendar();

  // As they happen.
  void TellComings(int day);
  void TellInitiative(int day);
  void TellTrainings(int day);
  void TellTraining(const Employee& person, event::v1::Training::Kind kind, const std::string& id,
                    double score, int64_t at);
  void TellIncidents(int day);
  void TellCosts(int day);
  void TellCost(const event::v1::Cost& cost, int64_t at);
  void TellRates(int day, Random& random);

  [[nodiscard]] int64_t Before() const { return world_.timeline.Begin() - 400 * kDay; }

  World& world_;
};

}  // namespace clientele::app::simulate
