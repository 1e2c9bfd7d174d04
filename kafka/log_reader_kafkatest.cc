// The point reader against a real broker.
#include <thread>

#include "kafka/kafka_fixture.h"

namespace clientele::kafka {
namespace {

using ::testing::HasSubstr;

class LogReaderKafkaTest : public KafkaTest {
 protected:
  LogReaderKafkaTest() : reader_(*OpenLogReader(broker_.config())) {}

  void Fill(const std::string& topic, int partitions, int each) {
    const auto producer = Open();
    for (int p = 0; p < partitions; ++p) {
      for (int i = 0; i < each + p; ++i) {
        const auto done = producer->ProduceAndWait(topic, {p}, fmt::format("key {}", i),
                                                   fmt::format("value {}", i), kPatience);
        ASSERT_TRUE(done && done->outcome == Delivery::Outcome::kPersisted);
      }
    }
  }

  std::unique_ptr<LogReader> reader_;
};

TEST_F(LogReaderKafkaTest, BoundsOfOneAndOfMany) {
  const std::string topic = NewTopic(3);
  Fill(topic, 3, 2);
  ASSERT_TRUE(broker_.DeleteBefore(topic, {1}, {2}));
  const auto one = reader_->BoundsOf(topic, {2});
  ASSERT_TRUE(one) << one.error().message;
  EXPECT_EQ(one->begin.value, 0);
  EXPECT_EQ(one->end.value, 4);
  const auto all = reader_->BoundsOfAll(topic, {{0}, {1}, {2}});
  ASSERT_TRUE(all) << all.error().message;
  ASSERT_EQ(all->size(), 3U);
  EXPECT_EQ(all->at({0}).end.value, 2);
  EXPECT_EQ(all->at({1}).begin.value, 2);
  EXPECT_EQ(all->at({1}).end.value, 3);
  EXPECT_EQ(all->at({2}).end.value, 4);
  // Of an empty partition.
  const auto empty = reader_->BoundsOf(NewTopic(1), {0});
  ASSERT_TRUE(empty) << empty.error().message;
  EXPECT_EQ(empty->begin.value, 0);
  EXPECT_EQ(empty->end.value, 0);
}

TEST_F(LogReaderKafkaTest, WhatIsNotThereIsNotFound) {
  const std::string topic = NewTopic(1);
  Fill(topic, 1, 2);
  EXPECT_EQ(reader_->BoundsOf("no-such-topic", {0}).error().code, base::Code::kNotFound);
  EXPECT_EQ(reader_->BoundsOf(topic, {1}).error().code, base::Code::kNotFound);
  for (const int64_t beyond : {2, 3, 1'000}) {
    const auto read = reader_->ReadAt(topic, {0}, {beyond});
    ASSERT_FALSE(read) << beyond;
    EXPECT_EQ(read.error().code, base::Code::kNotFound) << read.error().message;
  }
  EXPECT_EQ(reader_->ReadAt("no-such-topic", {0}, {0}).error().code, base::Code::kNotFound);
  ASSERT_TRUE(broker_.DeleteBefore(topic, {0}, {1}));
  EXPECT_EQ(reader_->ReadAt(topic, {0}, {0}).error().code, base::Code::kNotFound);
  EXPECT_EQ(reader_->ReadAt(topic, {0}, {1})->value, "value 1");
}

TEST_F(LogReaderKafkaTest, ReadsOneRecordAgainAndAgain) {
  const std::string topic = NewTopic(2);
  Fill(topic, 2, 10);
  for (const int64_t offset : {9, 0, 5, 5, 9}) {
    for (const int partition : {1, 0}) {
      const auto record = reader_->ReadAt(topic, {partition}, {offset});
      ASSERT_TRUE(record) << record.error().message;
      EXPECT_EQ(record->partition.value, partition);
      EXPECT_EQ(record->offset.value, offset);
      EXPECT_EQ(record->key, fmt::format("key {}", offset));
      EXPECT_EQ(record->value, fmt::format("value {}", offset));
      EXPECT_GT(record->recorded_at_ms, 1'700'000'000'000);
    }
  }
}

TEST_F(LogReaderKafkaTest, ReadsToTheEnd) {
  const std::string topic = NewTopic(1);
  const auto none = reader_->ReadToEnd(topic, {0}, {0});
  ASSERT_TRUE(none) << none.error().message;
  EXPECT_TRUE(none->empty());
  Fill(topic, 1, 20);
  const auto all = reader_->ReadToEnd(topic, {0}, {0});
  ASSERT_TRUE(all) << all.error().message;
  ASSERT_EQ(all->size(), 20U);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(all->at(i).offset.value, i);
  EXPECT_EQ(reader_->ReadToEnd(topic, {0}, {18})->size(), 2U);
  EXPECT_TRUE(reader_->ReadToEnd(topic, {0}, {20})->empty());
  EXPECT_TRUE(reader_->ReadToEnd(topic, {0}, {50})->empty());
  ASSERT_TRUE(broker_.DeleteBefore(topic, {0}, {4}));
  const auto removed = reader_->ReadToEnd(topic, {0}, {3});
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().code, base::Code::kOutOfRange);
  EXPECT_THAT(removed.error().message, HasSubstr("offset 3 was removed, the first one there is 4"));
  EXPECT_EQ(reader_->ReadToEnd(topic, {0}, {4})->size(), 16U);
}

TEST_F(LogReaderKafkaTest, ReadsALongTopicWhole) {
  constexpr uint64_t kCount = 30'000;
  const std::string topic = NewTopic(1);
  const auto producer = Open();
  for (uint64_t i = 0; i < kCount; ++i) {
    ASSERT_TRUE(producer->Produce(topic, "k", std::to_string(i), "", deliveries_, i));
  }
  ASSERT_TRUE(producer->Flush(kPatience));
  const auto all = reader_->ReadToEnd(topic, {0}, {0});
  ASSERT_TRUE(all) << all.error().message;
  ASSERT_EQ(all->size(), kCount);
  for (uint64_t i = 0; i < kCount; ++i) ASSERT_EQ(all->at(i).value, std::to_string(i));
}

TEST_F(LogReaderKafkaTest, ManyThreadsMayRead) {
  const std::string topic = NewTopic(1);
  Fill(topic, 1, 10);
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) {
        const int64_t offset = (i + t) % 10;
        const auto record = reader_->ReadAt(topic, {0}, {offset});
        ASSERT_TRUE(record) << record.error().message;
        EXPECT_EQ(record->offset.value, offset);
        EXPECT_EQ(reader_->BoundsOf(topic, {0})->end.value, 10);
      }
    });
  }
}

}  // namespace
}  // namespace clientele::kafka
