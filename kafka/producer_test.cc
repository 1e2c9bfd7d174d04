// The producer against faults that a real broker shows rarely: librdkafka's own mock broker answers
// as told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kafka/client.h"
#include "kafka/delivery_collector.h"
#include "kafka/idempotent_producer.h"
// After rdkafka.h.
#include <librdkafka/rdkafka_mock.h>

namespace clientele::kafka {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kProduceRequest = 0;

class ProducerTest : public ::testing::Test {
 protected:
  ProducerTest() {
    // The mock belongs to a client, which itself knows no broker.
    owner_ = *MakeClient(RD_KAFKA_PRODUCER, Conf(rd_kafka_conf_new()));
    cluster_.reset(rd_kafka_mock_cluster_new(owner_.get(), 1));
    config_.brokers = rd_kafka_mock_cluster_bootstraps(cluster_.get());
    rd_kafka_mock_topic_create(cluster_.get(), kEventsTopic.data(), 4, 1);
  }

  std::unique_ptr<IdempotentProducer> Open(const ProducerLimits& limits) {
    auto producer = std::make_unique<IdempotentProducer>(metrics_, limits);
    const auto opened = producer->Open(config_);
    EXPECT_TRUE(opened) << opened.error().message;
    return producer;
  }
  base::Status Send(Producer& producer, uint64_t tag) {
    return producer.Produce(kEventsTopic, "key", "value", "", deliveries_, tag);
  }
  Delivery Only(uint64_t tag) {
    const auto all = deliveries_.deliveries();
    const auto found = all.find(tag);
    if (found == all.end()) {
      ADD_FAILURE() << "no delivery of " << tag;
      return {};
    }
    EXPECT_EQ(found->second.size(), 1U);
    return found->second.front();
  }

  base::KafkaConfig config_;
  base::Metrics metrics_;
  Client owner_;
  std::unique_ptr<rd_kafka_mock_cluster_t,
                  DestroyWith<rd_kafka_mock_cluster_t, rd_kafka_mock_cluster_destroy>>
      cluster_;
  DeliveryCollector deliveries_;
};

TEST_F(ProducerTest, AnErrorThatPassesIsNotSeen) {
  const auto producer = Open({});
  rd_kafka_mock_push_request_errors(cluster_.get(), kProduceRequest, 2,
                                    RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
                                    RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION);
  ASSERT_TRUE(Send(*producer, 1));
  ASSERT_TRUE(producer->Flush(seconds(20)));
  EXPECT_EQ(Only(1).outcome, Delivery::Outcome::kPersisted);
}

TEST_F(ProducerTest, ARefusalIsCertain) {
  const auto producer = Open({});
  rd_kafka_mock_push_request_errors(cluster_.get(), kProduceRequest, 1,
                                    RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
  ASSERT_TRUE(Send(*producer, 1));
  ASSERT_TRUE(producer->Flush(seconds(20)));
  const Delivery delivery = Only(1);
  EXPECT_EQ(delivery.outcome, Delivery::Outcome::kRefused);
  EXPECT_EQ(delivery.error.code, base::Code::kPermissionDenied);
  EXPECT_THAT(delivery.error.message, ::testing::HasSubstr("TOPIC_AUTHORIZATION_FAILED"));
}

TEST_F(ProducerTest, NoAnswerToARequestThatWasSentIsUnknown) {
  ProducerLimits limits;
  limits.delivery_timeout = milliseconds(700);
  const auto producer = Open(limits);
  ASSERT_TRUE(Send(*producer, 1));
  ASSERT_TRUE(producer->Flush(seconds(20)));
  // Answers come a minute late from now on.
  rd_kafka_mock_broker_set_rtt(cluster_.get(), -1, 60'000);
  ASSERT_TRUE(Send(*producer, 2));
  ASSERT_TRUE(producer->Flush(seconds(20)));
  EXPECT_EQ(Only(1).outcome, Delivery::Outcome::kPersisted);
  const Delivery delivery = Only(2);
  EXPECT_EQ(delivery.outcome, Delivery::Outcome::kUnknown);
  EXPECT_EQ(delivery.error.code, base::Code::kUnknown);
  EXPECT_THAT(delivery.error.message, ::testing::HasSubstr(std::string(kEventsTopic)));
}

TEST_F(ProducerTest, WhatWasNeverSentIsRefused) {
  ProducerLimits limits;
  limits.delivery_timeout = milliseconds(500);
  rd_kafka_mock_broker_set_down(cluster_.get(), 1);
  const auto producer = Open(limits);
  ASSERT_TRUE(Send(*producer, 1));
  ASSERT_TRUE(producer->Flush(seconds(20)));
  EXPECT_EQ(Only(1).outcome, Delivery::Outcome::kRefused);
  EXPECT_FALSE(producer->Healthy());
}

TEST_F(ProducerTest, AFatalErrorEndsIt) {
  const auto producer = Open({});
  ASSERT_TRUE(Send(*producer, 1));
  ASSERT_TRUE(producer->Flush(seconds(20)));
  EXPECT_FALSE(producer->FatalError());
  // Answers stay away, so that a message is outstanding when the error strikes.
  rd_kafka_mock_broker_set_rtt(cluster_.get(), -1, 60'000);
  ASSERT_TRUE(Send(*producer, 2));
  rd_kafka_test_fatal_error(producer->client(), RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER,
                            "as if a batch had been lost");
  ASSERT_TRUE(producer->Flush(seconds(20)));
  EXPECT_NE(Only(2).outcome, Delivery::Outcome::kPersisted);
  ASSERT_TRUE(producer->FatalError());
  EXPECT_THAT(producer->FatalError()->message, ::testing::HasSubstr("as if a batch"));
  EXPECT_FALSE(producer->Healthy());
  const auto refused = Send(*producer, 3);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::Code::kUnavailable);
  const auto waited = producer->ProduceAndWait(kEventsTopic, {0}, "k", "v", seconds(1));
  ASSERT_FALSE(waited);
  EXPECT_EQ(waited.error().code, base::Code::kUnavailable);
  EXPECT_EQ(deliveries_.deliveries().size(), 2U);
}

TEST_F(ProducerTest, AbandonReportsEverything) {
  rd_kafka_mock_broker_set_down(cluster_.get(), 1);
  const auto producer = Open({});
  for (uint64_t tag = 0; tag < 100; ++tag) ASSERT_TRUE(Send(*producer, tag));
  EXPECT_FALSE(producer->Flush(milliseconds(50)));
  producer->Abandon();
  ASSERT_TRUE(producer->Flush(seconds(20)));
  EXPECT_EQ(deliveries_.deliveries().size(), 100U);
  EXPECT_EQ(deliveries_.Count(Delivery::Outcome::kPersisted), 0U);
}

TEST_F(ProducerTest, TheEndReportsEverything) {
  rd_kafka_mock_broker_set_down(cluster_.get(), 1);
  ProducerLimits limits;
  limits.delivery_timeout = milliseconds(300);
  {
    const auto producer = Open(limits);
    for (uint64_t tag = 0; tag < 100; ++tag) ASSERT_TRUE(Send(*producer, tag));
  }
  EXPECT_EQ(deliveries_.deliveries().size(), 100U);
}

TEST_F(ProducerTest, CountsDeliveriesByOutcome) {
  {
    const auto producer = Open({});
    for (uint64_t tag = 0; tag < 10; ++tag) ASSERT_TRUE(Send(*producer, tag));
  }
  EXPECT_THAT(metrics_.Text(),
              ::testing::HasSubstr("clientele_kafka_deliveries_total{outcome=\"persisted\"} 10"));
}

}  // namespace
}  // namespace clientele::kafka
