// Rows of evaluations, worked out a second time, against what the projection makes of the same
// tellings; and what they add to figures, by hand.
#include "verify/score_rows.h"

#include <cmath>
#include <limits>

#include "projections/quality/quality.h"
#include "verify/figures.h"
#include "verify/rows_fixture.h"

namespace clientele::verify {
namespace {

using event::v1::Event;
using event::v1::Score;
using event::v1::ScoreItem;

Event AnyScore(std::mt19937_64& random) {
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  constexpr double kReals[] = {0.0, -0.0, -1, 1, 1e-6, 1e-7, 1e9, 1e10, kInfinite, 0.3, 7.5};
  const auto real = [&] {
    return random() % 16 == 0 ? std::nan("") : kReals[random() % std::size(kReals)];
  };
  Event event;
  event.set_tenant("main");
  event.set_occurred_at(1'800'000'000'000'000);
  event.set_purpose(static_cast<Event::Purpose>(random() % 6));
  Score& score = *event.mutable_score();
  score.set_evaluation_id("e-1");
  score.mutable_subject()->set_kind(static_cast<event::v1::Subject::Kind>(random() % 7));
  score.mutable_subject()->set_entity_id("c-1");
  score.set_employee_id("anna");
  if (random() % 2 == 0) score.set_team_id("north");
  if (random() % 4 != 0) score.set_evaluator_id("eva");
  score.set_evaluator_unit(static_cast<Score::EvaluatorUnit>(random() % 6));
  score.set_by(static_cast<Score::By>(random() % 10));
  score.set_scorecard_id("sc");
  score.set_scorecard_version(static_cast<uint32_t>(random()));
  score.set_submitted_at(AnyMoment(random));
  score.set_disputed_at(AnyMoment(random));
  score.set_decided_at(AnyMoment(random));
  score.set_outcome(static_cast<Score::Outcome>(random() % 5));
  score.set_acknowledged_at(AnyMoment(random));
  score.set_coached_at(AnyMoment(random));
  if (random() % 4 == 0) score.set_calibration_session_id("cal-1");
  if (random() % 2 == 0) {
    score.mutable_sample()->set_plan_id("sp");
    score.mutable_sample()->set_inclusion_probability(real());
  }
  score.set_evaluation_ms(AnyAmount(random));
  for (uint64_t i = random() % 5; i > 0; --i) {
    ScoreItem& item = *score.add_items();
    item.set_criterion_id("c-" + std::to_string(i));
    switch (random() % 3) {
      case 0:
        item.set_level("max");
        break;
      case 1:
        item.set_value(real());
        break;
      default:
        item.set_not_applicable(true);
    }
    item.set_set_by_system(random() % 2 == 0);
    item.set_cause(static_cast<ScoreItem::Cause>(random() % 5));
  }
  return event;
}

TEST(ScoreRows, AreThoseOfTheProjection) {
  std::mt19937_64 random(11);
  const auto quality = projections::quality::MakeQuality();
  for (int i = 0; i < 6'000; ++i) {
    const Event event = AnyScore(random);
    ExpectRows(*quality, event);
    ASSERT_FALSE(testing::Test::HasFailure()) << event.DebugString();
  }
}

TEST(ScoreRows, APatternHasTheColumnsOfItsRows) {
  std::mt19937_64 random(12);
  for (int i = 0; i < 100; ++i) {
    const Event event = AnyScore(random);
    for (const PartRows& rows : RowsOf(event)) {
      Row row;
      TellingRow(rows.part, event, rows.first_row, row);
      const Row pattern = PatternOf(rows.part);
      EXPECT_TRUE(std::ranges::equal(row.cells(), pattern.cells(), {}, &Cell::name, &Cell::name));
    }
  }
}

class ScoreFigures : public testing::Test {
 protected:
  // Handed in on the day, of 90 s; what `change` makes of it.
  template <typename Change>
  void Add(const Change& change) {
    Event event;
    event.set_tenant("main");
    event.set_occurred_at(kDay);
    Score& score = *event.mutable_score();
    score.set_evaluator_id("eva");
    score.set_submitted_at(kDay);
    score.set_evaluation_ms(90'000);
    change(event, score);
    for (const Fact& fact : FactsOf(event, names_)) figures_.Add(fact, names_);
  }
  [[nodiscard]] Wanted Figure(const char* metric, const char* variant) const {
    Sums sums;
    for (const auto& [cell, of] : figures_.cells()) sums += of;
    return *FigureOf(metric, variant, sums);
  }
  static constexpr int64_t kDay = 20'000 * int64_t{86'400'000'000};
  Names names_;
  Figures figures_;
};

TEST_F(ScoreFigures, ByHand) {
  Add([](Event&, Score&) {});
  Add([](Event&, Score& score) { score.set_disputed_at(kDay + 1); });
  for (const auto outcome : {Score::UPHELD, Score::OVERTURNED, Score::OVERTURNED}) {
    Add([&](Event& event, Score& score) {
      event.set_purpose(Event::MYSTERY);
      score.set_disputed_at(kDay + 1);
      score.set_decided_at(kDay + 2);
      score.set_outcome(outcome);
    });
  }
  Add([](Event&, Score& score) { score.set_outcome(Score::OVERTURNED); });  // never decided
  Add([](Event&, Score& score) { score.set_calibration_session_id("cal-1"); });
  Add([](Event&, Score& score) {
    score.clear_evaluator_id();  // by machine
    score.set_evaluation_ms(0);
  });
  Add([](Event&, Score& score) { score.set_evaluation_ms(0); });
  Add([](Event& event, Score&) { event.set_purpose(Event::TEST); });
  EXPECT_DOUBLE_EQ(*Figure("dispute_rate", "").value, 4 / 8.0);
  EXPECT_EQ(Figure("dispute_rate", "").n, 8);
  EXPECT_DOUBLE_EQ(*Figure("overturn_rate", "of_decided").value, 2 / 3.0);
  EXPECT_DOUBLE_EQ(*Figure("overturn_rate", "of_evaluations").value, 2 / 8.0);
  EXPECT_EQ(*Figure("qa_load", "").value, 8);
  EXPECT_DOUBLE_EQ(*Figure("qa_time", "").value, 7 * 1.5);
  EXPECT_EQ(Figure("qa_time", "").n, 7);
  EXPECT_EQ(Figure("qa_time", "").untold, 1);
}

}  // namespace
}  // namespace clientele::verify
