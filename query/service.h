// MetricsService: answers questions for figures. Owned by `app`, which registers it with its gRPC
// server and calls Drain before it shuts the server down. gRPC's threads take the calls, threads of
// its own run them. Guarantees: a query more than it can hold is refused at once
// (RESOURCE_EXHAUSTED); a call that is cancelled, or whose deadline passes, ends its statement in
// the store.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/metrics.h"
#include "base/result.h"
#include "clickhouse/store.h"
#include "clientele/query/v1/query.grpc.pb.h"
#include "query/catalogue.h"
#include "query/identities.h"
#include "query/probe.h"
#include "query/worker_pool.h"

namespace clientele::query {

class QueryCall;

// Whose call it is: the one resolver of the process, given by `app`.
using TenantOf =
    std::function<base::Result<std::string>(const grpc::CallbackServerContext& context)>;

struct ServiceLimits {
  size_t workers = 4;                         // queries that run at once
  size_t waiting = 64;                        // queries that may wait besides
  std::chrono::milliseconds longest{30'000};  // of one query, whatever the caller's deadline
};

// Queries come as they are on the wire: gRPC's own reading ends at a depth of 100 messages without
// a word of what is wrong.
class Service final
    : public v1::MetricsService::WithRawCallbackMethod_Query<
          v1::MetricsService::WithCallbackMethod_ListMetrics<v1::MetricsService::Service>> {
 public:
  // `store` and `metrics` must outlive it.
  Service(Catalogue catalogue, clickhouse::Store& store, TenantOf tenant_of, base::Metrics& metrics,
          ServiceLimits limits = {});
  ~Service() override;

  grpc::ServerUnaryReactor* Query(grpc::CallbackServerContext* context,
                                  const grpc::ByteBuffer* request,
                                  grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListMetrics(grpc::CallbackServerContext* context,
                                        const v1::ListMetricsRequest* request,
                                        v1::ListMetricsResponse* response) override;

  // While held, calls are refused (UNAVAILABLE): lost tables are being rebuilt, and what a moment
  // of knowledge resolves to is not all there.
  void Hold(bool held);
  // Whether a call would be taken now. For the health service.
  [[nodiscard]] bool Serving() const;
  // No new calls (UNAVAILABLE); those that run may end within `timeout` and are cancelled then.
  // False if any had to be. Once.
  bool Drain(std::chrono::milliseconds timeout);

  // ---- For the calls.
  [[nodiscard]] const Catalogue& catalogue() const { return catalogue_; }
  [[nodiscard]] clickhouse::Store& store() const { return store_; }
  [[nodiscard]] Identities& identities() { return identities_; }
  [[nodiscard]] Probe& probe() { return probe_; }
  [[nodiscard]] const ServiceLimits& limits() const { return limits_; }
  void Closed(QueryCall* call);

 private:
  // Empty if the call may run; else why not.
  [[nodiscard]] std::string_view Opened(const std::shared_ptr<QueryCall>& call);

  const Catalogue catalogue_;
  clickhouse::Store& store_;
  Identities identities_;
  const TenantOf tenant_of_;
  const ServiceLimits limits_;
  Probe probe_;
  mutable std::mutex mutex_;
  std::condition_variable closed_;
  bool draining_ = false;
  bool held_ = false;
  std::map<QueryCall*, std::weak_ptr<QueryCall>> calls_;
  WorkerPool workers_;  // last: ends before what its tasks use
};

}  // namespace clientele::query
