// The rows of voice that must be, worked out from the log alone, against what the projection makes
// of the same events.
#include "verify/voice_rows.h"

#include <gtest/gtest.h>

#include <limits>

#include "projections/voice/voice.h"
#include "verify/rows_fixture.h"

namespace clientele::verify {
namespace {

using event::v1::Call;
using event::v1::Event;
using event::v1::Touchpoint;

Event AnyVoiceEvent(std::mt19937_64& random) {
  Event event;
  event.set_tenant("main");
  event.set_customer_id(random() % 4 == 0 ? "nobody" : base::RandomUuid().ToString());
  event.set_occurred_at(random() % 4 == 0 ? AnyMoment(random) : 1'800'000'000'000'000);
  event.set_purpose(static_cast<Event::Purpose>(random() % 6));
  event.set_entity_id("e-1");
  return event;
}

Event AnyVoiceCall(std::mt19937_64& random) {
  Event event = AnyVoiceEvent(random);
  event.mutable_call()->set_direction(static_cast<Call::Direction>(random() % 6));
  event.mutable_call()->set_topic("bill");
  return event;
}

double AnyAnswer(std::mt19937_64& random) {
  constexpr double kSome[] = {0,
                              1,
                              6.5,
                              10,
                              10.5,
                              -1,
                              100,
                              std::numeric_limits<double>::infinity(),
                              std::numeric_limits<double>::quiet_NaN()};
  if (random() % 3 == 0) return kSome[random() % std::size(kSome)];
  return static_cast<double>(random() % 8);
}

Event AnySurvey(std::mt19937_64& random) {
  Event event = AnyVoiceEvent(random);
  auto& survey = *event.mutable_survey();
  survey.set_response_id("r-1");
  survey.set_survey_id("after-call");
  survey.set_question_id("satisfied");
  survey.set_scale(static_cast<event::v1::Survey::Scale>(random() % 11));
  survey.set_rating_max(static_cast<uint32_t>(random() % 110));
  survey.set_low_is_good(random() % 3 == 0);
  if (random() % 2 == 0) survey.set_importance(AnyAnswer(random) * 300'000);
  survey.set_sent_at(AnyMoment(random));
  survey.set_delivered_at(AnyMoment(random));
  survey.set_bounced_at(AnyMoment(random));
  survey.set_started_at(AnyMoment(random));
  survey.set_partial_at(AnyMoment(random));
  survey.set_completed_at(AnyMoment(random));
  survey.set_expired_at(AnyMoment(random));
  survey.set_not_asked(random() % 4 == 0);
  if (random() % 4 == 0) survey.mutable_asked_if()->set_question_id("recommend");
  if (random() % 4 != 0) survey.set_answer(AnyAnswer(random));
  if (random() % 4 != 0) survey.set_expectation(AnyAnswer(random));
  if (random() % 4 != 0) survey.set_perception(AnyAnswer(random));
  survey.mutable_subject()->set_kind(static_cast<event::v1::Subject::Kind>(random() % 6));
  survey.mutable_subject()->set_entity_id("c-1");
  survey.set_employee_id("anna");
  survey.set_team_id("north");
  survey.set_channel(static_cast<event::v1::Channel::Value>(random() % 14));
  return event;
}

// With what a review, a delivery or a resolved matter has.
Event AnyVoice(std::mt19937_64& random) {
  Event event = AnyVoiceEvent(random);
  auto& touchpoint = *event.mutable_touchpoint();
  touchpoint.set_kind(static_cast<Touchpoint::Kind>(random() % 25));
  touchpoint.set_channel(static_cast<event::v1::Channel::Value>(random() % 14));
  touchpoint.set_employee_id("anna");
  touchpoint.set_team_id("north");
  touchpoint.mutable_reason()->set_code(static_cast<event::v1::Reason::Code>(random() % 8));
  if (random() % 4 != 0) {
    touchpoint.mutable_money()->set_currency("EUR");
    touchpoint.mutable_money()->set_amount_minor(AnyAmount(random));
  }
  if (random() % 2 == 0) touchpoint.set_kind(Touchpoint::DELIVERY);
  if (random() % 4 == 0) touchpoint.set_kind(Touchpoint::REVIEW);
  touchpoint.set_topic("sofa");
  if (random() % 2 == 0) touchpoint.set_resolved(random() % 2 == 0);
  touchpoint.mutable_promise()->set_due_at(AnyMoment(random));
  if (random() % 2 == 0) touchpoint.mutable_promise()->set_amount_minor(AnyAmount(random));
  touchpoint.mutable_rating()->set_value(AnyAnswer(random));
  touchpoint.mutable_rating()->set_scale(static_cast<uint32_t>(random() % 110));
  touchpoint.mutable_rating()->set_platform("maps");
  touchpoint.set_reply_at(AnyMoment(random));
  return event;
}

Event AnyVoiceCase(std::mt19937_64& random) {
  Event event = AnyVoiceEvent(random);
  auto& ticket = *event.mutable_case_();
  ticket.set_case_id("k-1");
  ticket.set_topic("bill");
  ticket.set_due_at(AnyMoment(random));
  ticket.set_resolved_at(AnyMoment(random));
  for (uint64_t i = random() % 3; i > 0; --i) ticket.add_reopened_at(AnyMoment(random));
  ticket.set_owner("mia");
  ticket.set_team("south");
  return event;
}

TEST(VoiceRows, AreThoseOfTheProjection) {
  std::mt19937_64 random(9);
  const auto voice = projections::voice::MakeVoice();
  for (int i = 0; i < 3'000; ++i) {
    for (const Event& event :
         {AnySurvey(random), AnyVoice(random), AnyVoiceCase(random), AnyVoiceCall(random)}) {
      ExpectRows(*voice, event);
      ASSERT_FALSE(testing::Test::HasFailure()) << event.DebugString();
    }
  }
}

TEST(VoiceRows, APatternHasTheColumnsOfItsRows) {
  std::mt19937_64 random(10);
  for (int i = 0; i < 200; ++i) {
    for (const Event& event :
         {AnySurvey(random), AnyVoice(random), AnyVoiceCase(random), AnyVoiceCall(random)}) {
      for (const PartRows& rows : RowsOf(event)) {
        Row row;
        TellingRow(rows.part, event, rows.first_row, row);
        const Row pattern = PatternOf(rows.part);
        EXPECT_TRUE(std::ranges::equal(row.cells(), pattern.cells(), {}, &Cell::name, &Cell::name));
      }
    }
  }
}

}  // namespace
}  // namespace clientele::verify
