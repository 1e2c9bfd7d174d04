#include "query/probe.h"

#include <string>

namespace clientele::query {
namespace {

constexpr std::array<const char*, 17> kCodes = {
    "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED"};

const prometheus::Histogram::BucketBoundaries kSeconds = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};

}  // namespace

Probe::Probe(base::Metrics& metrics)
    : results{},
      rows_read(metrics.Counter("clientele_query_rows_read_total",
                                "Rows that the store read for answers")),
      open_calls(metrics.Gauge("clientele_query_open_calls", "Queries that wait or run now")),
      seconds(metrics.Histogram("clientele_query_seconds", "From a query's arrival to its end",
                                kSeconds)) {
  for (size_t code = 0; code < kCodes.size(); ++code) {
    results[code] = &metrics.Counter("clientele_query_calls_total", "Queries by how they ended",
                                     {{"code", kCodes[code]}});
  }
}

void Probe::CountResult(int code) {
  const auto index = static_cast<size_t>(code);
  results[index < results.size() ? index : 2]->Increment();
}

}  // namespace clientele::query
