#include "verify/voice_rows.h"

#include <algorithm>
#include <array>

#include "verify/cells.h"

namespace clientele::verify {
namespace {

using event::v1::Call;
using event::v1::Event;
using event::v1::Survey;
using event::v1::Touchpoint;

constexpr int64_t kScales = 8;
constexpr int64_t kCallKind = 100;

struct Ends {
  int64_t low = 0;
  int64_t high = 0;  // 0: a scale that is not known
};

Ends EndsOf(const Survey& survey) {
  // By Survey::Scale.
  constexpr std::array<Ends, 8> kEnds{
      {{}, {0, 10}, {0, 1}, {0, 1}, {1, 3}, {1, 5}, {1, 7}, {1, 7}}};
  if (survey.scale() == Survey::RATING_N) {
    const int64_t most = survey.rating_max();
    return most > 1 && most < 101 ? Ends{1, most} : Ends{};
  }
  const auto scale = static_cast<size_t>(survey.scale());
  return scale < kEnds.size() ? kEnds[scale] : Ends{};
}

std::optional<double> Within(const Ends& ends, double value) {
  const bool inside = ends.high > 0 && static_cast<double>(ends.low) <= value &&
                      value <= static_cast<double>(ends.high);
  // A scale of two has nothing between.
  const bool between = ends.low == 0 && ends.high == 1 && value != 0 && value != 1;
  return inside && !between ? std::optional(value) : std::nullopt;
}

// Of a touchpoint or a case, whichever it is.
struct Doer {
  std::string_view topic;
  std::string_view person;
  std::string_view team;
};

Doer DoerOf(const Event& event) {
  if (event.has_case_()) {
    return {event.case_().topic(), event.case_().owner(), event.case_().team()};
  }
  const Touchpoint& touchpoint = event.touchpoint();
  return {touchpoint.topic(), touchpoint.employee_id(), touchpoint.team_id()};
}

// What both tables of promises tell alike.
Row& PromiseHead(const Event& event, const Kept& kept, Row& row) {
  const Doer doer = DoerOf(event);
  return Head(event, row)
      .Number("purpose", Purpose(event))
      .Number("promise_kind", kept.kind)
      .Text("promise_id", event.entity_id())
      .Number("channel", UpTo(event.touchpoint().channel(), kChannels))
      .Text("topic", doer.topic)
      .Text("employee_id", doer.person)
      .Text("team_id", doer.team)
      .Number("fulfilled_at", kept.done_at);
}

// When the case was resolved for good; 0 if it was not, or is open again.
int64_t ClosedAt(const event::v1::Case& ticket) {
  const int64_t closed = Moment(ticket.resolved_at());
  for (const int64_t opened : ticket.reopened_at()) {
    if (Moment(opened) > closed) return 0;
  }
  return closed;
}

}  // namespace

Opinion OpinionOf(const Survey& survey) {
  const Ends ends = EndsOf(survey);
  Opinion opinion;
  opinion.best = ends.high;
  const bool pair = survey.scale() == Survey::SERVQUAL_7;
  if (survey.has_answer() && !pair) opinion.said = Within(ends, survey.answer());
  if (opinion.said) {
    const auto sum = static_cast<double>(ends.low + ends.high);
    opinion.rated = survey.low_is_good() ? sum - *opinion.said : *opinion.said;
  }
  if (pair && survey.has_expectation() && survey.has_perception()) {
    const auto expected = Within(ends, survey.expectation());
    const auto found = Within(ends, survey.perception());
    if (expected && found) {
      opinion.expected = expected;
      opinion.found = found;
      opinion.gap = survey.low_is_good() ? *expected - *found : *found - *expected;
    }
  }
  if (survey.has_importance() && survey.importance() >= 0 && survey.importance() <= 1e6) {
    opinion.importance = survey.importance();
  }
  return opinion;
}

std::optional<Kept> KeptOf(const Event& event) {
  Kept kept;
  if (event.has_case_()) {
    kept.kind = 2;
    kept.due_at = Moment(event.case_().due_at());
    kept.done_at = ClosedAt(event.case_());
    if (kept.due_at == 0 || kept.done_at == 0) return std::nullopt;
  } else {
    const Touchpoint& touchpoint = event.touchpoint();
    kept.kind = touchpoint.kind() == Touchpoint::DELIVERY ? 1 : touchpoint.resolved() ? 2 : 0;
    kept.due_at = Moment(touchpoint.promise().due_at());
    kept.done_at = Moment(event.occurred_at());
    kept.amount_promised = touchpoint.has_money() && touchpoint.promise().has_amount_minor();
    const bool promised = kept.due_at != 0 || kept.amount_promised;
    if (kept.kind == 0 || !promised) return std::nullopt;
  }
  if (kept.amount_promised) {
    kept.promised_minor = Minor(event.touchpoint().promise().amount_minor());
    kept.paid_minor = Minor(event.touchpoint().money().amount_minor());
  }
  const bool timed = kept.due_at != 0 && kept.done_at != 0;
  kept.early_ms = timed ? (kept.due_at - kept.done_at) / 1'000 : 0;
  return kept;
}

bool IsReview(const Event& event) { return event.touchpoint().kind() == Touchpoint::REVIEW; }

bool IsRated(const Event& review) {
  const auto& rating = review.touchpoint().rating();
  return rating.scale() > 0 && rating.scale() < 101 && 0 <= rating.value() &&
         rating.value() <= static_cast<double>(rating.scale());
}

bool IsInteraction(const Event& event) {
  return event.has_touchpoint() || (event.has_call() && event.call().direction() != Call::INTERNAL);
}

void SurveyQuestionRow(const Event& event, Row& row) {
  const Survey& survey = event.survey();
  const Opinion opinion = OpinionOf(survey);
  Head(event, row)
      .Number("purpose", Purpose(event))
      .Text("response_id", survey.response_id())
      .Text("survey_id", survey.survey_id())
      .Text("question_id", survey.question_id())
      .Number("scale", UpTo(survey.scale(), kScales))
      .Number("best", opinion.best)
      .Number("low_is_good", survey.low_is_good() ? 1 : 0)
      .Number("importance_told", opinion.importance ? 1 : 0)
      .Real("importance", opinion.importance.value_or(0))
      .Text("asked_if", survey.asked_if().question_id())
      .Number("not_asked", survey.not_asked() ? 1 : 0)
      .Number("sent_at", Moment(survey.sent_at()))
      .Number("delivered_at", Moment(survey.delivered_at()))
      .Number("bounced_at", Moment(survey.bounced_at()))
      .Number("started_at", Moment(survey.started_at()))
      .Number("partial_at", Moment(survey.partial_at()))
      .Number("completed_at", Moment(survey.completed_at()))
      .Number("expired_at", Moment(survey.expired_at()))
      .Number("answered", opinion.said ? 1 : 0)
      .Real("answer", opinion.said.value_or(0))
      .Real("rated", opinion.rated.value_or(0))
      .Number("gap_told", opinion.gap ? 1 : 0)
      .Real("expectation", opinion.expected.value_or(0))
      .Real("perception", opinion.found.value_or(0))
      .Real("gap", opinion.gap.value_or(0))
      .Number("subject_kind", UpTo(survey.subject().kind(), kSubjects))
      .Text("subject_id", survey.subject().entity_id())
      .Text("employee_id", survey.employee_id())
      .Text("team_id", survey.team_id())
      .Number("channel", UpTo(survey.channel(), kChannels));
}

void ReviewRow(const Event& event, Row& row) {
  const Touchpoint& touchpoint = event.touchpoint();
  const bool rated = IsRated(event);
  Head(event, row)
      .Number("purpose", Purpose(event))
      .Text("touchpoint_id", event.entity_id())
      .Text("platform", touchpoint.rating().platform())
      .Number("rating_told", rated ? 1 : 0)
      .Real("rating", rated ? touchpoint.rating().value() : 0)
      .Number("rating_scale", rated ? touchpoint.rating().scale() : 0)
      .Number("reply_at", Moment(touchpoint.reply_at()))
      .Number("channel", UpTo(touchpoint.channel(), kChannels))
      .Text("topic", touchpoint.topic())
      .Text("employee_id", touchpoint.employee_id())
      .Text("team_id", touchpoint.team_id());
}

void PromiseRow(const Event& event, Row& row) {
  const Kept kept = KeptOf(event).value_or(Kept{});
  PromiseHead(event, kept, row)
      .Number("due_at", kept.due_at)
      .Number("gap_ms", kept.early_ms)
      .Number("amount_promised", kept.amount_promised ? 1 : 0)
      .Number("amount_kept",
              kept.amount_promised && kept.paid_minor <= kept.promised_minor ? 1 : 0);
}

void PromisedAmountRow(const Event& event, Row& row) {
  const Kept kept = KeptOf(event).value_or(Kept{});
  PromiseHead(event, kept, row)
      .Text("currency", event.touchpoint().money().currency())
      .Number("promised_minor", kept.promised_minor)
      .Number("amount_minor", kept.paid_minor);
}

void InteractionRow(const Event& event, Row& row) {
  const Touchpoint& touchpoint = event.touchpoint();
  const bool call = event.has_call();
  Head(event, row)
      .Number("purpose", Purpose(event))
      .Number("kind", call ? kCallKind : UpTo(touchpoint.kind(), kTouchpointKinds))
      .Number("channel", call ? kPhone : UpTo(touchpoint.channel(), kChannels))
      .Text("topic", call ? event.call().topic() : touchpoint.topic())
      .Number("reason", UpTo(touchpoint.reason().code(), kReasons));
}

}  // namespace clientele::verify
