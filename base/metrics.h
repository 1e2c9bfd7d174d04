// The process's Prometheus registry and the listener that shows it at /metrics. Names are
// clientele_<stage>_<what>_<unit>. A module takes `Metrics&` and makes its own families once, at
// construction; counters are thread-safe. No label ever carries a tenant or an id (unbounded).
#pragma once

#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <map>
#include <memory>
#include <string>

#include "base/result.h"

namespace clientele::base {

class Metrics {
 public:
  using Labels = std::map<std::string, std::string>;

  Metrics();

  // Making the same name and labels twice gives the same object. References stay valid as long as
  // this object does.
  prometheus::Counter& Counter(const std::string& name, const std::string& help,
                               const Labels& labels = {});
  prometheus::Gauge& Gauge(const std::string& name, const std::string& help,
                           const Labels& labels = {});
  prometheus::Histogram& Histogram(const std::string& name, const std::string& help,
                                   const prometheus::Histogram::BucketBoundaries& bounds,
                                   const Labels& labels = {});

  // Serves GET /metrics on host:port. UNAVAILABLE if the address cannot be bound.
  Status Listen(const std::string& address);
  // The text that /metrics shows.
  [[nodiscard]] std::string Text() const;

 private:
  std::shared_ptr<prometheus::Registry> registry_;
  std::unique_ptr<prometheus::Exposer> exposer_;
};

}  // namespace clientele::base
