// Brings the events of one message to the producer, in order, and stops where the producer's queue
// is full, to go on later from there. One Feed belongs to one call; one thread at a time.
#pragma once

#include <grpcpp/support/byte_buffer.h>

#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "ingest/data_keys.h"
#include "ingest/keys.h"
#include "ingest/phone.h"
#include "ingest/prepare.h"
#include "ingest/probe.h"
#include "ingest/publication.h"
#include "ingest/wire.h"
#include "kafka/producer.h"

namespace clientele::ingest {

// What every call needs; all outlive the calls.
struct Pipeline {
  kafka::Producer& producer;
  KeySet& keys;
  DataKeys& data_keys;
  const base::Clock& clock;
  const PhoneRegion& region;
  Probe& probe;
};

class Feed {
 public:
  Feed(const Pipeline& pipeline, std::string tenant, std::string traceparent);

  // Takes a message's bytes over: they are there until the next call.
  [[nodiscard]] std::string_view Hold(const grpc::ByteBuffer& request);
  // Begins the message that is held.
  void Begin(RawRequest request, std::shared_ptr<PublicationOwner> owner);
  [[nodiscard]] const std::shared_ptr<Publication>& publication() const { return publication_; }

  enum class Progress {
    kAll,   // every event is produced or rejected; the publication is closed
    kFull,  // the queue is full: Run again when there is space
    kDead,  // Kafka is away: the rest is UNKNOWN, the publication is closed
  };
  // After kAll and kDead the publication may be complete already.
  [[nodiscard]] Progress Run();
  // Gives up the rest of a message that found the queue full: it is UNKNOWN.
  void Abandon();
  // Whether any event of this message was handed to the producer.
  [[nodiscard]] bool produced_any() const { return produced_any_; }

 private:
  // True: goes on with the next event. False: the queue is full or Kafka away, see the code.
  base::Status Produce(size_t index);
  base::Status Prepare(size_t index);
  void GiveUp(const base::Error& error);

  const Pipeline& pipeline_;
  const std::string traceparent_;
  Preparer preparer_;
  std::string bytes_;
  RawRequest request_;
  std::shared_ptr<Publication> publication_;
  size_t next_ = 0;
  // Event next_ is prepared and waits for room.
  bool prepared_ = false;
  bool produced_any_ = false;
  int64_t received_at_ = 0;
  size_t sent_bytes_ = 0;
};

}  // namespace clientele::ingest
