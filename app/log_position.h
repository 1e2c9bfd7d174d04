// How far the newest mark is behind the log. Blocking; any thread.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "kafka/consumer.h"

namespace clientele::app {

struct LogPosition {
  uint64_t records = 0;  // in the events topic, all partitions: the sum of their ends
  uint64_t behind = 0;   // of them not yet below the newest mark
  int64_t mark_id = 0;   // of the newest mark
  int64_t known_at = 0;  // its moment, microseconds; 0: there is none
};

// UNAVAILABLE if Kafka does not answer, NOT_FOUND if the topics are not there yet.
[[nodiscard]] base::Result<LogPosition> ReadLogPosition(kafka::LogReader& reader,
                                                        int32_t partitions);

}  // namespace clientele::app
