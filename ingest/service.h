// IngestService: takes events, answers when Kafka has them. Owned by `app`, which registers it with
// its gRPC server and calls Drain before it shuts the server down. gRPC's
// threads, the producer's poll thread and one thread of its own run it. Ends in this order: Drain,
// the server's Shutdown, the service, the producer (its last deliveries may come now), the
// DataKeys. Guarantees: ACCEPTED only from a delivery report; one bad event touches no other; a
// full producer queue stops the reads.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "base/clock.h"
#include "base/config.h"
#include "base/metrics.h"
#include "base/result.h"
#include "clientele/ingest/v1/ingest.grpc.pb.h"
#include "ingest/backpressure.h"
#include "ingest/data_keys.h"
#include "ingest/feed.h"
#include "ingest/keys.h"
#include "ingest/probe.h"
#include "ingest/tenant_resolver.h"
#include "kafka/producer.h"

namespace clientele::ingest {

class StreamCall;

// Requests and responses come as bytes: events are decoded one by one (see wire.h).
using RawIngestService = v1::IngestService::WithRawCallbackMethod_Publish<
    v1::IngestService::WithRawCallbackMethod_PublishStream<v1::IngestService::Service>>;

class Service final : public RawIngestService {
 public:
  // INVALID_ARGUMENT for a default tenant or region that is none. `keys`, `data_keys`, `producer`,
  // `clock` and `metrics` must outlive it.
  [[nodiscard]] static base::Result<std::unique_ptr<Service>> Make(
      const base::IngestConfig& config, KeySet& keys, DataKeys& data_keys,
      kafka::Producer& producer, const base::Clock& clock, base::Metrics& metrics);
  ~Service() override;

  grpc::ServerUnaryReactor* Publish(grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* response) override;
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* PublishStream(
      grpc::CallbackServerContext* context) override;

  // From now on calls are taken; before, they are refused (UNAVAILABLE). Once the log is known to
  // be the right one.
  void Begin();
  // Whether a call would be taken now: it has begun, Kafka is there, and it does not drain. For the
  // health service.
  [[nodiscard]] bool Serving() const;
  // No new calls (UNAVAILABLE); open streams take no more events, are answered for those they have
  // sent, and end with UNAVAILABLE. False if something was still open after `timeout`: then shut
  // the server down with a deadline, which cancels it. Once.
  [[nodiscard]] bool Drain(std::chrono::milliseconds timeout);

  // ---- For the calls.
  [[nodiscard]] const Pipeline& pipeline() const { return pipeline_; }
  [[nodiscard]] Backpressure& backpressure() { return backpressure_; }
  // OK if a call may begin; else what it ends with.
  [[nodiscard]] grpc::Status Admit() const;
  // False: the service drains.
  [[nodiscard]] bool Opened(StreamCall* stream);
  void Closed(StreamCall* stream);

 private:
  Service(TenantResolver tenants, const PhoneRegion& region, KeySet& keys, DataKeys& data_keys,
          kafka::Producer& producer, const base::Clock& clock, base::Metrics& metrics);

  const TenantResolver tenants_;
  Probe probe_;
  const Pipeline pipeline_;
  mutable std::mutex mutex_;
  std::condition_variable closed_;
  bool begun_ = false;
  bool draining_ = false;
  size_t open_calls_ = 0;
  std::set<StreamCall*> streams_;
  Backpressure backpressure_;
};

}  // namespace clientele::ingest
