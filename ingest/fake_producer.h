// A producer for tests of delivery faults, and nothing else: keeps what it is given, and delivers
// from a thread of its own (or when told to) with the outcome that the test chose. Thread-safe.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "kafka/producer.h"

namespace clientele::ingest {

class FakeProducer final : public kafka::Producer {
 public:
  struct Message {
    std::string topic;
    std::string key;
    std::string value;
    std::string traceparent;
  };
  // The outcome of the n-th message of all, by default kPersisted.
  using Outcomes = std::function<kafka::Delivery::Outcome(size_t n, const Message& message)>;

  FakeProducer() : thread_([this](const std::stop_token& stop) { Run(stop); }) {}
  ~FakeProducer() override {
    Release();
    thread_.request_stop();
    thread_.join();
  }

  // ---- By the test.
  void SetOutcomes(Outcomes outcomes) {
    const std::lock_guard lock(mutex_);
    outcomes_ = std::move(outcomes);
  }
  // No delivery until Release.
  void Hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void Release() {
    const std::lock_guard lock(mutex_);
    held_ = false;
    changed_.notify_all();
  }
  void SetHealthy(bool healthy) {
    const std::lock_guard lock(mutex_);
    healthy_ = healthy;
    changed_.notify_all();
  }
  // The newest message that waits is delivered first.
  void SetNewestFirst() {
    const std::lock_guard lock(mutex_);
    newest_first_ = true;
  }
  [[nodiscard]] size_t delivered() const {
    const std::lock_guard lock(mutex_);
    return delivered_;
  }
  // Messages that wait for their delivery, at most.
  void SetQueueSize(size_t size) {
    const std::lock_guard lock(mutex_);
    queue_size_ = size;
    changed_.notify_all();
  }
  [[nodiscard]] std::vector<Message> messages() const {
    const std::lock_guard lock(mutex_);
    return messages_;
  }
  [[nodiscard]] size_t most_queued() const {
    const std::lock_guard lock(mutex_);
    return most_queued_;
  }
  // Waits until `count` messages were produced.
  [[nodiscard]] bool AwaitMessages(size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20),
                             [&] { return messages_.size() >= count; });
  }
  // Waits until a call met a full queue.
  [[nodiscard]] bool AwaitRefusal() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return refusals_ > 0; });
  }

  // ---- kafka::Producer.
  base::Status Produce(std::string_view topic, std::string_view key, std::string_view value,
                       std::string_view traceparent, kafka::DeliveryReceiver& receiver,
                       uint64_t tag) override {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= queue_size_) {
      ++refusals_;
      changed_.notify_all();
      return base::Fail(base::Code::kResourceExhausted, "queue full");
    }
    queue_.push_back({&receiver, tag, messages_.size()});
    most_queued_ = std::max(most_queued_, queue_.size());
    messages_.push_back(
        {std::string(topic), std::string(key), std::string(value), std::string(traceparent)});
    changed_.notify_all();
    return {};
  }
  base::Result<kafka::Delivery> ProduceAndWait(std::string_view, kafka::Partition, std::string_view,
                                               std::string_view,
                                               std::chrono::milliseconds) override {
    return base::Fail(base::Code::kUnimplemented, "ingest does not use it");
  }
  bool WaitForSpace(std::chrono::milliseconds timeout) override {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [this] { return queue_.size() < queue_size_; });
  }
  [[nodiscard]] bool Healthy() const override {
    const std::lock_guard lock(mutex_);
    return healthy_;
  }
  bool Flush(std::chrono::milliseconds timeout) override {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [this] { return queue_.empty(); });
  }

 private:
  struct Queued {
    kafka::DeliveryReceiver* receiver;
    uint64_t tag;
    size_t number;
  };

  void Run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return !held_ && !queue_.empty(); }) ||
           !queue_.empty()) {
      const Queued next = newest_first_ ? queue_.back() : queue_.front();
      kafka::Delivery delivery;
      delivery.outcome = outcomes_ ? outcomes_(next.number, messages_[next.number])
                                   : kafka::Delivery::Outcome::kPersisted;
      delivery.partition = {static_cast<int32_t>(next.number % 4)};
      delivery.offset = {static_cast<int64_t>(next.number)};
      if (delivery.outcome != kafka::Delivery::Outcome::kPersisted) {
        delivery.error = {base::Code::kDeadlineExceeded, "the fake lost it", ""};
      }
      ++delivered_;
      lock.unlock();
      next.receiver->OnDelivery(next.tag, delivery);
      lock.lock();
      std::erase_if(queue_, [&](const Queued& one) { return one.number == next.number; });
      changed_.notify_all();
    }
  }

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  Outcomes outcomes_;
  bool held_ = false;
  bool newest_first_ = false;
  size_t delivered_ = 0;
  bool healthy_ = true;
  size_t queue_size_ = 1'000'000;
  size_t most_queued_ = 0;
  size_t refusals_ = 0;
  std::vector<Message> messages_;
  std::deque<Queued> queue_;
  std::jthread thread_;
};

}  // namespace clientele::ingest
