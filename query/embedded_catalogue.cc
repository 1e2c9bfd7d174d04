// The metric files that are built into the program: one line per projection that has any.
#include "projections/calls/metrics/metric_files.h"
#include "projections/cases/metrics/metric_files.h"
#include "projections/journeys/metrics/metric_files.h"
#include "projections/quality/metrics/metric_files.h"
#include "projections/reference/metrics/metric_files.h"
#include "projections/retention/metrics/metric_files.h"
#include "projections/roi/metrics/metric_files.h"
#include "projections/voice/metrics/metric_files.h"
#include "projections/workforce/metrics/metric_files.h"
#include "query/catalogue.h"

namespace clientele::query {

Catalogue::Files Catalogue::EmbeddedFiles() {
  Files files;
  for (const auto& projection :
       {projections::calls::MetricFiles(), projections::retention::MetricFiles(),
        projections::roi::MetricFiles(), projections::reference::MetricFiles(),
        projections::quality::MetricFiles(), projections::voice::MetricFiles(),
        projections::journeys::MetricFiles(), projections::cases::MetricFiles(),
        projections::workforce::MetricFiles()}) {
    files.insert(files.end(), projection.begin(), projection.end());
  }
  return files;
}

base::Result<Catalogue> Catalogue::Embedded() { return Load(EmbeddedFiles()); }

}  // namespace clientele::query
