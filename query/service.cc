#include "query/service.h"

#include <vector>

#include "query/describe.h"
#include "query/query_call.h"

namespace clientele::query {
namespace {

grpc::Status ToStatus(const base::Error& error) {
  return {static_cast<grpc::StatusCode>(error.code), error.message};
}

}  // namespace

Service::Service(Catalogue catalogue, clickhouse::Store& store, TenantOf tenant_of,
                 base::Metrics& metrics, ServiceLimits limits)
    : catalogue_(std::move(catalogue)),
      store_(store),
      identities_(store),
      tenant_of_(std::move(tenant_of)),
      limits_(limits),
      probe_(metrics),
      workers_(limits.workers, limits.waiting) {}

Service::~Service() {
  // The server is down, so every call has ended or is about to.
  std::unique_lock lock(mutex_);
  closed_.wait(lock, [this] { return calls_.empty(); });
}

bool Service::Serving() const {
  const std::lock_guard lock(mutex_);
  return !draining_ && !held_;
}

void Service::Hold(bool held) {
  const std::lock_guard lock(mutex_);
  held_ = held;
}

std::string_view Service::Opened(const std::shared_ptr<QueryCall>& call) {
  const std::lock_guard lock(mutex_);
  calls_.emplace(call.get(), call);
  probe_.open_calls.Set(static_cast<double>(calls_.size()));
  if (draining_) return "the server stops; try again later";
  if (held_) return "the tables are being rebuilt from the log; try again later";
  return {};
}

void Service::Closed(QueryCall* call) {
  const std::lock_guard lock(mutex_);
  calls_.erase(call);
  probe_.open_calls.Set(static_cast<double>(calls_.size()));
  closed_.notify_all();
}

grpc::ServerUnaryReactor* Service::Query(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) {
  const auto call = std::make_shared<QueryCall>(*this, *context, *request, *response);
  call->Begin();
  const auto tenant = tenant_of_(*context);
  if (const std::string_view refusal = Opened(call); !refusal.empty()) {
    call->End({grpc::StatusCode::UNAVAILABLE, std::string(refusal)});
  } else if (!tenant) {
    call->End(ToStatus(tenant.error()));
  } else if (!workers_.Submit([call, tenant = *tenant] { call->Run(tenant); })) {
    call->End({grpc::StatusCode::RESOURCE_EXHAUSTED,
               fmt::format("{} queries run and {} wait; try again later", limits_.workers,
                           limits_.waiting)});
  }
  return call.get();
}

grpc::ServerUnaryReactor* Service::ListMetrics(grpc::CallbackServerContext* context,
                                               const v1::ListMetricsRequest* /*request*/,
                                               v1::ListMetricsResponse* response) {
  Describe(catalogue_, *response);
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

bool Service::Drain(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  draining_ = true;
  if (closed_.wait_for(lock, timeout, [this] { return calls_.empty(); })) return true;
  std::vector<std::shared_ptr<QueryCall>> open;
  for (const auto& [pointer, call] : calls_) {
    if (auto still = call.lock()) open.push_back(std::move(still));
  }
  lock.unlock();
  for (const auto& call : open) call->Cancel();
  return false;
}

}  // namespace clientele::query
