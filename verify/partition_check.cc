#include "verify/partition_check.h"

namespace clientele::verify {
namespace {

// Offsets that are worked out and compared at a time.
constexpr uint64_t kStretch = 200'000;

// The offsets up to which the partition's records are counted.
std::set<uint64_t> Boundaries(const Stored& stored, int32_t partition, uint64_t mark,
                              uint64_t log_end) {
  std::set<uint64_t> boundaries = LedgerOffsets(stored, partition);
  // What a ledger says beyond the log's end cannot be counted.
  boundaries.erase(boundaries.upper_bound(log_end), boundaries.end());
  boundaries.insert(mark);
  return boundaries;
}

}  // namespace

base::Status Comparison::Add(const Range& range) {
  stretch_.ranges.push_back(range);
  offsets_ += range.to - range.from;
  return offsets_ >= kStretch ? Finish() : base::Status();
}

base::Status Comparison::Finish() {
  if (stretch_.ranges.empty()) return {};
  for (TableCheck& table : tables_) {
    if (auto checked = table.Check(stretch_); !checked) return checked;
  }
  stretch_.Clear();
  offsets_ = 0;
  return {};
}

PartitionCheck::PartitionCheck(int32_t partition, uint64_t end, const Mark& mark,
                               const Stored& stored, Comparison& comparison,
                               Acknowledged* acknowledged, Figures& figures, Report& report)
    : partition_(partition),
      mark_(mark),
      stored_(stored),
      comparison_(comparison),
      acknowledged_(acknowledged),
      figures_(figures),
      report_(report),
      below_(mark.next[static_cast<size_t>(partition)]),
      accounts_(Boundaries(stored, partition, below_, end)),
      teller_(static_cast<int32_t>(mark.next.size())) {
  end_ = *Boundaries(stored, partition, below_, end).rbegin();
}

base::Status PartitionCheck::Take(const kafka::Record& record) {
  const auto offset = static_cast<uint64_t>(record.offset.value);
  if (auto reached = Reach(offset); !reached) return reached;
  beyond_.Clear();
  Stretch& stretch = offset < below_ ? comparison_.stretch() : beyond_;
  const bool event = teller_.Take(record, stretch) == Teller::Kind::kEvent;
  if (acknowledged_ == nullptr || !event || offset >= below_) return {};
  const auto id = base::ParseUuid(teller_.event().event_id());
  if (id) acknowledged_->Take(*id, partition_, offset);
  return {};
}

base::Status PartitionCheck::Reach(uint64_t offset) {
  accounts_.Pass(offset, teller_.counts());
  if (offset >= below_ && from_ < below_) {
    teller_.AddTo(figures_);
    return HandOver(below_);
  }
  if (offset < below_ && offset - from_ >= kStretch) return HandOver(offset);
  return {};
}

base::Status PartitionCheck::HandOver(uint64_t to) {
  const uint64_t from = from_;
  from_ = to;
  return comparison_.Add({partition_, from, to});
}

base::Status PartitionCheck::Finish() {
  if (auto reached = Reach(end_); !reached) return reached;
  CheckLedgers(stored_, mark_, partition_, accounts_.counts(), report_);
  const Counts& counts = accounts_.counts().at(below_);
  report_.records += counts.next - counts.gaps;
  report_.events += counts.events;
  report_.quarantined += counts.quarantined;
  report_.genesis += counts.genesis;
  report_.gaps += counts.gaps;
  return {};
}

}  // namespace clientele::verify
