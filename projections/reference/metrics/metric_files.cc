#include "projections/reference/metrics/metric_files.h"

#include "projections/reference/metrics/files.h"

namespace clientele::projections::reference {

std::vector<std::pair<std::string_view, std::string_view>> MetricFiles() {
  std::vector<std::pair<std::string_view, std::string_view>> files;
  for (const auto& file : metrics::kFiles) files.emplace_back(file.path, file.text);
  return files;
}

}  // namespace clientele::projections::reference
