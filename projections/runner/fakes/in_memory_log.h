// Kafka in memory for tests: topics of partitions of records, with gaps; a producer, point readers
// and event logs over them. Thread-safe; outlives what it hands out.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "kafka/consumer.h"
#include "kafka/producer.h"
#include "projections/runner/fakes/fault_plan.h"

namespace clientele::projections::runner {

class InMemoryLog final : public kafka::Producer, public kafka::LogReader {
 public:
  InMemoryLog(FaultPlan& faults, int32_t partitions) : faults_(faults), partitions_(partitions) {}

  // Appends a record as it is; its offset. recorded_at rises by a millisecond per record.
  int64_t Append(std::string_view topic, int32_t partition, std::string_view key,
                 std::string_view value);
  // An offset without a record, as transaction markers leave it.
  void AppendGap(std::string_view topic, int32_t partition);
  // When the next record is recorded, unix milliseconds.
  void SetRecordedAt(int64_t ms);
  // Removes a topic's records, as if it was made anew.
  void Recreate(std::string_view topic);
  // Removes what lies before `begin`, as retention does.
  void RemoveBefore(std::string_view topic, int32_t partition, int64_t begin);
  [[nodiscard]] int64_t EndOf(std::string_view topic, int32_t partition);

  // The events topic's offsets committed for lag tools, and those polled up to, by partition.
  [[nodiscard]] std::map<int32_t, int64_t> Committed();
  [[nodiscard]] std::map<int32_t, int64_t> Polled();

  // A consumer of the events topic.
  [[nodiscard]] std::unique_ptr<kafka::EventLog> OpenEventLog();

  // kafka::Producer
  base::Status Produce(std::string_view topic, std::string_view key, std::string_view value,
                       std::string_view traceparent, kafka::DeliveryReceiver& receiver,
                       uint64_t tag) override;
  base::Result<kafka::Delivery> ProduceAndWait(std::string_view topic, kafka::Partition partition,
                                               std::string_view key, std::string_view value,
                                               std::chrono::milliseconds timeout) override;
  bool WaitForSpace(std::chrono::milliseconds) override { return true; }
  bool Healthy() const override { return !faults_.dead(); }
  bool Flush(std::chrono::milliseconds) override { return true; }

  // kafka::LogReader
  base::Result<Bounds> BoundsOf(std::string_view topic, kafka::Partition partition) override;
  base::Result<OwnedRecord> ReadAt(std::string_view topic, kafka::Partition partition,
                                   kafka::Offset offset) override;
  base::Status VisitToEnd(std::string_view topic, kafka::Partition partition, kafka::Offset from,
                          const Take& take) override;

 private:
  friend class InMemoryEventLog;

  struct PartitionLog {
    int64_t begin = 0;
    std::vector<std::optional<OwnedRecord>> records;
  };
  PartitionLog& At(std::string_view topic, int32_t partition);
  int64_t AppendLocked(std::string_view topic, int32_t partition, std::string_view key,
                       std::string_view value);
  base::Status CheckAlive() const;

  FaultPlan& faults_;
  const int32_t partitions_;
  std::mutex mutex_;
  std::condition_variable appended_;
  int64_t recorded_at_ms_ = 1'795'000'000'000;
  std::map<std::pair<std::string, int32_t>, PartitionLog> topics_;
  std::map<int32_t, int64_t> committed_;
  std::map<int32_t, int64_t> polled_;
};

}  // namespace clientele::projections::runner
