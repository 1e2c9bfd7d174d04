// Making and checking the topics on a real broker of this program's own.
#include "kafka/kafka_fixture.h"

namespace clientele::kafka {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class TopicsKafkaTest : public KafkaTest {};

// A broker without topics of ours; a start takes seconds, so one for all tests.
const base::KafkaConfig& EmptyBroker() {
  static const auto broker = testing::Broker::Start();
  EXPECT_TRUE(broker) << broker.error().message;
  return (*broker)->config();
}

TEST_F(TopicsKafkaTest, AreMadeOnceAndAreRight) {
  for (int i = 0; i < 2; ++i) {
    const auto created = CreateTopics(broker_.config());
    ASSERT_TRUE(created) << created.error().message;
    const auto checked = CheckTopics(broker_.config());
    EXPECT_TRUE(checked) << checked.error().message;
  }
  const auto states = DescribeTopics(broker_.config());
  ASSERT_TRUE(states);
  ASSERT_EQ(states->size(), 5U);
  EXPECT_EQ(states->at(0).name, kEventsTopic);
  EXPECT_EQ(states->at(0).partitions, broker_.config().partitions);
  for (const TopicState& state : *states) {
    EXPECT_EQ(state.replication_factor, 1);
    EXPECT_THAT(state.faults, IsEmpty());
  }
}

TEST_F(TopicsKafkaTest, AChangedPartitionCountIsAFault) {
  ASSERT_TRUE(CreateTopics(broker_.config()));
  base::KafkaConfig other = broker_.config();
  other.partitions = 16;
  ASSERT_TRUE(CreateTopics(other));  // changes nothing
  const auto checked = CheckTopics(other);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, base::Code::kFailedPrecondition);
  EXPECT_THAT(checked.error().message,
              HasSubstr("topic clientele.events.v1: partitions are 4, must be 16"));
  EXPECT_THAT(checked.error().message, Not(HasSubstr("clientele.marks.v1")));
}

TEST_F(TopicsKafkaTest, AChangedSettingIsAFaultWithItsName) {
  ASSERT_TRUE(CreateTopics(broker_.config()));
  ASSERT_TRUE(broker_.SetTopic(kMarksTopic, {{"retention.ms", "604800000"}}));
  const auto until = std::chrono::steady_clock::now() + kPatience;
  base::Status checked;
  // Shown a moment later.
  while (checked && std::chrono::steady_clock::now() < until)
    checked = CheckTopics(broker_.config());
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message,
              HasSubstr("topic clientele.marks.v1: max.message.bytes is 33554432, must be 2097152; "
                        "topic clientele.marks.v1: message.timestamp.type is CreateTime, must be "
                        "LogAppendTime"));
  EXPECT_THAT(checked.error().message, HasSubstr("retention.ms is 604800000, must be -1"));
  // As it was, for the other tests.
  ASSERT_TRUE(broker_.SetTopic(kMarksTopic, {{"retention.ms", "-1"},
                                             {"retention.bytes", "-1"},
                                             {"cleanup.policy", "delete"},
                                             {"message.timestamp.type", "LogAppendTime"},
                                             {"max.message.bytes", "2097152"}}));
}

TEST_F(TopicsKafkaTest, MissingTopicsAreNamed) {
  const auto states = DescribeTopics(EmptyBroker());
  ASSERT_TRUE(states) << states.error().message;
  for (const TopicState& state : *states) EXPECT_EQ(state.partitions, 0);
  const auto checked = CheckTopics(EmptyBroker());
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message, HasSubstr("topic clientele.events.v1: is not there"));
  EXPECT_THAT(checked.error().message, HasSubstr("topic clientele.erasures.v1: is not there"));
}

TEST_F(TopicsKafkaTest, MoreReplicasThanBrokersIsAnError) {
  base::KafkaConfig config = EmptyBroker();
  config.replication_factor = 3;
  const auto created = CreateTopics(config);
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().code, base::Code::kInvalidArgument);
  EXPECT_THAT(created.error().message, HasSubstr("clientele.events.v1"));
}

}  // namespace
}  // namespace clientele::kafka
