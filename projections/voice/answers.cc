#include "projections/voice/answers.h"

namespace clientele::projections::voice {
namespace {

using event::v1::Survey;

// The most that a question may weigh.
constexpr double kMostImportance = 1'000'000;
constexpr uint32_t kMostRating = 100;

struct Scale {
  uint8_t worst = 0;
  uint8_t best = 0;  // 0: not known
  bool two = false;  // nothing between
};

Scale ScaleOf(const Survey& survey) {
  switch (survey.scale()) {
    case Survey::NPS_11:
      return {0, 10, false};
    case Survey::NPS_BINARY:
    case Survey::CSAT_2:
      return {0, 1, true};
    case Survey::CSAT_3:
      return {1, 3, false};
    case Survey::CSAT_5:
      return {1, 5, false};
    case Survey::CES_7:
    case Survey::SERVQUAL_7:
      return {1, 7, false};
    case Survey::RATING_N:
      if (survey.rating_max() < 2 || survey.rating_max() > kMostRating) return {};
      return {1, static_cast<uint8_t>(survey.rating_max()), false};
    default:
      return {};
  }
}

// No number is inside nothing.
bool Inside(const Scale& scale, double value) {
  if (scale.best == 0 || !(value >= scale.worst && value <= scale.best)) return false;
  return !scale.two || value == scale.worst || value == scale.best;
}

}  // namespace

Answer AnswerOf(const Survey& survey) {
  const Scale scale = ScaleOf(survey);
  Answer answer;
  answer.best = scale.best;
  const bool pair = survey.scale() == Survey::SERVQUAL_7;
  if (!pair && survey.has_answer() && Inside(scale, survey.answer())) {
    answer.told = true;
    answer.answer = survey.answer();
    answer.rated =
        survey.low_is_good() ? scale.worst + scale.best - survey.answer() : survey.answer();
  }
  if (pair && survey.has_expectation() && survey.has_perception() &&
      Inside(scale, survey.expectation()) && Inside(scale, survey.perception())) {
    answer.gap_told = true;
    answer.expectation = survey.expectation();
    answer.perception = survey.perception();
    answer.gap = survey.low_is_good() ? survey.expectation() - survey.perception()
                                      : survey.perception() - survey.expectation();
  }
  if (survey.has_importance() && survey.importance() >= 0 &&
      survey.importance() <= kMostImportance) {
    answer.importance_told = true;
    answer.importance = survey.importance();
  }
  return answer;
}

}  // namespace clientele::projections::voice
