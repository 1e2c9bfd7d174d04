// The runner's metrics, named once. Made by the runner, handed to its parts; counters are
// thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "projections/runner/decode.h"

namespace clientele::projections::runner {

// What a worker's time goes to; seconds per step over events gives the cost of an event.
enum class Step : uint8_t { kPoll, kDecode, kRetire, kProject, kHandOver, kInsert, kLedger };
inline constexpr size_t kSteps = 7;

class Probe {
 public:
  Probe(base::Metrics& metrics, int32_t partitions, const std::vector<std::string>& tables);

  void Spent(Step step, std::chrono::steady_clock::duration time) {
    steps_[static_cast<size_t>(step)]->Increment(std::chrono::duration<double>(time).count());
  }
  void Quarantined(Reason reason) { quarantined_[static_cast<size_t>(reason)]->Increment(); }
  void QuarantinedShare(double share) { quarantined_share_.Set(share); }
  // Of one batch, when its ledger is written.
  void BatchDone(size_t records, size_t bytes);
  void RowsInserted(const std::string& table, size_t rows);
  void Lag(int32_t partition, double records) {
    lag_[static_cast<size_t>(partition)]->Set(records);
  }
  void MarkWritten(uint64_t id, int64_t known_at);
  void CrowdedParts(double parts) { crowded_parts_.Set(parts); }
  void Retried() { retried_.Increment(); }

 private:
  prometheus::Counter& records_;
  prometheus::Counter& bytes_;
  prometheus::Counter& batches_;
  prometheus::Counter& retried_;
  prometheus::Histogram& batch_records_;
  prometheus::Gauge& mark_id_;
  prometheus::Gauge& mark_known_at_;
  prometheus::Gauge& crowded_parts_;
  prometheus::Gauge& quarantined_share_;
  std::vector<prometheus::Counter*> steps_;
  std::vector<prometheus::Counter*> quarantined_;
  std::vector<prometheus::Gauge*> lag_;
  std::map<std::string, prometheus::Counter*> rows_;
};

// Adds the time of its scope to a step.
class StepTimer {
 public:
  StepTimer(Probe& probe, Step step)
      : probe_(probe), step_(step), begin_(std::chrono::steady_clock::now()) {}
  ~StepTimer() { probe_.Spent(step_, std::chrono::steady_clock::now() - begin_); }
  StepTimer(const StepTimer&) = delete;
  StepTimer& operator=(const StepTimer&) = delete;

 private:
  Probe& probe_;
  const Step step_;
  const std::chrono::steady_clock::time_point begin_;
};

}  // namespace clientele::projections::runner
