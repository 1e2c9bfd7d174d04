// How well people keep the standards, as it is found: drawn contacts are evaluated by leads,
// specialists and contractors of different severity, by machine and by a mystery shopper. One
// thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/simulate/world.h"

namespace clientele::app::simulate {

class Quality {
 public:
  struct Criterion {
    std::string_view id;
    std::string_view title;
    double weight;
    double errors;  // logit of the chance that it is failed
    bool fatal;
    bool critical;
  };
  // Of the scorecard for calls and messages.
  [[nodiscard]] static std::span<const Criterion> Criteria();
  static constexpr std::string_view kCallCard = "sc-contact";
  static constexpr std::string_view kVisitCard = "sc-visit";
  static constexpr std::string_view kSamplingPlan = "plan-daily";
  // From when on the second version of kCallCard holds.
  [[nodiscard]] static int SecondVersionDay(const Timeline& timeline) { return timeline.At(0.3); }

  explicit Quality(World& world) : world_(world) {}

  // Evaluates contacts of the day, on the next days.
  void Tell(int day);

 private:
  struct Evaluation {
    int employee = 0;
    const Grader* grader = nullptr;  // null: by machine
    int grader_index = -1;
    event::v1::Score::By by = event::v1::Score::HUMAN;
    int64_t at = 0;
    std::string session;  // of calibration
    double probability = 0;
  };

  void TellSampled(int day, Random& random);
  void TellByMachine(int day, Random& random);
  void TellCalibration(int day, Random& random);
  void TellMystery(int day, Random& random);
  void TellMysteryCall(int day, int employee, Random& random);
  void TellMysteryVisit(int day, int employee, Random& random);
  void TellVisitScore(int day, int employee, const std::string& visit, Random& random);
  EventHandle DraftScore(const Contact& contact, const Evaluation& evaluation);
  void FillItems(int day, const Evaluation& evaluation, uint64_t items_seed,
                 event::v1::Score& score, Random& random);
  [[nodiscard]] double FailChance(int day, const Criterion& criterion,
                                  const Evaluation& evaluation) const;
  // The telling, and what follows: acknowledged, disputed, decided, coached.
  void TellScore(EventHandle event, int day, Random& random);

  World& world_;
  uint64_t next_evaluation_ = 0;
};

}  // namespace clientele::app::simulate
