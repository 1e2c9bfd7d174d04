#include "app/log_position.h"

#include <gtest/gtest.h>

#include "clientele/log/v1/log.pb.h"
#include "projections/runner/fakes/in_memory_log.h"

namespace clientele::app {
namespace {

using projections::runner::FaultPlan;
using projections::runner::InMemoryLog;

class LogPositionTest : public testing::Test {
 protected:
  void Tell(int32_t partition) { log_.Append(kafka::kEventsTopic, partition, "", ""); }
  void Mark(const std::vector<uint64_t>& next, int64_t known_at, uint64_t epoch) {
    log::v1::MarkRecord mark;
    mark.set_known_at(known_at);
    mark.mutable_next()->Assign(next.begin(), next.end());
    mark.set_epoch(epoch);
    log_.Append(kafka::kMarksTopic, 0, "", mark.SerializeAsString());
  }
  LogPosition Position() {
    const auto position = ReadLogPosition(log_, 2);
    EXPECT_TRUE(position) << position.error().message;
    return position.value_or(LogPosition());
  }

  FaultPlan faults_;
  InMemoryLog log_{faults_, 2};
};

TEST_F(LogPositionTest, CountsWhatTheNewestMarkDoesNotCover) {
  Tell(0);
  Tell(0);
  Tell(1);
  EXPECT_EQ(Position().behind, 3U);
  EXPECT_EQ(Position().known_at, 0);
  Mark({1, 1}, 100, 1);
  EXPECT_EQ(Position().records, 3U);
  EXPECT_EQ(Position().behind, 1U);
  EXPECT_EQ(Position().known_at, 100);
  for (int64_t i = 0; i < 100; ++i) Mark({2, 1}, 200 + i, 1);
  EXPECT_EQ(Position().behind, 0U);
  EXPECT_EQ(Position().known_at, 299);
  EXPECT_EQ(Position().mark_id, 100);
}

TEST_F(LogPositionTest, LooksPastTheLastMarkOfAWriterThatWasReplaced) {
  Tell(0);
  Mark({0, 0}, 100, 1);
  Mark({1, 0}, 200, 2);
  Mark({0, 0}, 300, 1);
  EXPECT_EQ(Position().behind, 0U);
  EXPECT_EQ(Position().known_at, 200);
  EXPECT_EQ(Position().mark_id, 1);
}

}  // namespace
}  // namespace clientele::app
