// What the tests of the service share: the service over a real gRPC connection on loopback, with a
// producer whose faults the test picks. One test, one thread, unless the test says otherwise.
#pragma once

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "ingest/bytes.h"
#include "ingest/event_fixture.h"
#include "ingest/fake_producer.h"
#include "ingest/service.h"

namespace clientele::ingest {

inline constexpr std::chrono::seconds kPatience{20};

inline event::v1::Event MakeEvent(uint64_t number) {
  event::v1::Event event;
  event.mutable_source()->set_system("test");
  event.mutable_source()->set_external_id(std::to_string(number));
  event.set_occurred_at(kNow);
  event.mutable_call()->set_call_id("call-" + std::to_string(number));
  event.mutable_call()->set_direction(event::v1::Call::OUTBOUND);
  event.mutable_call()->set_end(event::v1::Call::NO_ANSWER);
  return event;
}

inline v1::PublishStreamRequest MakeRequest(uint64_t first, uint64_t count) {
  v1::PublishStreamRequest request;
  request.set_first_sequence(first);
  for (uint64_t i = 0; i < count; ++i) *request.add_events() = MakeEvent(first + i);
  return request;
}

class ServiceTest : public testing::Test {
 protected:
  using Stream = std::unique_ptr<
      grpc::ClientReaderWriter<v1::PublishStreamRequest, v1::PublishStreamResponse>>;

  void SetUp() override {
    auto service =
        Service::Make(base::IngestConfig(), keys_, data_keys_, producer_, clock_, metrics_);
    ASSERT_TRUE(service) << service.error().message;
    service_ = std::move(*service);
    service_->Begin();
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.SetMaxReceiveMessageSize(16 << 20);
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
    ASSERT_NE(port_, 0);
    grpc::ChannelArguments arguments;
    arguments.SetMaxSendMessageSize(64 << 20);
    channel_ = grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(port_),
                                         grpc::InsecureChannelCredentials(), arguments);
    stub_ = v1::IngestService::NewStub(channel_);
  }

  void TearDown() override {
    producer_.Release();
    server_->Shutdown(std::chrono::system_clock::now() + kPatience);
    server_->Wait();
    service_.reset();
    // Its last deliveries go to the data keys.
    EXPECT_TRUE(producer_.Flush(kPatience));
  }

  static void SetDeadline(grpc::ClientContext& context) {
    context.set_deadline(std::chrono::system_clock::now() + kPatience);
  }

  grpc::Status Publish(const v1::PublishRequest& request, v1::PublishResponse& response,
                       const std::string& tenant = "") {
    grpc::ClientContext context;
    SetDeadline(context);
    if (!tenant.empty()) context.AddMetadata("clientele-tenant", tenant);
    return stub_->Publish(&context, request, &response);
  }

  // Sends bytes that no stub would make.
  grpc::Status PublishBytes(const std::string& bytes, v1::PublishResponse& response) {
    grpc::GenericStub stub(channel_);
    grpc::ClientContext context;
    SetDeadline(context);
    grpc::CompletionQueue queue;
    const grpc::Slice slice(bytes);
    auto call = stub.PrepareUnaryCall(&context, "/clientele.ingest.v1.IngestService/Publish",
                                      grpc::ByteBuffer(&slice, 1), &queue);
    call->StartCall();
    grpc::ByteBuffer answer;
    grpc::Status status;
    call->Finish(&answer, &status, nullptr);
    void* tag = nullptr;
    bool ok = false;
    (void)queue.Next(&tag, &ok);
    if (status.ok()) {
      std::string whole;
      Gather(answer, whole);
      EXPECT_TRUE(response.ParseFromString(whole));
    }
    queue.Shutdown();
    while (queue.Next(&tag, &ok)) {
    }
    return status;
  }

  // Reads until `sequence` is acknowledged; failures are collected.
  static void ReadUpTo(const Stream& stream, uint64_t sequence,
                       std::vector<v1::StreamFailure>* failures = nullptr) {
    v1::PublishStreamResponse response;
    uint64_t last = 0;
    while (last < sequence) {
      ASSERT_TRUE(stream->Read(&response)) << "ended at " << last;
      ASSERT_GT(response.acknowledged_sequence(), last);
      last = response.acknowledged_sequence();
      if (failures == nullptr) continue;
      for (const auto& failure : response.failures()) failures->push_back(failure);
    }
    ASSERT_EQ(last, sequence);
  }

  base::FakeClock clock_{kNow};
  base::Metrics metrics_;
  KeySet keys_{Key{7}};
  std::unique_ptr<Service> service_;
  FakeProducer producer_;
  DataKeys data_keys_{keys_, producer_, clock_};
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::IngestService::Stub> stub_;
};

}  // namespace clientele::ingest
