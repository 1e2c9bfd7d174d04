// What the tests against a real broker share: topics of a test's own, and reading them back.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "kafka/consumer.h"
#include "kafka/delivery_collector.h"
#include "kafka/producer.h"
#include "kafka/topics.h"
#include "tests/support/broker.h"

namespace clientele::kafka {

using std::chrono::milliseconds;
using std::chrono::seconds;

class KafkaTest : public ::testing::Test {
 protected:
  static constexpr seconds kPatience{60};

  KafkaTest() : broker_(testing::SharedBroker()) {
    // A test before may have failed while the broker was down.
    const auto runs = broker_.Run();
    EXPECT_TRUE(runs) << runs.error().message;
  }

  // A new topic, LogAppendTime.
  std::string NewTopic(int partitions, std::map<std::string, std::string> settings = {}) {
    static int number = 0;
    const std::string name = fmt::format("test-{}", ++number);
    settings.emplace("message.timestamp.type", "LogAppendTime");
    const auto made = broker_.MakeTopic(name, partitions, settings);
    EXPECT_TRUE(made) << made.error().message;
    AwaitTopic(name, partitions);
    return name;
  }

  // A new topic is known everywhere a moment after it was made.
  void AwaitTopic(const std::string& name, int partitions) {
    const auto reader = OpenLogReader(broker_.config());
    ASSERT_TRUE(reader) << reader.error().message;
    const auto until = std::chrono::steady_clock::now() + kPatience;
    auto bounds = (*reader)->BoundsOf(name, {partitions - 1});
    while (!bounds && std::chrono::steady_clock::now() < until) {
      bounds = (*reader)->BoundsOf(name, {partitions - 1});
    }
    ASSERT_TRUE(bounds) << bounds.error().message;
  }

  std::unique_ptr<Producer> Open(const ProducerLimits& limits = {}) {
    auto producer = OpenProducer(broker_.config(), metrics_, limits);
    EXPECT_TRUE(producer) << producer.error().message;
    return *std::move(producer);
  }

  std::unique_ptr<EventLog> Read(const std::string& topic,
                                 const std::map<Partition, Offset>& from) {
    auto log = OpenEventLog(broker_.config(), topic, "test", metrics_);
    EXPECT_TRUE(log) << log.error().message;
    const auto assigned = (*log)->Assign(from);
    EXPECT_TRUE(assigned) << assigned.error().message;
    return *std::move(log);
  }

  // Polls until `count` records are there, or the patience ends; the batches own the records.
  std::vector<Record> PollRecords(EventLog& log, size_t count) {
    std::vector<Record> records;
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (records.size() < count && std::chrono::steady_clock::now() < until) {
      auto batch = log.Poll(count - records.size(), milliseconds(500));
      if (!batch) {
        ADD_FAILURE() << batch.error().message;
        break;
      }
      records.insert(records.end(), (*batch)->records().begin(), (*batch)->records().end());
      batches_.push_back(*std::move(batch));
    }
    EXPECT_EQ(records.size(), count);
    return records;
  }

  // The first error that Poll gives; what it gives before is counted in `records`.
  base::Error PollError(EventLog& log, size_t* records = nullptr) {
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < until) {
      const auto batch = log.Poll(100, milliseconds(500));
      if (!batch) return batch.error();
      if (records != nullptr) *records += (*batch)->records().size();
    }
    ADD_FAILURE() << "no error came";
    return {};
  }

  testing::Broker& broker_;
  base::Metrics metrics_;
  DeliveryCollector deliveries_;
  std::vector<std::unique_ptr<RecordBatch>> batches_;
};

}  // namespace clientele::kafka
