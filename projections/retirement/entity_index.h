// The entity index: which telling of an entity counts, as of any offset. Local, disposable, in
// RocksDB: per entity a list of states, appended only on change; an event at offset o is decided by
// the last state below o, so the live run, a restart and a rebuild decide alike. One index per
// worker or replay, with a folder of its own; one thread at a time, but for NextOffset (any
// thread).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "base/result.h"
#include "base/uuid.h"
#include "projections/retirement/rule.h"

namespace clientele::projections::retirement {

class EntityIndex {
 public:
  // As many as a worker decides in a second or two: that long takes it to read them again.
  static constexpr size_t kEventsBetweenWrites = 500'000;

  // Opens or begins the index in a folder of its own. One that is damaged, of another log or of
  // another format is removed and begun anew, which the log says. UNAVAILABLE if the folder cannot
  // be written; FAILED_PRECONDITION if another index, of this process or another, has it open.
  // What it decides is written every so many events, and at the end; NextOffset of an index that
  // was killed is that of its last write, and the log is read again from there.
  [[nodiscard]] static base::Result<std::unique_ptr<EntityIndex>> Open(
      const std::string& folder, const base::Uuid& log_id, base::Metrics& metrics,
      size_t events_between_writes = kEventsBetweenWrites);
  virtual ~EntityIndex() = default;

  // To be called after Open, with the offsets (by partition) from which the tables go on. If states
  // that decisions from there need were forgotten, as when tables were dropped and the index was
  // not, the index is removed and begun anew, which the log says; then NextOffset is 0 everywhere.
  // UNAVAILABLE as Open.
  [[nodiscard]] virtual base::Status GoOnFrom(const std::map<int32_t, uint64_t>& offsets) = 0;

  // Every event of the partition below it has been decided here; 0: none.
  [[nodiscard]] virtual uint64_t NextOffset(int32_t partition) const = 0;
  // Decides tellings, of each partition in rising offsets and without leaving one out between
  // NextOffset and next_offsets; one decision each. Then NextOffset is at least next_offsets
  // (partition -> offset after the last record read, decodable or not): states and offsets are
  // written together, atomically. Below NextOffset it decides and writes nothing. On any error
  // nothing was decided.
  // UNAVAILABLE, DATA_LOSS as RocksDB says: the worker must end; after DATA_LOSS the next Open
  // begins anew. FAILED_PRECONDITION for a telling below NextOffset and below what Forget was told.
  // INTERNAL for offsets against the rules above.
  [[nodiscard]] virtual base::Result<std::vector<Decision>> Decide(
      std::span<const Telling> tellings, const std::map<int32_t, uint64_t>& next_offsets) = 0;
  // Nothing below `floor`, the smallest ledger of those that this index serves, will be decided
  // again: older states may go, as they are met. A floor never sinks.
  virtual void Forget(int32_t partition, uint64_t floor) = 0;
};

}  // namespace clientele::projections::retirement
