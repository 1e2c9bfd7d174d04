// The thread on which a session's statements run in the engine, one at a time, so that the session
// itself can go on watching its client. Owned by the session.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "engine/wake.h"

namespace clientele::engine {

class StatementThread {
 public:
  // `progress` is set whenever a job has ended.
  explicit StatementThread(Wake& progress) : progress_(progress) {}

  // The previous job must be done. `job` must not throw.
  void Start(std::function<void()> job);
  // Everything that the job did is visible once this is true.
  [[nodiscard]] bool done() const { return done_.load(std::memory_order_acquire); }

 private:
  void Run(const std::stop_token& stop);

  Wake& progress_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::function<void()> job_;  // under mutex_
  std::atomic<bool> done_ = true;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace clientele::engine
