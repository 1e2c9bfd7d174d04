#include "kafka/statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace clientele::kafka {
namespace {

constexpr std::string_view kDocument = R"({
  "name": "clientele#producer-1",
  "brokers": {
    "127.0.0.1:9092/bootstrap": {"state": "UP", "txerrs": 1, "txretries": 2,
      "rtt": {"p99": 900}, "int_latency": {"p99": 5000}},
    "127.0.0.1:9092/1": {"state": "UP", "txerrs": 3, "txretries": 4,
      "rtt": {"p99": 700}, "int_latency": {"p99": 6000}},
    "127.0.0.1:9093/2": {"state": "TRY_CONNECT", "txerrs": 0, "txretries": 0}
  },
  "topics": {
    "clientele.events.v1": {"partitions": {
      "0": {"leader": 1}, "1": {"leader": -1}, "2": {"leader": 1}, "-1": {"leader": 1}}}
  }
})";

TEST(Statistics, ReadsBrokersAndTheTopic) {
  const auto read = ParseStatistics(kDocument, "clientele.events.v1");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->brokers_up, 2);
  EXPECT_EQ(read->transmit_errors, 4);
  EXPECT_EQ(read->retries, 6);
  EXPECT_EQ(read->round_trip_p99_us, 900);
  EXPECT_EQ(read->queue_latency_p99_us, 6000);
  EXPECT_EQ(read->topic_partitions, 2);
}

TEST(Statistics, ATopicThatIsNotThereHasNoPartitions) {
  const auto read = ParseStatistics(kDocument, "other");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->topic_partitions, 0);
}

TEST(Statistics, RefusesWhatIsNoSuchDocument) {
  for (const std::string_view text : {"", "{", "[]", "null", "{}", R"({"brokers": 3})"}) {
    const auto read = ParseStatistics(text, "t");
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, base::Code::kInvalidArgument);
  }
}

TEST(Statistics, GaugesAreInSecondsByRole) {
  base::Metrics metrics;
  StatisticsGauges gauges(metrics, "producer");
  gauges.Set(*ParseStatistics(kDocument, "clientele.events.v1"));
  const std::string text = metrics.Text();
  EXPECT_THAT(text, ::testing::HasSubstr("clientele_kafka_brokers_up{role=\"producer\"} 2"));
  EXPECT_THAT(text,
              ::testing::HasSubstr("clientele_kafka_round_trip_seconds{role=\"producer\"} 0.0009"));
}

}  // namespace
}  // namespace clientele::kafka
