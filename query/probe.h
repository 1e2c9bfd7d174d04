// The query stage's metrics. Made once by the service; every member is thread-safe.
#pragma once

#include <array>

#include "base/metrics.h"
#include "base/result.h"

namespace clientele::query {

struct Probe {
  explicit Probe(base::Metrics& metrics);

  // Calls that ended so; the code by its number, 0 is OK.
  void CountResult(int code);

  std::array<prometheus::Counter*, 17> results;  // by gRPC status code
  prometheus::Counter& rows_read;                // by the store, for answers
  prometheus::Gauge& open_calls;                 // waiting and running
  prometheus::Histogram& seconds;                // from a call's arrival to its end
};

}  // namespace clientele::query
