// Rules of Score and Survey.
#include "clientele/event/v1/quality_facts.pb.h"
#include "ingest/rules/kinds.h"
#include "ingest/rules/values.h"

namespace clientele::ingest::rules {
namespace {

using event::v1::AskedIf;
using event::v1::Sample;
using event::v1::Score;
using event::v1::ScoreItem;
using event::v1::Survey;

constexpr int kMostScoreItems = 256;

Status OneAnswer(const ScoreItem& item) {
  const bool answered = item.answer_case() != ScoreItem::ANSWER_NOT_SET;
  if (item.not_applicable() && answered) {
    return FailField("not_applicable", "true: then neither level nor value may be set");
  }
  if (!item.not_applicable() && !answered) {
    return FailField("level", "not set: a level, a value or not_applicable is required");
  }
  if (item.has_level()) return CheckText("level", item.level(), 64, kRequired);
  return CheckNumber("value", item.value(), 0, 1e9);
}

constexpr Rule<ScoreItem> kScoreItemRules[] = {
    Id<"criterion_id", &ScoreItem::criterion_id, kRequired>,
    OneAnswer,
    Choice<"cause", &ScoreItem::cause, ScoreItem::Cause_IsValid>,
    Inside<"comment", &ScoreItem::has_comment, &ScoreItem::comment, kTextRules>,
};

Status Probability(const Sample& sample) {
  if (sample.inclusion_probability() > 0 && sample.inclusion_probability() <= 1) return {};
  return FailField("inclusion_probability", "{}: must be above 0, at most 1",
                   sample.inclusion_probability());
}
constexpr Rule<Sample> kSampleRules[] = {
    Id<"plan_id", &Sample::plan_id, kRequired>,
    Probability,
};

Status SubjectOfScore(const Score& score) {
  if (score.subject().kind() == event::v1::Subject::KIND_UNSPECIFIED) {
    return FailField("subject.kind", "not set: must be one of CALL, TOUCHPOINT, CASE, JOURNEY");
  }
  return CheckText("subject.entity_id", score.subject().entity_id(), kMostId, kRequired);
}

Status EvaluatorByMeans(const Score& score) {
  return CheckText("evaluator_id", score.evaluator_id(), kMostId, score.by() != Score::AUTO);
}

Status NoCriterionTwice(const Score& score) {
  for (int i = 1; i < score.items_size(); ++i) {
    for (int earlier = 0; earlier < i; ++earlier) {
      if (score.items(i).criterion_id() == score.items(earlier).criterion_id()) {
        return FailField(fmt::format("items[{}].criterion_id", i), "{}: is there twice",
                         Quoted(score.items(i).criterion_id()));
      }
    }
  }
  return {};
}

Status OutcomeWithDecision(const Score& score) {
  const bool outcome = score.outcome() != Score::OUTCOME_UNSPECIFIED;
  if (outcome && score.decided_at() == 0) {
    return FailField("decided_at", "not set: is required with an outcome");
  }
  if (!outcome && score.decided_at() != 0) {
    return FailField("outcome", "not set: must be UPHELD or OVERTURNED once decided_at is set");
  }
  if (score.decided_at() != 0 && score.disputed_at() == 0) {
    return FailField("disputed_at", "not set: only a disputed score is decided");
  }
  return {};
}

constexpr Rule<Score> kScoreRules[] = {
    Id<"evaluation_id", &Score::evaluation_id, kRequired>,
    Inside<"subject", &Score::has_subject, &Score::subject, kSubjectRules>,
    SubjectOfScore,
    Id<"employee_id", &Score::employee_id, kRequired>,
    Id<"team_id", &Score::team_id>,
    Choice<"by", &Score::by, Score::By_IsValid, kRequired>,
    EvaluatorByMeans,
    Choice<"evaluator_unit", &Score::evaluator_unit, Score::EvaluatorUnit_IsValid>,
    Id<"scorecard_id", &Score::scorecard_id, kRequired>,
    Range<"scorecard_version", &Score::scorecard_version, 1, kMostVersion>,
    Each<"items", Score, ScoreItem, &Score::items, kScoreItemRules, 1, kMostScoreItems>,
    NoCriterionTwice,
    Moment<"submitted_at", &Score::submitted_at, kRequired>,
    Moment<"disputed_at", &Score::disputed_at>,
    Moment<"decided_at", &Score::decided_at>,
    Moment<"acknowledged_at", &Score::acknowledged_at>,
    Moment<"coached_at", &Score::coached_at>,
    InOrder<"submitted_at", &Score::submitted_at, "disputed_at", &Score::disputed_at>,
    InOrder<"disputed_at", &Score::disputed_at, "decided_at", &Score::decided_at>,
    Choice<"outcome", &Score::outcome, Score::Outcome_IsValid>,
    OutcomeWithDecision,
    Id<"calibration_session_id", &Score::calibration_session_id>,
    Inside<"sample", &Score::has_sample, &Score::sample, kSampleRules>,
    Duration<"evaluation_ms", &Score::evaluation_ms>,
};

struct Bounds {
  double least = 0;
  double most = 0;
};

Bounds BoundsOf(const Survey& survey) {
  switch (survey.scale()) {
    case Survey::NPS_11:
      return {0, 10};
    case Survey::NPS_BINARY:
    case Survey::CSAT_2:
      return {0, 1};
    case Survey::CSAT_3:
      return {1, 3};
    case Survey::CSAT_5:
      return {1, 5};
    case Survey::RATING_N:
      return {1, static_cast<double>(survey.rating_max())};
    default:
      return {1, 7};
  }
}

Status RatingMax(const Survey& survey) {
  if (survey.scale() == Survey::RATING_N)
    return CheckRange("rating_max", survey.rating_max(), 2, 100);
  if (survey.rating_max() == 0) return {};
  return FailField("rating_max", "{}: only RATING_N has one", survey.rating_max());
}

Status AnswerWithinScale(const Survey& survey) {
  if (!survey.has_answer()) return {};
  if (survey.scale() == Survey::SERVQUAL_7) {
    return FailField("answer", "{}: SERVQUAL_7 has expectation and perception instead",
                     survey.answer());
  }
  return CheckNumber("answer", survey.answer(), BoundsOf(survey).least, BoundsOf(survey).most);
}

// Scales of two answers have nothing between.
Status AnswerOfTwo(const Survey& survey) {
  const bool two = survey.scale() == Survey::NPS_BINARY || survey.scale() == Survey::CSAT_2;
  if (!two || survey.answer() == 0 || survey.answer() == 1) return {};
  return FailField("answer", "{}: must be 0 or 1, {} has no others", survey.answer(),
                   Survey::Scale_Name(survey.scale()));
}

Status ServqualPair(const Survey& survey) {
  const bool some = survey.has_expectation() || survey.has_perception();
  if (!some) return {};
  const char* first = survey.has_expectation() ? "expectation" : "perception";
  if (survey.scale() != Survey::SERVQUAL_7) {
    return FailField(first, "set: only SERVQUAL_7 has it");
  }
  if (!survey.has_expectation()) return FailField("expectation", "not set: perception needs it");
  if (!survey.has_perception()) return FailField("perception", "not set: expectation needs it");
  if (Status status = CheckNumber("expectation", survey.expectation(), 1, 7); !status)
    return status;
  return CheckNumber("perception", survey.perception(), 1, 7);
}

bool Answered(const Survey& survey) { return survey.has_answer() || survey.has_perception(); }

Status CompletedWithAnswer(const Survey& survey) {
  if (!Answered(survey) || survey.completed_at() != 0 || survey.partial_at() != 0) return {};
  return FailField("completed_at", "not set: is required with an answer (or partial_at)");
}

Status NotAsked(const Survey& survey) {
  if (!survey.not_asked()) return {};
  const bool moments = survey.delivered_at() != 0 || survey.bounced_at() != 0 ||
                       survey.started_at() != 0 || survey.partial_at() != 0 ||
                       survey.completed_at() != 0 || survey.expired_at() != 0;
  if (!moments && !Answered(survey)) return {};
  return FailField("not_asked", "true: then no answer and no moment but sent_at may be set");
}

constexpr Rule<AskedIf> kAskedIfRules[] = {
    Id<"question_id", &AskedIf::question_id, kRequired>,
    Text<"condition", &AskedIf::condition>,
};

constexpr Rule<Survey> kSurveyRules[] = {
    Id<"response_id", &Survey::response_id, kRequired>,
    Id<"survey_id", &Survey::survey_id, kRequired>,
    Id<"question_id", &Survey::question_id, kRequired>,
    Choice<"scale", &Survey::scale, Survey::Scale_IsValid, kRequired>,
    RatingMax,
    Number<"importance", &Survey::importance, 0, 1'000'000>,
    Moment<"sent_at", &Survey::sent_at>,
    Moment<"delivered_at", &Survey::delivered_at>,
    Moment<"bounced_at", &Survey::bounced_at>,
    Moment<"started_at", &Survey::started_at>,
    Moment<"partial_at", &Survey::partial_at>,
    Moment<"completed_at", &Survey::completed_at>,
    Moment<"expired_at", &Survey::expired_at>,
    // Nobody is reached by a question, or answers it, before it is sent.
    InOrder<"sent_at", &Survey::sent_at, "delivered_at", &Survey::delivered_at>,
    InOrder<"sent_at", &Survey::sent_at, "bounced_at", &Survey::bounced_at>,
    InOrder<"sent_at", &Survey::sent_at, "started_at", &Survey::started_at>,
    InOrder<"sent_at", &Survey::sent_at, "partial_at", &Survey::partial_at>,
    InOrder<"sent_at", &Survey::sent_at, "completed_at", &Survey::completed_at>,
    InOrder<"sent_at", &Survey::sent_at, "expired_at", &Survey::expired_at>,
    NotAsked,
    Inside<"asked_if", &Survey::has_asked_if, &Survey::asked_if, kAskedIfRules>,
    AnswerWithinScale,
    AnswerOfTwo,
    ServqualPair,
    CompletedWithAnswer,
    Inside<"subject", &Survey::has_subject, &Survey::subject, kSubjectRules>,
    Id<"employee_id", &Survey::employee_id>,
    Id<"team_id", &Survey::team_id>,
    Choice<"channel", &Survey::channel, Channel::Value_IsValid>,
    Inside<"comment", &Survey::has_comment, &Survey::comment, kTextRules>,
};

}  // namespace

Status CheckScore(const event::v1::Event& event) {
  return Apply<Score>(kScoreRules, event.score());
}

Status CheckSurvey(const event::v1::Event& event) {
  return Apply<Survey>(kSurveyRules, event.survey());
}

}  // namespace clientele::ingest::rules
