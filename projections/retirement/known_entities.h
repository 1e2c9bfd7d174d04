// Which entities are new to the index: answered from memory. What an opened index holds already is
// read by a thread of its own; until it is through, any entity may be known. Owned by the entity
// index, its thread only; the database must outlive it.
#pragma once

#include <rocksdb/db.h>

#include <atomic>
#include <thread>

#include "projections/retirement/entity_filter.h"

namespace clientele::projections::retirement {

class KnownEntities {
 public:
  // Begins to read what the database holds.
  KnownEntities(rocksdb::DB& db, std::string folder);

  // To be called before its states are written.
  void Add(const base::Hash128& entity) { added_.Add(entity); }
  // No: the database has no states of it.
  [[nodiscard]] bool MayKnow(const base::Hash128& entity) const {
    return !complete_.load(std::memory_order_acquire) || held_.MayKnow(entity) ||
           added_.MayKnow(entity);
  }
  // Has the processor fetch what MayKnow of that entity will read.
  void Prefetch(const base::Hash128& entity) const {
    if (!complete_.load(std::memory_order_acquire)) return;
    held_.Prefetch(entity);
    added_.Prefetch(entity);
  }

 private:
  void ReadHeld(const rocksdb::Snapshot* snapshot, std::string folder, std::stop_token stop);

  rocksdb::DB& db_;
  EntityFilter added_;                  // since the opening
  EntityFilter held_;                   // before it; the reading thread's until it is complete
  std::atomic<bool> complete_ = false;  // held_ has all that was there
  std::jthread reading_;
};

}  // namespace clientele::projections::retirement
