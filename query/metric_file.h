// Reads one file of the catalogue. Pure; any thread.
#pragma once

#include <string_view>

#include "query/catalogue.h"

namespace clientele::query {

// What a file says, and every rule that it breaks: where there is one, the value is not whole.
template <typename T>
struct FileContent {
  T value;
  Faults faults;
};

[[nodiscard]] FileContent<Table> ReadTable(std::string_view path, std::string_view text);
[[nodiscard]] FileContent<Metric> ReadMetric(std::string_view path, std::string_view text);

}  // namespace clientele::query
