#include "app/run/grpc_server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <algorithm>

namespace clientele::app {
namespace {

constexpr size_t kMostHeldBytes = size_t{512} << 20;

}  // namespace

base::Result<std::unique_ptr<GrpcServer>> GrpcServer::Start(
    const base::GrpcConfig& config, const std::vector<grpc::Service*>& services,
    const std::vector<std::string>& names) {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(config.listen, grpc::InsecureServerCredentials(), &port);
  // Else a second process would share the port silently.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // What all calls hold together: requests are read more slowly, then refused.
  builder.SetResourceQuota(grpc::ResourceQuota("clientele").Resize(kMostHeldBytes));
  builder.SetMaxReceiveMessageSize(static_cast<int>(config.max_message_bytes));
  for (grpc::Service* service : services) builder.RegisterService(service);

  std::unique_ptr<GrpcServer> started(new GrpcServer);
  started->names_ = names;
  started->server_ = builder.BuildAndStart();
  if (started->server_ == nullptr || port == 0) {
    return base::Fail(base::Code::kUnavailable,
                      "grpc.listen = {}: cannot be listened on; is the port taken?", config.listen);
  }
  started->address_ = config.listen.substr(0, config.listen.rfind(':') + 1) + std::to_string(port);
  started->SetServing(std::vector<bool>(names.size(), false));
  return started;
}

void GrpcServer::SetServing(const std::vector<bool>& serving) {
  grpc::HealthCheckServiceInterface& health = *server_->GetHealthCheckService();
  for (size_t i = 0; i < names_.size(); ++i) health.SetServingStatus(names_[i], serving[i]);
  health.SetServingStatus("", std::ranges::all_of(serving, [](bool one) { return one; }));
}

void GrpcServer::Shutdown(std::chrono::milliseconds timeout) {
  server_->Shutdown(std::chrono::system_clock::now() + timeout);
  server_->Wait();
}

}  // namespace clientele::app
