#include "app/health.h"

#include <google/protobuf/wrappers.pb.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <condition_variable>
#include <mutex>

namespace clientele::app {

Health AskHealth(const std::string& address, const std::string& service,
                 std::chrono::milliseconds timeout) {
  // grpc.health.v1's messages have one field each, number 1: on the wire they are StringValue
  // (service) and Int32Value (status: 1 serving, 2 not serving, 3 unknown).
  using Stub =
      grpc::TemplatedGenericStub<google::protobuf::StringValue, google::protobuf::Int32Value>;
  Stub stub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  google::protobuf::StringValue request;
  request.set_value(service);
  google::protobuf::Int32Value response;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + timeout);
  std::mutex mutex;
  std::condition_variable ready;
  bool done = false;
  grpc::Status status;
  stub.UnaryCall(&context, "/grpc.health.v1.Health/Check", grpc::StubOptions(), &request, &response,
                 [&](grpc::Status answer) {
                   const std::lock_guard lock(mutex);
                   status = std::move(answer);
                   done = true;
                   ready.notify_one();
                 });
  std::unique_lock lock(mutex);
  ready.wait(lock, [&] { return done; });
  if (status.error_code() == grpc::StatusCode::NOT_FOUND) return Health::kUnknownService;
  if (!status.ok()) return Health::kNoAnswer;
  return response.value() == 1 ? Health::kServing : Health::kNotServing;
}

const char* HealthName(Health health) {
  switch (health) {
    case Health::kServing:
      return "SERVING";
    case Health::kNotServing:
      return "NOT_SERVING";
    case Health::kNoAnswer:
      return "no answer";
    case Health::kUnknownService:
      return "not run by this process";
  }
  return "no answer";
}

}  // namespace clientele::app
