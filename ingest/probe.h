// Ingest's metrics. Made once by the service; every member is thread-safe.
#pragma once

#include "base/metrics.h"

namespace clientele::ingest {

struct Probe {
  explicit Probe(base::Metrics& metrics);

  prometheus::Counter& accepted;         // events that Kafka has
  prometheus::Counter& unknown;          // events of unclear delivery
  prometheus::Counter& rejected;         // events that broke a rule
  prometheus::Counter& bytes;            // of the events' values sent to Kafka
  prometheus::Counter& unary_calls;      // Publish
  prometheus::Counter& stream_calls;     // PublishStream
  prometheus::Counter& refused_calls;    // ended with an error of the whole call
  prometheus::Counter& full_queue;       // times that a call had to wait for the producer's queue
  prometheus::Gauge& open_calls;         // of both kinds
  prometheus::Histogram& batch_seconds;  // from a message's arrival to its last delivery
};

}  // namespace clientele::ingest
