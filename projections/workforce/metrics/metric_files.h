// The metric files of this folder and its tables/, and the schema that they are over, as text.
// Immutable; any thread.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

namespace clientele::projections::workforce {

// (path below this folder, text), in the order of their paths.
[[nodiscard]] std::vector<std::pair<std::string_view, std::string_view>> MetricFiles();

}  // namespace clientele::projections::workforce
