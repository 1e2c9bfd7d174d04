#include "ingest/backpressure.h"

#include <pthread.h>

namespace clientele::ingest {
namespace {

// How long a call that was cancelled may go unseen.
constexpr std::chrono::milliseconds kLookAround{100};

}  // namespace

Backpressure::Backpressure(kafka::Producer& producer)
    : producer_(producer), thread_([this](const std::stop_token& stop) { Run(stop); }) {
  pthread_setname_np(thread_.native_handle(), "ingest-space");
}

Backpressure::~Backpressure() {
  thread_.request_stop();
  thread_.join();
  // All of them have ended; they still have to let go of their publications.
  for (const auto& call : parked_) call->Resume();
}

void Backpressure::Park(std::shared_ptr<Parkable> call) {
  const std::lock_guard lock(mutex_);
  parked_.push_back(std::move(call));
  changed_.notify_one();
}

std::deque<std::shared_ptr<Parkable>> Backpressure::TakeReady(bool space) {
  // Everybody looks again when Kafka is away: their calls end then.
  if (space || !producer_.Healthy()) return std::exchange(parked_, {});
  std::deque<std::shared_ptr<Parkable>> gone;
  std::erase_if(parked_, [&](std::shared_ptr<Parkable>& call) {
    if (!call->Gone()) return false;
    gone.push_back(std::move(call));
    return true;
  });
  return gone;
}

void Backpressure::Run(const std::stop_token& stop) {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, stop, [this] { return !parked_.empty(); })) return;
    }
    const bool space = producer_.WaitForSpace(kLookAround);
    std::deque<std::shared_ptr<Parkable>> ready;
    {
      const std::lock_guard lock(mutex_);
      ready = TakeReady(space);
    }
    for (const auto& call : ready) call->Resume();
  }
}

}  // namespace clientele::ingest
