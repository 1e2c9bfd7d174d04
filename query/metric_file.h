// Reads one file of the catalogue. Pure; any thread.
#pragma once

#include <string_view>

#include "base/result.h"
#include "query/catalogue.h"

namespace clientele::query {

// INVALID_ARGUMENT names path, key and rule.
[[nodiscard]] base::Result<Table> ReadTable(std::string_view path, std::string_view text);
[[nodiscard]] base::Result<Metric> ReadMetric(std::string_view path, std::string_view text);

}  // namespace clientele::query
