// The catalogue of metrics as a page: docs/metrics.md is what this gives. Pure; any thread.
#pragma once

#include <string>

#include "query/catalogue.h"

namespace clientele::app {

[[nodiscard]] std::string ToMarkdown(const query::Catalogue& catalogue);
// Its section on one metric: what it is, its formula and where it is computed from.
[[nodiscard]] std::string Definition(const query::Metric& metric);

}  // namespace clientele::app
