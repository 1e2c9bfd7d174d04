#include "app/metrics/lint.h"

#include <filesystem>
#include <map>
#include <string_view>

#include "query/file_checks.h"

namespace clientele::app {
namespace {

bool IsSchema(std::string_view place) { return place.starts_with("../schema/"); }

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
  query::Faults same;
  std::map<std::string, const MetricFile*, std::less<>> places;
  // Of two schemas of one table the first counts: a projection's have the name of others'.
  query::Catalogue::Files files;
  for (const MetricFile& file : given) {
    const auto [place, is_first] = places.emplace(PlaceOf(file.path), &file);
    if (is_first || IsSchema(place->first)) {
      files.emplace_back(place->first, file.text);
    } else {
      query::AddFault(same, "{}: has the name of {}", file.path, place->second->path);
    }
  }
  for (const auto& [path, text] : query::Catalogue::EmbeddedFiles()) {
    if (IsSchema(path) || !places.contains(path)) files.emplace_back(path, text);
  }
  query::Faults faults = query::Catalogue::Lint(files);
  for (std::string& fault : faults) {
    const size_t colon = fault.find(':');
    const auto place = places.find(std::string_view(fault).substr(0, colon));
    if (place != places.end()) fault.replace(0, colon, place->second->path);
  }
  faults.insert(faults.end(), same.begin(), same.end());
  return faults;
}

}  // namespace clientele::app
