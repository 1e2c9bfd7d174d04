// The data keys that free text is sealed with: one random key per person, wrapped by the tenant's
// key and kept in clientele.keys.v1. A text may only be acknowledged once its key is in that topic:
// callers wait for it by Await. Owned by `app`; must outlive the producer's last delivery; any
// thread may call it. The cache is bounded: a person that was forgotten gets one more key.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/uuid.h"
#include "ingest/keys.h"
#include "kafka/consumer.h"
#include "kafka/producer.h"

namespace clientele::ingest {

// Is told whether a data key is in the log. From the producer's poll thread: do little.
class KeyWaiter {
 public:
  virtual ~KeyWaiter() = default;
  virtual void OnKeyStored(uint64_t tag, bool stored) = 0;
};

struct DataKey {
  base::Uuid id;
  Key key{};

 private:
  friend class DataKeys;
  enum class State { kOnItsWay, kStored, kFailed };
  // Guarded by the DataKeys' mutex.
  State state = State::kOnItsWay;
  std::vector<std::pair<KeyWaiter*, uint64_t>> waiters;
};

class DataKeys final : private kafka::DeliveryReceiver {
 public:
  static constexpr size_t kMostCached = 100'000;

  DataKeys(KeySet& keys, kafka::Producer& producer, const base::Clock& clock,
           size_t most_cached = kMostCached);

  // Takes over the keys that are in the topic, the newest of each person. Once, at start.
  // DATA_LOSS if a record cannot be unwrapped: the key set is another.
  [[nodiscard]] base::Status Load(kafka::LogReader& reader);

  // The key of a person's text, made and sent to the log if there is none. RESOURCE_EXHAUSTED: the
  // producer's queue is full, try again later.
  [[nodiscard]] base::Result<std::shared_ptr<DataKey>> Of(std::string_view tenant,
                                                          std::string_view subject);

  enum class Stored { kYes, kNo, kLater };
  // Whether `key` is in the log; kLater: `waiter` will be told.
  [[nodiscard]] Stored Await(DataKey& key, KeyWaiter& waiter, uint64_t tag);

  // For tests.
  [[nodiscard]] size_t Cached() const;

 private:
  struct Entry {
    std::string name;  // (tenant, subject)
    std::shared_ptr<DataKey> key;
  };

  void OnDelivery(uint64_t tag, const kafka::Delivery& delivery) override;
  base::Status LoadRecord(const kafka::LogReader::OwnedRecord& record);
  base::Result<std::shared_ptr<DataKey>> Make(std::string_view tenant, std::string_view subject,
                                              const std::string& name);
  // With the mutex held.
  void Remember(const std::string& name, const std::shared_ptr<DataKey>& key);
  void Forget(const std::string& name);

  KeySet& keys_;
  kafka::Producer& producer_;
  const base::Clock& clock_;
  const size_t most_cached_;
  mutable std::mutex mutex_;
  std::list<Entry> newest_first_;
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_name_;
  // On their way to the log, by tag.
  std::unordered_map<uint64_t, Entry> sent_;
  uint64_t next_tag_ = 0;
};

}  // namespace clientele::ingest
