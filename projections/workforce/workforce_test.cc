// Which rows states and trainings give, and that any bytes that decode give rows that fit.
#include "projections/workforce/workforce.h"

#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "projections/projected.h"

namespace clientele::projections::workforce {
namespace {

using event::v1::AgentState;
using event::v1::Event;
using event::v1::Training;

using Numbers = std::vector<int64_t>;
using Counts = std::vector<uint64_t>;
using Reals = std::vector<double>;
using Texts = std::vector<std::string>;

const Projection& Workforce() {
  static const auto projection = MakeWorkforce();
  return *projection;
}

clickhouse::Block StateRows(const Event& event) {
  return ReadBack(BlocksOf(Workforce(), event)[0]);
}
clickhouse::Block TrainingRows(const Event& event) {
  return ReadBack(BlocksOf(Workforce(), event)[1]);
}

const char* const kBusy = R"({"tenant":"main","occurred_at":"1000000",
  "agent_state":{"employee_id":"anna","state":"BUSY","from":"2000000","to":"5000000"}})";
const char* const kTest = R"({"tenant":"main","occurred_at":"1000000",
  "training":{"employee_id":"anna","kind":"TEST","id":"newcomer","score":88.5,"passed":true}})";

TEST(Workforce, AStretchIsOneRow) {
  const auto row = StateRows(EventOf(kBusy));
  ASSERT_EQ(row.rows, 1U);
  EXPECT_EQ(row.Get<std::string>("employee_id"), Texts{"anna"});
  EXPECT_EQ(row.Get<int64_t>("state"), Numbers{AgentState::BUSY});
  EXPECT_EQ(row.Get<int64_t>("from_at"), Numbers{2'000'000});
  EXPECT_EQ(row.Get<int64_t>("to_at"), Numbers{5'000'000});
  EXPECT_EQ(TrainingRows(EventOf(kBusy)).rows, 0U);
}

TEST(Workforce, ATrainingIsOneRow) {
  const auto row = TrainingRows(EventOf(kTest));
  ASSERT_EQ(row.rows, 1U);
  EXPECT_EQ(row.Get<std::string>("employee_id"), Texts{"anna"});
  EXPECT_EQ(row.Get<int64_t>("kind"), Numbers{Training::TEST});
  EXPECT_EQ(row.Get<std::string>("training_id"), Texts{"newcomer"});
  EXPECT_EQ(row.Get<uint64_t>("score_told"), Counts{1});
  EXPECT_EQ(row.Get<double>("score"), Reals{88.5});
  EXPECT_EQ(row.Get<int64_t>("passed"), Numbers{1});
  EXPECT_EQ(StateRows(EventOf(kTest)).rows, 0U);
}

TEST(Workforce, WhatIsNotDecidedIsNotTold) {
  Event event = EventOf(kTest);
  event.mutable_training()->set_passed(false);
  event.mutable_training()->set_score(0);
  auto row = TrainingRows(event);
  EXPECT_EQ(row.Get<int64_t>("passed"), Numbers{2});
  EXPECT_EQ(row.Get<uint64_t>("score_told"), Counts{1});
  event.mutable_training()->clear_passed();
  event.mutable_training()->clear_score();
  row = TrainingRows(event);
  EXPECT_EQ(row.Get<int64_t>("passed"), Numbers{0});
  EXPECT_EQ(row.Get<uint64_t>("score_told"), Counts{0});
}

TEST(Workforce, WhatAColumnCannotHoldIsNotTold) {
  Event event = EventOf(kBusy);
  event.mutable_agent_state()->set_state(static_cast<AgentState::State>(8));
  event.mutable_agent_state()->set_from(-1);
  event.mutable_agent_state()->set_to(std::numeric_limits<int64_t>::max());
  const auto row = StateRows(event);
  EXPECT_EQ(row.Get<int64_t>("state"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("from_at"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("to_at"), Numbers{0});

  event = EventOf(kTest);
  event.mutable_training()->set_kind(static_cast<Training::Kind>(4));
  EXPECT_EQ(TrainingRows(event).Get<int64_t>("kind"), Numbers{0});
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double score : {std::nan(""), infinity, -infinity, -0.001, 100.001}) {
    event.mutable_training()->set_score(score);
    const auto training = TrainingRows(event);
    EXPECT_EQ(training.Get<uint64_t>("score_told"), Counts{0}) << score;
    EXPECT_EQ(training.Get<double>("score"), Reals{0}) << score;
  }
  event.mutable_training()->set_score(100);
  EXPECT_EQ(TrainingRows(event).Get<uint64_t>("score_told"), Counts{1});
}

// Bytes flipped at random: whatever still decodes gives whole rows with a score that is a number.
TEST(Workforce, AnyBytesThatDecodeGiveWholeRows) {
  const google::protobuf::LogSilencer quiet;  // of bytes that do not decode
  std::mt19937 random(20260328);
  int decoded = 0;
  for (const char* good : {kBusy, kTest}) {
    const std::string told = EventOf(good).SerializeAsString();
    for (int i = 0; i < 10'000; ++i) {
      std::string bytes = told;
      for (int change = 0; change < 3; ++change) {
        bytes[random() % bytes.size()] = static_cast<char>(random());
      }
      Event event;
      if (!event.ParseFromString(bytes)) continue;
      decoded += static_cast<int>(StateRows(event).rows);
      const auto training = TrainingRows(event);
      if (training.rows == 0) continue;
      ++decoded;
      const double score = training.Get<double>("score")[0];
      ASSERT_TRUE(score >= 0 && score <= 100) << score;
    }
  }
  EXPECT_GT(decoded, 1'000);
}

}  // namespace
}  // namespace clientele::projections::workforce
