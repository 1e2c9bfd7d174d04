// PublishStream, and draining.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "ingest/service.h"
#include "ingest/service_fixture.h"

namespace clientele::ingest {
namespace {

using grpc::StatusCode;
using testing::HasSubstr;
using Outcome = kafka::Delivery::Outcome;

class StreamTest : public ServiceTest {};

TEST_F(StreamTest, AStreamAcknowledgesEverything) {
  grpc::ClientContext context;
  SetDeadline(context);
  const Stream stream = stub_->PublishStream(&context);
  for (uint64_t first = 1; first < 5'000; first += 500) {
    ASSERT_TRUE(stream->Write(MakeRequest(first, 500)));
  }
  ReadUpTo(stream, 5'000);
  stream->WritesDone();
  v1::PublishStreamResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(producer_.messages().size(), 5'000U);
  EXPECT_THAT(metrics_.Text(),
              HasSubstr("clientele_ingest_events_total{result=\"accepted\"} 5000"));
}

TEST_F(StreamTest, AStreamTellsFailuresBySequence) {
  producer_.SetOutcomes(
      [](size_t n, const auto&) { return n == 3 ? Outcome::kUnknown : Outcome::kPersisted; });
  grpc::ClientContext context;
  SetDeadline(context);
  const Stream stream = stub_->PublishStream(&context);
  auto request = MakeRequest(1, 10);
  request.mutable_events(6)->clear_source();
  ASSERT_TRUE(stream->Write(request));
  ASSERT_TRUE(stream->Write(MakeRequest(11, 1)));
  std::vector<v1::StreamFailure> failures;
  ReadUpTo(stream, 11, &failures);
  ASSERT_EQ(failures.size(), 2U);
  EXPECT_EQ(failures[0].sequence(), 4U);
  EXPECT_EQ(failures[0].result().code(), v1::UNKNOWN);
  EXPECT_EQ(failures[1].sequence(), 7U);
  EXPECT_EQ(failures[1].result().code(), v1::REJECTED);
  EXPECT_EQ(failures[1].result().field(), "source.system");
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(StreamTest, AcknowledgementIsContiguous) {
  producer_.Hold();
  grpc::ClientContext context;
  SetDeadline(context);
  const Stream stream = stub_->PublishStream(&context);
  for (uint64_t first = 1; first <= 5; ++first) ASSERT_TRUE(stream->Write(MakeRequest(first, 1)));
  ASSERT_TRUE(producer_.AwaitMessages(5));
  producer_.SetNewestFirst();
  producer_.Release();
  v1::PublishStreamResponse response;
  ASSERT_TRUE(stream->Read(&response));
  // Nothing was told before the first event, the last one delivered, had its report.
  EXPECT_EQ(producer_.delivered(), 5U);
  while (response.acknowledged_sequence() < 5) ASSERT_TRUE(stream->Read(&response));
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(StreamTest, AGapEndsTheStreamAfterItsAnswers) {
  grpc::ClientContext context;
  SetDeadline(context);
  const Stream stream = stub_->PublishStream(&context);
  ASSERT_TRUE(stream->Write(MakeRequest(1, 5)));
  ASSERT_TRUE(stream->Write(MakeRequest(7, 5)));
  ReadUpTo(stream, 5);
  v1::PublishStreamResponse response;
  EXPECT_FALSE(stream->Read(&response));
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("first_sequence: 7: must be 6"));
  EXPECT_EQ(producer_.messages().size(), 5U);
}

TEST_F(StreamTest, AFullQueueStopsTheReadsOfTheStream) {
  producer_.SetQueueSize(50);
  producer_.Hold();
  grpc::ClientContext context;
  SetDeadline(context);
  const Stream stream = stub_->PublishStream(&context);
  std::jthread writer([&] {
    for (uint64_t first = 1; first < 20'000; first += 100) {
      if (!stream->Write(MakeRequest(first, 100))) break;
    }
    stream->WritesDone();
  });
  ASSERT_TRUE(producer_.AwaitRefusal());
  EXPECT_EQ(producer_.messages().size(), 50U);
  producer_.Release();
  ReadUpTo(stream, 20'000);
  writer.join();
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_LE(producer_.most_queued(), 50U);
  EXPECT_EQ(producer_.messages().size(), 20'000U);
}

TEST_F(StreamTest, AGoneClientEndsAParkedStream) {
  producer_.SetQueueSize(1);
  producer_.Hold();
  grpc::ClientContext context;
  const Stream stream = stub_->PublishStream(&context);
  ASSERT_TRUE(stream->Write(MakeRequest(1, 10)));
  ASSERT_TRUE(producer_.AwaitRefusal());
  context.TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), StatusCode::CANCELLED);
  EXPECT_TRUE(service_->Drain(kPatience));
}

TEST_F(StreamTest, ManyStreamsAtOnce) {
  producer_.SetQueueSize(500);
  constexpr uint64_t kEvents = 3'000;
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < 8; ++i) {
      clients.emplace_back([&] {
        grpc::ClientContext context;
        context.set_deadline(std::chrono::system_clock::now() + 2 * kPatience);
        const Stream stream = stub_->PublishStream(&context);
        std::jthread writer([&] {
          for (uint64_t first = 1; first < kEvents; first += 100) {
            if (!stream->Write(MakeRequest(first, 100))) break;
          }
          stream->WritesDone();
        });
        ReadUpTo(stream, kEvents);
        writer.join();
        EXPECT_TRUE(stream->Finish().ok());
      });
    }
  }
  EXPECT_EQ(producer_.messages().size(), 8 * kEvents);
}

TEST_F(StreamTest, DrainAnswersWhatIsOutstanding) {
  producer_.Hold();
  grpc::ClientContext context;
  SetDeadline(context);
  const Stream stream = stub_->PublishStream(&context);
  ASSERT_TRUE(stream->Write(MakeRequest(1, 10)));
  ASSERT_TRUE(producer_.AwaitMessages(10));
  EXPECT_FALSE(service_->Drain(std::chrono::milliseconds(20)));
  EXPECT_FALSE(service_->Serving());
  v1::PublishRequest request;
  *request.add_events() = MakeEvent(99);
  v1::PublishResponse refused;
  const grpc::Status status = Publish(request, refused);
  EXPECT_EQ(status.error_code(), StatusCode::UNAVAILABLE);
  EXPECT_THAT(status.error_message(), HasSubstr("stops"));
  producer_.Release();
  ReadUpTo(stream, 10);
  v1::PublishStreamResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), StatusCode::UNAVAILABLE);
  EXPECT_TRUE(service_->Drain(kPatience));
}

TEST_F(StreamTest, AnIdleStreamEndsAtOnceOnDrain) {
  grpc::ClientContext context;
  SetDeadline(context);
  const Stream stream = stub_->PublishStream(&context);
  ASSERT_TRUE(stream->Write(MakeRequest(1, 1)));
  ReadUpTo(stream, 1);
  EXPECT_TRUE(service_->Drain(kPatience));
  EXPECT_EQ(stream->Finish().error_code(), StatusCode::UNAVAILABLE);
}

// A client that is cut off sends again what had no answer, with the same ids.
TEST_F(StreamTest, AResumedStreamHasTheSameIds) {
  for (int round = 0; round < 2; ++round) {
    grpc::ClientContext context;
    SetDeadline(context);
    const Stream stream = stub_->PublishStream(&context);
    ASSERT_TRUE(stream->Write(MakeRequest(1, 10)));
    ReadUpTo(stream, 10);
    context.TryCancel();
    (void)stream->Finish();
  }
  const auto messages = producer_.messages();
  ASSERT_EQ(messages.size(), 20U);
  for (size_t i = 0; i < 10; ++i) EXPECT_EQ(messages[i].value, messages[i + 10].value);
}

}  // namespace
}  // namespace clientele::ingest
