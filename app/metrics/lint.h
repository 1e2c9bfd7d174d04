// Checks metric files before they are built in. Any thread.
#pragma once

#include <string>
#include <vector>

#include "query/catalogue.h"

namespace clientele::app {

struct MetricFile {
  std::string path;  // as it was given: faults name it so; a relative one is of the working folder
  std::string text;
};

// Every fault of these files among those that are built in, in whose places they stand: a table of
// a folder tables/, a schema of a folder schema/, a metric of any other. Of none: of those that are
// built in alone.
[[nodiscard]] query::Faults LintMetricFiles(const std::vector<MetricFile>& given);

}  // namespace clientele::app
