// Calls that found the producer's queue full wait here, in order, for room. One named thread, owned
// by the service, waits for all of them, so no gRPC thread ever blocks.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "kafka/producer.h"

namespace clientele::ingest {

class Parkable {
 public:
  virtual ~Parkable() = default;
  // The call has ended meanwhile: it is resumed at once, to clean up.
  [[nodiscard]] virtual bool Gone() const = 0;
  // From the thread of Backpressure; may park again.
  virtual void Resume() = 0;
};

class Backpressure {
 public:
  explicit Backpressure(kafka::Producer& producer);
  // Every call that is parked has ended.
  ~Backpressure();
  Backpressure(const Backpressure&) = delete;
  Backpressure& operator=(const Backpressure&) = delete;

  void Park(std::shared_ptr<Parkable> call);

 private:
  void Run(const std::stop_token& stop);
  // With the lock: those to resume now.
  std::deque<std::shared_ptr<Parkable>> TakeReady(bool space);

  kafka::Producer& producer_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<std::shared_ptr<Parkable>> parked_;
  std::jthread thread_;
};

}  // namespace clientele::ingest
