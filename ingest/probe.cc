#include "ingest/probe.h"

namespace clientele::ingest {
namespace {

const prometheus::Histogram::BucketBoundaries kSeconds = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30, 120};

prometheus::Counter& Events(base::Metrics& metrics, const char* result) {
  return metrics.Counter("clientele_ingest_events_total", "Events by result", {{"result", result}});
}

prometheus::Counter& Calls(base::Metrics& metrics, const char* method) {
  return metrics.Counter("clientele_ingest_calls_total", "Calls begun by method",
                         {{"method", method}});
}

}  // namespace

Probe::Probe(base::Metrics& metrics)
    : accepted(Events(metrics, "accepted")),
      unknown(Events(metrics, "unknown")),
      rejected(Events(metrics, "rejected")),
      bytes(metrics.Counter("clientele_ingest_sent_bytes_total",
                            "Bytes of event values handed to the producer")),
      unary_calls(Calls(metrics, "Publish")),
      stream_calls(Calls(metrics, "PublishStream")),
      refused_calls(metrics.Counter("clientele_ingest_refused_calls_total",
                                    "Calls that ended with an error of the whole call")),
      full_queue(metrics.Counter("clientele_ingest_full_queue_total",
                                 "Times that a call waited for room in the producer's queue")),
      open_calls(metrics.Gauge("clientele_ingest_open_calls", "Calls that are open now")),
      batch_seconds(metrics.Histogram("clientele_ingest_batch_seconds",
                                      "From a message's arrival to its last delivery report",
                                      kSeconds)) {}

}  // namespace clientele::ingest
