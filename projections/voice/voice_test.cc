// Which rows surveys, reviews, promises and interactions give, and that any bytes that decode give
// rows that fit.
#include "projections/voice/voice.h"

#include <gmock/gmock.h>
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "projections/projected.h"

namespace clientele::projections::voice {
namespace {

using event::v1::Call;
using event::v1::Event;
using event::v1::Survey;
using event::v1::Touchpoint;

using Numbers = std::vector<int64_t>;
using Counts = std::vector<uint64_t>;
using Reals = std::vector<double>;
using Texts = std::vector<std::string>;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

enum TableNumber : size_t { kQuestions, kReviews, kPromises, kAmounts, kInteractions };

const Projection& Voice() {
  static const auto projection = MakeVoice();
  return *projection;
}

clickhouse::Block Rows(const Event& event, TableNumber table) {
  return ReadBack(BlocksOf(Voice(), event)[table]);
}

const char* const kSurvey = R"({
  "tenant":"main","customer_id":"5f0c7a3e-0000-4000-8000-000000000001","occurred_at":"1000000",
  "entity_id":"1:r1:q","survey":{"response_id":"r","survey_id":"after","question_id":"q",
  "scale":"NPS_11","importance":0.5,"sent_at":"1000000","delivered_at":"2000000",
  "bounced_at":"3000000","started_at":"4000000","partial_at":"5000000","completed_at":"6000000",
  "expired_at":"7000000","asked_if":{"question_id":"first","condition":"yes"},"answer":6.5,
  "subject":{"kind":"CALL","entity_id":"c"},"employee_id":"anna","team_id":"north",
  "channel":"SMS"}})";

Event Answer(Survey::Scale scale, double answer, bool low_is_good = false) {
  Event event = EventOf(kSurvey);
  event.mutable_survey()->set_scale(scale);
  event.mutable_survey()->set_answer(answer);
  event.mutable_survey()->set_low_is_good(low_is_good);
  return event;
}

Event Pair(double expectation, double perception) {
  Event event = Answer(Survey::SERVQUAL_7, 0);
  event.mutable_survey()->clear_answer();
  event.mutable_survey()->set_expectation(expectation);
  event.mutable_survey()->set_perception(perception);
  return event;
}

const char* const kDelivery = R"({
  "tenant":"main","customer_id":"5f0c7a3e-0000-4000-8000-000000000001","occurred_at":"9000000000",
  "entity_id":"t","touchpoint":{"touchpoint_id":"t","kind":"DELIVERY","channel":"FIELD",
  "topic":"sofa","employee_id":"anna","team_id":"north",
  "money":{"amount_minor":"1200","currency":"EUR"},
  "promise":{"due_at":"9060001999","amount_minor":"1000"}}})";

const char* const kCase = R"({
  "tenant":"main","customer_id":"5f0c7a3e-0000-4000-8000-000000000001","occurred_at":"1000000",
  "entity_id":"k","case":{"case_id":"k","topic":"bill","opened_at":"1000000",
  "resolved_at":"5000000","due_at":"4000000","owner":"mia","team":"south"}})";

TEST(Voice, AQuestionIsOneRow) {
  const auto row = Rows(EventOf(kSurvey), kQuestions);
  ASSERT_EQ(row.rows, 1U);
  EXPECT_EQ(row.Get<std::string>("response_id"), Texts{"r"});
  EXPECT_EQ(row.Get<std::string>("survey_id"), Texts{"after"});
  EXPECT_EQ(row.Get<std::string>("question_id"), Texts{"q"});
  EXPECT_EQ(row.Get<int64_t>("scale"), Numbers{Survey::NPS_11});
  EXPECT_EQ(row.Get<uint64_t>("best"), Counts{10});
  EXPECT_EQ(row.Get<uint64_t>("importance_told"), Counts{1});
  EXPECT_EQ(row.Get<double>("importance"), Reals{0.5});
  EXPECT_EQ(row.Get<std::string>("asked_if"), Texts{"first"});
  EXPECT_EQ(row.Get<uint64_t>("not_asked"), Counts{0});
  int64_t moment = 0;
  for (const char* column : {"sent_at", "delivered_at", "bounced_at", "started_at", "partial_at",
                             "completed_at", "expired_at"}) {
    EXPECT_EQ(row.Get<int64_t>(column), Numbers{moment += 1'000'000}) << column;
  }
  EXPECT_EQ(row.Get<uint64_t>("answered"), Counts{1});
  EXPECT_EQ(row.Get<double>("answer"), Reals{6.5});
  EXPECT_EQ(row.Get<double>("rated"), Reals{6.5});
  EXPECT_EQ(row.Get<uint64_t>("gap_told"), Counts{0});
  EXPECT_EQ(row.Get<int64_t>("subject_kind"), Numbers{event::v1::Subject::CALL});
  EXPECT_EQ(row.Get<std::string>("subject_id"), Texts{"c"});
  EXPECT_EQ(row.Get<std::string>("employee_id"), Texts{"anna"});
  EXPECT_EQ(row.Get<std::string>("team_id"), Texts{"north"});
  EXPECT_EQ(row.Get<int64_t>("channel"), Numbers{event::v1::Channel::SMS});
}

// Of each scale: from, to, and what a low answer becomes where low is good.
TEST(Voice, AnAnswerLiesWithinItsScale) {
  struct Scale {
    Survey::Scale scale;
    double worst;
    double best;
    double inside;
    double turned;
  };
  for (const Scale& of :
       {Scale{Survey::NPS_11, 0, 10, 8.5, 1.5}, Scale{Survey::NPS_BINARY, 0, 1, 1, 0},
        Scale{Survey::CSAT_2, 0, 1, 0, 1}, Scale{Survey::CSAT_3, 1, 3, 1, 3},
        Scale{Survey::CSAT_5, 1, 5, 4.5, 1.5}, Scale{Survey::CES_7, 1, 7, 2, 6},
        Scale{Survey::RATING_N, 1, 20, 3, 18}}) {
    const auto row = [&](double answer, bool low_is_good = false) {
      Event event = Answer(of.scale, answer, low_is_good);
      event.mutable_survey()->set_rating_max(20);
      return Rows(event, kQuestions);
    };
    EXPECT_EQ(row(of.inside).Get<double>("rated"), Reals{of.inside}) << of.scale;
    EXPECT_EQ(row(of.inside, true).Get<double>("rated"), Reals{of.turned}) << of.scale;
    EXPECT_EQ(row(of.inside, true).Get<double>("answer"), Reals{of.inside}) << of.scale;
    EXPECT_EQ(row(of.best).Get<uint64_t>("answered"), Counts{1}) << of.scale;
    EXPECT_EQ(row(of.worst).Get<uint64_t>("answered"), Counts{1}) << of.scale;
    EXPECT_EQ(row(of.best).Get<uint64_t>("best"), Counts{static_cast<uint64_t>(of.best)});
    for (const double outside : {of.best + 0.5, of.worst - 0.5, kNan, kInfinity, -kInfinity}) {
      const auto none = row(outside, true);
      EXPECT_EQ(none.Get<uint64_t>("answered"), Counts{0}) << of.scale << ' ' << outside;
      EXPECT_EQ(none.Get<double>("answer"), Reals{0});
      EXPECT_EQ(none.Get<double>("rated"), Reals{0});
    }
  }
  for (const Survey::Scale two : {Survey::NPS_BINARY, Survey::CSAT_2}) {
    EXPECT_EQ(Rows(Answer(two, 0.5), kQuestions).Get<uint64_t>("answered"), Counts{0});
  }
}

TEST(Voice, AnAnswerOfAnUnknownScaleIsNone) {
  for (const uint32_t rating_max : {0U, 1U, 101U, 4'000'000'000U}) {
    Event event = Answer(Survey::RATING_N, 1);
    event.mutable_survey()->set_rating_max(rating_max);
    EXPECT_EQ(Rows(event, kQuestions).Get<uint64_t>("answered"), Counts{0}) << rating_max;
  }
  const auto row = Rows(Answer(static_cast<Survey::Scale>(9), 1), kQuestions);
  EXPECT_EQ(row.Get<int64_t>("scale"), Numbers{0});
  EXPECT_EQ(row.Get<uint64_t>("best"), Counts{0});
  EXPECT_EQ(row.Get<uint64_t>("answered"), Counts{0});
}

TEST(Voice, AGapIsFoundLessExpected) {
  Event event = Pair(5, 3.5);
  EXPECT_EQ(Rows(event, kQuestions).Get<double>("gap"), Reals{-1.5});
  EXPECT_EQ(Rows(event, kQuestions).Get<uint64_t>("gap_told"), Counts{1});
  event.mutable_survey()->set_low_is_good(true);
  EXPECT_EQ(Rows(event, kQuestions).Get<double>("gap"), Reals{1.5});
  event.mutable_survey()->clear_expectation();
  EXPECT_EQ(Rows(event, kQuestions).Get<uint64_t>("gap_told"), Counts{0});
  for (const double outside : {0.5, 7.5, kNan, kInfinity}) {
    for (const Event& pair : {Pair(outside, 4), Pair(4, outside)}) {
      const auto row = Rows(pair, kQuestions);
      EXPECT_EQ(row.Get<uint64_t>("gap_told"), Counts{0}) << outside;
      EXPECT_EQ(row.Get<double>("expectation"), Reals{0});
      EXPECT_EQ(row.Get<double>("gap"), Reals{0});
    }
  }
  event = Pair(4, 4);
  event.mutable_survey()->set_scale(Survey::CES_7);
  EXPECT_EQ(Rows(event, kQuestions).Get<uint64_t>("gap_told"), Counts{0});
  event = Answer(Survey::SERVQUAL_7, 4);
  EXPECT_EQ(Rows(event, kQuestions).Get<uint64_t>("answered"), Counts{0});
}

TEST(Voice, AnImportanceIsANumber) {
  for (const double none : {-1.0, 1'000'001.0, kNan, kInfinity}) {
    Event event = EventOf(kSurvey);
    event.mutable_survey()->set_importance(none);
    const auto row = Rows(event, kQuestions);
    EXPECT_EQ(row.Get<uint64_t>("importance_told"), Counts{0}) << none;
    EXPECT_EQ(row.Get<double>("importance"), Reals{0});
  }
}

TEST(Voice, ADeliveryEndsItsPromise) {
  const auto row = Rows(EventOf(kDelivery), kPromises);
  ASSERT_EQ(row.rows, 1U);
  EXPECT_EQ(row.Get<uint64_t>("row"), Counts{1});  // 0 is the interaction's
  EXPECT_EQ(row.Get<int64_t>("promise_kind"), Numbers{1});
  EXPECT_EQ(row.Get<std::string>("promise_id"), Texts{"t"});
  EXPECT_EQ(row.Get<std::string>("topic"), Texts{"sofa"});
  EXPECT_EQ(row.Get<std::string>("employee_id"), Texts{"anna"});
  EXPECT_EQ(row.Get<std::string>("team_id"), Texts{"north"});
  EXPECT_EQ(row.Get<int64_t>("channel"), Numbers{event::v1::Channel::FIELD});
  EXPECT_EQ(row.Get<int64_t>("fulfilled_at"), Numbers{9'000'000'000});
  EXPECT_EQ(row.Get<int64_t>("due_at"), Numbers{9'060'001'999});
  EXPECT_EQ(row.Get<int64_t>("gap_ms"), Numbers{60'001});
  EXPECT_EQ(row.Get<uint64_t>("amount_promised"), Counts{1});
  EXPECT_EQ(row.Get<uint64_t>("amount_kept"), Counts{0});
  const auto amount = Rows(EventOf(kDelivery), kAmounts);
  ASSERT_EQ(amount.rows, 1U);
  EXPECT_EQ(amount.Get<std::string>("currency"), Texts{"EUR"});
  EXPECT_EQ(amount.Get<int64_t>("promised_minor"), Numbers{1'000});
  EXPECT_EQ(amount.Get<int64_t>("amount_minor"), Numbers{1'200});
}

TEST(Voice, PromisesWithoutAMomentOrAnAmount) {
  Event event = EventOf(kDelivery);
  event.mutable_touchpoint()->mutable_promise()->clear_due_at();
  auto row = Rows(event, kPromises);
  ASSERT_EQ(row.rows, 1U);
  EXPECT_EQ(row.Get<int64_t>("due_at"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("gap_ms"), Numbers{0});
  event.mutable_touchpoint()->clear_money();
  EXPECT_EQ(Rows(event, kPromises).rows, 0U);
  event.mutable_touchpoint()->mutable_promise()->set_due_at(8'999'999'000);
  row = Rows(event, kPromises);
  EXPECT_EQ(row.Get<int64_t>("gap_ms"), Numbers{-1});
  EXPECT_EQ(row.Get<uint64_t>("amount_promised"), Counts{0});
  EXPECT_EQ(Rows(event, kAmounts).rows, 0U);
}

TEST(Voice, OtherTouchpointsKeepAPromiseOnceResolved) {
  Event event = EventOf(kDelivery);
  event.mutable_touchpoint()->set_kind(Touchpoint::MESSAGE);
  EXPECT_EQ(Rows(event, kPromises).rows, 0U);
  event.mutable_touchpoint()->set_resolved(false);
  EXPECT_EQ(Rows(event, kPromises).rows, 0U);
  event.mutable_touchpoint()->set_resolved(true);
  EXPECT_EQ(Rows(event, kPromises).Get<int64_t>("promise_kind"), Numbers{2});
}

TEST(Voice, ACaseIsResolvedOrNot) {
  Event event = EventOf(kCase);
  const auto row = Rows(event, kPromises);
  ASSERT_EQ(row.rows, 1U);
  EXPECT_EQ(row.Get<int64_t>("promise_kind"), Numbers{2});
  EXPECT_EQ(row.Get<std::string>("topic"), Texts{"bill"});
  EXPECT_EQ(row.Get<std::string>("employee_id"), Texts{"mia"});
  EXPECT_EQ(row.Get<std::string>("team_id"), Texts{"south"});
  EXPECT_EQ(row.Get<int64_t>("fulfilled_at"), Numbers{5'000'000});
  EXPECT_EQ(row.Get<int64_t>("gap_ms"), Numbers{-1'000});
  EXPECT_EQ(Rows(event, kInteractions).rows, 0U);
  event.mutable_case_()->add_reopened_at(4'500'000);
  EXPECT_EQ(Rows(event, kPromises).rows, 1U);
  event.mutable_case_()->add_reopened_at(6'000'000);
  EXPECT_EQ(Rows(event, kPromises).rows, 0U);
  event.mutable_case_()->clear_reopened_at();
  event.mutable_case_()->clear_due_at();
  EXPECT_EQ(Rows(event, kPromises).rows, 0U);
}

TEST(Voice, AReviewIsOneRow) {
  Event event = EventOf(R"({"tenant":"main","occurred_at":"1000000","entity_id":"v","touchpoint":{
      "kind":"REVIEW","channel":"WEB","topic":"shop","rating":{"value":4.5,"scale":5,
      "platform":"maps"},"reply_at":"3000000"}})");
  auto row = Rows(event, kReviews);
  ASSERT_EQ(row.rows, 1U);
  EXPECT_EQ(row.Get<std::string>("touchpoint_id"), Texts{"v"});
  EXPECT_EQ(row.Get<std::string>("platform"), Texts{"maps"});
  EXPECT_EQ(row.Get<uint64_t>("rating_told"), Counts{1});
  EXPECT_EQ(row.Get<double>("rating"), Reals{4.5});
  EXPECT_EQ(row.Get<uint64_t>("rating_scale"), Counts{5});
  EXPECT_EQ(row.Get<int64_t>("reply_at"), Numbers{3'000'000});
  for (const auto& [value, scale] :
       {std::pair{5.5, 5U}, {-0.5, 5U}, {kNan, 5U}, {1.0, 0U}, {1.0, 101U}, {kInfinity, 5U}}) {
    event.mutable_touchpoint()->mutable_rating()->set_value(value);
    event.mutable_touchpoint()->mutable_rating()->set_scale(scale);
    row = Rows(event, kReviews);
    EXPECT_EQ(row.Get<uint64_t>("rating_told"), Counts{0}) << value << ' ' << scale;
    EXPECT_EQ(row.Get<double>("rating"), Reals{0});
    EXPECT_EQ(row.Get<uint64_t>("rating_scale"), Counts{0});
  }
}

TEST(Voice, CallsAndTouchpointsAreInteractions) {
  Event event = EventOf(kDelivery);
  for (int kind = 0; kind <= Touchpoint::OTHER + 1; ++kind) {
    event.mutable_touchpoint()->set_kind(static_cast<Touchpoint::Kind>(kind));
    const auto row = Rows(event, kInteractions);
    ASSERT_EQ(row.rows, 1U);
    EXPECT_EQ(row.Get<int64_t>("kind"), Numbers{kind > Touchpoint::OTHER ? 0 : kind});
    EXPECT_EQ(Rows(event, kReviews).rows, kind == Touchpoint::REVIEW ? 1U : 0U);
  }
  event.mutable_touchpoint()->mutable_reason()->set_code(event::v1::Reason::PRICE);
  EXPECT_EQ(Rows(event, kInteractions).Get<int64_t>("reason"), Numbers{event::v1::Reason::PRICE});
  event.mutable_call()->set_topic("bill");
  for (const auto& [direction, rows] :
       {std::pair{Call::INBOUND, 1U}, {Call::OUTBOUND, 1U}, {Call::INTERNAL, 0U}}) {
    event.mutable_call()->set_direction(direction);
    EXPECT_EQ(Rows(event, kInteractions).rows, rows) << direction;
  }
  event.mutable_call()->set_direction(Call::INBOUND);
  const auto row = Rows(event, kInteractions);
  EXPECT_EQ(row.Get<int64_t>("kind"), Numbers{100});
  EXPECT_EQ(row.Get<int64_t>("channel"), Numbers{event::v1::Channel::PHONE});
  EXPECT_EQ(row.Get<std::string>("topic"), Texts{"bill"});
}

TEST(Voice, WhatAColumnCannotHoldIsNotTold) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  Event event = EventOf(kSurvey);
  event.mutable_survey()->set_sent_at(-1);
  event.mutable_survey()->set_completed_at(kMost);
  event.mutable_survey()->set_channel(static_cast<event::v1::Channel::Value>(13));
  event.mutable_survey()->mutable_subject()->set_kind(static_cast<event::v1::Subject::Kind>(5));
  const auto row = Rows(event, kQuestions);
  EXPECT_EQ(row.Get<int64_t>("sent_at"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("completed_at"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("channel"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("subject_kind"), Numbers{0});
  event = EventOf(kDelivery);
  event.mutable_touchpoint()->mutable_promise()->set_due_at(kMost);
  event.mutable_touchpoint()->mutable_promise()->set_amount_minor(kMost);
  event.mutable_touchpoint()->mutable_money()->set_amount_minor(-kMost);
  EXPECT_EQ(Rows(event, kPromises).Get<int64_t>("due_at"), Numbers{0});
  EXPECT_EQ(Rows(event, kAmounts).Get<int64_t>("promised_minor"), Numbers{1'000'000'000'000'000});
  EXPECT_EQ(Rows(event, kAmounts).Get<int64_t>("amount_minor"), Numbers{-1'000'000'000'000'000});
}

// Bytes flipped at random: whatever still decodes gives whole rows, and no number that is none.
TEST(Voice, AnyBytesThatDecodeGiveWholeRows) {
  const google::protobuf::LogSilencer quiet;  // of bytes that do not decode
  std::mt19937 random(20260328);
  int decoded = 0;
  for (const char* json : {kSurvey, kDelivery, kCase}) {
    const std::string good = EventOf(json).SerializeAsString();
    for (int i = 0; i < 10'000; ++i) {
      std::string bytes = good;
      for (int change = 0; change < 3; ++change) {
        bytes[random() % bytes.size()] = static_cast<char>(random());
      }
      Event event;
      if (!event.ParseFromString(bytes)) continue;
      ++decoded;
      const auto blocks = BlocksOf(Voice(), event);
      for (const auto& block : blocks) ASSERT_EQ(ReadBack(block).rows, block.rows());
      if (blocks[kQuestions].rows() == 0) continue;
      const auto row = ReadBack(blocks[kQuestions]);
      for (const char* column : {"answer", "rated", "gap", "importance"}) {
        ASSERT_TRUE(std::isfinite(row.Get<double>(column)[0])) << column;
      }
    }
  }
  EXPECT_GT(decoded, 1'000);
}

}  // namespace
}  // namespace clientele::projections::voice
