// Works through one partition of the log, record by record, and hands what it tells to the
// comparison with the tables; checks its ledgers. One thread.
#pragma once

#include <set>
#include <vector>

#include "verify/acknowledged.h"
#include "verify/expected.h"
#include "verify/ledger_check.h"
#include "verify/report.h"
#include "verify/stored.h"
#include "verify/table_check.h"

namespace clientele::verify {

// Collects what must be, of one partition after another, and compares it with the tables as soon as
// it is enough: few big statements, and a bounded memory.
class Comparison {
 public:
  // A vector that must outlive this.
  explicit Comparison(std::vector<TableCheck>& tables) : tables_(tables) {}

  [[nodiscard]] Stretch& stretch() { return stretch_; }
  // The stretch has all rows of this range.
  [[nodiscard]] base::Status Add(const Range& range);
  // Compares what is left.
  [[nodiscard]] base::Status Finish();

 private:
  std::vector<TableCheck>& tables_;
  Stretch stretch_;
  uint64_t offsets_ = 0;
};

class PartitionCheck {
 public:
  // `end`: of the partition in the log. `acknowledged` may be null. All must outlive this.
  PartitionCheck(int32_t partition, uint64_t end, const Mark& mark, const Stored& stored,
                 Comparison& comparison, Acknowledged* acknowledged, Figures& figures,
                 Report& report);

  // Up to where records are needed: the mark, or a ledger that is ahead of it.
  [[nodiscard]] uint64_t end() const { return end_; }
  // Records by rising offset, all that there are below end().
  [[nodiscard]] base::Status Take(const kafka::Record& record);
  // After the last one.
  [[nodiscard]] base::Status Finish();

 private:
  // What lies below `offset` is told: hands over what is due.
  [[nodiscard]] base::Status Reach(uint64_t offset);
  [[nodiscard]] base::Status HandOver(uint64_t to);

  const int32_t partition_;
  const Mark& mark_;
  const Stored& stored_;
  Comparison& comparison_;
  Acknowledged* const acknowledged_;
  Figures& figures_;  // gets the calls that count at the mark
  Report& report_;
  const uint64_t below_;  // the mark
  uint64_t end_ = 0;
  Accounts accounts_;
  Teller teller_;
  Stretch beyond_;     // what the mark does not cover: nothing is compared with it
  uint64_t from_ = 0;  // what lies below it is handed over
};

}  // namespace clientele::verify
