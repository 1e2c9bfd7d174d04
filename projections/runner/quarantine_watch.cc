#include "projections/runner/quarantine_watch.h"

namespace clientele::projections::runner {

void QuarantineWatch::Quarantined(const kafka::Record& record, const Verdict& verdict) {
  ++quarantined_;
  last_ = fmt::format("partition {}, offset {}: {}, {}", record.partition.value,
                      record.offset.value, ReasonName(verdict.reason), verdict.detail);
}

base::Status QuarantineWatch::Judge(uint64_t records) {
  constexpr uint64_t kPercent = 100;
  records_ += records;
  if (records_ < kLeastRecords) return {};
  if (quarantined_ * kPercent > most_percent_ * records_) {
    return base::Fail(
        base::Code::kFailedPrecondition,
        "{} of the newest {} records ({:.1f} %) belong into quarantine, at most {} % may: the last "
        "is {}. They are not written, nothing after them is projected, and nothing is lost. Look "
        "at it (`clientele quarantine show PARTITION:OFFSET`), stop what writes them, then start "
        "with --set runner.most_quarantined_percent=100 until they are passed",
        quarantined_, records_, Share() * kPercent, most_percent_, last_);
  }
  // What is older weighs less and less.
  while (records_ >= 2 * kLeastRecords) {
    records_ /= 2;
    quarantined_ /= 2;
  }
  return {};
}

double QuarantineWatch::Share() const {
  return records_ == 0 ? 0 : static_cast<double>(quarantined_) / static_cast<double>(records_);
}

}  // namespace clientele::projections::runner
