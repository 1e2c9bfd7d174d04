#include "query/catalogue.h"

#include <algorithm>
#include <set>

#include "query/date_parts.h"
#include "query/file_checks.h"
#include "query/metric_file.h"
#include "query/nearest.h"
#include "query/rows_query.h"

namespace clientele::query {
namespace {

using base::Code;
using base::Fail;

constexpr std::string_view kQueryFile = ".sql";

bool IsSchemaFile(std::string_view path) {
  return path.find("schema/") != std::string_view::npos && path.ends_with(kQueryFile);
}

bool IsQueryFile(std::string_view path) {
  return path.ends_with(kQueryFile) && !IsSchemaFile(path);
}

bool IsTableFile(std::string_view path) {
  return path.find("tables/") != std::string_view::npos && !path.ends_with(kQueryFile);
}

// Who looks for a metric or table finds its file by its name.
bool CheckFileName(std::string_view path, const std::string& id, Faults& faults) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const std::string_view wanted = name.substr(0, name.rfind('.'));
  if (id != wanted) AddFault(faults, "{}: id = {}: must be {}, as its file is", path, id, wanted);
  return id == wanted;
}

// The path of a file in the same folder.
std::string Beside(std::string_view path, const std::string& name) {
  return std::string(path.substr(0, path.rfind('/') + 1)) + name;
}

}  // namespace

bool Source::Has(std::string_view dimension) const {
  if (date_parts && DateParts().contains(std::string(dimension))) return true;
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
  for (const Source& known : sources) {
    names.insert(known.dimensions.begin(), known.dimensions.end());
    if (!known.date_parts) continue;
    for (const auto& [name, part] : DateParts()) names.insert(name);
  }
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
    case Kind::kDistribution:
      return "distribution";
    case Kind::kDerived:
      return "derived";
  }
  return {};
}

bool IsRatio(Kind kind) { return kind == Kind::kRatio || kind == Kind::kDistribution; }

bool HasUnit(Kind kind, const Variant& variant) {
  return kind == Kind::kSum || kind == Kind::kMean || kind == Kind::kQuantile || variant.of_sums;
}

base::Result<Catalogue> Catalogue::Load(const Files& files) {
  Catalogue catalogue;
  const Faults faults = catalogue.Read(files);
  if (!faults.empty()) return Fail(Code::kInvalidArgument, "{}", faults.front());
  return catalogue;
}

Faults Catalogue::Lint(const Files& files) { return Catalogue().Read(files); }

Faults Catalogue::Read(const Files& files) {
  Faults faults;
  LoadTables(files, faults);
  AddDateParts();
  LoadMetrics(files, faults);
  CheckLeftOut(faults);
  ResolveDerived(faults);
  return faults;
}

void Catalogue::LoadTables(const Files& files, Faults& faults) {
  Schema schema;
  std::map<std::string, std::string_view, std::less<>> queries;  // by path
  for (const auto& [path, text] : files) {
    if (IsSchemaFile(path)) schema.merge(ReadSchema(text));
    if (!IsQueryFile(path) || queries.emplace(path, text).second) continue;
    AddFault(faults, "{}: another file has this name", path);
  }
  std::vector<std::pair<std::string_view, std::string>> made;  // path and id
  std::vector<std::pair<std::string_view, std::string>> looking_up;
  for (const auto& [path, text] : files) {
    if (!IsTableFile(path)) continue;
    auto [table, broken] = ReadTable(path, text);
    faults.insert(faults.end(), broken.begin(), broken.end());
    const std::string id = table.id;
    bool has_query = false;
    if (table.rows) {
      const auto query = queries.find(Beside(path, table.rows->file));
      if (query == queries.end() && broken.empty()) {
        AddFault(faults, "{}: rows = {}: there is no such file beside it, or another table has it",
                 path, table.rows->file);
      }
      if (query != queries.end()) {
        table.rows->sql = WithoutComments(query->second);
        queries.erase(query);
        has_query = true;
      }
    }
    const bool looks_up = table.look_up.has_value();
    if (!AddTable(path, std::move(table), schema, faults)) continue;
    if (has_query) made.emplace_back(path, id);
    if (looks_up) looking_up.emplace_back(path, id);
  }
  for (const auto& [path, text] : queries)
    AddFault(faults, "{}: must be the rows of a table", path);
  for (const auto& [path, id] : made) {
    Table& table = tables_.find(id)->second;
    CheckReads(path, table, faults);
    table.columns = ColumnsOf(*table.rows);
    CheckTable(path, table, faults);
  }
  for (const auto& [path, id] : looking_up) CheckLookUp(path, tables_.find(id)->second, faults);
}

bool Catalogue::AddTable(std::string_view path, Table table, const Schema& schema, Faults& faults) {
  if (table.id.empty()) return false;  // which is a fault
  if (!CheckFileName(path, table.id, faults)) return false;
  const auto columns = schema.find(table.id);
  if (!table.rows && columns != schema.end()) {
    table.columns = columns->second;
  } else if (!table.rows && !schema.empty()) {
    std::vector<std::string> names;
    for (const auto& [name, known] : schema) names.push_back(name);
    AddFault(faults, "{}: id = {}: no schema has such a table; {}", path, table.id,
             Meant(table.id, names));
  }
  if (!table.rows) CheckTable(path, table, faults);
  for (const auto& [name, dimension] : table.dimensions) {
    if (types_.emplace(name, dimension.type).first->second != dimension.type) {
      AddFault(faults, "{}: dimensions.{}: type must be that of other tables", path, name);
    }
    for (const auto& [id, other] : tables_) {
      const auto same = other.dimensions.find(name);
      if (same == other.dimensions.end() || same->second.last_point == dimension.last_point)
        continue;
      AddFault(faults, "{}: dimensions.{}: last_point must be that of table {}", path, name, id);
    }
    const auto column = table.columns.find(dimension.column);
    if (dimension.type == DimensionType::kEnum && column != table.columns.end()) {
      values_[name].merge(EnumValuesOf(column->second));
    }
  }
  const std::string id = table.id;
  const bool added = tables_.emplace(id, std::move(table)).second;
  if (!added) AddFault(faults, "{}: id = {}: another table has it", path, id);
  return added;
}

void Catalogue::CheckReads(std::string_view path, const Table& table, Faults& faults) const {
  for (const std::string& id : table.rows->reads) {
    const auto found = tables_.find(id);
    if (found == tables_.end()) {
      AddFault(faults, "{}: reads: {}: there is no such table", path, id);
    } else if (found->second.rows) {
      AddFault(faults, "{}: reads: {}: must not have rows itself", path, id);
    }
  }
  const auto good = CheckRowsQuery(path, *table.rows);
  if (!good) faults.push_back(good.error().message);
}

void Catalogue::CheckLookUp(std::string_view path, const Table& table, Faults& faults) const {
  const std::string& id = table.look_up->table;
  const auto known = tables_.find(id);
  if (known == tables_.end()) {
    AddFault(faults, "{}: look_up.{}: there is no such table", path, id);
  } else if (known->second.rows) {
    AddFault(faults, "{}: look_up.{}: must not have rows itself", path, id);
  } else {
    CheckLookedUp(path, table, known->second, faults);
  }
}

void Catalogue::AddDateParts() {
  for (auto& [id, table] : tables_) {
    const bool has = std::ranges::any_of(
        table.times, [&](const std::string& time) { return HasDateParts(table, time); });
    if (has) table.dimensions.insert(DateParts().begin(), DateParts().end());
  }
  for (const auto& [name, part] : DateParts()) types_.emplace(name, part.type);
}

void Catalogue::NoteDateParts(Metric& metric) const {
  for (Source& source : metric.sources) {
    const auto table = tables_.find(source.table);
    source.date_parts = table != tables_.end() && HasDateParts(table->second, source.time);
  }
}

void Catalogue::LoadMetrics(const Files& files, Faults& faults) {
  for (const auto& [path, text] : files) {
    if (IsTableFile(path) || path.ends_with(kQueryFile)) continue;
    auto [metric, broken] = ReadMetric(path, text);
    NoteDateParts(metric);
    faults.insert(faults.end(), broken.begin(), broken.end());
    CheckMetric(metric, faults);
    const std::string id = metric.id;
    if (id.empty()) continue;  // which is a fault
    if (!CheckFileName(path, id, faults)) continue;
    if (!metrics_.emplace(id, std::move(metric)).second) {
      AddFault(faults, "{}: id = {}: another metric has it", path, id);
    }
  }
}

bool Catalogue::CheckParts(const Metric& metric, Faults& faults) const {
  bool good = true;
  for (const Variant& variant : metric.variants) {
    for (const std::string& part : variant.formula.parts) {
      if (FindVariant(part).second != nullptr) continue;
      good = false;
      AddFault(faults, "{}: metric {}: formula has {}: there is no such metric or variant",
               metric.path, metric.id, part);
    }
  }
  return good;
}

void Catalogue::CheckMetric(const Metric& metric, Faults& faults) const {
  for (const Source& source : metric.sources) {
    const auto table = tables_.find(source.table);
    if (table == tables_.end()) {
      AddFault(faults, "{}: table = {}: there is no such file in tables/", metric.path,
               source.table);
    } else {
      CheckSource(metric, source, table->second, faults);
    }
  }
  CheckApplicable(metric, faults);
  if (metric.applicable_with.empty()) return;
  const auto table = tables_.find(metric.applicable_with);
  if (table != tables_.end() && !table->second.rows) return;
  AddFault(faults, "{}: metric {}: applicable_with = {}: must be a table of a projection",
           metric.path, metric.id, metric.applicable_with);
}

void Catalogue::CheckLeftOut(Faults& faults) const {
  for (const auto& [id, metric] : metrics_) {
    const Metric* const counted = FindMetric(metric.left_out);
    if (metric.left_out.empty() || (counted != nullptr && counted->kind == Kind::kCount)) continue;
    AddFault(faults, "{}: metric {}: left_out = {}: must be a metric of kind count", metric.path,
             id, metric.left_out);
  }
}

void Catalogue::ResolveDerived(Faults& faults) {
  std::vector<Metric*> open;
  for (auto& [id, metric] : metrics_) {
    if (metric.kind == Kind::kDerived && CheckParts(metric, faults)) open.push_back(&metric);
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
      AddFault(faults, "{}: metric {}: formula: must not come back to itself", open.front()->path,
               open.front()->id);
      return;
    }
    TakeOverParts(**ready, faults);
    open.erase(ready);
  }
}

void Catalogue::TakeOverParts(Metric& metric, Faults& faults) const {
  std::map<std::string, size_t> dimensions;
  size_t parts = 0;
  for (const Variant& variant : metric.variants) {
    for (const std::string& name : variant.formula.parts) {
      const Metric& part = *FindVariant(name).first;
      for (const auto& [id, parameter] : part.parameters) {
        if (metric.parameters.emplace(id, parameter).first->second == parameter) continue;
        AddFault(faults,
                 "{}: metric {}: formula: parameter {} of {} must be that of its other parts",
                 metric.path, metric.id, id, name);
      }
      for (const std::string& dimension : part.Dimensions()) ++dimensions[dimension];
      ++parts;
    }
  }
  for (const auto& [dimension, times] : dimensions) {
    if (times == parts) metric.common_dimensions.push_back(dimension);
  }
}

base::Result<Catalogue> Catalogue::With(std::string_view path, std::string_view text) const {
  auto [metric, faults] = ReadMetric(path, text);
  NoteDateParts(metric);
  CheckMetric(metric, faults);
  if (!faults.empty()) return Fail(Code::kInvalidArgument, "{}", faults.front());
  Catalogue changed = *this;
  const auto known = changed.metrics_.find(metric.id);
  if (known == changed.metrics_.end()) {
    std::vector<std::string> names;
    for (const auto& [id, one] : metrics_) names.push_back(id);
    const std::string nearest = Nearest(metric.id, names);
    return Fail(Code::kNotFound, "{}: id = {}: there is no such metric{}", path, metric.id,
                nearest.empty() ? "" : "; did you mean " + nearest + "?");
  }
  known->second = std::move(metric);
  changed.CheckLeftOut(faults);
  // What derived ones took over from their parts is taken over again.
  for (auto& [id, one] : changed.metrics_) {
    if (one.kind != Kind::kDerived) continue;
    one.parameters.clear();
    one.common_dimensions.clear();
  }
  changed.ResolveDerived(faults);
  if (!faults.empty()) return Fail(Code::kInvalidArgument, "{}", faults.front());
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

const Dimension* Catalogue::PointsOf(const Metric& metric) const {
  for (const Variant& variant : metric.variants) {
    for (const std::string& part : variant.formula.parts) {
      const Dimension* const points = PointsOf(*FindVariant(part).first);
      if (points != nullptr) return points;
    }
  }
  for (const Source& source : metric.sources) {
    for (const std::string& name : source.dimensions) {
      const Dimension& dimension = TableOf(source).dimensions.at(name);
      if (dimension.last_point > 0) return &dimension;
    }
  }
  return nullptr;
}

DimensionType Catalogue::TypeOf(std::string_view dimension) const {
  return types_.find(dimension)->second;
}

bool Catalogue::IsUnit(std::string_view dimension) const {
  return std::ranges::any_of(tables_, [&](const auto& table) {
    const auto found = table.second.dimensions.find(std::string(dimension));
    return found != table.second.dimensions.end() && found->second.unit_of_sums;
  });
}

const EnumValues& Catalogue::ValuesOf(std::string_view dimension) const {
  static const EnumValues none;
  const auto found = values_.find(dimension);
  return found == values_.end() ? none : found->second;
}

std::vector<std::string> Catalogue::DimensionNames() const {
  std::vector<std::string> names;
  for (const auto& [name, type] : types_) names.push_back(name);
  return names;
}

}  // namespace clientele::query
