// The producer against a real broker: placement, time stamps, headers, limits, backpressure.
#include <thread>

#include "base/hash.h"
#include "kafka/kafka_fixture.h"

namespace clientele::kafka {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

int64_t NowMs() {
  return std::chrono::duration_cast<milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

class ProducerKafkaTest : public KafkaTest {};

TEST_F(ProducerKafkaTest, EveryRecordIsWhereItsDeliverySaysAndItsKeyDemands) {
  constexpr int kPartitions = 7;
  constexpr uint64_t kCount = 5'000;
  const std::string topic = NewTopic(kPartitions);
  const auto producer = Open();
  const int64_t before = NowMs();
  for (uint64_t i = 0; i < kCount; ++i) {
    // Binary keys of every length, as entities have.
    const std::string key = std::string(i % 40, static_cast<char>(i)) + std::to_string(i);
    ASSERT_TRUE(producer->Produce(topic, key, fmt::format("value {}", i), "", deliveries_, i));
  }
  ASSERT_TRUE(producer->Flush(kPatience));
  ASSERT_EQ(deliveries_.Count(Delivery::Outcome::kPersisted), kCount);

  std::map<Partition, Offset> from;
  for (int p = 0; p < kPartitions; ++p) from[{p}] = {0};
  const auto log = Read(topic, from);
  std::map<std::pair<Partition, Offset>, Record> found;
  for (const Record& record : PollRecords(*log, kCount)) {
    found[{record.partition, record.offset}] = record;
  }
  for (const auto& [tag, deliveries] : deliveries_.deliveries()) {
    ASSERT_EQ(deliveries.size(), 1U);
    const auto at = found.find({deliveries[0].partition, deliveries[0].offset});
    ASSERT_NE(at, found.end()) << tag;
    const Record& record = at->second;
    EXPECT_EQ(record.value, fmt::format("value {}", tag));
    EXPECT_EQ(record.partition.value, base::PartitionOf(record.key, kPartitions));
    // The broker's clock is this machine's.
    EXPECT_GE(record.recorded_at_ms, before);
    EXPECT_LE(record.recorded_at_ms, NowMs());
  }
}

TEST_F(ProducerKafkaTest, OffsetsOfAPartitionRiseWithTheOrderOfProducing) {
  const std::string topic = NewTopic(1);
  const auto producer = Open();
  for (uint64_t i = 0; i < 2'000; ++i) {
    ASSERT_TRUE(producer->Produce(topic, "k", std::to_string(i), "", deliveries_, i));
  }
  ASSERT_TRUE(producer->Flush(kPatience));
  for (const auto& [tag, deliveries] : deliveries_.deliveries()) {
    ASSERT_EQ(deliveries[0].offset.value, static_cast<int64_t>(tag));
  }
}

TEST_F(ProducerKafkaTest, HeadersAreContentTypeAndTraceparentOnly) {
  const std::string topic = NewTopic(1);
  const auto producer = Open();
  const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  ASSERT_TRUE(producer->Produce(topic, "k", "v", "", deliveries_, 0));
  ASSERT_TRUE(producer->Produce(topic, "k", "v", trace, deliveries_, 1));
  ASSERT_TRUE(producer->Flush(kPatience));
  EXPECT_THAT(*broker_.HeadersAt(topic, {0}, {0}),
              ElementsAre(Pair("content-type", "application/protobuf")));
  EXPECT_THAT(
      *broker_.HeadersAt(topic, {0}, {1}),
      ElementsAre(Pair("content-type", "application/protobuf"), Pair("traceparent", trace)));
}

TEST_F(ProducerKafkaTest, AnEventOfOneMebibyteGoesThroughTheEventsTopic) {
  ASSERT_TRUE(CreateTopics(broker_.config()));
  const auto producer = Open();
  // Bytes that do not compress.
  std::string value(size_t{1} << 20, '\0');
  uint32_t state = 1;
  for (char& c : value) c = static_cast<char>((state = state * 1'664'525 + 1'013'904'223) >> 24);
  ASSERT_TRUE(producer->Produce(kEventsTopic, std::string(400, 'k'), value, "", deliveries_, 0));
  ASSERT_TRUE(producer->Flush(kPatience));
  const Delivery delivery = deliveries_.deliveries()[0].front();
  ASSERT_EQ(delivery.outcome, Delivery::Outcome::kPersisted) << delivery.error.message;
  const auto reader = OpenLogReader(broker_.config());
  ASSERT_TRUE(reader);
  const auto record = (*reader)->ReadAt(kEventsTopic, delivery.partition, delivery.offset);
  ASSERT_TRUE(record) << record.error().message;
  EXPECT_EQ(record->value, value);
}

TEST_F(ProducerKafkaTest, WhatIsTooLargeIsRefusedHereOrByTheTopic) {
  const std::string topic = NewTopic(1, {{"max.message.bytes", "1000"}});
  const auto producer = Open();
  const auto refused =
      producer->Produce(topic, "k", std::string(kLargestMessage, 'x'), "", deliveries_, 0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::Code::kInvalidArgument);
  EXPECT_THAT(refused.error().message, HasSubstr("2097153 bytes"));
  EXPECT_THAT(refused.error().message, HasSubstr("at most 2097152 bytes"));

  std::string value(5'000, '\0');
  for (size_t i = 0; i < value.size(); ++i) value[i] = static_cast<char>(i * i * 31 >> 3);
  ASSERT_TRUE(producer->Produce(topic, "k", value, "", deliveries_, 1));
  ASSERT_TRUE(producer->Produce(topic, "k", "small", "", deliveries_, 2));
  ASSERT_TRUE(producer->Flush(kPatience));
  const Delivery delivery = deliveries_.deliveries()[1].front();
  EXPECT_EQ(delivery.outcome, Delivery::Outcome::kRefused);
  EXPECT_EQ(delivery.error.code, base::Code::kInvalidArgument) << delivery.error.message;
}

TEST_F(ProducerKafkaTest, AFullQueueOfMessagesHasRoomAgainWhenTheBrokerAnswers) {
  const std::string topic = NewTopic(1);
  ProducerLimits limits;
  limits.most_messages = 10;
  const auto producer = Open(limits);
  ASSERT_TRUE(producer->Produce(topic, "k", "v", "", deliveries_, 0));
  ASSERT_TRUE(producer->Flush(kPatience));
  broker_.Freeze();
  for (uint64_t tag = 1; tag <= 10; ++tag) {
    ASSERT_TRUE(producer->Produce(topic, "k", "v", "", deliveries_, tag));
  }
  const auto full = producer->Produce(topic, "k", "v", "", deliveries_, 11);
  EXPECT_FALSE(producer->WaitForSpace(milliseconds(50)));
  broker_.Thaw();
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, base::Code::kResourceExhausted);
  EXPECT_THAT(full.error().message, HasSubstr("10 messages"));
  ASSERT_TRUE(producer->WaitForSpace(kPatience));
  EXPECT_TRUE(producer->Produce(topic, "k", "v", "", deliveries_, 11));
  ASSERT_TRUE(producer->Flush(kPatience));
  EXPECT_EQ(deliveries_.Count(Delivery::Outcome::kPersisted), 12U);
}

TEST_F(ProducerKafkaTest, AFullQueueOfBytesRefuses) {
  const std::string topic = NewTopic(1);
  ProducerLimits limits;
  limits.most_bytes = 100'000;
  const auto producer = Open(limits);
  broker_.Freeze();
  uint64_t tag = 0;
  base::Status status;
  while (status && tag < 100) {
    status = producer->Produce(topic, "k", std::string(9'999, 'x'), "", deliveries_, tag++);
  }
  broker_.Thaw();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, base::Code::kResourceExhausted);
  EXPECT_EQ(tag, 11U);
  ASSERT_TRUE(producer->Flush(kPatience));
  EXPECT_EQ(deliveries_.Count(Delivery::Outcome::kPersisted), 10U);
}

TEST_F(ProducerKafkaTest, ProduceAndWaitGoesToTheGivenPartition) {
  const std::string topic = NewTopic(4);
  const auto producer = Open();
  for (int p = 3; p >= 0; --p) {
    const auto delivery = producer->ProduceAndWait(topic, {p}, "same", "v", seconds(30));
    ASSERT_TRUE(delivery) << delivery.error().message;
    EXPECT_EQ(delivery->outcome, Delivery::Outcome::kPersisted) << delivery->error.message;
    EXPECT_EQ(delivery->partition.value, p);
    EXPECT_EQ(delivery->offset.value, 0);
  }
  const auto nowhere = producer->ProduceAndWait(topic, {4}, "k", "v", seconds(30));
  ASSERT_TRUE(!nowhere || nowhere->outcome == Delivery::Outcome::kRefused);
  EXPECT_EQ(nowhere ? nowhere->error.code : nowhere.error().code, base::Code::kNotFound);
}

TEST_F(ProducerKafkaTest, ProduceAndWaitGivesUpAndTheRecordMayComeLater) {
  const std::string topic = NewTopic(1);
  const auto producer = Open();
  ASSERT_TRUE(producer->ProduceAndWait(topic, {0}, "k", "first", seconds(30)));
  broker_.Freeze();
  const auto unknown = producer->ProduceAndWait(topic, {0}, "k", "late", milliseconds(100));
  broker_.Thaw();
  ASSERT_TRUE(unknown);
  EXPECT_EQ(unknown->outcome, Delivery::Outcome::kUnknown);
  EXPECT_EQ(unknown->error.code, base::Code::kDeadlineExceeded);
  ASSERT_TRUE(producer->Flush(kPatience));
  const auto reader = OpenLogReader(broker_.config());
  ASSERT_TRUE(reader);
  const auto late = (*reader)->ReadAt(topic, {0}, {1});
  ASSERT_TRUE(late) << late.error().message;
  EXPECT_EQ(late->value, "late");
}

TEST_F(ProducerKafkaTest, AnEmptyKeyIsAKeyAndAValueWithoutPointerATombstone) {
  const std::string topic = NewTopic(3);
  const auto producer = Open();
  ASSERT_TRUE(producer->Produce(topic, {}, "", "", deliveries_, 0));
  ASSERT_TRUE(producer->Produce(topic, "k", std::string_view(), "", deliveries_, 1));
  ASSERT_TRUE(producer->Flush(kPatience));
  const auto deliveries = deliveries_.deliveries();
  EXPECT_EQ(deliveries.at(0)[0].partition.value, base::PartitionOf("", 3));
  EXPECT_EQ(deliveries.at(1)[0].partition.value, base::PartitionOf("k", 3));
  const auto reader = OpenLogReader(broker_.config());
  ASSERT_TRUE(reader);
  const auto record =
      (*reader)->ReadAt(topic, deliveries.at(1)[0].partition, deliveries.at(1)[0].offset);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->value, "");
}

TEST_F(ProducerKafkaTest, ManyThreadsMayProduce) {
  constexpr uint64_t kThreads = 4;
  constexpr uint64_t kEach = 5'000;
  const std::string topic = NewTopic(4);
  ProducerLimits limits;
  limits.most_messages = 1'000;
  const auto producer = Open(limits);
  {
    std::vector<std::jthread> threads;
    for (uint64_t t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (uint64_t i = 0; i < kEach;) {
          const auto done =
              producer->Produce(topic, std::to_string(i), "v", "", deliveries_, t * kEach + i);
          if (done) {
            ++i;
          } else if (!producer->WaitForSpace(kPatience)) {
            ADD_FAILURE() << "no space";
            return;
          }
        }
      });
    }
  }
  ASSERT_TRUE(producer->Flush(kPatience));
  EXPECT_EQ(deliveries_.deliveries().size(), kThreads * kEach);
  EXPECT_EQ(deliveries_.Count(Delivery::Outcome::kPersisted), kThreads * kEach);
}

}  // namespace
}  // namespace clientele::kafka
