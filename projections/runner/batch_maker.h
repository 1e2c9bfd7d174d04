// The computing half of a worker: records -> events or quarantine -> decisions -> rows of every
// live version, and the ledgers that go with them. Owned by a worker; its reading thread only. What
// it gives depends on the log alone, not on how the records were grouped.
#pragma once

#include <google/protobuf/arena.h>

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

#include "projections/retirement/entity_index.h"
#include "projections/retirement/telling_source.h"
#include "projections/runner/batch.h"
#include "projections/runner/genesis.h"
#include "projections/runner/probe.h"
#include "projections/runner/quarantine_watch.h"

namespace clientele::projections::runner {

class BatchMaker {
 public:
  // Records that Add takes at most at once.
  static constexpr size_t kMostRecords = 4'096;

  // `ledgers`: of every live version, in their order, for each partition of the worker. `begin`:
  // where reading begins, by partition; below a version's ledger it gets no rows.
  // `most_quarantined_percent`: see QuarantineWatch. What is referred to must outlive this.
  BatchMaker(const std::vector<LiveVersion>& versions, const LogIdentity& log,
             std::vector<PartitionLedgers> ledgers, const std::map<int32_t, uint64_t>& begin,
             retirement::EntityIndex& index, retirement::TellingSource& source, Probe& probe,
             int64_t most_quarantined_percent = 100);

  // Takes the next records of the log into the batch; of each partition in rising offsets.
  // DATA_LOSS: bytes that must be taken back are nowhere; FAILED_PRECONDITION: a genesis record of
  // another log, or a flood of records for the quarantine; else what the index and the source say.
  // All are final: a store or log that is away is waited for, until a stop.
  [[nodiscard]] base::Status Add(std::span<const kafka::Record> records, Batch& batch,
                                 std::stop_token stop);
  // Ends the batch: ranges, ledgers, offsets. The next Add begins another.
  void Finish(Batch& batch);

 private:
  // A good record on its way to the tables.
  struct Told {
    const kafka::Record* record = nullptr;
    const event::v1::Event* event = nullptr;
    uint32_t entity_kind = 0;
    bool unknown_kind = false;
  };
  struct PartitionState {
    uint64_t batch_from = 0;
    uint64_t next = 0;
    std::vector<uint64_t> starts;  // by version: the ledger's next offset at start
    uint64_t least_start = 0;      // of the projections
  };
  // What an offset is that gives no row of an event.
  enum class Uncounted : uint8_t { kGap, kGenesis, kQuarantined };

  [[nodiscard]] base::Status DecodeAll(std::span<const kafka::Record> records, Batch& batch);
  [[nodiscard]] base::Status TakeGenesis(const kafka::Record& record,
                                         const log::v1::Genesis& genesis);
  void Quarantine(const kafka::Record& record, const Verdict& verdict, Batch& batch);
  void Count(Uncounted what, kafka::Partition partition, uint64_t from, uint64_t to);
  [[nodiscard]] base::Result<std::vector<retirement::Decision>> Decide(
      std::span<const kafka::Record> records, std::stop_token stop);
  [[nodiscard]] base::Status ProjectAll(const std::vector<retirement::Decision>& decisions,
                                        Batch& batch, const std::stop_token& stop);
  // Reads what the decisions from `first` on take back, as far as it fits one read; the number of
  // the decision after the last one covered.
  [[nodiscard]] base::Result<size_t> ReadTakenBack(
      const std::vector<retirement::Decision>& decisions, size_t first, std::stop_token stop);
  [[nodiscard]] base::Status Project(const Told& told, const retirement::Decision& decision,
                                     std::optional<std::string_view> taken_back, Batch& batch);
  [[nodiscard]] PartitionState& StateOf(kafka::Partition partition) {
    return partitions_[static_cast<size_t>(partition.value)];
  }
  // Whether any projection wants rows of the record.
  [[nodiscard]] bool Wanted(const kafka::Record& record) {
    return static_cast<uint64_t>(record.offset.value) >= StateOf(record.partition).least_start;
  }

  const std::vector<LiveVersion>& versions_;
  const LogIdentity& log_;
  std::vector<PartitionLedgers> ledgers_;   // by version: as far as records were added
  std::vector<PartitionState> partitions_;  // by number; another worker's has no starts
  retirement::EntityIndex& index_;
  retirement::TellingSource& source_;
  Probe& probe_;
  QuarantineWatch watch_;

  // Of one call of Add; kept for their memory.
  std::unique_ptr<char[]> arena_block_;
  google::protobuf::Arena arena_;
  std::vector<Told> told_;
  std::vector<retirement::Telling> tellings_;
  std::vector<retirement::Place> places_;
  std::vector<std::string_view> taken_back_;
  event::v1::Event old_event_;
};

}  // namespace clientele::projections::runner
