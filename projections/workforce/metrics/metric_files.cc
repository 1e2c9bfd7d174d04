#include "projections/workforce/metrics/metric_files.h"

#include "projections/workforce/metrics/files.h"

namespace clientele::projections::workforce {

std::vector<std::pair<std::string_view, std::string_view>> MetricFiles() {
  std::vector<std::pair<std::string_view, std::string_view>> files;
  for (const auto& file : metrics::kFiles) files.emplace_back(file.path, file.text);
  return files;
}

}  // namespace clientele::projections::workforce
