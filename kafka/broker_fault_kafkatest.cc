// A broker that is down at the start, is killed in the middle of the load, or stays away.
#include <gtest/gtest.h>

#include <thread>

#include "kafka/kafka_fixture.h"

namespace clientele::kafka {
namespace {

class BrokerFaultKafkaTest : public KafkaTest {
 protected:
  // All records of the topic's partitions: how often each value is there.
  std::map<std::string, int> Values(const std::string& topic, int partitions) {
    const auto reader = OpenLogReader(broker_.config());
    std::map<std::string, int> values;
    for (int p = 0; p < partitions; ++p) {
      const auto records = (*reader)->ReadToEnd(topic, {p}, {0});
      EXPECT_TRUE(records) << records.error().message;
      if (!records) continue;
      for (const auto& record : *records) ++values[record.value];
    }
    return values;
  }

  // G1 and what the outcomes promise: persisted is there once, refused is not there, unknown is
  // there at most once.
  void Compare(const std::map<std::string, int>& values) {
    for (const auto& [tag, deliveries] : deliveries_.deliveries()) {
      ASSERT_EQ(deliveries.size(), 1U) << tag;
      const auto found = values.find(std::to_string(tag));
      const int times = found == values.end() ? 0 : found->second;
      switch (deliveries[0].outcome) {
        case Delivery::Outcome::kPersisted:
          ASSERT_EQ(times, 1) << tag;
          break;
        case Delivery::Outcome::kUnknown:
          ASSERT_LE(times, 1) << tag;
          break;
        case Delivery::Outcome::kRefused:
          ASSERT_EQ(times, 0) << tag;
          break;
      }
    }
  }

  // Produces values "0", "1", ... as fast as there is room until told to stop; how many.
  uint64_t Load(Producer& producer, const std::string& topic, const std::stop_token& stop) {
    uint64_t tag = 0;
    while (!stop.stop_requested()) {
      const std::string text = std::to_string(tag);
      if (producer.Produce(topic, text, text, "", deliveries_, tag)) {
        ++tag;
      } else {
        (void)producer.WaitForSpace(milliseconds(100));
      }
    }
    return tag;
  }

  bool AwaitPersisted(size_t count) {
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (deliveries_.Count(Delivery::Outcome::kPersisted) < count) {
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::yield();
    }
    return true;
  }
};

TEST_F(BrokerFaultKafkaTest, KilledUnderLoadAndStartedAgainLosesNothingAcknowledged) {
  constexpr int kPartitions = 4;
  const std::string topic = NewTopic(kPartitions);
  ProducerLimits limits;
  limits.most_messages = 5'000;
  const auto producer = Open(limits);
  uint64_t produced = 0;
  {
    std::jthread load(
        [&](const std::stop_token& stop) { produced = Load(*producer, topic, stop); });
    for (int kill = 1; kill <= 2; ++kill) {
      const size_t before = deliveries_.Count(Delivery::Outcome::kPersisted);
      ASSERT_TRUE(AwaitPersisted(before + 10'000));
      ASSERT_TRUE(broker_.Kill9());
      const auto again = broker_.Run();
      ASSERT_TRUE(again) << again.error().message;
    }
    ASSERT_TRUE(AwaitPersisted(deliveries_.Count(Delivery::Outcome::kPersisted) + 10'000));
  }
  ASSERT_TRUE(producer->Flush(milliseconds(120'000)));
  EXPECT_EQ(deliveries_.deliveries().size(), produced);
  EXPECT_FALSE(producer->FatalError());
  const auto values = Values(topic, kPartitions);
  ASSERT_NO_FATAL_FAILURE(Compare(values));
  // Away for seconds only: librdkafka's retries have healed it all.
  EXPECT_EQ(deliveries_.Count(Delivery::Outcome::kPersisted), produced);
}

TEST_F(BrokerFaultKafkaTest, ABrokerThatStaysAwayLeavesUnknownAndRefused) {
  const std::string topic = NewTopic(1);
  ProducerLimits limits;
  limits.most_messages = 20'000;
  limits.delivery_timeout = milliseconds(1'500);
  const auto producer = Open(limits);
  ASSERT_TRUE(producer->Produce(topic, "k", "0", "", deliveries_, 0));
  ASSERT_TRUE(producer->Flush(kPatience));
  // Frozen first: requests are sent and never answered.
  broker_.Freeze();
  uint64_t tag = 1;
  while (tag < 15'000) {
    const std::string text = std::to_string(tag);
    ASSERT_TRUE(producer->Produce(topic, "k", text, "", deliveries_, tag++));
  }
  ASSERT_TRUE(producer->Flush(kPatience));
  ASSERT_TRUE(broker_.Kill9());
  EXPECT_EQ(deliveries_.deliveries().size(), tag);
  EXPECT_EQ(deliveries_.Count(Delivery::Outcome::kPersisted), 1U);
  EXPECT_GT(deliveries_.Count(Delivery::Outcome::kUnknown), 0U);
  EXPECT_GT(deliveries_.Count(Delivery::Outcome::kRefused), 0U);
  const auto again = broker_.Run();
  ASSERT_TRUE(again) << again.error().message;
  ASSERT_NO_FATAL_FAILURE(Compare(Values(topic, 1)));
}

TEST_F(BrokerFaultKafkaTest, ReadingGoesOnAfterTheBrokerComesBack) {
  const std::string topic = NewTopic(1);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(broker_.Put(topic, {0}, "k", std::to_string(i)));
  const auto log = Read(topic, {{{0}, {0}}});
  EXPECT_EQ(PollRecords(*log, 3).size(), 3U);
  ASSERT_TRUE(broker_.Kill9());
  // Away is a time-out, not an error.
  for (int i = 0; i < 5; ++i) {
    const auto nothing = log->Poll(10, milliseconds(100));
    ASSERT_TRUE(nothing) << nothing.error().message;
    EXPECT_TRUE((*nothing)->records().empty());
  }
  const auto again = broker_.Run();
  ASSERT_TRUE(again) << again.error().message;
  for (int i = 3; i < 6; ++i) ASSERT_TRUE(broker_.Put(topic, {0}, "k", std::to_string(i)));
  const auto records = PollRecords(*log, 3);
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0].offset.value, 3);
  EXPECT_EQ(records[2].value, "5");
}

TEST_F(BrokerFaultKafkaTest, ABrokerThatIsDownAtTheStartIsWaitedFor) {
  const auto late = testing::Broker::Prepare();
  ASSERT_TRUE(late) << late.error().message;
  const base::KafkaConfig& config = (*late)->config();
  const auto away = Ping(config, milliseconds(200));
  ASSERT_FALSE(away);
  EXPECT_EQ(away.error().code, base::Code::kUnavailable);
  auto producer = OpenProducer(config, metrics_);
  ASSERT_TRUE(producer) << producer.error().message;
  EXPECT_FALSE((*producer)->Healthy());
  ASSERT_TRUE((*producer)->Produce(kEventsTopic, "k", "early", "", deliveries_, 0));

  base::Status waited;
  std::jthread waiting([&](const std::stop_token& stop) { waited = WaitForBroker(config, stop); });
  const auto runs = (*late)->Run();
  ASSERT_TRUE(runs) << runs.error().message;
  waiting.join();
  EXPECT_TRUE(waited) << waited.error().message;
  ASSERT_TRUE(CreateTopics(config));
  ASSERT_TRUE((*producer)->Flush(kPatience));
  EXPECT_EQ(deliveries_.Count(Delivery::Outcome::kPersisted), 1U);
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (!(*producer)->Healthy() && std::chrono::steady_clock::now() < until) {
    std::this_thread::yield();
  }
  EXPECT_TRUE((*producer)->Healthy());

  ASSERT_TRUE((*late)->Stop());
  while ((*producer)->Healthy() && std::chrono::steady_clock::now() < until) {
    std::this_thread::yield();
  }
  EXPECT_FALSE((*producer)->Healthy());
}

TEST_F(BrokerFaultKafkaTest, WaitingForABrokerCanBeStopped) {
  const auto never = testing::Broker::Prepare();
  ASSERT_TRUE(never);
  std::stop_source stop;
  stop.request_stop();
  const auto waited = WaitForBroker((*never)->config(), stop.get_token());
  ASSERT_FALSE(waited);
  EXPECT_EQ(waited.error().code, base::Code::kCancelled);
}

TEST_F(BrokerFaultKafkaTest, AReaderSaysThatKafkaDoesNotAnswer) {
  const auto never = testing::Broker::Prepare();
  ASSERT_TRUE(never);
  // Each waits its 10 s.
  std::jthread other([&] {
    const auto reader = OpenLogReader((*never)->config());
    ASSERT_TRUE(reader);
    const auto read = (*reader)->ReadAt(kEventsTopic, {0}, {0});
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, base::Code::kUnavailable) << read.error().message;
  });
  const auto reader = OpenLogReader((*never)->config());
  ASSERT_TRUE(reader);
  const auto bounds = (*reader)->BoundsOf(kEventsTopic, {0});
  ASSERT_FALSE(bounds);
  EXPECT_EQ(bounds.error().code, base::Code::kUnavailable) << bounds.error().message;
  EXPECT_TRUE(
      bounds.error().message.starts_with("kafka.brokers " + (*never)->config().brokers + ": "))
      << bounds.error().message;
}

TEST_F(BrokerFaultKafkaTest, AReaderThatLooksOnceWaitsNoLongerThanItIsTold) {
  const auto never = testing::Broker::Prepare();
  ASSERT_TRUE(never);
  const auto begun = std::chrono::steady_clock::now();
  const auto reader = OpenLogReader((*never)->config(), begun + std::chrono::milliseconds(300));
  ASSERT_TRUE(reader);
  for (int i = 0; i < 5; ++i) {
    const auto bounds = (*reader)->BoundsOf(kEventsTopic, {0});
    ASSERT_FALSE(bounds);
    EXPECT_EQ(bounds.error().code, base::Code::kUnavailable) << bounds.error().message;
  }
  // Of the 10 s that each would wait without it.
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
}

}  // namespace
}  // namespace clientele::kafka
