// The writing half of a worker: a batch's rows into every table, then its ledgers, then the board.
// Owned by a worker; its writing thread only, but for Prepare (before the threads start).
#pragma once

#include <chrono>
#include <map>
#include <stop_token>
#include <vector>

#include "base/clock.h"
#include "projections/runner/batch.h"
#include "projections/runner/mark_board.h"
#include "projections/runner/probe.h"

namespace clientele::projections::runner {

class BatchWriter {
 public:
  // `patience`: how long a statement is tried while the store fails in ways that may pass.
  BatchWriter(FencedStore& store, const base::Clock& clock, MarkBoard& board, Probe& probe,
              const std::vector<LiveVersion>& versions, std::chrono::milliseconds patience);

  // Reads how far every table reaches beyond its ledger; `ledgers` by version, in their order,
  // `ends` the log's ends by partition. DATA_LOSS: a table is ahead of the log.
  [[nodiscard]] base::Status Prepare(const std::vector<PartitionLedgers>& ledgers,
                                     const std::map<int32_t, uint64_t>& ends);
  // On return all rows are in the tables and the ledgers say so. A stop ends only the waiting for
  // a store that fails.
  [[nodiscard]] base::Status Write(const Batch& batch, std::stop_token stop);

 private:
  [[nodiscard]] base::Status WriteLedger(const Batch& batch, std::stop_token stop);

  FencedStore& store_;
  const base::Clock& clock_;
  MarkBoard& board_;
  Probe& probe_;
  const std::chrono::milliseconds patience_;
  std::vector<std::vector<TableWriter>> tables_;  // by version
};

}  // namespace clientele::projections::runner
