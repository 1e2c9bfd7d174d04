#include "verify/score_rows.h"

#include "verify/cells.h"
#include "verify/model_parts.h"

namespace clientele::verify {
namespace {

using event::v1::Event;
using event::v1::Score;

constexpr int64_t kUnits = 3;
constexpr int64_t kWays = 7;
constexpr int64_t kOutcomes = 2;
constexpr int64_t kCauses = 2;

// What both tables tell of an evaluation.
Row& ScoreHead(const Event& event, Row& row) {
  const Score& score = event.score();
  return Head(event, row)
      .Number("purpose", Purpose(event))
      .Text("evaluation_id", score.evaluation_id())
      .Text("employee_id", score.employee_id())
      .Text("team_id", score.team_id())
      .Text("evaluator_id", score.evaluator_id())
      .Number("evaluator_unit", UpTo(score.evaluator_unit(), kUnits))
      .Number("evaluated_by", UpTo(score.by(), kWays))
      .Text("scorecard_id", score.scorecard_id())
      .Number("scorecard_version", score.scorecard_version())
      .Number("submitted_at", Moment(score.submitted_at()))
      .Number("outcome", UpTo(score.outcome(), kOutcomes))
      .Text("calibration_session_id", score.calibration_session_id());
}

// One chance in a million at least.
double Chance(double probability) {
  const bool is_one = probability >= 1e-6 && probability <= 1;
  return is_one ? probability : 0;
}

}  // namespace

void EvaluationRow(const Event& event, Row& row) {
  const Score& score = event.score();
  ScoreHead(event, row)
      .Number("subject_kind", UpTo(score.subject().kind(), kSubjects))
      .Text("subject_id", score.subject().entity_id())
      .Number("items", Most(static_cast<size_t>(score.items_size())))
      .Number("disputed_at", Moment(score.disputed_at()))
      .Number("decided_at", Moment(score.decided_at()))
      .Number("acknowledged_at", Moment(score.acknowledged_at()))
      .Number("coached_at", Moment(score.coached_at()))
      .Text("plan_id", score.sample().plan_id())
      .Real("inclusion_probability", Chance(score.sample().inclusion_probability()))
      .Number("evaluation_ms", Span(score.evaluation_ms()));
}

void EvaluationItemRow(const Event& event, int place, Row& row) {
  const auto& item = PlaceOf(event.score().items(), place);
  const bool told = item.has_value() && IsNumber(item.value()) && item.value() >= 0;
  ScoreHead(event, row)
      .Number("item", Most(static_cast<size_t>(place) + 1))
      .Text("criterion_id", item.criterion_id())
      .Text("level", item.level())
      .Number("value_told", told ? 1 : 0)
      .Real("value", Between(item.value(), 0, 1e9))
      .Number("not_applicable", item.not_applicable() ? 1 : 0)
      .Number("set_by_system", item.set_by_system() ? 1 : 0)
      .Number("failure_cause", UpTo(item.cause(), kCauses));
}

ScoreSums& ScoreSums::operator+=(const ScoreSums& other) {
  handed_in += other.handed_in;
  disputed += other.disputed;
  decided += other.decided;
  overturned += other.overturned;
  done += other.done;
  timed += other.timed;
  spent_ms += other.spent_ms;
  return *this;
}

ScoreSums ScoreSumsOf(const Event& event) {
  ScoreSums sums;
  if (Purpose(event) == Event::TEST) return sums;
  const Score& score = event.score();
  if (!score.evaluator_id().empty()) {
    sums.done = 1;
    sums.spent_ms = Span(score.evaluation_ms());
    sums.timed = sums.spent_ms > 0 ? 1 : 0;
  }
  if (!score.calibration_session_id().empty()) return sums;
  sums.handed_in = 1;
  sums.disputed = Moment(score.disputed_at()) > 0 ? 1 : 0;
  sums.decided = Moment(score.decided_at()) > 0 ? 1 : 0;
  sums.overturned = sums.decided == 1 && score.outcome() == Score::OVERTURNED ? 1 : 0;
  return sums;
}

}  // namespace clientele::verify
