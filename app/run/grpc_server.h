// The process's gRPC listener: its services, health of each by name, reflection. Owned by Process;
// any thread may set a service's health.
#pragma once

#include <grpcpp/server.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/config.h"
#include "base/result.h"

namespace clientele::app {

class GrpcServer {
 public:
  // Every service begins NOT_SERVING. UNAVAILABLE if the address cannot be bound. The services must
  // outlive it.
  [[nodiscard]] static base::Result<std::unique_ptr<GrpcServer>> Start(
      const base::GrpcConfig& config, const std::vector<grpc::Service*>& services,
      const std::vector<std::string>& names);

  // The service of this name, and with it the whole process (the empty name): it serves when all
  // do.
  void SetServing(const std::vector<bool>& serving);
  // host:port where it listens.
  [[nodiscard]] const std::string& address() const { return address_; }
  // Lets open calls end for so long, then cancels them. Once.
  void Shutdown(std::chrono::milliseconds timeout);

 private:
  GrpcServer() = default;

  std::unique_ptr<grpc::Server> server_;
  std::vector<std::string> names_;
  std::string address_;
};

}  // namespace clientele::app
