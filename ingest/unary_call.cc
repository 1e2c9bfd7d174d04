#include "ingest/unary_call.h"

#include "ingest/bytes.h"
#include "ingest/service.h"

namespace clientele::ingest {

UnaryCall::UnaryCall(Service& service, std::string tenant, std::string traceparent,
                     grpc::ByteBuffer* response)
    : service_(service),
      feed_(service.pipeline(), std::move(tenant), std::move(traceparent)),
      response_(response) {}

void UnaryCall::Begin(const grpc::ByteBuffer& request) {
  const auto self = shared_from_this();
  {
    const std::lock_guard lock(mutex_);
    self_ = self;
  }
  (void)service_.Opened(nullptr);
  auto split = SplitRequest(feed_.Hold(request));
  if (!split) {
    service_.pipeline().probe.refused_calls.Increment();
    if (FirstToFinish()) Finish(ToStatus(split.error()));
    return;
  }
  feed_.Begin(std::move(*split), self);
  Go();
}

void UnaryCall::Go() {
  // The call may end, and this object with it, while Run is on its way.
  const auto self = shared_from_this();
  if (feed_.Run() != Feed::Progress::kFull) return;
  service_.pipeline().probe.full_queue.Increment();
  service_.backpressure().Park(self);
}

void UnaryCall::Resume() {
  if (Gone() || !service_.pipeline().producer.Healthy()) {
    feed_.Abandon();
  } else {
    Go();
  }
}

bool UnaryCall::Gone() const {
  const std::lock_guard lock(mutex_);
  return finished_;
}

bool UnaryCall::FirstToFinish() {
  const std::lock_guard lock(mutex_);
  return !std::exchange(finished_, true);
}

void UnaryCall::OnCancel() {
  if (FirstToFinish()) Finish({grpc::StatusCode::CANCELLED, "the client is gone"});
}

void UnaryCall::OnComplete(const Publication& publication) {
  const auto counts = publication.Totals();
  if (!FirstToFinish()) return;
  Probe& probe = service_.pipeline().probe;
  probe.accepted.Increment(static_cast<double>(counts.accepted));
  probe.unknown.Increment(static_cast<double>(counts.unknown));
  probe.rejected.Increment(static_cast<double>(counts.rejected));
  probe.batch_seconds.Observe(publication.Seconds());
  if (counts.unknown > 0 && !feed_.produced_any()) {
    probe.refused_calls.Increment();
    Finish({grpc::StatusCode::UNAVAILABLE, "kafka cannot be reached; nothing was accepted"});
    return;
  }
  v1::PublishResponse response;
  response.mutable_results()->Reserve(static_cast<int>(publication.size()));
  for (size_t i = 0; i < publication.size(); ++i) publication.Fill(i, *response.add_results());
  *response_ = ToBuffer(response);
  Finish(grpc::Status::OK);
}

void UnaryCall::OnDone() {
  std::shared_ptr<UnaryCall> self;
  {
    const std::lock_guard lock(mutex_);
    self = std::move(self_);
  }
  service_.Closed(nullptr);
}

grpc::ServerUnaryReactor* Refuse(grpc::CallbackServerContext& context, const grpc::Status& status) {
  auto* const reactor = context.DefaultReactor();
  reactor->Finish(status);
  return reactor;
}

}  // namespace clientele::ingest
