#include "app/publish/client.h"

#include <grpcpp/create_channel.h>
#include <pthread.h>

#include <algorithm>

#include "ingest/validation.h"

namespace clientele::app {
namespace {

constexpr int kMostRounds = 3;  // of sending UNKNOWN events again
constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{2'000};
constexpr int kMostMessageBytes = 64 << 20;

// Whether trying again can help: the server is away, or the stream was cut.
bool CanPass(grpc::StatusCode code) {
  return code == grpc::StatusCode::UNAVAILABLE || code == grpc::StatusCode::UNKNOWN ||
         code == grpc::StatusCode::ABORTED || code == grpc::StatusCode::CANCELLED ||
         code == grpc::StatusCode::OK;
}

}  // namespace

PublishClient::PublishClient(Options options, OnRejected on_rejected, OnAccepted on_accepted)
    : options_(std::move(options)),
      on_rejected_(std::move(on_rejected)),
      on_accepted_(std::move(on_accepted)),
      filling_(std::make_unique<Batch>()) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxSendMessageSize(kMostMessageBytes);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1'000);
  stub_ = ingest::v1::IngestService::NewStub(
      grpc::CreateCustomChannel(options_.address, grpc::InsecureChannelCredentials(), arguments));
}

PublishClient::~PublishClient() {
  if (context_) context_->TryCancel();
  if (reader_.joinable()) reader_.join();
  if (stream_) (void)stream_->Finish();
}

base::Result<event::v1::Event*> PublishClient::Next(uint64_t tag) {
  WeighLast();
  if (static_cast<size_t>(filling_->weighed) >= options_.batch_events ||
      filling_->bytes >= options_.batch_bytes) {
    if (auto sent = Send(); !sent) return tl::unexpected(sent.error());
  }
  filling_->tags.push_back(tag);
  return filling_->request.add_events();
}

// The caller has filled the last event. One that the server could not take would break the stream
// for all others: it is refused here, by the server's rule.
void PublishClient::WeighLast() {
  auto& events = *filling_->request.mutable_events();
  if (filling_->weighed == events.size()) return;
  const size_t size = events.rbegin()->ByteSizeLong();
  if (size <= ingest::kMostEventBytes) {
    filling_->bytes += size;
    ++filling_->weighed;
    return;
  }
  ingest::v1::EventResult result;
  result.set_code(ingest::v1::REJECTED);
  result.set_field("event");
  result.set_reason(fmt::format("{} bytes: must be at most {}", size, ingest::kMostEventBytes));
  if (on_rejected_) on_rejected_(filling_->tags.back(), *events.rbegin(), result);
  events.RemoveLast();
  filling_->tags.pop_back();
  const std::lock_guard lock(mutex_);
  ++counts_.rejected;
}

base::Status PublishClient::Send() {
  WeighLast();
  if (filling_->weighed == 0) return {};
  const auto events = static_cast<size_t>(filling_->weighed);
  const auto room = [](size_t window, size_t size) { return window > size ? window - size : 0; };
  auto waited = AwaitOutcomes(room(options_.window_events, events),
                              room(options_.window_bytes, filling_->bytes));
  if (!waited) return waited;
  if (!stream_) {
    if (auto connected = Connect(); !connected) return connected;
  }
  Batch* batch = filling_.get();
  {
    const std::lock_guard lock(mutex_);
    spent_.clear();
    batch->request.set_first_sequence(next_sequence_);
    next_sequence_ += events;
    pending_events_ += events;
    pending_bytes_ += filling_->bytes;
    pending_.push_back(std::move(filling_));
  }
  filling_ = std::make_unique<Batch>();
  // A failed write shows as a broken stream; the batch is pending and goes out again.
  (void)stream_->Write(batch->request);
  return {};
}

base::Status PublishClient::Connect() {
  context_ = std::make_unique<grpc::ClientContext>();
  if (!options_.tenant.empty()) context_->AddMetadata("clientele-tenant", options_.tenant);
  {
    const std::lock_guard lock(mutex_);
    broken_ = false;
    next_sequence_ = 1;
  }
  stream_ = stub_->PublishStream(context_.get());
  reader_ = std::jthread([this] { Read(); });
  pthread_setname_np(reader_.native_handle(), "publish-reader");
  return {};
}

void PublishClient::Read() {
  ingest::v1::PublishStreamResponse response;
  while (stream_->Read(&response)) Take(response);
  const std::lock_guard lock(mutex_);
  broken_ = true;
  changed_.notify_all();
}

void PublishClient::Take(const ingest::v1::PublishStreamResponse& response) {
  const std::lock_guard lock(mutex_);
  last_answer_ = std::chrono::steady_clock::now();
  for (const auto& failure : response.failures()) TakeFailure(failure);
  while (!pending_.empty()) {
    const Batch& first = *pending_.front();
    const auto events = static_cast<size_t>(first.request.events_size());
    if (first.request.first_sequence() + events - 1 > response.acknowledged_sequence()) break;
    counts_.accepted += events - first.failed.size();
    if (on_accepted_) TellAccepted(first);
    pending_events_ -= events;
    pending_bytes_ -= first.bytes;
    spent_.push_back(std::move(pending_.front()));
    pending_.pop_front();
  }
  changed_.notify_all();
}

void PublishClient::TellAccepted(const Batch& batch) const {
  for (int i = 0; i < batch.request.events_size(); ++i) {
    const bool failed =
        std::ranges::find(batch.failed, static_cast<size_t>(i)) != batch.failed.end();
    if (!failed) on_accepted_(batch.request.events(i));
  }
}

void PublishClient::TakeFailure(const ingest::v1::StreamFailure& failure) {
  const auto batch = std::ranges::find_if(pending_, [&](const auto& candidate) {
    const uint64_t first = candidate->request.first_sequence();
    return failure.sequence() >= first &&
           failure.sequence() - first < static_cast<uint64_t>(candidate->request.events_size());
  });
  if (batch == pending_.end()) return;
  const size_t index = failure.sequence() - (*batch)->request.first_sequence();
  // A batch that was sent again may tell the same failure twice.
  if (std::ranges::find((*batch)->failed, index) != (*batch)->failed.end()) return;
  (*batch)->failed.push_back(index);
  if (failure.result().code() == ingest::v1::UNKNOWN) {
    unclear_.emplace_back((*batch)->request.events(static_cast<int>(index)), (*batch)->tags[index]);
    return;
  }
  ++counts_.rejected;
  if (on_rejected_) {
    on_rejected_((*batch)->tags[index], (*batch)->request.events(static_cast<int>(index)),
                 failure.result());
  }
}

void PublishClient::EndStream() {
  if (!stream_) return;
  if (reader_.joinable()) reader_.join();
  stream_.reset();
  context_.reset();
}

base::Status PublishClient::Reconnect() {
  std::chrono::milliseconds pause = kFirstPause;
  for (;;) {
    if (reader_.joinable()) reader_.join();
    const grpc::Status ended = stream_->Finish();
    EndStream();
    if (!CanPass(ended.error_code())) {
      return GiveUp({static_cast<base::Code>(ended.error_code()),
                     fmt::format("{}: {}", options_.address, ended.error_message()), ""});
    }
    if (std::chrono::steady_clock::now() > LastAnswer() + options_.patience) {
      return GiveUp({base::Code::kUnavailable,
                     fmt::format("{}: no answer for {} s: {}", options_.address,
                                 options_.patience.count(), ended.error_message()),
                     ""});
    }
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, pause, [] { return false; });
    }
    pause = std::min(pause * 2, kLongestPause);
    if (auto connected = Connect(); !connected) return connected;
    std::vector<Batch*> again;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& batch : pending_) {
        batch->request.set_first_sequence(next_sequence_);
        next_sequence_ += static_cast<uint64_t>(batch->request.events_size());
        again.push_back(batch.get());
      }
    }
    size_t left = 0;
    for (Batch* batch : again) left += stream_->Write(batch->request) ? 0 : 1;
    if (left == 0) return {};
  }
}

tl::unexpected<base::Error> PublishClient::GiveUp(base::Error error) {
  const std::lock_guard lock(mutex_);
  counts_.unknown += unclear_.size();
  for (const auto& batch : pending_) {
    counts_.unknown += static_cast<size_t>(batch->request.events_size()) - batch->failed.size();
  }
  given_up_ = error;
  return tl::unexpected(std::move(error));
}

base::Status PublishClient::AwaitOutcomes(size_t most_events, size_t most_bytes) {
  std::unique_lock lock(mutex_);
  if (given_up_) return tl::unexpected(*given_up_);
  for (;;) {
    changed_.wait(lock, [&] {
      return broken_ || (pending_events_ <= most_events && pending_bytes_ <= most_bytes);
    });
    if (!broken_) return {};
    lock.unlock();
    if (auto again = Reconnect(); !again) return again;
    lock.lock();
  }
}

base::Result<PublishCounts> PublishClient::Finish() {
  for (int round = 0;; ++round) {
    if (auto sent = Send(); !sent) return tl::unexpected(sent.error());
    if (auto waited = AwaitOutcomes(0, 0); !waited) return tl::unexpected(waited.error());
    std::vector<std::pair<event::v1::Event, uint64_t>> again;
    {
      const std::lock_guard lock(mutex_);
      again.swap(unclear_);
      if (round == kMostRounds) counts_.unknown += again.size();
    }
    if (again.empty() || round == kMostRounds) break;
    for (auto& [event, tag] : again) {
      auto place = Next(tag);
      if (!place) return tl::unexpected(place.error());
      (*place)->Swap(&event);
    }
  }
  if (stream_) {
    stream_->WritesDone();
    if (reader_.joinable()) reader_.join();
    (void)stream_->Finish();
    EndStream();
  }
  return counts();
}

std::chrono::steady_clock::time_point PublishClient::LastAnswer() const {
  const std::lock_guard lock(mutex_);
  return last_answer_;
}

PublishCounts PublishClient::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace clientele::app
