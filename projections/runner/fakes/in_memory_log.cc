#include "projections/runner/fakes/in_memory_log.h"

#include "base/hash.h"

namespace clientele::projections::runner {

namespace {

using base::Code;
using base::Fail;

class OwnedBatch final : public kafka::RecordBatch {
 public:
  void Add(const kafka::LogReader::OwnedRecord& record) {
    owned_.push_back(std::make_unique<kafka::LogReader::OwnedRecord>(record));
    const auto& kept = *owned_.back();
    records_.push_back({kept.partition, kept.offset, kept.recorded_at_ms, kept.key, kept.value});
  }
  [[nodiscard]] const std::vector<kafka::Record>& records() const override { return records_; }

 private:
  std::vector<std::unique_ptr<kafka::LogReader::OwnedRecord>> owned_;
  std::vector<kafka::Record> records_;
};

}  // namespace

class InMemoryEventLog final : public kafka::EventLog {
 public:
  explicit InMemoryEventLog(InMemoryLog& log) : log_(log) {}

  base::Status Assign(const std::map<kafka::Partition, kafka::Offset>& from) override {
    for (const auto& [partition, offset] : from) next_[partition.value] = offset.value;
    return {};
  }

  base::Result<std::unique_ptr<kafka::RecordBatch>> Poll(size_t most,
                                                         std::chrono::milliseconds wait) override {
    if (auto alive = log_.CheckAlive(); !alive) return tl::unexpected(alive.error());
    auto batch = std::make_unique<OwnedBatch>();
    std::unique_lock lock(log_.mutex_);
    if (!Take(most, *batch)) return Removed();
    if (batch->records().empty()) {
      // Short, so that a test's end is.
      log_.appended_.wait_for(lock, std::min(wait, std::chrono::milliseconds(5)));
      if (!Take(most, *batch)) return Removed();
    }
    return std::unique_ptr<kafka::RecordBatch>(std::move(batch));
  }

  void CommitForLagTools(const std::map<kafka::Partition, kafka::Offset>& next) override {
    const std::scoped_lock lock(log_.mutex_);
    for (const auto& [partition, offset] : next) log_.committed_[partition.value] = offset.value;
  }

 private:
  static base::Result<std::unique_ptr<kafka::RecordBatch>> Removed() {
    return Fail(Code::kOutOfRange, "offset is not in the log any more");
  }

  // False if an offset has been removed.
  bool Take(size_t most, OwnedBatch& batch) {
    for (auto& [partition, next] : next_) {
      const auto& log = log_.At(kafka::kEventsTopic, partition);
      if (next < log.begin) return false;
      while (batch.records().size() < most && next < static_cast<int64_t>(log.records.size())) {
        const auto& record = log.records[static_cast<size_t>(next++)];
        if (record) batch.Add(*record);
      }
      log_.polled_[partition] = next;
    }
    return true;
  }

  InMemoryLog& log_;
  std::map<int32_t, int64_t> next_;
};

InMemoryLog::PartitionLog& InMemoryLog::At(std::string_view topic, int32_t partition) {
  return topics_[{std::string(topic), partition}];
}

base::Status InMemoryLog::CheckAlive() const {
  if (faults_.dead()) return Fail(Code::kUnavailable, "the process is dead");
  return {};
}

int64_t InMemoryLog::AppendLocked(std::string_view topic, int32_t partition, std::string_view key,
                                  std::string_view value) {
  PartitionLog& log = At(topic, partition);
  const auto offset = static_cast<int64_t>(log.records.size());
  log.records.push_back(OwnedRecord{kafka::Partition{partition}, kafka::Offset{offset},
                                    ++recorded_at_ms_, std::string(key), std::string(value)});
  appended_.notify_all();
  return offset;
}

int64_t InMemoryLog::Append(std::string_view topic, int32_t partition, std::string_view key,
                            std::string_view value) {
  const std::scoped_lock lock(mutex_);
  return AppendLocked(topic, partition, key, value);
}

void InMemoryLog::AppendGap(std::string_view topic, int32_t partition) {
  const std::scoped_lock lock(mutex_);
  At(topic, partition).records.emplace_back();
}

void InMemoryLog::SetRecordedAt(int64_t ms) {
  const std::scoped_lock lock(mutex_);
  recorded_at_ms_ = ms - 1;
}

void InMemoryLog::Recreate(std::string_view topic) {
  const std::scoped_lock lock(mutex_);
  for (auto& [place, log] : topics_) {
    if (place.first == topic) log = PartitionLog();
  }
}

void InMemoryLog::RemoveBefore(std::string_view topic, int32_t partition, int64_t begin) {
  const std::scoped_lock lock(mutex_);
  PartitionLog& log = At(topic, partition);
  log.begin = begin;
  for (int64_t i = 0; i < begin; ++i) log.records[static_cast<size_t>(i)].reset();
}

int64_t InMemoryLog::EndOf(std::string_view topic, int32_t partition) {
  const std::scoped_lock lock(mutex_);
  return static_cast<int64_t>(At(topic, partition).records.size());
}

std::map<int32_t, int64_t> InMemoryLog::Committed() {
  const std::scoped_lock lock(mutex_);
  return committed_;
}

std::map<int32_t, int64_t> InMemoryLog::Polled() {
  const std::scoped_lock lock(mutex_);
  return polled_;
}

std::unique_ptr<kafka::EventLog> InMemoryLog::OpenEventLog() {
  return std::make_unique<InMemoryEventLog>(*this);
}

base::Status InMemoryLog::Produce(std::string_view topic, std::string_view key,
                                  std::string_view value, std::string_view /*traceparent*/,
                                  kafka::DeliveryReceiver& receiver, uint64_t tag) {
  if (auto alive = CheckAlive(); !alive) return alive;
  kafka::Delivery delivery;
  delivery.outcome = kafka::Delivery::Outcome::kPersisted;
  delivery.partition.value = base::PartitionOf(key, partitions_);
  delivery.offset.value = Append(topic, delivery.partition.value, key, value);
  receiver.OnDelivery(tag, delivery);
  return {};
}

base::Result<kafka::Delivery> InMemoryLog::ProduceAndWait(std::string_view topic,
                                                          kafka::Partition partition,
                                                          std::string_view key,
                                                          std::string_view value,
                                                          std::chrono::milliseconds) {
  if (auto alive = CheckAlive(); !alive) return tl::unexpected(alive.error());
  const std::optional<Fault> fault = faults_.Write();
  const bool lands = !fault || (*fault != Fault::kCrashBefore && *fault != Fault::kUnclearNone &&
                                *fault != Fault::kNoMemory);
  kafka::Delivery delivery;
  delivery.partition = partition;
  if (lands) delivery.offset.value = Append(topic, partition.value, key, value);
  if (fault) {
    delivery.outcome = kafka::Delivery::Outcome::kUnknown;
    delivery.error = {Code::kUnknown, "no answer", ""};
  } else {
    delivery.outcome = kafka::Delivery::Outcome::kPersisted;
  }
  return delivery;
}

base::Result<kafka::LogReader::Bounds> InMemoryLog::BoundsOf(std::string_view topic,
                                                             kafka::Partition partition) {
  if (auto alive = CheckAlive(); !alive) return tl::unexpected(alive.error());
  const std::scoped_lock lock(mutex_);
  const PartitionLog& log = At(topic, partition.value);
  return Bounds{kafka::Offset{log.begin}, kafka::Offset{static_cast<int64_t>(log.records.size())}};
}

base::Result<kafka::LogReader::OwnedRecord> InMemoryLog::ReadAt(std::string_view topic,
                                                                kafka::Partition partition,
                                                                kafka::Offset offset) {
  if (auto alive = CheckAlive(); !alive) return tl::unexpected(alive.error());
  const std::scoped_lock lock(mutex_);
  const PartitionLog& log = At(topic, partition.value);
  const auto index = static_cast<size_t>(offset.value);
  if (offset.value < 0 || index >= log.records.size() || !log.records[index]) {
    return Fail(Code::kNotFound, "no record at {}", offset.value);
  }
  return *log.records[index];
}

base::Status InMemoryLog::VisitToEnd(std::string_view topic, kafka::Partition partition,
                                     kafka::Offset from, const Take& take) {
  if (auto alive = CheckAlive(); !alive) return alive;
  std::vector<OwnedRecord> found;
  {
    const std::scoped_lock lock(mutex_);
    const PartitionLog& log = At(topic, partition.value);
    for (size_t i = static_cast<size_t>(from.value); i < log.records.size(); ++i) {
      if (log.records[i]) found.push_back(*log.records[i]);
    }
  }
  for (OwnedRecord& record : found) {
    if (auto taken = take(std::move(record)); !taken) return taken;
  }
  return {};
}

}  // namespace clientele::projections::runner
