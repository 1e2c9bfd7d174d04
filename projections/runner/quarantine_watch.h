// Notices a flood: too large a share of the newest records going to quarantine, as when a new
// version of a sender writes what nobody can read. Then the worker ends before it writes them, and
// a person decides. Owned by a worker; its reading thread only.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "kafka/types.h"
#include "projections/runner/decode.h"

namespace clientele::projections::runner {

class QuarantineWatch {
 public:
  // Of fewer records nothing is said.
  static constexpr uint64_t kLeastRecords = 1'000;

  // `most_percent`: of the records looked at; 100 lets everything pass.
  explicit QuarantineWatch(int64_t most_percent)
      : most_percent_(static_cast<uint64_t>(most_percent)) {}

  // The next record went to quarantine; records of any kind are counted by Judge.
  void Quarantined(const kafka::Record& record, const Verdict& verdict);
  // After `records` more: FAILED_PRECONDITION if the share is too large.
  [[nodiscard]] base::Status Judge(uint64_t records);
  // Of the records looked at, the newest 1,000 to 2,000 and what came with them.
  [[nodiscard]] double Share() const;

 private:
  const uint64_t most_percent_;
  uint64_t records_ = 0;
  uint64_t quarantined_ = 0;
  std::string last_;  // where the newest lies and what is wrong with it
};

}  // namespace clientele::projections::runner
