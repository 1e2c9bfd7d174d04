// Figures over time as lines of small bars. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "clientele/query/v1/query.pb.h"

namespace clientele::app {

// One character a value, from the lowest bar at the least to the highest at the greatest; all in
// the middle if they are equal; a blank where there is none.
[[nodiscard]] std::string Sparkline(const std::vector<std::optional<double>>& values);
// One row a group, one column a metric: its figures over the buckets, the least and the greatest.
// Empty without a grain, of one bucket, and of more buckets than a line can hold (100).
[[nodiscard]] std::string SparklineTable(const query::v1::QueryRequest& request,
                                         const query::v1::QueryResponse& response);

}  // namespace clientele::app
