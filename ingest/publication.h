// The outcomes of one message's events: each is told by the producer's delivery report (and, where
// free text was sealed with a new key, by the key's), or at once if the event was rejected. Made by
// the call that read the message; complete when every outcome is there. Slots are written by one
// thread each, so there is no lock.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "clientele/ingest/v1/ingest.pb.h"
#include "ingest/data_keys.h"
#include "kafka/producer.h"

namespace clientele::ingest {

class Publication;

// What is told when a publication is complete; from any thread, once.
class PublicationOwner {
 public:
  virtual ~PublicationOwner() = default;
  virtual void OnComplete(const Publication& publication) = 0;
};

class Publication final : public kafka::DeliveryReceiver, public KeyWaiter {
 public:
  // `owner` is kept alive until OnComplete has returned.
  static std::shared_ptr<Publication> Make(size_t events, std::shared_ptr<PublicationOwner> owner);

  // ---- By the thread that produces, for each index in order.
  void SetId(size_t index, const base::Uuid& event_id) { slots_[index].event_id = event_id; }
  void Reject(size_t index, base::Error error);
  // The event was not produced and nothing is known about it.
  void NotProduced(size_t index, base::Error error);
  // The key of its text is not in the log.
  void KeyFailed(size_t index) { slots_[index].key_failed = true; }
  // One more report will come, of a key, besides the one that every event that is produced has.
  void Expect() { outstanding_.fetch_add(1, std::memory_order_relaxed); }
  void Unexpect() { outstanding_.fetch_sub(1, std::memory_order_relaxed); }
  // After the last event.
  void Close() { CountDown(); }

  // ---- After completion.
  [[nodiscard]] size_t size() const { return slots_.size(); }
  [[nodiscard]] v1::ResultCode CodeOf(size_t index) const;
  void Fill(size_t index, v1::EventResult& result) const;
  struct Counts {
    size_t accepted = 0;
    size_t unknown = 0;
    size_t rejected = 0;
  };
  [[nodiscard]] Counts Totals() const;
  [[nodiscard]] double Seconds() const;

 private:
  struct Slot {
    base::Uuid event_id;
    int64_t offset = 0;
    int32_t partition = 0;
    v1::ResultCode code = v1::RESULT_CODE_UNSPECIFIED;
    // By the key's report, apart from the event's.
    std::atomic<bool> key_failed = false;
    std::unique_ptr<base::Error> error;
  };

  Publication(size_t events, std::shared_ptr<PublicationOwner> owner);
  void OnDelivery(uint64_t tag, const kafka::Delivery& delivery) override;
  void OnKeyStored(uint64_t tag, bool stored) override;
  void CountDown();

  std::vector<Slot> slots_;
  // Reports to come, one for each event without an outcome, and one for the thread that produces.
  std::atomic<size_t> outstanding_;
  std::shared_ptr<PublicationOwner> owner_;
  // Itself, until complete.
  std::shared_ptr<Publication> self_;
  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

}  // namespace clientele::ingest
