// The ledger: how far the tables of every (projection, version, partition) reach, and of which log.
// Read once at start; each worker then writes its own partitions' rows after every batch, in one
// insert of one part, so that all versions of a partition move together. Plain values and free
// functions; any thread.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/uuid.h"
#include "clickhouse/store.h"
#include "projections/runner/fenced_store.h"

namespace clientele::projections::runner {

// A version of a projection. The runner's own quarantine has one too.
struct VersionName {
  std::string projection;
  uint32_t version = 0;
  auto operator<=>(const VersionName&) const = default;
  [[nodiscard]] std::string ToString() const;  // calls_v1
};

struct LedgerEntry {
  uint64_t next_offset = 0;
  uint64_t gaps = 0;
  uint64_t genesis = 0;
  uint64_t quarantined = 0;
  base::Uuid log_id;
  std::string code_hash;
};

// By partition; a partition without an entry has not been begun.
using PartitionLedgers = std::map<int32_t, LedgerEntry>;
using Ledgers = std::map<VersionName, PartitionLedgers>;

// What the ledger holds, of all versions.
[[nodiscard]] base::Result<Ledgers> ReadLedgers(clickhouse::Store& store);

// Whether a version's tables hold all that lies below `next`, by partition.
[[nodiscard]] bool Reaches(const Ledgers& ledgers, const VersionName& version,
                           const std::vector<uint64_t>& next);

// FAILED_PRECONDITION if an entry is of another log, or of other code under the same version.
// `code_hashes` names the versions that this program projects.
[[nodiscard]] base::Status CheckLedgers(const Ledgers& ledgers, const base::Uuid& log_id,
                                        const std::map<VersionName, std::string>& code_hashes);

// Writes entries; the same ones again do no harm (the greatest next_offset counts). Not retried.
[[nodiscard]] base::Status WriteLedgers(FencedStore& store, const base::Clock& clock,
                                        const Ledgers& entries);

}  // namespace clientele::projections::runner
