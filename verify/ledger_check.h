// Whether every version's ledger says of the log what the log says itself, and whether versions of
// one projection hold the same rows. One thread.
#pragma once

#include <functional>
#include <map>
#include <set>

#include "clickhouse/store.h"
#include "verify/expected.h"
#include "verify/report.h"
#include "verify/stored.h"

namespace clientele::verify {

// What the log is below each offset that some ledger of a partition names.
class Accounts {
 public:
  // Offsets of one partition to be counted up to.
  explicit Accounts(std::set<uint64_t> offsets) : open_(std::move(offsets)) {}
  // The next record is at this offset, `before` is what lies below it. At the end: offset = end.
  void Pass(uint64_t offset, const Counts& before);
  [[nodiscard]] const std::map<uint64_t, Counts>& counts() const { return counts_; }

 private:
  std::set<uint64_t> open_;
  std::map<uint64_t, Counts> counts_;
};

// The offsets that the ledgers of a partition name.
[[nodiscard]] std::set<uint64_t> LedgerOffsets(const Stored& stored, int32_t partition);

// The ledgers of one partition: gaps, genesis and quarantined records are the log's, the active
// versions have come to the mark. `counts`: by ledger offset, where the log reaches it.
void CheckLedgers(const Stored& stored, const Mark& mark, int32_t partition,
                  const std::map<uint64_t, Counts>& counts, Report& report);

// Rows of `events` below each ledger = projected records, for every version of events.
[[nodiscard]] base::Status CheckEventCounts(clickhouse::Store& store, const Stored& stored,
                                            const Mark& mark, Report& report);

using ReadEnds = std::function<base::Result<std::vector<uint64_t>>()>;
// No row is of an offset that the log does not have. The log's ends are read again before a row is
// named, for the log may grow.
[[nodiscard]] base::Status CheckBeyond(clickhouse::Store& store, const std::string& table,
                                       const ReadEnds& read_ends, Report& report);

// Versions of one projection that the same code made and that cover the mark have the same content
// below it. A difference is told of the one that queries do not read.
[[nodiscard]] base::Status CompareVersions(clickhouse::Store& store, const Stored& stored,
                                           const Mark& mark, Report& report);

}  // namespace clientele::verify
