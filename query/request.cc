#include "query/request.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "query/nearest.h"

namespace clientele::query {
namespace {

using base::FailField;

constexpr int kMostMetrics = 20;
constexpr int kMostKeys = 4;
constexpr int kMostFilters = 16;
constexpr int kMostValues = 1'000;
constexpr size_t kMostValueBytes = 1'024;  // 256 characters of at most 4 bytes
constexpr size_t kMostColumns = 64;
constexpr uint32_t kMostRows = 100'000;
constexpr uint32_t kDefaultRows = 10'000;
constexpr size_t kMostShown = 64;

// A value as an error message shows it.
std::string Shown(std::string_view value) { return std::string(value.substr(0, kMostShown)); }

std::string Meant(std::string_view wanted, const std::vector<std::string>& names) {
  const std::string nearest = Nearest(wanted, names);
  return nearest.empty() ? "must be one of " + Listed(names) : "did you mean " + nearest + "?";
}

base::Result<std::vector<WantedColumn>> VariantsOf(const Catalogue& catalogue,
                                                   const std::string& field,
                                                   const std::string& text) {
  const size_t colon = std::min(text.find(':'), text.size());
  const Metric* metric = catalogue.FindMetric(std::string_view(text).substr(0, colon));
  if (metric == nullptr) {
    std::vector<std::string> names;
    for (const auto& [id, known] : catalogue.metrics()) names.push_back(id);
    return FailField(field, "{} = {}: there is no such metric; {}", field, Shown(text),
                     Meant(text.substr(0, colon), names));
  }
  std::vector<WantedColumn> columns;
  if (colon == text.size()) {
    columns.push_back({metric, metric->FindVariant({})});
    return columns;
  }
  const std::string wanted = text.substr(colon + 1);
  std::vector<std::string> names = {std::string(kAllVariants)};
  for (const Variant& variant : metric->variants) {
    if (!variant.id.empty()) names.push_back(variant.id);
    if (wanted == kAllVariants || (!wanted.empty() && variant.id == wanted)) {
      columns.push_back({metric, &variant});
    }
  }
  if (columns.empty()) {
    return FailField(field, "{} = {}: {} has no such variant; {}", field, Shown(text), metric->id,
                     Meant(wanted, names));
  }
  return columns;
}

base::Status CheckDimension(const std::vector<std::string>& known, const std::string& field,
                            const std::string& name, std::set<std::string>& seen) {
  if (std::ranges::find(known, name) == known.end()) {
    return FailField(field, "{} = {}: there is no such dimension; {}", field, Shown(name),
                     Meant(name, known));
  }
  if (!seen.insert(name).second) {
    return FailField(field, "{} = {}: must not be named twice", field, name);
  }
  return {};
}

base::Status CheckFilter(const v1::Filter& filter, const std::string& field) {
  if (filter.values_size() < 1 || filter.values_size() > kMostValues) {
    return FailField(field + ".values", "{}.values: has {}, must be 1..{}", field,
                     filter.values_size(), kMostValues);
  }
  for (const std::string& value : filter.values()) {
    if (value.size() > kMostValueBytes) {
      return FailField(field + ".values", "{}.values: {}...: must be at most 256 characters", field,
                       Shown(value));
    }
  }
  return {};
}

}  // namespace

base::Result<std::vector<WantedColumn>> WantedColumns(const Catalogue& catalogue,
                                                      const v1::QueryRequest& request) {
  if (request.metrics_size() < 1 || request.metrics_size() > kMostMetrics) {
    return FailField("metrics", "metrics: has {}, must be 1..{}", request.metrics_size(),
                     kMostMetrics);
  }
  std::vector<WantedColumn> columns;
  std::set<const Variant*> seen;
  for (int i = 0; i < request.metrics_size(); ++i) {
    const std::string field = fmt::format("metrics[{}]", i);
    auto named = VariantsOf(catalogue, field, request.metrics(i));
    if (!named) return named;
    for (const WantedColumn& column : *named) {
      if (!seen.insert(column.variant).second) {
        return FailField(field, "{} = {}: must not be asked for twice", field,
                         Shown(request.metrics(i)));
      }
      columns.push_back(column);
    }
  }
  if (columns.size() > kMostColumns) {
    return FailField("metrics", "metrics: make {} columns, at most {} can be asked for",
                     columns.size(), kMostColumns);
  }
  return columns;
}

base::Result<Grain> WantedGrain(const v1::QueryRequest& request) {
  switch (request.grain()) {
    case v1::QueryRequest::GRAIN_UNSPECIFIED:
      return Grain::kNone;
    case v1::QueryRequest::HOUR:
      return Grain::kHour;
    case v1::QueryRequest::DAY:
      return Grain::kDay;
    case v1::QueryRequest::WEEK:
      return Grain::kWeek;
    case v1::QueryRequest::MONTH:
      return Grain::kMonth;
    case v1::QueryRequest::QUARTER:
      return Grain::kQuarter;
    case v1::QueryRequest::YEAR:
      return Grain::kYear;
    default:
      return FailField("grain", "grain = {}: must be one of Grain's values",
                       static_cast<int>(request.grain()));
  }
}

base::Status CheckDimensions(const Catalogue& catalogue, const v1::QueryRequest& request) {
  if (request.group_by_size() > kMostKeys) {
    return FailField("group_by", "group_by: has {}, at most {} can be asked for",
                     request.group_by_size(), kMostKeys);
  }
  if (request.filters_size() > kMostFilters) {
    return FailField("filters", "filters: has {}, at most {} can be asked for",
                     request.filters_size(), kMostFilters);
  }
  const std::vector<std::string> known = catalogue.DimensionNames();
  std::set<std::string> keys;
  for (int i = 0; i < request.group_by_size(); ++i) {
    const std::string field = fmt::format("group_by[{}]", i);
    if (auto good = CheckDimension(known, field, request.group_by(i), keys); !good) return good;
  }
  std::set<std::string> filtered;
  for (int i = 0; i < request.filters_size(); ++i) {
    const v1::Filter& filter = request.filters(i);
    const std::string field = fmt::format("filters[{}]", i);
    auto good = CheckDimension(known, field + ".dimension", filter.dimension(), filtered);
    if (good) good = CheckFilter(filter, field);
    if (!good) return good;
  }
  return {};
}

base::Status CheckParameters(const std::vector<WantedColumn>& columns,
                             const v1::QueryRequest& request) {
  std::vector<std::string> known;
  for (const WantedColumn& column : columns) {
    for (const auto& [id, parameter] : column.metric->parameters) known.push_back(id);
  }
  std::ranges::sort(known);
  known.erase(std::ranges::unique(known).begin(), known.end());
  for (const auto& [name, value] : request.parameters()) {
    if (std::ranges::find(known, name) != known.end()) continue;
    const std::string field = "parameters." + Shown(name);
    return FailField(field, "{} = {}: none of the metrics has it; {}", field, Shown(value),
                     known.empty() ? "they have no parameters" : Meant(name, known));
  }
  return {};
}

base::Result<std::map<std::string, int64_t>> ParametersOf(const Metric& metric,
                                                          const v1::QueryRequest& request) {
  std::map<std::string, int64_t> values;
  for (const auto& [id, parameter] : metric.parameters) {
    values[id] = parameter.default_value;
    const auto given = request.parameters().find(id);
    if (given == request.parameters().end()) continue;
    const std::string& text = given->second;
    int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < parameter.min ||
        value > parameter.max) {
      const std::string field = "parameters." + id;
      return FailField(field, "{} = {}: must be a whole number {}..{} ({})", field, Shown(text),
                       parameter.min, parameter.max, parameter.unit);
    }
    values[id] = value;
  }
  return values;
}

base::Result<uint32_t> WantedLimit(const v1::QueryRequest& request) {
  if (request.limit() > kMostRows) {
    return FailField("limit", "limit = {}: must be 1..{}, or 0 for {}", request.limit(), kMostRows,
                     kDefaultRows);
  }
  return request.limit() == 0 ? kDefaultRows : request.limit();
}

}  // namespace clientele::query
