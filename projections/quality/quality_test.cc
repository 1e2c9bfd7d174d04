// Which rows an evaluation gives, and that any bytes that decode give rows that fit.
#include "projections/quality/quality.h"

#include <gmock/gmock.h>
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "projections/projected.h"

namespace clientele::projections::quality {
namespace {

using event::v1::Event;
using event::v1::Score;
using event::v1::ScoreItem;
using testing::Each;

using Numbers = std::vector<int64_t>;
using Counts = std::vector<uint64_t>;
using Reals = std::vector<double>;
using Texts = std::vector<std::string>;

const Projection& Quality() {
  static const auto projection = MakeQuality();
  return *projection;
}

clickhouse::Block Evaluations(const Event& event) {
  return ReadBack(BlocksOf(Quality(), event)[0]);
}
clickhouse::Block Items(const Event& event) { return ReadBack(BlocksOf(Quality(), event)[1]); }

const char* const kScore = R"({"tenant":"main","occurred_at":"1000000","purpose":"MYSTERY",
  "entity_id":"e-1","score":{"evaluation_id":"e-1","subject":{"kind":"CALL","entity_id":"c-1"},
  "employee_id":"anna","team_id":"north","evaluator_id":"eva","evaluator_unit":"OUTSOURCED",
  "by":"MYSTERY_CALL","scorecard_id":"sc","scorecard_version":2,"submitted_at":"2000000",
  "disputed_at":"3000000","decided_at":"4000000","outcome":"UPHELD","acknowledged_at":"5000000",
  "coached_at":"6000000","calibration_session_id":"cal-1",
  "sample":{"plan_id":"sp","inclusion_probability":0.25},"evaluation_ms":"240000",
  "items":[{"criterion_id":"greets","level":"min","cause":"WILL"},
    {"criterion_id":"solves","value":0,"set_by_system":true},
    {"criterion_id":"offers","not_applicable":true}]}})";

TEST(Quality, AnEvaluationIsOneRow) {
  const auto row = Evaluations(EventOf(kScore));
  ASSERT_EQ(row.rows, 1U);
  EXPECT_EQ(row.Get<int64_t>("purpose"), Numbers{Event::MYSTERY});
  EXPECT_EQ(row.Get<std::string>("evaluation_id"), Texts{"e-1"});
  EXPECT_EQ(row.Get<int64_t>("subject_kind"), Numbers{event::v1::Subject::CALL});
  EXPECT_EQ(row.Get<std::string>("subject_id"), Texts{"c-1"});
  EXPECT_EQ(row.Get<std::string>("employee_id"), Texts{"anna"});
  EXPECT_EQ(row.Get<std::string>("team_id"), Texts{"north"});
  EXPECT_EQ(row.Get<std::string>("evaluator_id"), Texts{"eva"});
  EXPECT_EQ(row.Get<int64_t>("evaluator_unit"), Numbers{Score::OUTSOURCED});
  EXPECT_EQ(row.Get<int64_t>("evaluated_by"), Numbers{Score::MYSTERY_CALL});
  EXPECT_EQ(row.Get<std::string>("scorecard_id"), Texts{"sc"});
  EXPECT_EQ(row.Get<uint64_t>("scorecard_version"), Counts{2});
  EXPECT_EQ(row.Get<uint64_t>("items"), Counts{3});
  EXPECT_EQ(row.Get<int64_t>("submitted_at"), Numbers{2'000'000});
  EXPECT_EQ(row.Get<int64_t>("disputed_at"), Numbers{3'000'000});
  EXPECT_EQ(row.Get<int64_t>("decided_at"), Numbers{4'000'000});
  EXPECT_EQ(row.Get<int64_t>("outcome"), Numbers{Score::UPHELD});
  EXPECT_EQ(row.Get<int64_t>("acknowledged_at"), Numbers{5'000'000});
  EXPECT_EQ(row.Get<int64_t>("coached_at"), Numbers{6'000'000});
  EXPECT_EQ(row.Get<std::string>("calibration_session_id"), Texts{"cal-1"});
  EXPECT_EQ(row.Get<std::string>("plan_id"), Texts{"sp"});
  EXPECT_EQ(row.Get<double>("inclusion_probability"), Reals{0.25});
  EXPECT_EQ(row.Get<int64_t>("evaluation_ms"), Numbers{240'000});
}

TEST(Quality, EveryItemIsARow) {
  const auto rows = Items(EventOf(kScore));
  EXPECT_EQ(rows.Get<uint64_t>("row"), (Counts{1, 2, 3}));  // 0 is the evaluation's
  EXPECT_EQ(rows.Get<uint64_t>("item"), (Counts{1, 2, 3}));
  EXPECT_EQ(rows.Get<std::string>("criterion_id"), (Texts{"greets", "solves", "offers"}));
  EXPECT_EQ(rows.Get<std::string>("level"), (Texts{"min", "", ""}));
  EXPECT_EQ(rows.Get<uint64_t>("value_told"), (Counts{0, 1, 0}));
  EXPECT_EQ(rows.Get<double>("value"), (Reals{0, 0, 0}));
  EXPECT_EQ(rows.Get<uint64_t>("not_applicable"), (Counts{0, 0, 1}));
  EXPECT_EQ(rows.Get<uint64_t>("set_by_system"), (Counts{0, 1, 0}));
  EXPECT_EQ(rows.Get<int64_t>("failure_cause"), (Numbers{ScoreItem::WILL, 0, 0}));
  EXPECT_THAT(rows.Get<std::string>("evaluation_id"), Each("e-1"));
  EXPECT_THAT(rows.Get<std::string>("employee_id"), Each("anna"));
  EXPECT_THAT(rows.Get<std::string>("team_id"), Each("north"));
  EXPECT_THAT(rows.Get<std::string>("evaluator_id"), Each("eva"));
  EXPECT_THAT(rows.Get<int64_t>("evaluator_unit"), Each(Score::OUTSOURCED));
  EXPECT_THAT(rows.Get<int64_t>("evaluated_by"), Each(Score::MYSTERY_CALL));
  EXPECT_THAT(rows.Get<std::string>("scorecard_id"), Each("sc"));
  EXPECT_THAT(rows.Get<uint64_t>("scorecard_version"), Each(2U));
  EXPECT_THAT(rows.Get<int64_t>("submitted_at"), Each(2'000'000));
  EXPECT_THAT(rows.Get<int64_t>("outcome"), Each(Score::UPHELD));
  EXPECT_THAT(rows.Get<std::string>("calibration_session_id"), Each("cal-1"));
}

TEST(Quality, WhatAColumnCannotHoldIsNotTold) {
  Event event = EventOf(kScore);
  Score& score = *event.mutable_score();
  score.set_by(static_cast<Score::By>(8));
  score.set_evaluator_unit(static_cast<Score::EvaluatorUnit>(4));
  score.set_outcome(static_cast<Score::Outcome>(3));
  score.set_submitted_at(-1);
  score.set_disputed_at(std::numeric_limits<int64_t>::max());
  score.set_evaluation_ms(86'400'001);
  score.mutable_items(0)->set_cause(static_cast<ScoreItem::Cause>(3));
  const auto row = Evaluations(event);
  EXPECT_EQ(row.Get<int64_t>("evaluated_by"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("evaluator_unit"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("outcome"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("submitted_at"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("disputed_at"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("evaluation_ms"), Numbers{86'400'000});
  EXPECT_EQ(Items(event).Get<int64_t>("failure_cause"), (Numbers{0, 0, 0}));
}

// A value that is no number, infinite or below 0 is no answer; a chance is one above 0, at most 1.
TEST(Quality, NumbersThatAreNoneAreNotTold) {
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  Event event = EventOf(kScore);
  const auto item = [&](double value) {
    event.mutable_score()->mutable_items(1)->set_value(value);
    const auto rows = Items(event);
    return std::pair(rows.Get<uint64_t>("value_told")[1], rows.Get<double>("value")[1]);
  };
  for (const double none :
       {std::numeric_limits<double>::quiet_NaN(), kInfinite, -kInfinite, -1.0}) {
    EXPECT_EQ(item(none), std::pair(uint64_t{0}, 0.0)) << none;
  }
  EXPECT_EQ(item(1e300), std::pair(uint64_t{1}, 1e9));
  EXPECT_EQ(item(7.5), std::pair(uint64_t{1}, 7.5));
  const auto chance = [&](double probability) {
    event.mutable_score()->mutable_sample()->set_inclusion_probability(probability);
    return Evaluations(event).Get<double>("inclusion_probability")[0];
  };
  for (const double none : {std::numeric_limits<double>::quiet_NaN(), kInfinite, -0.5, 1.5, 1e-7}) {
    EXPECT_EQ(chance(none), 0) << none;
  }
  EXPECT_EQ(chance(1), 1);
  EXPECT_EQ(chance(1e-6), 1e-6);
}

TEST(Quality, OtherKindsHaveNoRows) {
  const Event event = EventOf(R"({"tenant":"main","occurred_at":"1","call":{"call_id":"c"}})");
  EXPECT_EQ(Evaluations(event).rows, 0U);
  EXPECT_EQ(Items(event).rows, 0U);
}

// Bytes flipped at random: whatever still decodes gives whole rows, one an item.
TEST(Quality, AnyBytesThatDecodeGiveWholeRows) {
  const std::string good = EventOf(kScore).SerializeAsString();
  const google::protobuf::LogSilencer quiet;  // of bytes that do not decode
  std::mt19937 random(20260328);
  int decoded = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = good;
    for (int change = 0; change < 3; ++change) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    Event event;
    if (!event.ParseFromString(bytes) || !event.has_score()) continue;
    ++decoded;
    ASSERT_EQ(Evaluations(event).rows, 1U);
    ASSERT_EQ(Items(event).rows, static_cast<size_t>(event.score().items_size()));
  }
  EXPECT_GT(decoded, 1'000);
}

}  // namespace
}  // namespace clientele::projections::quality
