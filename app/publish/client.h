// Sends events through IngestService.PublishStream: batches, a bounded window of unacknowledged
// ones, the same events again after a broken connection or an UNKNOWN (the log counts an event_id
// once). One thread calls it; a reader thread of its own takes the acknowledgements and calls
// `on_rejected`.
#pragma once

#include <grpcpp/channel.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "clientele/ingest/v1/ingest.grpc.pb.h"

namespace clientele::app {

struct PublishCounts {
  uint64_t accepted = 0;
  uint64_t unknown = 0;  // after every try, or sent and never answered
  uint64_t rejected = 0;

  PublishCounts& operator+=(const PublishCounts& other) {
    accepted += other.accepted;
    unknown += other.unknown;
    rejected += other.rejected;
    return *this;
  }
};

class PublishClient {
 public:
  // `tag` is what the caller gave with the event: a line number, say. From the reader thread, or
  // from the caller's for an event that is too large to be sent.
  using OnRejected = std::function<void(uint64_t tag, const event::v1::Event& event,
                                        const ingest::v1::EventResult& result)>;
  // From the reader thread, for every event that is acknowledged as persisted.
  using OnAccepted = std::function<void(const event::v1::Event& event)>;

  struct Options {
    std::string address;            // host:port
    std::string tenant;             // empty: the server's default
    size_t batch_events = 500;      // per message, 1..1,000
    size_t batch_bytes = 4U << 20;  // a message is sent when it holds so many bytes
    // Sent and not yet acknowledged, at most.
    size_t window_events = 20'000;
    size_t window_bytes = 64U << 20;
    // How long a server that does not answer is tried again before the call fails.
    std::chrono::seconds patience{60};
  };

  PublishClient(Options options, OnRejected on_rejected, OnAccepted on_accepted = nullptr);
  ~PublishClient();
  PublishClient(const PublishClient&) = delete;
  PublishClient& operator=(const PublishClient&) = delete;

  // A new event of the batch at hand, to be filled by the caller before the next call. Sends the
  // batch first if it is full; waits while the window is full. UNAVAILABLE, PERMISSION_DENIED, ...:
  // the server refuses the stream or did not answer for `patience`; from then on every call fails.
  [[nodiscard]] base::Result<event::v1::Event*> Next(uint64_t tag);
  // Sends what is left, resends UNKNOWN ones, waits for every outcome, ends the stream.
  [[nodiscard]] base::Result<PublishCounts> Finish();
  // So far; any thread.
  [[nodiscard]] PublishCounts counts() const;

 private:
  struct Batch {
    ingest::v1::PublishStreamRequest request;
    std::vector<uint64_t> tags;
    std::vector<size_t> failed;  // indexes of events that were not accepted
    size_t bytes = 0;            // of the first `weighed` events
    int weighed = 0;
  };
  using Stream =
      grpc::ClientReaderWriter<ingest::v1::PublishStreamRequest, ingest::v1::PublishStreamResponse>;

  void WeighLast();
  base::Status Send();
  base::Status Connect();
  base::Status Reconnect();
  base::Status AwaitOutcomes(size_t most_events, size_t most_bytes);
  tl::unexpected<base::Error> GiveUp(base::Error error);
  void EndStream();
  void Read();
  void Take(const ingest::v1::PublishStreamResponse& response);
  void TellAccepted(const Batch& batch) const;
  std::chrono::steady_clock::time_point LastAnswer() const;
  void TakeFailure(const ingest::v1::StreamFailure& failure);

  const Options options_;
  const OnRejected on_rejected_;
  const OnAccepted on_accepted_;
  std::unique_ptr<ingest::v1::IngestService::Stub> stub_;
  std::unique_ptr<Batch> filling_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Batch>> pending_;  // sent, not acknowledged; in sequence order
  // Acknowledged, perhaps while Write has not returned yet: the caller's thread lets go of them.
  std::vector<std::unique_ptr<Batch>> spent_;
  size_t pending_events_ = 0;
  size_t pending_bytes_ = 0;
  std::vector<std::pair<event::v1::Event, uint64_t>> unclear_;  // UNKNOWN, to be sent again
  PublishCounts counts_;
  bool broken_ = false;
  std::optional<base::Error> given_up_;  // why nothing is sent any more
  std::chrono::steady_clock::time_point last_answer_ = std::chrono::steady_clock::now();

  // The stream of the moment; replaced by the caller's thread after the reader has ended.
  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<Stream> stream_;
  uint64_t next_sequence_ = 1;
  std::jthread reader_;
};

}  // namespace clientele::app
