#include "app/metrics/lint.h"

#include <filesystem>
#include <map>
#include <string_view>

namespace clientele::app {
namespace {

// As the path of a file that is built in.
std::string PlaceOf(const std::string& given) {
  const auto path = std::filesystem::absolute(given).lexically_normal();
  const std::string folder = path.parent_path().filename();
  const std::string name = path.filename();
  if (folder == "tables") return "tables/" + name;
  return folder == "schema" ? "../schema/" + name : name;
}

}  // namespace

query::Faults LintMetricFiles(const std::vector<MetricFile>& given) {
  std::map<std::string, const MetricFile*, std::less<>> places;
  for (const MetricFile& file : given) places.emplace(PlaceOf(file.path), &file);
  // Of two schemas of one table the first counts: a projection's have the name of others'.
  query::Catalogue::Files files;
  for (const MetricFile& file : given) {
    files.emplace_back(places.find(PlaceOf(file.path))->first, file.text);
  }
  for (const auto& [path, text] : query::Catalogue::EmbeddedFiles()) {
    if (path.starts_with("../schema/") || !places.contains(path)) files.emplace_back(path, text);
  }
  query::Faults faults = query::Catalogue::Lint(files);
  for (std::string& fault : faults) {
    const size_t colon = fault.find(':');
    const auto place = places.find(std::string_view(fault).substr(0, colon));
    if (place != places.end()) fault.replace(0, colon, place->second->path);
  }
  return faults;
}

}  // namespace clientele::app
