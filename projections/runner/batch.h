// What one turn of the pipeline carries: the rows of some offsets, for every table, and the ledgers
// that hold once they are written. Two of them go round between a worker's two threads, which keep
// their memory.
#pragma once

#include <map>
#include <vector>

#include "clickhouse/native_block.h"
#include "kafka/types.h"
#include "projections/runner/ledger.h"
#include "projections/runner/live_version.h"
#include "projections/runner/table_writer.h"

namespace clientele::projections::runner {

struct VersionRows {
  std::vector<clickhouse::BlockWriter> blocks;  // in the order of the version's tables
  std::vector<OffsetRange> ranges;              // the offsets that they were made from
};

struct Batch {
  explicit Batch(const std::vector<LiveVersion>& live) {
    for (const LiveVersion& version : live) {
      VersionRows& rows = versions.emplace_back();
      for (const LiveTable& table : version.tables) rows.blocks.emplace_back(table.columns);
    }
  }
  void Clear() {
    for (VersionRows& version : versions) {
      for (auto& block : version.blocks) block.Clear();
      version.ranges.clear();
    }
    ledgers.clear();
    next.clear();
    records = 0;
    bytes = 0;
  }

  std::vector<VersionRows> versions;               // in the order of the live versions
  Ledgers ledgers;                                 // of the versions that it moves on
  std::map<kafka::Partition, kafka::Offset> next;  // what it was read up to
  size_t records = 0;
  size_t bytes = 0;  // of the records' values
};

}  // namespace clientele::projections::runner
