#include "ingest/feed.h"

#include "ingest/bytes.h"

namespace clientele::ingest {
namespace {

using base::Code;

// The memory that an idle call keeps for its next message.
constexpr size_t kMostKeptBytes = size_t{1} << 20;

// What the event itself is guilty of; anything else is the producer's.
bool IsRejection(const base::Error& error) {
  return error.code == Code::kInvalidArgument || error.code == Code::kPermissionDenied;
}

}  // namespace

Feed::Feed(const Pipeline& pipeline, std::string tenant, std::string traceparent)
    : pipeline_(pipeline),
      traceparent_(std::move(traceparent)),
      preparer_(std::move(tenant), pipeline.keys, pipeline.data_keys, pipeline.region) {}

std::string_view Feed::Hold(const grpc::ByteBuffer& request) {
  if (bytes_.capacity() > kMostKeptBytes) bytes_ = {};
  Gather(request, bytes_);
  return bytes_;
}

void Feed::Begin(RawRequest request, std::shared_ptr<PublicationOwner> owner) {
  request_ = std::move(request);
  publication_ = Publication::Make(request_.events.size(), std::move(owner));
  next_ = 0;
  prepared_ = false;
  produced_any_ = false;
  received_at_ = pipeline_.clock.NowMicros();
  sent_bytes_ = 0;
}

Feed::Progress Feed::Run() {
  const auto publication = publication_;
  for (; next_ < request_.events.size(); ++next_) {
    base::Status done;
    if (!prepared_) done = Prepare(next_);
    if (done) done = Produce(next_);
    if (done || IsRejection(done.error())) {
      if (!done) publication->Reject(next_, std::move(done.error()));
      prepared_ = false;
      continue;
    }
    if (done.error().code == Code::kResourceExhausted) return Progress::kFull;
    GiveUp(done.error());
    return Progress::kDead;
  }
  pipeline_.probe.bytes.Increment(static_cast<double>(sent_bytes_));
  publication->Close();
  return Progress::kAll;
}

base::Status Feed::Prepare(size_t index) {
  base::Status status = preparer_.Prepare(request_.events[index], received_at_);
  publication_->SetId(index, preparer_.event_id());
  if (!status) return status;
  prepared_ = true;
  for (const auto& key : preparer_.data_keys()) {
    publication_->Expect();
    const DataKeys::Stored stored = pipeline_.data_keys.Await(*key, *publication_, index);
    if (stored == DataKeys::Stored::kLater) continue;
    publication_->Unexpect();
    if (stored == DataKeys::Stored::kNo) publication_->KeyFailed(index);
  }
  return {};
}

base::Status Feed::Produce(size_t index) {
  base::Status status = pipeline_.producer.Produce(
      kafka::kEventsTopic, preparer_.key(), preparer_.value(), traceparent_, *publication_, index);
  if (!status) return status;
  produced_any_ = true;
  sent_bytes_ += preparer_.value().size();
  return {};
}

void Feed::GiveUp(const base::Error& error) {
  const auto publication = publication_;
  for (; next_ < request_.events.size(); ++next_) publication->NotProduced(next_, error);
  publication->Close();
}

void Feed::Abandon() {
  GiveUp({Code::kUnavailable, "the call ended before there was room in the queue", ""});
}

}  // namespace clientele::ingest
