#include "projections/replay/valve.h"

#include <algorithm>
#include <vector>

namespace clientele::projections::replay {

namespace {

// Nothing was read.
class NoRecords final : public kafka::RecordBatch {
 public:
  const std::vector<kafka::Record>& records() const override { return records_; }

 private:
  const std::vector<kafka::Record> records_;
};

class ValvedLog final : public kafka::EventLog {
 public:
  ValvedLog(std::unique_ptr<kafka::EventLog> log, Valve& valve)
      : log_(std::move(log)), valve_(valve) {}

  base::Status Assign(const std::map<kafka::Partition, kafka::Offset>& from) override {
    return log_->Assign(from);
  }
  base::Result<std::unique_ptr<kafka::RecordBatch>> Poll(size_t most,
                                                         std::chrono::milliseconds wait) override {
    const size_t allowed = valve_.Take(most, wait);
    if (allowed == 0) return std::make_unique<NoRecords>();
    auto polled = log_->Poll(allowed, wait);
    if (polled) valve_.GiveBack(allowed - std::min(allowed, (*polled)->records().size()));
    return polled;
  }
  // The live projections' offsets are what lag tools look at.
  void CommitForLagTools(const std::map<kafka::Partition, kafka::Offset>&) override {}

 private:
  const std::unique_ptr<kafka::EventLog> log_;
  Valve& valve_;
};

}  // namespace

void Valve::Set(bool paused, uint64_t rate) {
  const std::scoped_lock lock(mutex_);
  if (paused_ == paused && rate_ == rate) return;
  paused_ = paused;
  rate_ = rate;
  allowed_ = 0;
  filled_ = Clock::now();
  changed_.notify_all();
}

void Valve::Refill(Clock::time_point now) {
  constexpr double kBurst = 0.1;  // seconds
  const double most = std::max(static_cast<double>(rate_) * kBurst, 1.0);
  const std::chrono::duration<double> passed = now - filled_;
  allowed_ = std::min(allowed_ + passed.count() * static_cast<double>(rate_), most);
  filled_ = now;
}

size_t Valve::Take(size_t most, std::chrono::milliseconds wait) {
  constexpr std::chrono::milliseconds kStep{20};
  const auto until = Clock::now() + wait;
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto now = Clock::now();
    if (!paused_) {
      if (rate_ == 0) return most;
      Refill(now);
      if (allowed_ >= 1) {
        const size_t taken = std::min(most, static_cast<size_t>(allowed_));
        allowed_ -= static_cast<double>(taken);
        return taken;
      }
    }
    if (now >= until) return 0;
    changed_.wait_until(lock, std::min(until, paused_ ? until : now + kStep));
  }
}

void Valve::GiveBack(size_t count) {
  const std::scoped_lock lock(mutex_);
  allowed_ += static_cast<double>(count);
}

std::unique_ptr<kafka::EventLog> OpenValved(std::unique_ptr<kafka::EventLog> log, Valve& valve) {
  return std::make_unique<ValvedLog>(std::move(log), valve);
}

}  // namespace clientele::projections::replay
