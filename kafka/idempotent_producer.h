// The real producer over librdkafka; see producer.h. Private to this folder.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "kafka/client.h"
#include "kafka/in_flight.h"
#include "kafka/producer.h"
#include "kafka/statistics.h"

namespace clientele::kafka {

class IdempotentProducer final : public Producer {
 public:
  IdempotentProducer(base::Metrics& metrics, const ProducerLimits& limits);
  ~IdempotentProducer() override;
  // Makes the client and starts the delivery thread; once, before anything else.
  [[nodiscard]] base::Status Open(const base::KafkaConfig& config);

  [[nodiscard]] base::Status Produce(std::string_view topic, std::string_view key,
                                     std::string_view value, std::string_view traceparent,
                                     DeliveryReceiver& receiver, uint64_t tag) override;
  [[nodiscard]] base::Result<Delivery> ProduceAndWait(std::string_view topic, Partition partition,
                                                      std::string_view key, std::string_view value,
                                                      std::chrono::milliseconds timeout) override;
  [[nodiscard]] bool WaitForSpace(std::chrono::milliseconds timeout) override;
  [[nodiscard]] bool Healthy() const override;
  [[nodiscard]] bool Flush(std::chrono::milliseconds timeout) override;
  void Abandon() override;
  [[nodiscard]] std::optional<base::Error> FatalError() const override;

  // librdkafka's client, for tests that inject faults into it.
  [[nodiscard]] rd_kafka_t* client() const { return client_.get(); }

 private:
  // A topic's handle saves its look-up by name for every message.
  struct KnownTopic {
    std::string_view name;
    Topic handle;
  };

  static void OnDeliveryReport(rd_kafka_t* client, const rd_kafka_message_t* message, void* self);
  static void OnClientError(rd_kafka_t* client, int error, const char* reason, void* self);
  static int OnStatistics(rd_kafka_t* client, char* json, size_t size, void* self);

  [[nodiscard]] base::Status Send(std::string_view topic, int32_t partition, std::string_view key,
                                  std::string_view value, std::string_view traceparent,
                                  DeliveryReceiver& receiver, uint64_t tag);
  [[nodiscard]] base::Status Refused(OwnedError error, std::string_view topic, size_t bytes) const;
  void Deliver(const rd_kafka_message_t& message);
  void TakeFatalError();
  void Run(const std::stop_token& stop);
  void LookForTopic();
  void AfterPoll();
  template <typename Condition>
  bool Await(std::chrono::milliseconds timeout, Condition condition);

  const ProducerLimits limits_;
  InFlight in_flight_;
  // The delivery thread's: places to be given back, and what it tells of a message that persisted.
  InFlight::Returned returned_{in_flight_};
  Delivery persisted_{
      .outcome = Delivery::Outcome::kPersisted, .partition = {}, .offset = {}, .error = {}};
  StatisticsGauges gauges_;
  prometheus::Gauge& outstanding_messages_;
  prometheus::Gauge& outstanding_bytes_;
  // By Delivery::Outcome; what the delivery thread counted since it last told the counters.
  std::array<prometheus::Counter*, 3> deliveries_;
  std::array<uint64_t, 3> counted_{};

  std::atomic<bool> healthy_ = false;
  std::atomic<bool> fatal_ = false;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<int> waiting_ = 0;
  std::optional<base::Error> fatal_error_;  // under mutex_

  std::string brokers_;  // where they are looked for; set by Open
  Client client_;
  std::array<KnownTopic, 5> topics_;  // set by Open, then unchanged
  std::jthread thread_;
};

}  // namespace clientele::kafka
