// The quarantine for people: what is in it, a record's bytes as they can be read, and a record
// repaired. The verdict is always Decode's own, the bytes are the log's. Free functions; any
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "clickhouse/store.h"
#include "kafka/consumer.h"

namespace clientele::projections::runner {

struct QuarantinedRecord {
  int32_t partition = 0;
  uint64_t offset = 0;
  int64_t recorded_ms = 0;  // since the epoch
  std::string reason;
  std::string detail;
  uint64_t value_bytes = 0;
};

// The newest `limit` of a reason, or of all if it is empty. INVALID_ARGUMENT for a reason that
// there is not.
[[nodiscard]] base::Result<std::vector<QuarantinedRecord>> ListQuarantine(clickhouse::Store& store,
                                                                          const std::string& reason,
                                                                          uint64_t limit);

// Reason, key and value: the value as JSON if it is an event's, and the first of its bytes in
// hexadecimal. Nothing in it moves a terminal.
[[nodiscard]] std::string DescribeRecord(const kafka::LogReader::OwnedRecord& record,
                                         int32_t partitions);

// A record to append.
struct RepairedRecord {
  kafka::Partition partition;
  std::string key;
  std::string value;
};
// The record, or `repaired` bytes in its place, under the key of the entity that it tells about.
// FAILED_PRECONDITION if the record is not in quarantine, INVALID_ARGUMENT if the result would be
// again.
[[nodiscard]] base::Result<RepairedRecord> RepairRecord(const kafka::LogReader::OwnedRecord& record,
                                                        const std::optional<std::string>& repaired,
                                                        int32_t partitions);

}  // namespace clientele::projections::runner
