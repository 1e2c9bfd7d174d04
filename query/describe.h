// The catalogue as the wire shows it. Pure; any thread.
#pragma once

#include "clientele/query/v1/query.pb.h"
#include "query/catalogue.h"

namespace clientele::query {

[[nodiscard]] v1::Column::Direction DirectionOf(const Metric& metric);
void Describe(const Catalogue& catalogue, v1::ListMetricsResponse& out);

}  // namespace clientele::query
