// The one idempotent producer of a process (acks=all, lz4, murmur2_random). Owned by `app` (or a
// test); every function may be called from any thread; delivery callbacks come from the producer's
// own thread ("kafka-delivery"). Guarantees: a delivery is reported exactly once per accepted
// message, kPersisted only after Kafka said so; the destructor waits for the outstanding ones
// (bounded by the delivery timeout). What is outstanding is bounded in messages and bytes.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/config.h"
#include "base/metrics.h"
#include "base/result.h"
#include "kafka/types.h"

namespace clientele::kafka {

// Of a single record that is waited for.
inline constexpr std::chrono::milliseconds kDeliveryTimeout{30'000};

struct Delivery {
  enum class Outcome {
    kPersisted,  // in the log at partition, offset
    kUnknown,    // possibly persisted: the client must resend
    kRefused,    // certainly not persisted
  };
  Outcome outcome = Outcome::kUnknown;
  Partition partition;
  Offset offset;
  base::Error error;  // of kUnknown and kRefused
};

// Receives the outcome of one message. Must outlive the message's delivery.
class DeliveryReceiver {
 public:
  virtual ~DeliveryReceiver() = default;
  // `tag` is the one given to Produce. From the poll thread: do little, never block.
  virtual void OnDelivery(uint64_t tag, const Delivery& delivery) = 0;
};

class Producer {
 public:
  // Fakes stand in for it in ingest's tests of delivery faults.
  virtual ~Producer() = default;

  // Copies key and value; a value without a pointer (std::string_view()) is a tombstone. Header
  // content-type is set by the producer; `traceparent` may be empty. No lock, allocation or system
  // call besides librdkafka's own.
  // RESOURCE_EXHAUSTED: the queue is full, stop reading the client, await WaitForSpace, try again.
  // INVALID_ARGUMENT: larger than kLargestMessage. UNAVAILABLE: a fatal producer error; nothing
  // will ever be accepted again, drain and exit.
  [[nodiscard]] virtual base::Status Produce(std::string_view topic, std::string_view key,
                                             std::string_view value, std::string_view traceparent,
                                             DeliveryReceiver& receiver, uint64_t tag) = 0;
  // To a given partition, and waits for its delivery; not reported by `timeout`: kUnknown with
  // DEADLINE_EXCEEDED, and it may still be persisted later.
  [[nodiscard]] virtual base::Result<Delivery> ProduceAndWait(
      std::string_view topic, Partition partition, std::string_view key, std::string_view value,
      std::chrono::milliseconds timeout) = 0;
  // Blocks until the queue has room (false after `timeout`).
  [[nodiscard]] virtual bool WaitForSpace(std::chrono::milliseconds timeout) = 0;
  // Whether a broker is connected and the events topic is known: ingest's health.
  [[nodiscard]] virtual bool Healthy() const = 0;
  // Waits for everything outstanding; false after `timeout`.
  [[nodiscard]] virtual bool Flush(std::chrono::milliseconds timeout) = 0;
  // Gives up what is outstanding: it is reported within moments, as kUnknown or kRefused. For an
  // end that cannot wait for a Kafka that is away: Flush, then Abandon.
  virtual void Abandon() {}
  // The error after which Produce accepts nothing any more, if there was one: drain, exit, start
  // again (the clients resend under the same event ids).
  [[nodiscard]] virtual std::optional<base::Error> FatalError() const { return std::nullopt; }
};

// Key and value together, bytes: an event of 1 MiB and room around it. The topics allow as much.
inline constexpr int64_t kLargestMessage = int64_t{2} << 20;

struct ProducerLimits {
  uint32_t most_messages = 200'000;                     // outstanding at most
  uint64_t most_bytes = uint64_t{128} << 20;            // keys and values outstanding at most
  std::chrono::milliseconds linger{5};                  // wait for more messages of a batch
  std::chrono::milliseconds delivery_timeout{120'000};  // then a message is reported as failed
};

// Connects in the background: it opens also while Kafka is away (Healthy says so).
[[nodiscard]] base::Result<std::unique_ptr<Producer>> OpenProducer(
    const base::KafkaConfig& config, base::Metrics& metrics, const ProducerLimits& limits = {});

}  // namespace clientele::kafka
