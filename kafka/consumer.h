// Reading the log: static assignment (never a consumer group's rebalance), batches, offsets taken
// from messages. One consumer belongs to one thread. Read uncommitted: what lies at an offset
// counts, whatever a foreign transaction says about it later.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/config.h"
#include "base/metrics.h"
#include "base/result.h"
#include "kafka/types.h"

namespace clientele::kafka {

// One record; the views point into the batch that holds it.
struct Record {
  Partition partition;
  Offset offset;
  int64_t recorded_at_ms = 0;  // LogAppendTime, milliseconds since the epoch
  std::string_view key;
  std::string_view value;
};

// Records as they came, per partition in offset order; owns their bytes, without a copy. May be
// handed to another thread, and may outlive its EventLog.
class RecordBatch {
 public:
  virtual ~RecordBatch() = default;
  [[nodiscard]] virtual const std::vector<Record>& records() const = 0;
};

// The log as the runner sees it; a test may stand in a fake where a fault must be injected.
class EventLog {
 public:
  virtual ~EventLog() = default;
  // Starts reading these partitions at these offsets; called once. Asks Kafka whether they are
  // there: NOT_FOUND if not, UNAVAILABLE if it does not answer within 10 s. OUT_OF_RANGE later from
  // Poll if an offset is not in the log (removed, or beyond its end): it never jumps.
  [[nodiscard]] virtual base::Status Assign(const std::map<Partition, Offset>& from) = 0;
  // Up to `most` records: waits at most `wait` for the first, and takes what has come by then; an
  // empty batch on time-out. A Kafka that is away is a time-out: it is logged and healed by itself.
  // OUT_OF_RANGE, DATA_LOSS (a record whose checksum is wrong, or an offset that came again),
  // NOT_FOUND (the topic or partition is gone), PERMISSION_DENIED and UNAUTHENTICATED as errors:
  // all of them name the partition, and all are final.
  [[nodiscard]] virtual base::Result<std::unique_ptr<RecordBatch>> Poll(
      size_t most, std::chrono::milliseconds wait) = 0;
  // Commits for lag tools only; nothing reads them back.
  virtual void CommitForLagTools(const std::map<Partition, Offset>& next) = 0;
};

[[nodiscard]] base::Result<std::unique_ptr<EventLog>> OpenEventLog(const base::KafkaConfig& config,
                                                                   std::string_view topic,
                                                                   std::string_view group,
                                                                   base::Metrics& metrics);

// A point reader of any topic for other threads: bounds, single records, whole small topics.
// Thread-safe (its own lock); opened once and kept. Every call: NOT_FOUND if there is no such topic
// or partition, UNAVAILABLE (with the setting kafka.brokers) if Kafka does not answer within 10 s.
class LogReader {
 public:
  virtual ~LogReader() = default;
  struct Bounds {
    Offset begin;  // first offset still there
    Offset end;    // offset of the next record
  };
  [[nodiscard]] virtual base::Result<Bounds> BoundsOf(std::string_view topic,
                                                      Partition partition) = 0;
  // The same of many partitions at once: two requests to each broker. For the runner, which needs
  // the end of the whole log.
  [[nodiscard]] virtual base::Result<std::map<Partition, Bounds>> BoundsOfAll(
      std::string_view topic, const std::vector<Partition>& partitions) {
    std::map<Partition, Bounds> all;
    for (const Partition partition : partitions) {
      const auto one = BoundsOf(topic, partition);
      if (!one) return tl::unexpected(one.error());
      all.emplace(partition, *one);
    }
    return all;
  }
  // The record at exactly this offset; NOT_FOUND if there is none (gap, compacted, removed).
  struct OwnedRecord {
    Partition partition;
    Offset offset;
    int64_t recorded_at_ms = 0;
    std::string key;
    std::string value;
  };
  [[nodiscard]] virtual base::Result<OwnedRecord> ReadAt(std::string_view topic,
                                                         Partition partition, Offset offset) = 0;
  // Hands over all records of one partition from `from` up to the end known at the call, in order
  // and one at a time, so that memory does not grow with the topic; none if `from` is the end or
  // beyond. `take` must not call the reader; its error ends the reading and is returned.
  // OUT_OF_RANGE if `from` was removed: it never jumps.
  using Take = std::function<base::Status(OwnedRecord record)>;
  [[nodiscard]] virtual base::Status VisitToEnd(std::string_view topic, Partition partition,
                                                Offset from, const Take& take) = 0;
  // The same, all in memory at once: where few are left to read.
  [[nodiscard]] base::Result<std::vector<OwnedRecord>> ReadToEnd(std::string_view topic,
                                                                 Partition partition, Offset from) {
    std::vector<OwnedRecord> records;
    const auto visited = VisitToEnd(topic, partition, from, [&](OwnedRecord record) {
      records.push_back(std::move(record));
      return base::Status();
    });
    if (!visited) return tl::unexpected(visited.error());
    return records;
  }
};

// `until`: no call waits beyond it, for who looks once and must have an answer.
[[nodiscard]] base::Result<std::unique_ptr<LogReader>> OpenLogReader(
    const base::KafkaConfig& config,
    std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::max());

}  // namespace clientele::kafka
