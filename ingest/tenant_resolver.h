// Whose call it is: the one place that knows, for credentials to replace. Until there are any, the
// metadata key `clientele-tenant` names the tenant (such a process listens on loopback only), else
// the configured default. Immutable; any thread.
#pragma once

#include <grpcpp/server_context.h>

#include <string>

#include "base/result.h"

namespace clientele::ingest {

class TenantResolver {
 public:
  // INVALID_ARGUMENT if the default is no tenant name.
  [[nodiscard]] static base::Result<TenantResolver> Make(std::string default_tenant);
  // INVALID_ARGUMENT if the metadata names something that is no tenant name.
  [[nodiscard]] base::Result<std::string> Of(const grpc::CallbackServerContext& context) const;

 private:
  explicit TenantResolver(std::string default_tenant) : default_(std::move(default_tenant)) {}

  std::string default_;
};

// The caller's W3C trace context; empty if there is none or it is malformed.
[[nodiscard]] std::string TraceParentOf(const grpc::CallbackServerContext& context);

}  // namespace clientele::ingest
