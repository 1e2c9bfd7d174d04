// What we read of librdkafka's statistics (a JSON document a second): whether a broker is there,
// and the figures shown at /metrics. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/metrics.h"
#include "base/result.h"

namespace clientele::kafka {

struct Statistics {
  int64_t brokers_up = 0;
  int64_t transmit_errors = 0;       // since the start
  int64_t retries = 0;               // since the start
  int64_t round_trip_p99_us = 0;     // of the slowest broker
  int64_t queue_latency_p99_us = 0;  // from Produce to the request, of the slowest broker
  int64_t topic_partitions = 0;      // of the topic asked for that have a leader
};

// INVALID_ARGUMENT if the text is not such a document.
[[nodiscard]] base::Result<Statistics> ParseStatistics(std::string_view json,
                                                       std::string_view topic);

// Gauges of one client, `role` being producer or consumer.
class StatisticsGauges {
 public:
  StatisticsGauges(base::Metrics& metrics, const std::string& role);
  void Set(const Statistics& statistics);

 private:
  prometheus::Gauge& brokers_up_;
  prometheus::Gauge& transmit_errors_;
  prometheus::Gauge& retries_;
  prometheus::Gauge& round_trip_;
  prometheus::Gauge& queue_latency_;
};

}  // namespace clientele::kafka
