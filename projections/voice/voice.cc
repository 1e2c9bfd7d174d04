#include "projections/voice/voice.h"

#include "projections/column_values.h"
#include "projections/shared_columns.h"
#include "projections/voice/answers.h"
#include "projections/voice/code_hash.h"
#include "projections/voice/promises.h"
#include "projections/voice/schema.h"

namespace clientele::projections::voice {
namespace {

using event::v1::Call;
using event::v1::Case;
using event::v1::Channel;
using event::v1::Event;
using event::v1::Reason;
using event::v1::Subject;
using event::v1::Survey;
using event::v1::Touchpoint;

enum TableNumber : size_t {
  kSurveyQuestions,
  kReviews,
  kPromises,
  kPromisedAmounts,
  kInteractions
};

// An interaction that is a call; others have the number of their Touchpoint.Kind.
constexpr int8_t kCallInteraction = 100;

constexpr const char* kMoment = "DateTime64(6, 'UTC')";
constexpr const char* kPromiseKindType = "Enum8('DELIVERY' = 1, 'RESOLUTION' = 2)";

Table SurveyQuestionsTable() {
  return {.name = "survey_questions",
          .lineage = Lineage::kTelling,
          .columns = {
              {"response_id", "String"},
              {"survey_id", "LowCardinality(String)"},
              {"question_id", "LowCardinality(String)"},
              {"scale",
               "Enum8('UNSPECIFIED' = 0, 'NPS_11' = 1, 'NPS_BINARY' = 2, 'CSAT_2' = 3, 'CSAT_3' = "
               "4, 'CSAT_5' = 5, 'CES_7' = 6, 'SERVQUAL_7' = 7, 'RATING_N' = 8)"},
              {"best", "UInt8"},
              {"low_is_good", "UInt8"},
              {"importance_told", "UInt8"},
              {"importance", "Float64"},
              {"asked_if", "LowCardinality(String)"},
              {"not_asked", "UInt8"},
              {"sent_at", kMoment},
              {"delivered_at", kMoment},
              {"bounced_at", kMoment},
              {"started_at", kMoment},
              {"partial_at", kMoment},
              {"completed_at", kMoment},
              {"expired_at", kMoment},
              {"answered", "UInt8"},
              {"answer", "Float64"},
              {"rated", "Float64"},
              {"gap_told", "UInt8"},
              {"expectation", "Float64"},
              {"perception", "Float64"},
              {"gap", "Float64"},
              {"subject_kind",
               "Enum8('UNSPECIFIED' = 0, 'CALL' = 1, 'TOUCHPOINT' = 2, 'CASE' = 3, 'JOURNEY' = 4)"},
              {"subject_id", "String"},
              {"employee_id", "LowCardinality(String)"},
              {"team_id", "LowCardinality(String)"},
              {"channel", kChannelType}}};
}

Table ReviewsTable() {
  return {.name = "reviews",
          .lineage = Lineage::kTelling,
          .columns = {{"touchpoint_id", "String"},
                      {"platform", "LowCardinality(String)"},
                      {"rating_told", "UInt8"},
                      {"rating", "Float64"},
                      {"rating_scale", "UInt8"},
                      {"reply_at", kMoment},
                      {"channel", kChannelType},
                      {"topic", "LowCardinality(String)"},
                      {"employee_id", "LowCardinality(String)"},
                      {"team_id", "LowCardinality(String)"}}};
}

Table PromisesTable() {
  return {.name = "promises",
          .lineage = Lineage::kTelling,
          .columns = {{"promise_kind", kPromiseKindType},
                      {"promise_id", "String"},
                      {"channel", kChannelType},
                      {"topic", "LowCardinality(String)"},
                      {"employee_id", "LowCardinality(String)"},
                      {"team_id", "LowCardinality(String)"},
                      {"fulfilled_at", kMoment},
                      {"due_at", kMoment},
                      {"gap_ms", "Int64"},
                      {"amount_promised", "UInt8"},
                      {"amount_kept", "UInt8"}}};
}

Table PromisedAmountsTable() {
  return {.name = "promised_amounts",
          .lineage = Lineage::kTelling,
          .columns = {{"promise_kind", kPromiseKindType},
                      {"promise_id", "String"},
                      {"channel", kChannelType},
                      {"topic", "LowCardinality(String)"},
                      {"employee_id", "LowCardinality(String)"},
                      {"team_id", "LowCardinality(String)"},
                      {"fulfilled_at", kMoment},
                      {"currency", "LowCardinality(String)"},
                      {"promised_minor", "Int64"},
                      {"amount_minor", "Int64"}}};
}

Table InteractionsTable() {
  return {.name = "interactions",
          .lineage = Lineage::kTelling,
          .columns = {
              {"kind",
               "Enum8('UNSPECIFIED' = 0, 'VISIT' = 1, 'MESSAGE' = 2, 'FORM' = 3, 'WIDGET' = 4, "
               "'STORE_VISIT' = 5, 'MEETING' = 6, 'DEMO' = 7, 'PROPOSAL' = 8, 'CART' = 9, 'ORDER' "
               "= 10, 'ORDER_CONFIRMED' = 11, 'PURCHASE' = 12, 'PAYMENT' = 13, 'CONTRACT' = 14, "
               "'DELIVERY' = 15, 'RETURN' = 16, 'ONBOARDING' = 17, 'COMPLAINT' = 18, 'REVIEW' = "
               "19, 'REFERRAL' = 20, 'NOTE' = 21, 'CHURN' = 22, 'OTHER' = 23, 'CALL' = 100)"},
              {"channel", kChannelType},
              {"topic", "LowCardinality(String)"},
              {"reason",
               "Enum8('UNSPECIFIED' = 0, 'SERVICE' = 1, 'PRICE' = 2, 'PRODUCT' = 3, 'MOVED' = 4, "
               "'OTHER' = 5)"}}};
}

void WriteQuestion(const Survey& survey, RowWriter row) {
  const Answer answer = AnswerOf(survey);
  row.Add(survey.response_id())
      .Add(survey.survey_id())
      .Add(survey.question_id())
      .Add(EnumOr0(survey.scale(), Survey::RATING_N))
      .Add(answer.best)
      .Add(static_cast<uint8_t>(survey.low_is_good()))
      .Add(static_cast<uint8_t>(answer.importance_told))
      .Add(answer.importance)
      .Add(survey.asked_if().question_id())
      .Add(static_cast<uint8_t>(survey.not_asked()))
      .Add(MomentOr0(survey.sent_at()))
      .Add(MomentOr0(survey.delivered_at()))
      .Add(MomentOr0(survey.bounced_at()))
      .Add(MomentOr0(survey.started_at()))
      .Add(MomentOr0(survey.partial_at()))
      .Add(MomentOr0(survey.completed_at()))
      .Add(MomentOr0(survey.expired_at()))
      .Add(static_cast<uint8_t>(answer.told))
      .Add(answer.answer)
      .Add(answer.rated)
      .Add(static_cast<uint8_t>(answer.gap_told))
      .Add(answer.expectation)
      .Add(answer.perception)
      .Add(answer.gap)
      .Add(EnumOr0(survey.subject().kind(), Subject::JOURNEY))
      .Add(survey.subject().entity_id())
      .Add(survey.employee_id())
      .Add(survey.team_id())
      .Add(EnumOr0(survey.channel(), Channel::OTHER))
      .End();
}

// A rating that is no number or lies outside its scale is not told.
void WriteReview(const Event& event, RowWriter row) {
  constexpr uint32_t kMostScale = 100;
  const Touchpoint& touchpoint = event.touchpoint();
  const auto& rating = touchpoint.rating();
  const bool told = rating.scale() >= 1 && rating.scale() <= kMostScale && rating.value() >= 0 &&
                    rating.value() <= rating.scale();
  row.Add(event.entity_id())
      .Add(rating.platform())
      .Add(static_cast<uint8_t>(told))
      .Add(told ? rating.value() : 0.0)
      .Add(static_cast<uint8_t>(told ? rating.scale() : 0))
      .Add(MomentOr0(touchpoint.reply_at()))
      .Add(EnumOr0(touchpoint.channel(), Channel::OTHER))
      .Add(touchpoint.topic())
      .Add(touchpoint.employee_id())
      .Add(touchpoint.team_id())
      .End();
}

// What both tables of promises tell alike: which one, and who answers for it.
RowWriter& AddSubject(const Event& event, const Promise& promise, RowWriter& row) {
  const Touchpoint& touchpoint = event.touchpoint();
  const Case& ticket = event.case_();
  const bool of_case = event.has_case_();
  return row.Add(static_cast<int8_t>(promise.kind))
      .Add(event.entity_id())
      .Add(EnumOr0(touchpoint.channel(), Channel::OTHER))
      .Add(of_case ? ticket.topic() : touchpoint.topic())
      .Add(of_case ? ticket.owner() : touchpoint.employee_id())
      .Add(of_case ? ticket.team() : touchpoint.team_id())
      .Add(promise.fulfilled_at);
}

void WritePromise(const Event& event, const Promise& promise, RowSink& rows) {
  RowWriter row = rows.Begin(kPromises);
  AddSubject(event, promise, row)
      .Add(promise.due_at)
      .Add(promise.gap_ms)
      .Add(static_cast<uint8_t>(promise.amount_promised))
      .Add(static_cast<uint8_t>(promise.AmountKept()))
      .End();
  if (!promise.amount_promised) return;
  RowWriter amounts = rows.Begin(kPromisedAmounts);
  AddSubject(event, promise, amounts)
      .Add(promise.currency)
      .Add(promise.promised_minor)
      .Add(promise.amount_minor)
      .End();
}

void WriteTouchpoint(const Touchpoint& touchpoint, RowWriter row) {
  row.Add(EnumOr0(touchpoint.kind(), Touchpoint::OTHER))
      .Add(EnumOr0(touchpoint.channel(), Channel::OTHER))
      .Add(touchpoint.topic())
      .Add(EnumOr0(touchpoint.reason().code(), Reason::OTHER))
      .End();
}

void WriteCall(const Call& call, RowWriter row) {
  row.Add(kCallInteraction)
      .Add(static_cast<int8_t>(Channel::PHONE))
      .Add(call.topic())
      .Add(int8_t{0})
      .End();
}

class Voice final : public Projection {
 public:
  std::string_view name() const override { return "voice"; }
  uint32_t version() const override { return 1; }
  const std::vector<Table>& tables() const override { return tables_; }
  std::string_view schema() const override { return schema::kSchemaCreate; }
  std::string_view code_hash() const override { return kCodeHash; }

  void Project(const Event& telling, RowSink& rows) const override {
    if (telling.has_survey()) WriteQuestion(telling.survey(), rows.Begin(kSurveyQuestions));
    if (telling.has_call() && telling.call().direction() != Call::INTERNAL) {
      WriteCall(telling.call(), rows.Begin(kInteractions));
    }
    if (telling.has_touchpoint()) {
      WriteTouchpoint(telling.touchpoint(), rows.Begin(kInteractions));
      if (telling.touchpoint().kind() == Touchpoint::REVIEW) {
        WriteReview(telling, rows.Begin(kReviews));
      }
    }
    if (const auto promise = PromiseOf(telling)) WritePromise(telling, *promise, rows);
  }

 private:
  const std::vector<Table> tables_ = {SurveyQuestionsTable(), ReviewsTable(), PromisesTable(),
                                      PromisedAmountsTable(), InteractionsTable()};
};

}  // namespace

std::unique_ptr<const Projection> MakeVoice() { return std::make_unique<Voice>(); }

}  // namespace clientele::projections::voice
