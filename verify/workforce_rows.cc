#include "verify/workforce_rows.h"

#include <cmath>

#include "verify/cells.h"

namespace clientele::verify {
namespace {

using event::v1::Event;
using event::v1::Training;

constexpr int64_t kStates = 7;
constexpr int64_t kKinds = 3;
constexpr double kMostPoints = 100;

bool HasPoints(const Training& training) {
  if (!training.has_score() || !std::isfinite(training.score())) return false;
  return !(training.score() < 0) && !(training.score() > kMostPoints);
}

}  // namespace

void AgentStateRow(const Event& event, Row& row) {
  const auto& state = event.agent_state();
  Head(event, row)
      .Number("purpose", Purpose(event))
      .Text("employee_id", state.employee_id())
      .Number("state", UpTo(state.state(), kStates))
      .Number("from_at", Moment(state.from()))
      .Number("to_at", Moment(state.to()));
}

void TrainingRow(const Event& event, Row& row) {
  const Training& training = event.training();
  const int64_t passed = !training.has_passed() ? 0 : training.passed() ? 1 : 2;
  Head(event, row)
      .Number("purpose", Purpose(event))
      .Text("employee_id", training.employee_id())
      .Number("kind", UpTo(training.kind(), kKinds))
      .Text("training_id", training.id())
      .Number("score_told", HasPoints(training) ? 1 : 0)
      .Real("score", HasPoints(training) ? training.score() : 0)
      .Number("passed", passed);
}

TrainingSums SumsOf(const Training& training) {
  TrainingSums sums;
  sums.trainings = 1;
  sums.decided = training.has_passed() ? 1 : 0;
  sums.passed = training.has_passed() && training.passed() ? 1 : 0;
  if (!HasPoints(training)) return sums;
  sums.scored = 1;
  // Halves go to the even one, as they do in the store.
  sums.score_thousandths = static_cast<int64_t>(std::nearbyint(training.score() * 1'000));
  return sums;
}

TrainingSums& TrainingSums::operator+=(const TrainingSums& other) {
  trainings += other.trainings;
  decided += other.decided;
  passed += other.passed;
  scored += other.scored;
  score_thousandths += other.score_thousandths;
  return *this;
}

}  // namespace clientele::verify
