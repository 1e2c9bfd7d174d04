#include "ingest/service.h"

#include "ingest/bytes.h"
#include "ingest/stream_call.h"
#include "ingest/unary_call.h"

namespace clientele::ingest {
namespace {

// A stream that ends at once.
class RefusedStream final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  explicit RefusedStream(const grpc::Status& status) { Finish(status); }

 private:
  void OnDone() override { delete this; }
};

}  // namespace

base::Result<std::unique_ptr<Service>> Service::Make(const base::IngestConfig& config, KeySet& keys,
                                                     DataKeys& data_keys, kafka::Producer& producer,
                                                     const base::Clock& clock,
                                                     base::Metrics& metrics) {
  auto tenants = TenantResolver::Make(config.default_tenant);
  if (!tenants) return tl::unexpected(tenants.error());
  const PhoneRegion* const region = FindPhoneRegion(config.default_region);
  if (region == nullptr) {
    return base::FailField("ingest.default_region",
                           "ingest.default_region = {}: must be a region of ISO 3166 that has "
                           "phone rules, such as RU or DE",
                           config.default_region);
  }
  return std::unique_ptr<Service>(
      new Service(std::move(*tenants), *region, keys, data_keys, producer, clock, metrics));
}

Service::Service(TenantResolver tenants, const PhoneRegion& region, KeySet& keys,
                 DataKeys& data_keys, kafka::Producer& producer, const base::Clock& clock,
                 base::Metrics& metrics)
    : tenants_(std::move(tenants)),
      probe_(metrics),
      pipeline_{producer, keys, data_keys, clock, region, probe_},
      backpressure_(producer) {}

Service::~Service() {
  // The server is down, so this does not take long: the last call may just be leaving Closed.
  std::unique_lock lock(mutex_);
  closed_.wait(lock, [this] { return open_calls_ == 0; });
}

grpc::Status Service::Admit() const {
  {
    const std::lock_guard lock(mutex_);
    if (draining_) return {grpc::StatusCode::UNAVAILABLE, "the server stops; try again later"};
    if (!begun_) {
      return {grpc::StatusCode::UNAVAILABLE,
              "the server starts and waits for kafka; try again later"};
    }
  }
  if (pipeline_.producer.Healthy()) return grpc::Status::OK;
  return {grpc::StatusCode::UNAVAILABLE,
          "kafka cannot be reached; nothing was accepted, try again later"};
}

void Service::Begin() {
  const std::lock_guard lock(mutex_);
  begun_ = true;
}

bool Service::Serving() const { return Admit().ok(); }

grpc::ServerUnaryReactor* Service::Publish(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* request,
                                           grpc::ByteBuffer* response) {
  probe_.unary_calls.Increment();
  grpc::Status status = Admit();
  const auto tenant = tenants_.Of(*context);
  if (status.ok() && !tenant) status = ToStatus(tenant.error());
  if (!status.ok()) {
    probe_.refused_calls.Increment();
    return Refuse(*context, status);
  }
  const auto call = std::make_shared<UnaryCall>(*this, *tenant, TraceParentOf(*context), response);
  call->Begin(*request);
  return call.get();
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* Service::PublishStream(
    grpc::CallbackServerContext* context) {
  probe_.stream_calls.Increment();
  grpc::Status status = Admit();
  const auto tenant = tenants_.Of(*context);
  if (status.ok() && !tenant) status = ToStatus(tenant.error());
  if (!status.ok()) {
    probe_.refused_calls.Increment();
    return new RefusedStream(status);  // deletes itself when done
  }
  const auto call = std::make_shared<StreamCall>(*this, *tenant, TraceParentOf(*context));
  call->Begin();
  return call.get();
}

bool Service::Opened(StreamCall* stream) {
  const std::lock_guard lock(mutex_);
  ++open_calls_;
  if (stream != nullptr) streams_.insert(stream);
  probe_.open_calls.Set(static_cast<double>(open_calls_));
  return !draining_;
}

void Service::Closed(StreamCall* stream) {
  const std::lock_guard lock(mutex_);
  --open_calls_;
  streams_.erase(stream);
  probe_.open_calls.Set(static_cast<double>(open_calls_));
  closed_.notify_all();
}

bool Service::Drain(std::chrono::milliseconds timeout) {
  std::set<std::shared_ptr<StreamCall>> streams;
  {
    const std::lock_guard lock(mutex_);
    draining_ = true;
    for (StreamCall* stream : streams_) {
      if (auto open = stream->weak_from_this().lock()) streams.insert(std::move(open));
    }
  }
  for (const auto& stream : streams) stream->Drain();
  streams.clear();
  std::unique_lock lock(mutex_);
  return closed_.wait_for(lock, timeout, [this] { return open_calls_ == 0; });
}

}  // namespace clientele::ingest
