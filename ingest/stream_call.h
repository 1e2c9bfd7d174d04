// One PublishStream call: reads a message, brings its events to the producer, reads the next; tells
// the highest sequence up to which every event has its outcome, several messages in one response
// where they come together. Lives from the call's begin to OnDone; see service.h for its threads.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "ingest/backpressure.h"
#include "ingest/feed.h"

namespace clientele::ingest {

class Service;

class StreamCall final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
                         public PublicationOwner,
                         public Parkable,
                         public std::enable_shared_from_this<StreamCall> {
 public:
  // Events without an outcome at which the stream is read no further.
  static constexpr size_t kMostOutstanding = 100'000;

  StreamCall(Service& service, std::string tenant, std::string traceparent);
  // Keeps itself alive until OnDone.
  void Begin();
  // Takes no more events, answers for those it has, ends with UNAVAILABLE.
  void Drain();

 private:
  struct Message {
    uint64_t last_sequence = 0;
    std::shared_ptr<Publication> publication;
    bool complete = false;
  };

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;
  void OnComplete(const Publication& publication) override;
  [[nodiscard]] bool Gone() const override;
  void Resume() override;

  // Kept by whoever may see the call end while at work on it.
  [[nodiscard]] std::shared_ptr<StreamCall> Self() const;
  // False: the stream ends.
  bool Take();
  void Go();
  // With the lock held; each may start one gRPC operation (none calls back on this thread).
  void End(grpc::Status status);
  void ReadOn();
  void WriteOn();
  void FinishIfDone();
  void Acknowledge(v1::PublishStreamResponse& response);

  Service& service_;
  Feed feed_;
  // Read into while no message is in work.
  grpc::ByteBuffer incoming_;
  uint64_t next_sequence_ = 1;

  mutable std::mutex mutex_;
  std::deque<Message> messages_;  // without an outcome yet, by sequence
  size_t outstanding_ = 0;        // their events
  uint64_t acknowledged_ = 0;
  grpc::ByteBuffer outgoing_;
  bool writing_ = false;
  bool feeding_ = false;  // a message is on its way to the producer
  bool paused_ = false;   // no read, until fewer events are outstanding
  bool read_all_ = false;
  bool cancelled_ = false;
  bool finished_ = false;
  // What the stream ends with once everything outstanding is answered; OK: when all is read.
  std::optional<grpc::Status> ending_;
  std::shared_ptr<StreamCall> self_;
};

}  // namespace clientele::ingest
