#include "query/catalogue.h"

#include <algorithm>
#include <set>

#include "query/expression.h"
#include "query/metric_file.h"
#include "query/nearest.h"
#include "query/rows_query.h"

namespace clientele::query {
namespace {

using base::Code;
using base::Fail;

constexpr std::string_view kQueryFile = ".sql";

bool IsTableFile(std::string_view path) {
  return path.find("tables/") != std::string_view::npos && !path.ends_with(kQueryFile);
}

// The path of a file in the same folder.
std::string Beside(std::string_view path, const std::string& name) {
  return std::string(path.substr(0, path.rfind('/') + 1)) + name;
}

// Parameters of an expression are the metric's.
base::Status CheckExpression(const Metric& metric, std::string_view expression) {
  for (const std::string& name : ParametersOf(expression)) {
    if (!metric.parameters.contains(name)) {
      return Fail(Code::kInvalidArgument, "metric {}: {} in \"{}\" is no parameter of it",
                  metric.id, name, expression);
    }
  }
  return {};
}

base::Status CheckSource(const Metric& metric, const Source& source, const Table& table) {
  if (std::ranges::find(table.times, source.time) == table.times.end()) {
    return Fail(Code::kInvalidArgument,
                "metric {}: time = {}: must be one of the times of table {}", metric.id,
                source.time, table.id);
  }
  if (table.spans.contains(source.time) && metric.kind != Kind::kCount &&
      metric.kind != Kind::kSum) {
    return Fail(Code::kInvalidArgument,
                "metric {}: kind = {}: must be count or sum over the stretch {} of table {}",
                metric.id, KindName(metric.kind), source.time, table.id);
  }
  for (const std::string& dimension : source.dimensions) {
    if (!table.dimensions.contains(dimension)) {
      return Fail(Code::kInvalidArgument, "metric {}: dimension {}: is none of table {}", metric.id,
                  dimension, table.id);
    }
  }
  for (const auto& [name, value] : source.values) {
    // Metrics that count the same values share a scan.
    if (metric.kind == Kind::kDistinct && !ParametersOf(value.of).empty()) {
      return Fail(Code::kInvalidArgument,
                  "metric {}: values.{}: of = {}: must have no parameter where it is counted once",
                  metric.id, name, value.of);
    }
  }
  std::vector<std::string_view> expressions = {source.population};
  for (const auto& [name, condition] : source.counts) expressions.push_back(condition);
  for (const auto* measures : {&source.sums, &source.values}) {
    for (const auto& [name, measure] : *measures) {
      expressions.push_back(measure.of);
      expressions.push_back(measure.where);
    }
  }
  for (const std::string_view expression : expressions) {
    if (auto good = CheckExpression(metric, expression); !good) return good;
  }
  return {};
}

base::Status CheckRemarks(const Metric& metric) {
  for (const auto& [dimension, remark] : metric.remarks) {
    if (std::ranges::none_of(metric.sources,
                             [&](const Source& source) { return source.Has(dimension); })) {
      return Fail(Code::kInvalidArgument,
                  "metric {}: remarks.{}: must be a dimension of one of its tables", metric.id,
                  dimension);
    }
  }
  return {};
}

// What is not applicable can at least be asked for, so that the answer can say why.
base::Status CheckApplicable(const Metric& metric) {
  for (const auto& [dimension, reason] : metric.not_applicable) {
    if (std::ranges::none_of(metric.sources,
                             [&](const Source& source) { return source.Has(dimension); })) {
      return Fail(Code::kInvalidArgument,
                  "metric {}: not_applicable.{}: must be a dimension of one of its tables too",
                  metric.id, dimension);
    }
  }
  for (const Variant& variant : metric.variants) {
    for (const std::string& dimension : variant.applicable) {
      if (!metric.not_applicable.contains(dimension)) {
        return Fail(Code::kInvalidArgument,
                    "metric {}: variant {}: applicable {}: is not in not_applicable", metric.id,
                    variant.id, dimension);
      }
    }
  }
  return CheckRemarks(metric);
}

}  // namespace

bool Source::Has(std::string_view dimension) const {
  return std::ranges::find(dimensions, dimension) != dimensions.end();
}

const Variant* Metric::FindVariant(std::string_view wanted) const {
  const auto found = std::ranges::find_if(variants, [&](const Variant& variant) {
    return wanted.empty() ? variant.is_default : variant.id == wanted;
  });
  return found == variants.end() ? nullptr : &*found;
}

std::vector<std::string> Metric::Dimensions() const {
  if (kind == Kind::kDerived) return common_dimensions;
  std::set<std::string> names;
  for (const Source& known : sources)
    names.insert(known.dimensions.begin(), known.dimensions.end());
  return {names.begin(), names.end()};
}

std::string_view Metric::NotApplicable(const Variant& variant, std::string_view dimension) const {
  const auto reason = not_applicable.find(std::string(dimension));
  if (reason == not_applicable.end()) return {};
  const auto& except = variant.applicable;
  return std::ranges::find(except, dimension) == except.end() ? reason->second : std::string_view{};
}

std::string_view KindName(Kind kind) {
  switch (kind) {
    case Kind::kCount:
      return "count";
    case Kind::kSum:
      return "sum";
    case Kind::kRatio:
      return "ratio";
    case Kind::kMean:
      return "mean";
    case Kind::kDistinct:
      return "distinct";
    case Kind::kQuantile:
      return "quantile";
    case Kind::kDerived:
      return "derived";
  }
  return {};
}

bool HasUnit(Kind kind, const Variant& variant) {
  return kind == Kind::kSum || kind == Kind::kMean || kind == Kind::kQuantile || variant.of_sums;
}

base::Result<Catalogue> Catalogue::Load(const Files& files) {
  Catalogue catalogue;
  if (auto good = catalogue.LoadTables(files); !good) return tl::unexpected(good.error());
  if (auto good = catalogue.LoadMetrics(files); !good) return tl::unexpected(good.error());
  if (auto good = catalogue.ResolveDerived(); !good) return tl::unexpected(good.error());
  return catalogue;
}

base::Status Catalogue::LoadTables(const Files& files) {
  std::map<std::string, std::string_view, std::less<>> queries;  // by path
  for (const auto& [path, text] : files) {
    if (!path.ends_with(kQueryFile) || queries.emplace(path, text).second) continue;
    return Fail(Code::kInvalidArgument, "{}: another file has this name", path);
  }
  std::vector<std::pair<std::string_view, const Table*>> made;
  for (const auto& [path, text] : files) {
    if (!IsTableFile(path)) continue;
    auto table = ReadTable(path, text);
    if (!table) return tl::unexpected(table.error());
    if (table->rows) {
      const auto query = queries.find(Beside(path, table->rows->file));
      if (query == queries.end()) {
        return Fail(Code::kInvalidArgument,
                    "{}: rows = {}: there is no such file beside it, or another table has it", path,
                    table->rows->file);
      }
      table->rows->sql = WithoutComments(query->second);
      queries.erase(query);
    }
    const std::string id = table->id;
    for (const auto& [name, dimension] : table->dimensions) {
      if (types_.emplace(name, dimension.type).first->second == dimension.type) continue;
      return Fail(Code::kInvalidArgument, "{}: dimensions.{}: type must be that of other tables",
                  path, name);
    }
    const auto [added, is_new] = tables_.emplace(id, std::move(*table));
    if (!is_new) {
      return Fail(Code::kInvalidArgument, "{}: id = {}: another table has it", path, id);
    }
    if (added->second.rows) made.emplace_back(path, &added->second);
  }
  if (!queries.empty()) {
    return Fail(Code::kInvalidArgument, "{}: must be the rows of a table", queries.begin()->first);
  }
  for (const auto& [path, table] : made) {
    if (auto good = CheckReads(path, *table); !good) return good;
  }
  return {};
}

base::Status Catalogue::CheckReads(std::string_view path, const Table& table) const {
  for (const std::string& id : table.rows->reads) {
    const auto found = tables_.find(id);
    if (found == tables_.end()) {
      return Fail(Code::kInvalidArgument, "{}: reads: {}: there is no such table", path, id);
    }
    if (found->second.rows) {
      return Fail(Code::kInvalidArgument, "{}: reads: {}: must not have rows itself", path, id);
    }
  }
  return CheckRowsQuery(path, *table.rows);
}

base::Status Catalogue::LoadMetrics(const Files& files) {
  for (const auto& [path, text] : files) {
    if (IsTableFile(path) || path.ends_with(kQueryFile)) continue;
    auto metric = ReadMetric(path, text);
    if (!metric) return tl::unexpected(metric.error());
    if (auto good = CheckMetric(path, *metric); !good) return good;
    const std::string id = metric->id;
    if (!metrics_.emplace(id, std::move(*metric)).second) {
      return Fail(Code::kInvalidArgument, "{}: id = {}: another metric has it", path, id);
    }
  }
  return {};
}

base::Status Catalogue::CheckMetric(std::string_view path, const Metric& metric) const {
  for (const Source& source : metric.sources) {
    const auto table = tables_.find(source.table);
    if (table == tables_.end()) {
      return Fail(Code::kInvalidArgument, "{}: table = {}: there is no such file in tables/", path,
                  source.table);
    }
    if (auto good = CheckSource(metric, source, table->second); !good) return good;
  }
  return CheckApplicable(metric);
}

base::Status Catalogue::ResolveDerived() {
  std::vector<Metric*> open;
  for (auto& [id, metric] : metrics_) {
    if (metric.kind == Kind::kDerived) open.push_back(&metric);
    for (const Variant& variant : metric.variants) {
      for (const std::string& part : variant.formula.parts) {
        if (FindVariant(part).second != nullptr) continue;
        return Fail(Code::kInvalidArgument,
                    "metric {}: formula has {}: there is no such metric or variant", id, part);
      }
    }
  }
  const auto is_open = [&](const std::string& part) {
    return std::ranges::find(open, FindVariant(part).first) != open.end();
  };
  while (!open.empty()) {
    const auto ready = std::ranges::find_if(open, [&](const Metric* metric) {
      return std::ranges::none_of(metric->variants, [&](const Variant& variant) {
        return std::ranges::any_of(variant.formula.parts, is_open);
      });
    });
    if (ready == open.end()) {
      return Fail(Code::kInvalidArgument, "metric {}: formula: must not come back to itself",
                  open.front()->id);
    }
    if (auto good = TakeOverParts(**ready); !good) return good;
    open.erase(ready);
  }
  return {};
}

base::Status Catalogue::TakeOverParts(Metric& metric) const {
  std::map<std::string, size_t> dimensions;
  size_t parts = 0;
  for (const Variant& variant : metric.variants) {
    for (const std::string& name : variant.formula.parts) {
      const Metric& part = *FindVariant(name).first;
      for (const auto& [id, parameter] : part.parameters) {
        if (metric.parameters.emplace(id, parameter).first->second == parameter) continue;
        return Fail(Code::kInvalidArgument,
                    "metric {}: formula: parameter {} of {} must be that of its other parts",
                    metric.id, id, name);
      }
      for (const std::string& dimension : part.Dimensions()) ++dimensions[dimension];
      ++parts;
    }
  }
  for (const auto& [dimension, times] : dimensions) {
    if (times == parts) metric.common_dimensions.push_back(dimension);
  }
  return {};
}

base::Result<Catalogue> Catalogue::With(std::string_view path, std::string_view text) const {
  auto metric = ReadMetric(path, text);
  if (!metric) return tl::unexpected(metric.error());
  if (auto good = CheckMetric(path, *metric); !good) return tl::unexpected(good.error());
  Catalogue changed = *this;
  const auto known = changed.metrics_.find(metric->id);
  if (known == changed.metrics_.end()) {
    std::vector<std::string> names;
    for (const auto& [id, one] : metrics_) names.push_back(id);
    const std::string nearest = Nearest(metric->id, names);
    return Fail(Code::kNotFound, "{}: id = {}: there is no such metric{}", path, metric->id,
                nearest.empty() ? "" : "; did you mean " + nearest + "?");
  }
  known->second = *std::move(metric);
  // What derived ones took over from their parts is taken over again.
  for (auto& [id, one] : changed.metrics_) {
    if (one.kind != Kind::kDerived) continue;
    one.parameters.clear();
    one.common_dimensions.clear();
  }
  if (auto good = changed.ResolveDerived(); !good) return tl::unexpected(good.error());
  return changed;
}

const Table* Catalogue::FindTable(std::string_view id) const {
  const auto found = tables_.find(id);
  return found == tables_.end() ? nullptr : &found->second;
}

const Metric* Catalogue::FindMetric(std::string_view id) const {
  const auto found = metrics_.find(id);
  return found == metrics_.end() ? nullptr : &found->second;
}

std::pair<const Metric*, const Variant*> Catalogue::FindVariant(std::string_view name) const {
  const size_t colon = std::min(name.find(':'), name.size());
  const Metric* metric = FindMetric(name.substr(0, colon));
  if (metric == nullptr || colon + 1 == name.size()) return {};
  const Variant* variant = metric->FindVariant(name.substr(std::min(colon + 1, name.size())));
  return {variant == nullptr ? nullptr : metric, variant};
}

const Table& Catalogue::TableOf(const Source& source) const {
  return tables_.find(source.table)->second;
}

std::vector<const Table*> Catalogue::ReadsOf(const Table& table) const {
  std::vector<const Table*> reads;
  if (!table.rows) return reads;
  for (const std::string& id : table.rows->reads) reads.push_back(&tables_.find(id)->second);
  return reads;
}

std::vector<const Table*> Catalogue::StoredTables(std::string_view projection) const {
  std::vector<const Table*> tables;
  for (const auto& [id, table] : tables_) {
    if (table.projection == projection && !table.rows) tables.push_back(&table);
  }
  return tables;
}

std::set<std::string> Catalogue::TablesOf(const Metric& metric) const {
  std::set<std::string> tables;
  for (const Variant& variant : metric.variants) {
    for (const std::string& part : variant.formula.parts) {
      tables.merge(TablesOf(*FindVariant(part).first));
    }
  }
  for (const Source& source : metric.sources) {
    const Table& table = TableOf(source);
    tables.insert(table.id);
    if (table.rows) tables.insert(table.rows->reads.begin(), table.rows->reads.end());
  }
  return tables;
}

bool Catalogue::IsOver(const Metric& metric, std::string_view projection) const {
  const bool has_part = std::ranges::any_of(metric.variants, [&](const Variant& variant) {
    return std::ranges::any_of(variant.formula.parts, [&](const std::string& part) {
      return IsOver(*FindVariant(part).first, projection);
    });
  });
  return has_part || std::ranges::any_of(metric.sources, [&](const Source& source) {
           return TableOf(source).projection == projection;
         });
}

std::vector<const Metric*> Catalogue::MetricsOf(std::string_view projection) const {
  std::vector<const Metric*> metrics;
  for (const auto& [id, metric] : metrics_) {
    if (IsOver(metric, projection)) metrics.push_back(&metric);
  }
  return metrics;
}

std::set<std::string> Catalogue::UnitsOf(const Metric& metric) const {
  std::set<std::string> units;
  for (const Variant& variant : metric.variants) {
    for (const std::string& part : variant.formula.parts)
      units.merge(UnitsOf(*FindVariant(part).first));
  }
  if (std::ranges::none_of(metric.variants,
                           [&](const Variant& variant) { return HasUnit(metric.kind, variant); })) {
    return units;
  }
  for (const Source& source : metric.sources) {
    for (const auto& [name, dimension] : TableOf(source).dimensions) {
      if (dimension.unit_of_sums) units.insert(name);
    }
  }
  return units;
}

DimensionType Catalogue::TypeOf(std::string_view dimension) const {
  return types_.find(dimension)->second;
}

std::vector<std::string> Catalogue::DimensionNames() const {
  std::vector<std::string> names;
  for (const auto& [name, type] : types_) names.push_back(name);
  return names;
}

}  // namespace clientele::query
