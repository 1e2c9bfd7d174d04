#include "engine/statement_thread.h"

#include <pthread.h>

#include <utility>

namespace clientele::engine {

void StatementThread::Start(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    done_.store(false, std::memory_order_relaxed);
    job_ = std::move(job);
  }
  if (thread_.joinable()) {
    changed_.notify_one();
  } else {
    thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
  }
}

void StatementThread::Run(const std::stop_token& stop) {
  pthread_setname_np(pthread_self(), "statement");
  for (;;) {
    std::function<void()> job;
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, stop, [this] { return static_cast<bool>(job_); })) return;
      job = std::exchange(job_, nullptr);
    }
    job();
    done_.store(true, std::memory_order_release);
    progress_.Set();
  }
}

}  // namespace clientele::engine
