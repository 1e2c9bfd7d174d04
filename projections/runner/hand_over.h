// Between a worker's reading and its writing thread: two batches go round, so the next one is made
// while the last one is inserted, and no third can pile up. Owned by the worker; thread-safe.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <utility>

#include "projections/runner/batch.h"

namespace clientele::projections::runner {

class HandOver {
 public:
  explicit HandOver(const std::vector<LiveVersion>& versions) {
    for (int i = 0; i < 2; ++i) free_.push_back(std::make_unique<Batch>(versions));
  }

  // The reading thread's. A batch to fill, cleared; waits while both are to be written. None on a
  // stop.
  [[nodiscard]] std::unique_ptr<Batch> TakeFree(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    if (!moved_.wait(lock, stop, [&] { return !free_.empty(); })) return nullptr;
    auto batch = std::move(free_.back());
    free_.pop_back();
    lock.unlock();
    batch->Clear();
    return batch;
  }
  // While it fills one: whether the other one has been written.
  [[nodiscard]] bool WriterIdle() const {
    const std::scoped_lock lock(mutex_);
    return !free_.empty();
  }
  void Give(std::unique_ptr<Batch> batch) {
    const std::scoped_lock lock(mutex_);
    filled_.push_back(std::move(batch));
    moved_.notify_all();
  }
  // What has been written since the last call: the lag tools' offsets.
  [[nodiscard]] std::map<kafka::Partition, kafka::Offset> TakeWritten() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(written_, {});
  }

  // The writing thread's. The next filled batch; none on a stop.
  [[nodiscard]] std::unique_ptr<Batch> TakeFilled(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    if (!moved_.wait(lock, stop, [&] { return !filled_.empty(); })) return nullptr;
    auto batch = std::move(filled_.front());
    filled_.pop_front();
    return batch;
  }
  void Return(std::unique_ptr<Batch> batch) {
    const std::scoped_lock lock(mutex_);
    for (const auto& [partition, offset] : batch->next) written_[partition] = offset;
    free_.push_back(std::move(batch));
    moved_.notify_all();
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable_any moved_;
  std::vector<std::unique_ptr<Batch>> free_;
  std::deque<std::unique_ptr<Batch>> filled_;
  std::map<kafka::Partition, kafka::Offset> written_;
};

}  // namespace clientele::projections::runner
