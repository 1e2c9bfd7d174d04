#include "projections/runner/batch_writer.h"

#include "base/kill_point.h"
#include "base/patience.h"

namespace clientele::projections::runner {

BatchWriter::BatchWriter(FencedStore& store, const base::Clock& clock, MarkBoard& board,
                         Probe& probe, const std::vector<LiveVersion>& versions,
                         std::chrono::milliseconds patience)
    : store_(store), clock_(clock), board_(board), probe_(probe), patience_(patience) {
  for (const LiveVersion& version : versions) {
    auto& tables = tables_.emplace_back();
    for (const LiveTable& table : version.tables) {
      tables.emplace_back(store, version.name.ToString(), table.name, patience, probe);
    }
  }
}

base::Status BatchWriter::Prepare(const std::vector<PartitionLedgers>& ledgers,
                                  const std::map<int32_t, uint64_t>& ends) {
  for (size_t v = 0; v < tables_.size(); ++v) {
    std::map<int32_t, uint64_t> from;
    for (const auto& [partition, entry] : ledgers[v]) from[partition] = entry.next_offset;
    for (TableWriter& table : tables_[v]) {
      if (auto prepared = table.Prepare(from, ends); !prepared) return prepared;
    }
  }
  return {};
}

base::Status BatchWriter::Write(const Batch& batch, std::stop_token stop) {
  {
    const StepTimer timer(probe_, Step::kInsert);
    for (size_t v = 0; v < tables_.size(); ++v) {
      const VersionRows& rows = batch.versions[v];
      if (rows.ranges.empty()) continue;
      for (size_t t = 0; t < tables_[v].size(); ++t) {
        auto written = tables_[v][t].Write(rows.blocks[t], rows.ranges, stop);
        if (!written) return written;
      }
    }
  }
  if (auto written = WriteLedger(batch, stop); !written) return written;
  board_.Report(batch.ledgers);
  probe_.BatchDone(batch.records, batch.bytes);
  return {};
}

base::Status BatchWriter::WriteLedger(const Batch& batch, std::stop_token stop) {
  if (batch.ledgers.empty()) return {};
  const StepTimer timer(probe_, Step::kLedger);
  base::Patience patience(patience_, stop);
  // The same entries twice are the same ledger.
  return base::KeepTrying(patience, "ledger not written yet", [&] {
    base::KillPoint("before-ledger");
    auto written = WriteLedgers(store_, clock_, batch.ledgers);
    base::KillPoint("after-ledger");
    return written;
  });
}

}  // namespace clientele::projections::runner
