// Brings blocks into one table exactly once. After a clear answer nothing is read; after a start
// behind rows that are there already, and after any insert that did not clearly succeed, it reads
// which rows of the batch's offsets are there, by row key (src_partition, src_offset, retires,
// row), and inserts the missing ones: read-then-fill, the only recovery. Owned by a worker; its
// writing thread only.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "clickhouse/native_block.h"
#include "projections/runner/fenced_store.h"
#include "projections/runner/probe.h"

namespace clientele::projections::runner {

// Offsets [from, to) of one partition.
struct OffsetRange {
  int32_t partition = 0;
  uint64_t from = 0;
  uint64_t to = 0;
};

class TableWriter {
 public:
  // `table` without its database; `writer` names it in query ids. `patience`: how long an insert is
  // tried while the store fails in ways that may pass.
  TableWriter(FencedStore& store, std::string writer, std::string table,
              std::chrono::milliseconds patience, Probe& probe);

  // Reads how far the table reaches beyond `from` (partition -> the ledger's next offset); batches
  // up to there are filled, not inserted. DATA_LOSS if it reaches `end` or beyond (partition -> the
  // log's end): the table is ahead of the log.
  [[nodiscard]] base::Status Prepare(const std::map<int32_t, uint64_t>& from,
                                     const std::map<int32_t, uint64_t>& end);

  // All rows of the block are in the table when it returns. `ranges`: the offsets that the block
  // was made from, all of them. DATA_LOSS if the table holds other rows there than the block's.
  [[nodiscard]] base::Status Write(const clickhouse::BlockWriter& block,
                                   const std::vector<OffsetRange>& ranges, std::stop_token stop);

  [[nodiscard]] const std::string& table() const { return table_; }
  // Rows found there and not inserted again, since the start.
  [[nodiscard]] uint64_t rows_found() const { return rows_found_; }

 private:
  using Rows = std::vector<uint32_t>;

  // The rows of the block that are not in the table.
  [[nodiscard]] base::Result<Rows> Missing(const clickhouse::BlockWriter& block,
                                           const std::vector<OffsetRange>& ranges);
  // One try at inserting these rows, split by month and at most_rows_.
  [[nodiscard]] base::Status InsertRows(const clickhouse::BlockWriter& block, const Rows& rows);
  [[nodiscard]] base::Status InsertOnce(const clickhouse::BlockWriter& block);
  [[nodiscard]] bool ReachesInto(const std::vector<OffsetRange>& ranges) const;

  FencedStore& store_;
  const std::string writer_;
  const std::string table_;
  const std::string qualified_;
  const std::chrono::milliseconds patience_;
  Probe& probe_;
  std::map<int32_t, uint64_t> furthest_;  // partition -> last offset found at start
  std::string unclear_;                   // query id of the insert that did not clearly succeed
  size_t most_rows_;                      // of one insert; halved when memory is short
  uint64_t rows_found_ = 0;
};

}  // namespace clientele::projections::runner
