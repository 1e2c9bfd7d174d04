#include "query/request.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <utility>

#include "query/nearest.h"
#include "query/shortened.h"

namespace clientele::query {
namespace {

using base::FailField;

constexpr size_t kMostColumns = 64;

base::Result<std::vector<WantedColumn>> VariantsOf(const Catalogue& catalogue,
                                                   const std::string& field,
                                                   const std::string& text) {
  const size_t colon = std::min(text.find(':'), text.size());
  const Metric* metric = catalogue.FindMetric(std::string_view(text).substr(0, colon));
  if (metric == nullptr) {
    std::vector<std::string> names;
    for (const auto& [id, known] : catalogue.metrics()) names.push_back(id);
    return FailField(field, "{} = {}: there is no such metric; {}", field, Shortened(text),
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
    return FailField(field, "{} = {}: {} has no such variant; {}", field, Shortened(text),
                     metric->id, Meant(wanted, names));
  }
  return columns;
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
                         Shortened(request.metrics(i)));
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
    case v1::QueryRequest::MINUTE:
      return Grain::kMinute;
    case v1::QueryRequest::QUARTER_HOUR:
      return Grain::kQuarterHour;
    case v1::QueryRequest::HALF_HOUR:
      return Grain::kHalfHour;
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

base::Result<CalendarRules> WantedCalendar(const v1::QueryRequest& request) {
  CalendarRules rules;
  if (request.week_start() < 0 || request.week_start() > v1::QueryRequest::SUNDAY) {
    return FailField("week_start", "week_start = {}: must be one of Weekday's values",
                     static_cast<int>(request.week_start()));
  }
  if (request.week_start() != v1::QueryRequest::WEEKDAY_UNSPECIFIED) {
    rules.week_start = date::weekday(static_cast<unsigned>(request.week_start()));
  }
  if (request.fiscal_start_month() > 12) {
    return FailField("fiscal_start_month",
                     "fiscal_start_month = {}: must be 1..12, or 0 for January",
                     request.fiscal_start_month());
  }
  if (request.fiscal_start_month() != 0) rules.fiscal_start_month = request.fiscal_start_month();
  return rules;
}

base::Status CheckDimension(const std::vector<std::string>& known, const std::string& field,
                            const std::string& name) {
  if (std::ranges::find(known, name) != known.end()) return {};
  return FailField(field, "{} = {}: there is no such dimension; {}", field, Shortened(name),
                   Meant(name, known));
}

base::Status CheckGroupBy(const Catalogue& catalogue, const v1::QueryRequest& request) {
  if (request.group_by_size() > kMostDimensions) {
    return FailField("group_by", "group_by: has {}, at most {} can be asked for",
                     request.group_by_size(), kMostDimensions);
  }
  const std::vector<std::string> known = catalogue.DimensionNames();
  std::set<std::string> keys;
  for (int i = 0; i < request.group_by_size(); ++i) {
    const std::string field = fmt::format("group_by[{}]", i);
    const std::string& name = request.group_by(i);
    if (auto good = CheckDimension(known, field, name); !good) return good;
    if (!keys.insert(name).second) {
      return FailField(field, "{} = {}: must not be named twice", field, name);
    }
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
    const std::string field = "parameters." + Shortened(name);
    return FailField(field, "{} = {}: none of the metrics has it; {}", field, Shortened(value),
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
      return FailField(field, "{} = {}: must be a whole number {}..{} ({})", field, Shortened(text),
                       parameter.min, parameter.max, parameter.unit);
    }
    values[id] = value;
  }
  return values;
}

base::Status CheckTellApart(const std::vector<WantedColumn>& columns,
                            const v1::QueryRequest& request) {
  if (!request.has_tell_apart()) return {};
  if (request.has_top()) return FailField("tell_apart", "tell_apart: must not be beside top");
  if (request.grain() != v1::QueryRequest::GRAIN_UNSPECIFIED) {
    return FailField("grain",
                     "grain = {}: must be left out beside tell_apart, which is of the whole range",
                     v1::QueryRequest::Grain_Name(request.grain()));
  }
  if (request.group_by_size() != 1) {
    return FailField("group_by", "group_by: has {}, must be 1 beside tell_apart",
                     request.group_by_size());
  }
  const v1::TellApart& pair = request.tell_apart();
  for (const auto& [field, value] : {std::pair("tell_apart.first", &pair.first()),
                                     std::pair("tell_apart.second", &pair.second())}) {
    if (value->empty()) {
      return FailField(field, "{}: is empty, must be a value of {}", field, request.group_by(0));
    }
  }
  if (pair.first() == pair.second()) {
    return FailField("tell_apart.second",
                     "tell_apart.second = {}: must be another one than tell_apart.first",
                     Shortened(pair.second()));
  }
  if (pair.has_difference() && !(pair.difference() > 0 && std::isfinite(pair.difference()))) {
    return FailField("tell_apart.difference",
                     "tell_apart.difference = {}: must be a number above 0", pair.difference());
  }
  for (const WantedColumn& column : columns) {
    if (column.variant->interval == IntervalMethod::kStudent) continue;
    return FailField("metrics", "metrics: {} must be a mean with an interval beside tell_apart",
                     column.metric->id);
  }
  return {};
}

base::Result<uint32_t> WantedLimit(const v1::QueryRequest& request) {
  if (request.limit() > kMostRows) {
    return FailField("limit", "limit = {}: must be 1..{}, or 0 for {}", request.limit(), kMostRows,
                     kDefaultRows);
  }
  return request.limit() == 0 ? kDefaultRows : request.limit();
}

}  // namespace clientele::query
