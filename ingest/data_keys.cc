#include "ingest/data_keys.h"

#include <algorithm>

#include "base/entity.h"
#include "base/log.h"
#include "clientele/log/v1/log.pb.h"
#include "ingest/aes.h"

namespace clientele::ingest {
namespace {

using base::Code;
using base::Fail;

std::string IdBytes(const base::Uuid& id) { return {id.bytes.begin(), id.bytes.end()}; }

// The Kafka key: `name` is (tenant, subject).
std::string RecordKey(const std::string& name, const base::Uuid& id) {
  return name + base::CompositeId({IdBytes(id)});
}
constexpr size_t kIdPartBytes = 3 + 16;  // "16:" and the id

std::string_view Bytes(const Key& key) {
  return {reinterpret_cast<const char*>(key.data()), key.size()};
}

}  // namespace

DataKeys::DataKeys(KeySet& keys, kafka::Producer& producer, const base::Clock& clock,
                   size_t most_cached)
    : keys_(keys), producer_(producer), clock_(clock), most_cached_(most_cached) {}

base::Status DataKeys::Load(kafka::LogReader& reader) {
  const auto bounds = reader.BoundsOf(kafka::kKeysTopic, {0});
  if (!bounds) return tl::unexpected(bounds.error());
  size_t records = 0;
  const base::Status loaded = reader.VisitToEnd(kafka::kKeysTopic, {0}, bounds->begin,
                                                [&](const kafka::LogReader::OwnedRecord& record) {
                                                  ++records;
                                                  return LoadRecord(record);
                                                });
  if (!loaded) return loaded;
  base::LogInfo("data keys loaded", {{"records", records}, {"kept", Cached()}});
  return {};
}

base::Status DataKeys::LoadRecord(const kafka::LogReader::OwnedRecord& record) {
  log::v1::DataKeyRecord message;
  if (!record.value.empty() && !message.ParseFromString(record.value)) {
    return Fail(Code::kDataLoss, "{} at offset {}: is no data key", kafka::kKeysTopic,
                record.offset.value);
  }
  const std::string name = base::CompositeId({message.tenant(), message.subject()});
  const std::lock_guard lock(mutex_);
  if (record.value.empty()) {
    // Destroyed: whoever has it in the cache gets a new one.
    if (record.key.size() <= kIdPartBytes) return {};
    const std::string of = record.key.substr(0, record.key.size() - kIdPartBytes);
    const auto found = by_name_.find(of);
    if (found != by_name_.end() && RecordKey(of, found->second->key->id) == record.key) Forget(of);
    return {};
  }
  const auto unwrapped = Unseal(keys_.Of(message.tenant())->wrapping,
                                {message.nonce(), message.wrapped_key()}, record.key);
  auto key = std::make_shared<DataKey>();
  if (!unwrapped || unwrapped->size() != key->key.size() ||
      message.key_id().size() != key->id.bytes.size()) {
    return Fail(Code::kDataLoss,
                "{} at offset {}: cannot be unwrapped; the key set is not the log's",
                kafka::kKeysTopic, record.offset.value);
  }
  std::ranges::copy(message.key_id(), key->id.bytes.begin());
  std::ranges::copy(*unwrapped, key->key.begin());
  key->state = DataKey::State::kStored;
  Remember(name, key);
  return {};
}

base::Result<std::shared_ptr<DataKey>> DataKeys::Of(std::string_view tenant,
                                                    std::string_view subject) {
  const std::string name = base::CompositeId({tenant, subject});
  const std::lock_guard lock(mutex_);
  if (const auto found = by_name_.find(name); found != by_name_.end()) {
    newest_first_.splice(newest_first_.begin(), newest_first_, found->second);
    return found->second->key;
  }
  return Make(tenant, subject, name);
}

base::Result<std::shared_ptr<DataKey>> DataKeys::Make(std::string_view tenant,
                                                      std::string_view subject,
                                                      const std::string& name) {
  const auto random = RandomKey();
  if (!random) return tl::unexpected(random.error());
  auto key = std::make_shared<DataKey>();
  key->id = base::RandomUuid();
  key->key = *random;
  const std::string record_key = RecordKey(name, key->id);
  const auto wrapped = Seal(keys_.Of(tenant)->wrapping, Bytes(key->key), record_key);
  if (!wrapped) return tl::unexpected(wrapped.error());
  log::v1::DataKeyRecord message;
  message.set_tenant(std::string(tenant));
  message.set_subject(std::string(subject));
  message.set_key_id(IdBytes(key->id));
  message.set_nonce(wrapped->nonce);
  message.set_wrapped_key(wrapped->ciphertext);
  message.set_created_at(clock_.NowMicros());
  const uint64_t tag = next_tag_++;
  // Before Produce: its delivery may come while it is still being called.
  sent_.emplace(tag, Entry{name, key});
  auto produced =
      producer_.Produce(kafka::kKeysTopic, record_key, message.SerializeAsString(), {}, *this, tag);
  if (!produced) {
    sent_.erase(tag);
    return tl::unexpected(produced.error());
  }
  Remember(name, key);
  return key;
}

DataKeys::Stored DataKeys::Await(DataKey& key, KeyWaiter& waiter, uint64_t tag) {
  const std::lock_guard lock(mutex_);
  if (key.state == DataKey::State::kStored) return Stored::kYes;
  if (key.state == DataKey::State::kFailed) return Stored::kNo;
  key.waiters.emplace_back(&waiter, tag);
  return Stored::kLater;
}

void DataKeys::OnDelivery(uint64_t tag, const kafka::Delivery& delivery) {
  const bool stored = delivery.outcome == kafka::Delivery::Outcome::kPersisted;
  std::vector<std::pair<KeyWaiter*, uint64_t>> waiters;
  {
    const std::lock_guard lock(mutex_);
    const auto sent = sent_.find(tag);
    if (sent == sent_.end()) return;
    const Entry entry = std::move(sent->second);
    sent_.erase(sent);
    entry.key->state = stored ? DataKey::State::kStored : DataKey::State::kFailed;
    waiters.swap(entry.key->waiters);
    const auto cached = by_name_.find(entry.name);
    if (!stored && cached != by_name_.end() && cached->second->key == entry.key) {
      Forget(entry.name);
    }
  }
  for (const auto& [waiter, its_tag] : waiters) waiter->OnKeyStored(its_tag, stored);
}

void DataKeys::Remember(const std::string& name, const std::shared_ptr<DataKey>& key) {
  Forget(name);
  newest_first_.push_front({name, key});
  by_name_.emplace(newest_first_.front().name, newest_first_.begin());
  if (by_name_.size() > most_cached_) {
    by_name_.erase(newest_first_.back().name);
    newest_first_.pop_back();
  }
}

void DataKeys::Forget(const std::string& name) {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return;
  const auto entry = found->second;
  by_name_.erase(found);
  newest_first_.erase(entry);
}

size_t DataKeys::Cached() const {
  const std::lock_guard lock(mutex_);
  return by_name_.size();
}

}  // namespace clientele::ingest
