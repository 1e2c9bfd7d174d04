#include "ingest/tenant_resolver.h"

#include <algorithm>

#include "ingest/validation.h"

namespace clientele::ingest {
namespace {

constexpr const char* kTenantKey = "clientele-tenant";
constexpr const char* kTraceKey = "traceparent";
constexpr size_t kTraceSize = 55;  // 00-<32 hex>-<16 hex>-<2 hex>

}  // namespace

base::Result<TenantResolver> TenantResolver::Make(std::string default_tenant) {
  if (auto good = CheckTenant(default_tenant); !good) {
    return base::FailField("ingest.default_tenant", "ingest.default_tenant: {}",
                           good.error().message);
  }
  return TenantResolver(std::move(default_tenant));
}

base::Result<std::string> TenantResolver::Of(const grpc::CallbackServerContext& context) const {
  const auto found = context.client_metadata().find(kTenantKey);
  if (found == context.client_metadata().end()) return default_;
  std::string tenant(found->second.data(), found->second.size());
  if (auto good = CheckTenant(tenant); !good) {
    return base::FailField(kTenantKey, "metadata {}: {}", kTenantKey, good.error().message);
  }
  return tenant;
}

std::string TraceParentOf(const grpc::CallbackServerContext& context) {
  const auto found = context.client_metadata().find(kTraceKey);
  if (found == context.client_metadata().end() || found->second.size() != kTraceSize) return {};
  std::string trace(found->second.data(), found->second.size());
  const bool good = std::ranges::all_of(
      trace, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '-'; });
  return good ? trace : std::string();
}

}  // namespace clientele::ingest
