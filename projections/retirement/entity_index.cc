#include "projections/retirement/entity_index.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>

#include "base/log.h"
#include "projections/retirement/index_folder.h"
#include "projections/retirement/known_entities.h"
#include "projections/retirement/progress.h"
#include "projections/retirement/state_buffer.h"
#include "projections/retirement/states.h"
#include "projections/retirement/states_file.h"

namespace clientele::projections::retirement {

namespace {

// Entities looked up with one call: bounds what is pinned, and is far above RocksDB's own groups.
constexpr size_t kEntitiesPerLookUp = 4096;
// Far enough for memory to answer, near enough to be there still.
constexpr size_t kFetchedAhead = 16;
constexpr size_t kCauses = 6;
constexpr std::array<const char*, kCauses + 1> kCauseNames = {
    "", "told", "correction", "retraction", "duplicate", "stale", "unknown"};

class RocksIndex final : public EntityIndex {
 public:
  RocksIndex(std::unique_ptr<IndexFolder> folder, const base::Uuid& log_id, base::Metrics& metrics,
             size_t events_between_writes);
  ~RocksIndex() override;

  // Opens the states, or begins them anew if that is what they need.
  [[nodiscard]] base::Status Begin();

  base::Status GoOnFrom(const std::map<int32_t, uint64_t>& offsets) override;
  uint64_t NextOffset(int32_t partition) const override;
  base::Result<std::vector<Decision>> Decide(
      std::span<const Telling> tellings, const std::map<int32_t, uint64_t>& next_offsets) override;
  void Forget(int32_t partition, uint64_t floor) override;

 private:
  // A telling of the batch in the order of entities.
  struct Place {
    base::Hash128 entity;
    uint32_t telling = 0;  // its number in the batch
    bool known = false;    // below the next offset: decided before, nothing is written
  };

  // An entity that has new states.
  struct Change {
    base::Hash128 entity;
    bool added = false;  // it had none
    size_t end = 0;      // of its states in changed_bytes_, which begin where the last one's end
  };

  [[nodiscard]] base::Status OpenStates();
  [[nodiscard]] base::Status BeginAnew(std::string_view why);
  [[nodiscard]] base::Status Arrange(std::span<const Telling> tellings, const ProgressMap& after);
  [[nodiscard]] base::Status LookUp(size_t first_entity, size_t entities);
  [[nodiscard]] base::Status DecideEntity(std::span<const Telling> tellings, size_t entity,
                                          std::string_view stored,
                                          std::vector<Decision>& decisions);
  void Commit(ProgressMap after);
  [[nodiscard]] base::Status WriteBuffer();
  [[nodiscard]] tl::unexpected<base::Error> Failed(const rocksdb::Status& status) const;

  const std::unique_ptr<IndexFolder> folder_;
  const base::Uuid log_id_;
  const size_t events_between_writes_;
  StateBuffer buffer_;                         // what is not in db_ yet
  size_t decided_since_ = 0;                   // events since the last write
  bool unwritten_ = false;                     // progress_ is further than db_ says
  std::vector<prometheus::Counter*> decided_;  // by cause
  prometheus::Counter& states_written_;
  std::unique_ptr<rocksdb::DB> db_;
  std::optional<KnownEntities> known_;  // of db_
  mutable std::mutex mutex_;            // for progress_, of which NextOffset reads from any thread
  ProgressMap progress_;

  // Of one call of Decide; kept for their memory.
  std::vector<Place> places_;
  std::vector<size_t> entities_;          // where each entity's places begin, and their end
  std::vector<std::string_view> stored_;  // by entity of a look-up
  std::vector<size_t> looked_up_;         // the entities whose states are in values_
  std::array<EntityKey, kEntitiesPerLookUp> keys_;
  std::array<rocksdb::Slice, kEntitiesPerLookUp> slices_;
  std::array<rocksdb::PinnableSlice, kEntitiesPerLookUp> values_;
  std::array<rocksdb::Status, kEntitiesPerLookUp> statuses_;
  std::vector<State> states_;
  std::vector<Change> changes_;
  std::string changed_bytes_;  // the states of all changes
  bool stalled_ = false;       // a write has failed
};

RocksIndex::RocksIndex(std::unique_ptr<IndexFolder> folder, const base::Uuid& log_id,
                       base::Metrics& metrics, size_t events_between_writes)
    : folder_(std::move(folder)),
      log_id_(log_id),
      events_between_writes_(events_between_writes),
      buffer_(events_between_writes),
      states_written_(metrics.Counter("clientele_retirement_states_written_total",
                                      "Entities whose states the index wrote")) {
  decided_.push_back(nullptr);
  for (size_t cause = 1; cause <= kCauses; ++cause) {
    decided_.push_back(&metrics.Counter("clientele_retirement_decisions_total",
                                        "Events that the retirement step decided",
                                        {{"cause", kCauseNames[cause]}}));
  }
  for (size_t i = 0; i < kEntitiesPerLookUp; ++i) {
    slices_[i] = rocksdb::Slice(keys_[i].data(), keys_[i].size());
  }
}

base::Status RocksIndex::Begin() {
  const base::Status opened = OpenStates();
  if (opened || opened.error().code != base::Code::kDataLoss) return opened;
  return BeginAnew(opened.error().message);
}

base::Status RocksIndex::OpenStates() {
  ProgressMap progress;
  auto db = folder_->OpenStates(log_id_, progress);
  if (!db) return tl::unexpected(db.error());
  db_ = std::move(*db);
  known_.emplace(*db_, folder_->path());
  const std::lock_guard lock(mutex_);
  progress_ = std::move(progress);
  return {};
}

base::Status RocksIndex::BeginAnew(std::string_view why) {
  base::LogWarning("entity index is begun anew, the log will be read from its beginning",
                   {{"folder", folder_->path()}, {"why", why}});
  known_.reset();
  db_.reset();
  buffer_.Clear();
  unwritten_ = false;
  const base::Status removed = folder_->Remove();
  if (!removed) return removed;
  return OpenStates();
}

base::Status RocksIndex::GoOnFrom(const std::map<int32_t, uint64_t>& offsets) {
  for (const auto& [partition, offset] : offsets) {
    const Progress progress = ProgressOf(progress_, partition);
    if (offset < progress.floor && offset < progress.next) {
      return BeginAnew(
          fmt::format("partition {}: tables go on from offset {}, states are kept from {}",
                      partition, offset, progress.floor));
    }
  }
  return {};
}

uint64_t RocksIndex::NextOffset(int32_t partition) const {
  const std::lock_guard lock(mutex_);
  return ProgressOf(progress_, partition).next;
}

void RocksIndex::Forget(int32_t partition, uint64_t floor) {
  const std::lock_guard lock(mutex_);
  Progress& progress = progress_[partition];
  progress.floor = std::max(progress.floor, floor);
}

base::Result<std::vector<Decision>> RocksIndex::Decide(
    std::span<const Telling> tellings, const std::map<int32_t, uint64_t>& next_offsets) {
  if (decided_since_ >= events_between_writes_) {
    const base::Status written = WriteBuffer();
    if (!written) return tl::unexpected(written.error());
  }
  ProgressMap after = progress_;
  for (const auto& [partition, next] : next_offsets) {
    after[partition].next = std::max(after[partition].next, next);
  }
  const base::Status arranged = Arrange(tellings, after);
  if (!arranged) return tl::unexpected(arranged.error());
  std::vector<Decision> decisions(tellings.size());
  const size_t entities = entities_.size() - 1;
  for (size_t first = 0; first < entities; first += kEntitiesPerLookUp) {
    const size_t count = std::min(kEntitiesPerLookUp, entities - first);
    const base::Status found = LookUp(first, count);
    if (!found) return tl::unexpected(found.error());
    for (size_t i = 0; i < count; ++i) {
      const base::Status decided = DecideEntity(tellings, first + i, stored_[i], decisions);
      if (!decided) return tl::unexpected(decided.error());
    }
    for (size_t i = 0; i < looked_up_.size(); ++i) values_[i].Reset();
  }
  Commit(std::move(after));
  std::array<size_t, kCauses + 1> decided{};
  for (const Decision& decision : decisions) ++decided[static_cast<size_t>(decision.cause)];
  for (size_t cause = 1; cause <= kCauses; ++cause) {
    decided_[cause]->Increment(static_cast<double>(decided[cause]));
  }
  return decisions;
}

// In the order of entities, an entity's tellings as they came: neighbours then share the filters
// and blocks of a look-up and the place of a write.
base::Status RocksIndex::Arrange(std::span<const Telling> tellings, const ProgressMap& after) {
  changes_.clear();
  changed_bytes_.clear();
  places_.clear();
  places_.reserve(tellings.size());
  auto partition = after.end();
  Progress before;
  for (size_t i = 0; i < tellings.size(); ++i) {
    const Telling& telling = tellings[i];
    if (partition == after.end() || partition->first != telling.partition) {
      partition = after.find(telling.partition);
      before = ProgressOf(progress_, telling.partition);
    }
    if (partition == after.end() || telling.offset >= partition->second.next) {
      return base::Fail(base::Code::kInternal,
                        "entity index {}: partition {} offset {} is beyond the batch's next offset",
                        folder_->path(), telling.partition, telling.offset);
    }
    const bool known = telling.offset < before.next;
    if (known && telling.offset < before.floor) {
      return base::Fail(base::Code::kFailedPrecondition,
                        "entity index {}: partition {} offset {} is below {}, from where on states "
                        "are kept; remove the folder to begin it anew",
                        folder_->path(), telling.partition, telling.offset, before.floor);
    }
    places_.push_back({telling.entity, static_cast<uint32_t>(i), known});
  }
  std::sort(places_.begin(), places_.end(), [](const Place& a, const Place& b) {
    return a.entity != b.entity ? a.entity < b.entity : a.telling < b.telling;
  });
  entities_.clear();
  for (size_t i = 0; i < places_.size(); ++i) {
    if (i == 0 || places_[i].entity != places_[i - 1].entity) entities_.push_back(i);
  }
  entities_.push_back(places_.size());
  return {};
}

// In the buffer, else in the files those that may be known.
base::Status RocksIndex::LookUp(size_t first_entity, size_t entities) {
  const auto entity = [&](size_t i) -> const base::Hash128& {
    return places_[entities_[first_entity + i]].entity;
  };
  stored_.assign(entities, {});
  looked_up_.clear();
  for (size_t i = 0; i < std::min(kFetchedAhead, entities); ++i) known_->Prefetch(entity(i));
  for (size_t i = 0; i < entities; ++i) {
    if (i + kFetchedAhead < entities) known_->Prefetch(entity(i + kFetchedAhead));
    if (!known_->MayKnow(entity(i))) continue;
    if (const auto buffered = buffer_.Find(entity(i))) {
      stored_[i] = *buffered;
      continue;
    }
    keys_[looked_up_.size()] = KeyOf(entity(i));
    looked_up_.push_back(i);
  }
  if (looked_up_.empty()) return {};
  db_->MultiGet(rocksdb::ReadOptions(), db_->DefaultColumnFamily(), looked_up_.size(),
                slices_.data(), values_.data(), statuses_.data(), /*sorted_input=*/true);
  for (size_t i = 0; i < looked_up_.size(); ++i) {
    if (statuses_[i].ok()) {
      stored_[looked_up_[i]] = {values_[i].data(), values_[i].size()};
    } else if (!statuses_[i].IsNotFound()) {
      return Failed(statuses_[i]);
    }
  }
  return {};
}

base::Status RocksIndex::DecideEntity(std::span<const Telling> tellings, size_t entity,
                                      std::string_view stored, std::vector<Decision>& decisions) {
  if (!ReadStates(stored, states_)) {
    return Failed(rocksdb::Status::Corruption("an entity's states cannot be read"));
  }
  bool changed = false;
  for (size_t i = entities_[entity]; i < entities_[entity + 1]; ++i) {
    const Place& place = places_[i];
    const Telling& telling = tellings[place.telling];
    const Step step = Apply(telling, StateBelow(states_, telling.offset));
    decisions[place.telling] = step.decision;
    if (place.known || !step.next) continue;
    if (!states_.empty() && states_.back().offset >= telling.offset) {
      return base::Fail(base::Code::kInternal,
                        "entity index {}: partition {} offset {} came after offset {}",
                        folder_->path(), telling.partition, telling.offset, states_.back().offset);
    }
    states_.push_back(*step.next);
    changed = true;
  }
  if (!changed) return {};
  const Telling& first = tellings[places_[entities_[entity]].telling];
  ForgetBelow(states_, ProgressOf(progress_, first.partition).floor);
  Change& change = changes_.emplace_back();
  change.entity = first.entity;
  change.added = stored.empty();
  AppendStates(states_, changed_bytes_);
  change.end = changed_bytes_.size();
  return {};
}

void RocksIndex::Commit(ProgressMap after) {
  size_t begin = 0;
  for (const Change& change : changes_) {
    if (change.added) known_->Add(change.entity);
    buffer_.Put(change.entity, std::string_view(changed_bytes_).substr(begin, change.end - begin));
    begin = change.end;
  }
  states_written_.Increment(static_cast<double>(changes_.size()));
  decided_since_ += places_.size();
  const std::lock_guard lock(mutex_);
  for (const auto& [partition, one] : after) {
    unwritten_ |= one.next > ProgressOf(progress_, partition).next;
  }
  progress_ = std::move(after);
}

// As one file of the database, so that states and offsets are there together or not at all.
base::Status RocksIndex::WriteBuffer() {
  if (!unwritten_) return {};
  // After a failed write RocksDB takes none until it is told that the cause may be gone.
  if (stalled_) {
    const rocksdb::Status resumed = db_->Resume();
    if (!resumed.ok()) return Failed(resumed);
    stalled_ = false;
  }
  StatesFile file(*db_, folder_->path());
  file.Put(kProgressKey, WriteProgress(progress_));
  for (const StateBuffer::Entry& entry : buffer_.InOrder()) {
    const EntityKey key = KeyOf(entry.entity);
    file.Put({key.data(), key.size()}, entry.states);
  }
  const rocksdb::Status added = file.Finish();
  if (!added.ok()) {
    stalled_ = true;
    return Failed(added);
  }
  buffer_.Clear();
  decided_since_ = 0;
  unwritten_ = false;
  return {};
}

RocksIndex::~RocksIndex() {
  if (db_ == nullptr) return;
  const base::Status written = WriteBuffer();
  if (!written) {
    base::LogWarning("entity index: its last states were not written, they will be made again",
                     {{"error", written.error().message}});
  }
}

tl::unexpected<base::Error> RocksIndex::Failed(const rocksdb::Status& status) const {
  auto failed = FailedBecause(folder_->path(), status);
  if (failed.value().code == base::Code::kDataLoss) {
    folder_->MarkDamaged();
    failed.value().message += "; start again: the index is then begun anew, nothing is lost";
  }
  return failed;
}

}  // namespace

base::Result<std::unique_ptr<EntityIndex>> EntityIndex::Open(const std::string& folder,
                                                             const base::Uuid& log_id,
                                                             base::Metrics& metrics,
                                                             size_t events_between_writes) {
  auto locked = IndexFolder::Lock(folder);
  if (!locked) return tl::unexpected(locked.error());
  auto index =
      std::make_unique<RocksIndex>(std::move(*locked), log_id, metrics, events_between_writes);
  const base::Status begun = index->Begin();
  if (!begun) return tl::unexpected(begun.error());
  return index;
}

}  // namespace clientele::projections::retirement
