#include "ingest/stream_call.h"

#include "ingest/bytes.h"
#include "ingest/service.h"

namespace clientele::ingest {

StreamCall::StreamCall(Service& service, std::string tenant, std::string traceparent)
    : service_(service), feed_(service.pipeline(), std::move(tenant), std::move(traceparent)) {}

void StreamCall::Begin() {
  {
    const std::lock_guard lock(mutex_);
    self_ = shared_from_this();
  }
  const bool open = service_.Opened(this);
  if (!open) Drain();
  const std::lock_guard lock(mutex_);
  ReadOn();
}

std::shared_ptr<StreamCall> StreamCall::Self() const {
  const std::lock_guard lock(mutex_);
  return self_;
}

void StreamCall::ReadOn() {
  if (finished_ || ending_ || read_all_ || feeding_) return;
  paused_ = outstanding_ >= kMostOutstanding;
  if (!paused_) StartRead(&incoming_);
}

void StreamCall::OnReadDone(bool ok) {
  const auto self = Self();
  {
    const std::lock_guard lock(mutex_);
    if (!ok) read_all_ = true;
    if (!ok || finished_ || ending_) {
      FinishIfDone();
      return;
    }
    feeding_ = true;
  }
  if (Take()) Go();
}

bool StreamCall::Take() {
  auto request = SplitStreamRequest(feed_.Hold(incoming_));
  incoming_.Clear();
  grpc::Status refusal = service_.Admit();
  if (!request) {
    refusal = ToStatus(request.error());
  } else if (!request->events.empty() && request->first_sequence != next_sequence_) {
    refusal = {grpc::StatusCode::INVALID_ARGUMENT,
               fmt::format("first_sequence: {}: must be {}, the stream's next",
                           request->first_sequence, next_sequence_)};
  }
  const std::lock_guard lock(mutex_);
  if (!refusal.ok()) {
    feeding_ = false;
    End(std::move(refusal));
    return false;
  }
  const size_t events = request->events.size();
  next_sequence_ += events;
  feed_.Begin(std::move(*request), self_);
  messages_.push_back({next_sequence_ - 1, feed_.publication()});
  outstanding_ += events;
  return true;
}

void StreamCall::Go() {
  const auto progress = feed_.Run();
  if (progress == Feed::Progress::kFull) {
    service_.pipeline().probe.full_queue.Increment();
    service_.backpressure().Park(Self());
    return;
  }
  const std::lock_guard lock(mutex_);
  feeding_ = false;
  if (progress == Feed::Progress::kDead) {
    End({grpc::StatusCode::UNAVAILABLE, "kafka cannot be reached; send again what has no answer"});
    return;
  }
  ReadOn();
  FinishIfDone();
}

void StreamCall::Resume() {
  const bool away = !service_.pipeline().producer.Healthy();
  if (!away && !Gone()) {
    Go();
    return;
  }
  feed_.Abandon();
  const std::lock_guard lock(mutex_);
  feeding_ = false;
  End({grpc::StatusCode::UNAVAILABLE, "kafka cannot be reached; send again what has no answer"});
}

bool StreamCall::Gone() const {
  const std::lock_guard lock(mutex_);
  return cancelled_ || finished_;
}

void StreamCall::OnComplete(const Publication& publication) {
  const auto counts = publication.Totals();
  const std::lock_guard lock(mutex_);
  if (finished_) return;  // the service may be gone
  Probe& probe = service_.pipeline().probe;
  probe.accepted.Increment(static_cast<double>(counts.accepted));
  probe.unknown.Increment(static_cast<double>(counts.unknown));
  probe.rejected.Increment(static_cast<double>(counts.rejected));
  probe.batch_seconds.Observe(publication.Seconds());
  for (Message& message : messages_) {
    if (message.publication.get() == &publication) message.complete = true;
  }
  WriteOn();
  if (paused_) ReadOn();
  FinishIfDone();
}

void StreamCall::WriteOn() {
  if (writing_ || finished_ || messages_.empty() || !messages_.front().complete) return;
  v1::PublishStreamResponse response;
  Acknowledge(response);
  outgoing_ = ToBuffer(response);
  writing_ = true;
  StartWrite(&outgoing_);
}

void StreamCall::Acknowledge(v1::PublishStreamResponse& response) {
  while (!messages_.empty() && messages_.front().complete) {
    const Message& message = messages_.front();
    const size_t events = message.publication->size();
    for (size_t i = 0; i < events; ++i) {
      if (message.publication->CodeOf(i) == v1::ACCEPTED) continue;
      auto* const failure = response.add_failures();
      failure->set_sequence(message.last_sequence - events + 1 + i);
      message.publication->Fill(i, *failure->mutable_result());
    }
    outstanding_ -= events;
    acknowledged_ = message.last_sequence;
    messages_.pop_front();
  }
  response.set_acknowledged_sequence(acknowledged_);
}

void StreamCall::OnWriteDone(bool ok) {
  const auto self = Self();
  const std::lock_guard lock(mutex_);
  writing_ = false;
  if (!ok) cancelled_ = true;  // the client is gone
  if (ok) WriteOn();
  FinishIfDone();
}

void StreamCall::End(grpc::Status status) {
  if (!ending_) {
    if (!status.ok()) service_.pipeline().probe.refused_calls.Increment();
    ending_ = std::move(status);
  }
  FinishIfDone();
}

void StreamCall::FinishIfDone() {
  if (finished_) return;
  if (cancelled_) {
    finished_ = true;
    Finish({grpc::StatusCode::CANCELLED, "the client is gone"});
    return;
  }
  if (feeding_ || writing_ || !messages_.empty()) return;
  if (!ending_ && !read_all_) return;
  finished_ = true;
  Finish(ending_.value_or(grpc::Status::OK));
}

void StreamCall::Drain() {
  const std::lock_guard lock(mutex_);
  if (!ending_) {
    ending_ = grpc::Status(grpc::StatusCode::UNAVAILABLE,
                           "the server stops; send again what has no answer");
  }
  FinishIfDone();
}

void StreamCall::OnCancel() {
  const std::lock_guard lock(mutex_);
  cancelled_ = true;
  FinishIfDone();
}

void StreamCall::OnDone() {
  std::shared_ptr<StreamCall> self;
  {
    const std::lock_guard lock(mutex_);
    self = std::move(self_);
  }
  service_.Closed(this);
}

}  // namespace clientele::ingest
