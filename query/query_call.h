// One call of MetricsService.Query. Holds itself from Begin until gRPC is done with it; a worker
// runs it, gRPC's threads cancel it.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

namespace clientele::query {

class Service;

class QueryCall final : public grpc::ServerUnaryReactor,
                        public std::enable_shared_from_this<QueryCall> {
 public:
  QueryCall(Service& service, const grpc::CallbackServerContext& context,
            const grpc::ByteBuffer& request, grpc::ByteBuffer& response);

  // From here on it lives until gRPC is done with it; End must be called once.
  void Begin();
  // Runs the query and ends the call. In a worker.
  void Run(const std::string& tenant);
  void End(const grpc::Status& status);
  void Cancel();

 private:
  void OnCancel() override { Cancel(); }
  void OnDone() override;

  Service& service_;
  const grpc::ByteBuffer& request_;  // gRPC's, as is the answer
  grpc::ByteBuffer& response_;
  const std::chrono::steady_clock::time_point begun_;
  std::chrono::steady_clock::time_point until_;
  std::mutex mutex_;  // of what is below, between the threads of gRPC and the worker
  std::stop_source stop_;
  std::shared_ptr<QueryCall> self_;
};

}  // namespace clientele::query
