// Threads that run blocking work, with a bounded line before them. Owned by the service; Submit
// from any thread.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace clientele::query {

class WorkerPool {
 public:
  // `waiting`: tasks that may wait besides those that run.
  WorkerPool(size_t workers, size_t waiting);
  // Runs what waits, then ends.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False, and the task is not taken, if as many wait as may.
  [[nodiscard]] bool Submit(std::function<void()> task);

 private:
  void Work();

  const size_t most_waiting_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  size_t idle_ = 0;
  bool ends_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace clientele::query
