// Publish, and what it shares with streams.
#include "ingest/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "ingest/service_fixture.h"

namespace clientele::ingest {
namespace {

using event::v1::Event;
using grpc::StatusCode;
using testing::HasSubstr;
using Outcome = kafka::Delivery::Outcome;

TEST_F(ServiceTest, AnswersWithPartitionOffsetAndId) {
  v1::PublishRequest request;
  for (uint64_t i = 0; i < 3; ++i) *request.add_events() = MakeEvent(i);
  v1::PublishResponse response;
  ASSERT_TRUE(Publish(request, response).ok());
  ASSERT_EQ(response.results_size(), 3);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(response.results(i).code(), v1::ACCEPTED);
    EXPECT_EQ(response.results(i).partition(), i);
    EXPECT_EQ(response.results(i).offset(), i);
    Event stored;
    ASSERT_TRUE(stored.ParseFromString(producer_.messages()[static_cast<size_t>(i)].value));
    EXPECT_EQ(response.results(i).event_id(), stored.event_id());
    EXPECT_EQ(stored.tenant(), "main");
    EXPECT_EQ(stored.received_at(), kNow);
  }
}

TEST_F(ServiceTest, OneBadEventTouchesNoOther) {
  std::string bytes;
  const auto append = [&](const std::string& event) {
    bytes += '\x0a';
    ASSERT_LT(event.size(), 128U);
    bytes += static_cast<char>(event.size());
    bytes += event;
  };
  Event bad = MakeEvent(2);
  std::string bad_text = bad.SerializeAsString();
  bad_text[bad_text.find("call-2")] = '\xff';
  append(MakeEvent(1).SerializeAsString());
  append("\xff\xff");
  append(bad_text);
  append(MakeEvent(3).SerializeAsString());
  v1::PublishResponse response;
  const grpc::Status status = PublishBytes(bytes, response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(response.results_size(), 4);
  EXPECT_EQ(response.results(0).code(), v1::ACCEPTED);
  EXPECT_EQ(response.results(1).code(), v1::REJECTED);
  EXPECT_EQ(response.results(1).field(), "event");
  EXPECT_EQ(response.results(2).code(), v1::REJECTED);
  EXPECT_EQ(response.results(2).field(), "call.call_id");
  EXPECT_THAT(response.results(2).reason(), HasSubstr("UTF-8"));
  EXPECT_EQ(response.results(3).code(), v1::ACCEPTED);
  EXPECT_EQ(producer_.messages().size(), 2U);
}

TEST_F(ServiceTest, ABrokenRequestIsRefusedWhole) {
  v1::PublishResponse response;
  for (const char* bytes : {"\x0a\x7f"
                            "abc",
                            "\x0a", "\x07", "\x0a\xff\xff\xff\xff\xff"}) {
    const grpc::Status status = PublishBytes(bytes, response);
    EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(status.error_message(), HasSubstr("broken at byte"));
  }
  EXPECT_TRUE(producer_.messages().empty());
}

TEST_F(ServiceTest, TakesAThousandEventsAndNoMore) {
  v1::PublishRequest request;
  for (uint64_t i = 0; i < 1'000; ++i) *request.add_events() = MakeEvent(i);
  v1::PublishResponse response;
  ASSERT_TRUE(Publish(request, response).ok());
  EXPECT_EQ(response.results_size(), 1'000);
  *request.add_events() = MakeEvent(1'001);
  const grpc::Status status = Publish(request, response);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("more than 1000"));
  request.Clear();
  ASSERT_TRUE(Publish(request, response).ok());
  EXPECT_EQ(response.results_size(), 0);
}

TEST_F(ServiceTest, LargeMessages) {
  v1::PublishRequest request;
  *request.add_events() = MakeEvent(1);
  Event* const large = request.add_events();
  *large = MakeEvent(2);
  large->mutable_call()->set_topic(std::string(2 << 20, 'x'));
  v1::PublishResponse response;
  ASSERT_TRUE(Publish(request, response).ok());
  EXPECT_EQ(response.results(0).code(), v1::ACCEPTED);
  EXPECT_EQ(response.results(1).code(), v1::REJECTED);
  EXPECT_THAT(response.results(1).reason(), HasSubstr("at most 1048576"));
  large->mutable_call()->set_topic(std::string(20 << 20, 'x'));
  EXPECT_EQ(Publish(request, response).error_code(), StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(ServiceTest, TenantsComeFromTheCall) {
  v1::PublishRequest request;
  *request.add_events() = MakeEvent(1);
  *request.add_events() = MakeEvent(2);
  request.mutable_events(1)->set_tenant("other");
  v1::PublishResponse response;
  ASSERT_TRUE(Publish(request, response, "acme").ok());
  EXPECT_EQ(response.results(0).code(), v1::ACCEPTED);
  EXPECT_EQ(response.results(1).code(), v1::REJECTED);
  EXPECT_EQ(response.results(1).field(), "tenant");
  EXPECT_THAT(response.results(1).reason(), HasSubstr("PERMISSION_DENIED"));
  EXPECT_THAT(producer_.messages()[0].key, HasSubstr("acme"));
  EXPECT_EQ(Publish(request, response, "no/tenant").error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST_F(ServiceTest, UnclearDeliveriesAreUnknown) {
  producer_.SetOutcomes([](size_t n, const auto&) {
    return n == 0 ? Outcome::kPersisted : n == 1 ? Outcome::kUnknown : Outcome::kRefused;
  });
  v1::PublishRequest request;
  for (uint64_t i = 0; i < 3; ++i) *request.add_events() = MakeEvent(i);
  v1::PublishResponse response;
  ASSERT_TRUE(Publish(request, response).ok());
  EXPECT_EQ(response.results(0).code(), v1::ACCEPTED);
  for (int i = 1; i < 3; ++i) {
    EXPECT_EQ(response.results(i).code(), v1::UNKNOWN);
    EXPECT_EQ(response.results(i).event_id().size(), 36U);
    EXPECT_THAT(response.results(i).reason(), HasSubstr("same event_id"));
  }
}

TEST_F(ServiceTest, NothingIsAcknowledgedBeforeItsDelivery) {
  producer_.Hold();
  v1::PublishRequest request;
  *request.add_events() = MakeEvent(1);
  std::atomic<bool> answered = false;
  std::jthread client([&] {
    v1::PublishResponse response;
    EXPECT_TRUE(Publish(request, response).ok());
    answered = true;
  });
  ASSERT_TRUE(producer_.AwaitMessages(1));
  EXPECT_FALSE(answered);
  producer_.Release();
}

TEST_F(ServiceTest, WithoutKafkaNothingIsTaken) {
  producer_.SetHealthy(false);
  EXPECT_FALSE(service_->Serving());
  v1::PublishRequest request;
  *request.add_events() = MakeEvent(1);
  v1::PublishResponse response;
  EXPECT_EQ(Publish(request, response).error_code(), StatusCode::UNAVAILABLE);
  grpc::ClientContext context;
  SetDeadline(context);
  const Stream stream = stub_->PublishStream(&context);
  v1::PublishStreamResponse answer;
  EXPECT_FALSE(stream->Read(&answer));
  EXPECT_EQ(stream->Finish().error_code(), StatusCode::UNAVAILABLE);
  EXPECT_TRUE(producer_.messages().empty());
  producer_.SetHealthy(true);
  EXPECT_TRUE(service_->Serving());
  EXPECT_TRUE(Publish(request, response).ok());
}

TEST_F(ServiceTest, KafkaGoesAwayWhileTheQueueIsFull) {
  producer_.Hold();
  producer_.SetQueueSize(0);
  std::jthread client([&] {
    v1::PublishRequest request;
    *request.add_events() = MakeEvent(1);
    v1::PublishResponse response;
    EXPECT_EQ(Publish(request, response).error_code(), StatusCode::UNAVAILABLE);
  });
  ASSERT_TRUE(producer_.AwaitRefusal());
  producer_.SetHealthy(false);
}

TEST_F(ServiceTest, AUnaryCallWaitsForRoomInTheQueue) {
  producer_.SetQueueSize(10);
  v1::PublishRequest request;
  for (uint64_t i = 0; i < 1'000; ++i) *request.add_events() = MakeEvent(i);
  v1::PublishResponse response;
  ASSERT_TRUE(Publish(request, response).ok());
  for (const auto& result : response.results()) EXPECT_EQ(result.code(), v1::ACCEPTED);
  EXPECT_LE(producer_.most_queued(), 10U);
  // In order, none twice.
  const auto messages = producer_.messages();
  ASSERT_EQ(messages.size(), 1'000U);
  for (size_t i = 0; i < messages.size(); ++i) {
    EXPECT_THAT(messages[i].key, testing::EndsWith("call-" + std::to_string(i)));
  }
}

TEST_F(ServiceTest, ACancelledCallLeavesNothingBehind) {
  producer_.SetQueueSize(1);
  producer_.Hold();
  grpc::ClientContext context;
  std::jthread client([&] {
    v1::PublishRequest request;
    for (uint64_t i = 0; i < 10; ++i) *request.add_events() = MakeEvent(i);
    v1::PublishResponse response;
    EXPECT_EQ(stub_->Publish(&context, request, &response).error_code(), StatusCode::CANCELLED);
  });
  ASSERT_TRUE(producer_.AwaitRefusal());
  context.TryCancel();
  client.join();
  EXPECT_TRUE(service_->Drain(kPatience));
}

TEST_F(ServiceTest, SealedTextWaitsForItsKey) {
  // The key's record is lost, the event's is not.
  producer_.SetOutcomes([](size_t, const FakeProducer::Message& message) {
    return message.topic == kafka::kKeysTopic ? Outcome::kUnknown : Outcome::kPersisted;
  });
  v1::PublishRequest request;
  Event* const event = request.add_events();
  *event = MakeEvent(1);
  event->mutable_touchpoint()->set_kind(event::v1::Touchpoint::CHURN);
  event->mutable_touchpoint()->mutable_text()->set_clear("why");
  event->set_customer_id("01890a5d-ac96-774b-bcce-b302099a8057");
  v1::PublishResponse response;
  ASSERT_TRUE(Publish(request, response).ok());
  EXPECT_EQ(response.results(0).code(), v1::UNKNOWN);
  producer_.SetOutcomes({});
  ASSERT_TRUE(Publish(request, response).ok());
  EXPECT_EQ(response.results(0).code(), v1::ACCEPTED);
}

TEST(ServiceBegin, CallsAreRefusedBefore) {
  base::FakeClock clock(kNow);
  base::Metrics metrics;
  KeySet keys(Key{7});
  FakeProducer producer;
  DataKeys data_keys(keys, producer, clock);
  const auto service =
      Service::Make(base::IngestConfig(), keys, data_keys, producer, clock, metrics);
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_FALSE((*service)->Serving());
  EXPECT_EQ((*service)->Admit().error_code(), grpc::StatusCode::UNAVAILABLE);
  (*service)->Begin();
  EXPECT_TRUE((*service)->Serving());
}

TEST(ServiceConfig, IsChecked) {
  base::FakeClock clock(kNow);
  base::Metrics metrics;
  KeySet keys(Key{7});
  FakeProducer producer;
  DataKeys data_keys(keys, producer, clock);
  base::IngestConfig config;
  config.default_region = "XX";
  EXPECT_EQ(Service::Make(config, keys, data_keys, producer, clock, metrics).error().field,
            "ingest.default_region");
  config = {};
  config.default_tenant = "no tenant";
  EXPECT_EQ(Service::Make(config, keys, data_keys, producer, clock, metrics).error().field,
            "ingest.default_tenant");
}

}  // namespace
}  // namespace clientele::ingest
