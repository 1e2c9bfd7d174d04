#include "query/file_checks.h"

#include <algorithm>
#include <array>

#include "query/expression.h"
#include "query/expression_syntax.h"
#include "query/nearest.h"

namespace clientele::query {
namespace {

// What a statement over a stretch of time says of a row's part in a bucket (spread.sql).
constexpr std::array<std::string_view, 4> kOfAPart = {"part_begin", "part_end", "whole", "goes_on"};

// That it can run, and that what it names is there. `where` stands before what is said of it.
void CheckExpression(std::string_view where, const Table& table, std::string_view expression,
                     Faults& faults) {
  const auto named = NamesOf(expression);
  if (!named) {
    AddFault(faults, "{}: \"{}\" {}", where, expression, named.error().message);
    return;
  }
  const std::vector<std::string>& functions = KnownFunctions();
  for (const std::string& name : named->functions) {
    if (std::ranges::find(functions, name) != functions.end()) continue;
    AddFault(faults, "{}: {} in \"{}\" is no function that expressions may call; {}", where, name,
             expression, Meant(name, functions));
  }
  if (table.columns.empty()) return;
  std::vector<std::string> names;
  for (const auto& [name, type] : table.columns) names.push_back(name);
  for (const auto& [name, condition] : table.conditions) names.push_back(name);
  if (!table.spans.empty()) names.insert(names.end(), kOfAPart.begin(), kOfAPart.end());
  for (const std::string& name : named->values) {
    if (std::ranges::find(names, name) != names.end()) continue;
    AddFault(faults, "{}: {} in \"{}\" is no column or condition of table {}; {}", where, name,
             expression, table.id, Meant(name, names));
  }
}

// The same of a metric's, whose parameters it may use. It may be left out.
void CheckExpression(const Metric& metric, const Table& table, std::string_view expression,
                     Faults& faults) {
  if (expression.empty()) return;
  const std::string where = fmt::format("{}: metric {}", metric.path, metric.id);
  for (const std::string& name : ParametersOf(expression)) {
    if (metric.parameters.contains(name)) continue;
    AddFault(faults, "{}: {} in \"{}\" is no parameter of it", where, name, expression);
  }
  CheckExpression(where, table, expression, faults);
}

void CheckExpressions(const Metric& metric, const Source& source, const Table& table,
                      Faults& faults) {
  const auto check = [&](std::string_view expression) {
    CheckExpression(metric, table, expression, faults);
  };
  check(source.population);
  for (const auto& [name, condition] : source.counts) check(condition);
  for (const auto* measures : {&source.sums, &source.values}) {
    for (const auto& [name, measure] : *measures) {
      check(measure.of);
      check(measure.where);
      check(measure.told);
    }
  }
}

// What is not applicable, or remarked on, can at least be asked for, so that the answer can say
// why.
void CheckNamed(const Metric& metric, std::string_view key,
                const std::map<std::string, std::string>& named, Faults& faults) {
  for (const auto& [dimension, text] : named) {
    if (std::ranges::any_of(metric.sources,
                            [&](const Source& source) { return source.Has(dimension); })) {
      continue;
    }
    AddFault(faults, "{}: metric {}: {}.{}: must be a dimension of one of its tables too",
             metric.path, metric.id, key, dimension);
  }
}

// A column that a file names of the table.
void CheckColumn(std::string_view path, const Table& table, const std::string& key,
                 const std::string& column, Faults& faults) {
  if (table.columns.empty() || table.columns.contains(column)) return;
  std::vector<std::string> names;
  for (const auto& [name, type] : table.columns) names.push_back(name);
  AddFault(faults, "{}: {} = {}: table {} has no such column; {}", path, key, column, table.id,
           Meant(column, names));
}

}  // namespace

void CheckSource(const Metric& metric, const Source& source, const Table& table, Faults& faults) {
  if (std::ranges::find(table.times, source.time) == table.times.end()) {
    AddFault(faults, "{}: metric {}: time = {}: must be one of the times of table {}", metric.path,
             metric.id, source.time, table.id);
  }
  if (table.spans.contains(source.time) && metric.kind != Kind::kCount &&
      metric.kind != Kind::kSum) {
    AddFault(faults,
             "{}: metric {}: kind = {}: must be count or sum over the stretch {} of table {}",
             metric.path, metric.id, KindName(metric.kind), source.time, table.id);
  }
  for (const std::string& dimension : source.dimensions) {
    if (table.dimensions.contains(dimension)) continue;
    AddFault(faults, "{}: metric {}: dimension {}: is none of table {}", metric.path, metric.id,
             dimension, table.id);
  }
  const auto points = std::ranges::count_if(source.dimensions, [&](const std::string& name) {
    const auto dimension = table.dimensions.find(name);
    return dimension != table.dimensions.end() && dimension->second.last_point > 0;
  });
  if (points != (metric.kind == Kind::kDistribution ? 1 : 0)) {
    AddFault(
        faults,
        "{}: metric {}: dimensions: {} with a last_point: must be one of a distribution, none of "
        "another kind",
        metric.path, metric.id, points);
  }
  for (const auto& [name, value] : source.values) {
    // Metrics that count the same values share a scan.
    if (metric.kind == Kind::kDistinct && !ParametersOf(value.of).empty()) {
      AddFault(faults,
               "{}: metric {}: values.{}: of = {}: must have no parameter where it is counted once",
               metric.path, metric.id, name, value.of);
    }
  }
  CheckExpressions(metric, source, table, faults);
}

void CheckApplicable(const Metric& metric, Faults& faults) {
  CheckNamed(metric, "not_applicable", metric.not_applicable, faults);
  for (const Variant& variant : metric.variants) {
    for (const std::string& dimension : variant.applicable) {
      if (metric.not_applicable.contains(dimension)) continue;
      AddFault(faults, "{}: metric {}: variant {}: applicable {}: is not in not_applicable",
               metric.path, metric.id, variant.id, dimension);
    }
  }
  CheckNamed(metric, "remarks", metric.remarks, faults);
}

void CheckTable(std::string_view path, const Table& table, Faults& faults) {
  for (const std::string& time : table.times) {
    if (!table.spans.contains(time)) CheckColumn(path, table, "times", time, faults);
  }
  for (const auto& [name, span] : table.spans) {
    CheckColumn(path, table, fmt::format("spans.{}: from", name), span.from, faults);
    CheckColumn(path, table, fmt::format("spans.{}: to", name), span.to, faults);
  }
  for (const auto& [name, dimension] : table.dimensions) {
    if (!dimension.told) continue;
    CheckColumn(path, table, fmt::format("dimensions.{}: column", name), dimension.column, faults);
    const auto column = table.columns.find(dimension.column);
    if (column == table.columns.end() || column->second.empty()) continue;
    if ((dimension.type == DimensionType::kEnum) == column->second.starts_with("Enum")) continue;
    AddFault(faults, "{}: dimensions.{}: type must be enum where the column is one, which is {}",
             path, name, column->second);
  }
  if (table.rows && !table.columns.empty() && !table.columns.contains("sign")) {
    AddFault(faults, "{}: rows = {}: must give a column sign", path, table.rows->file);
  }
  for (const auto& [name, condition] : table.conditions) {
    const std::string where = fmt::format("{}: conditions.{}", path, name);
    for (const std::string& parameter : ParametersOf(condition)) {
      AddFault(faults, "{}: {{{}}} in \"{}\": a table has no parameters, a metric has", where,
               parameter, condition);
    }
    CheckExpression(where, table, condition, faults);
  }
}

void CheckLookedUp(std::string_view path, const Table& table, const Table& known, Faults& faults) {
  const LookUp& look_up = *table.look_up;
  const std::string key = "look_up." + look_up.table;
  // Of one that a query makes, or whose schema is not among the files, columns are not known.
  if (!table.columns.empty()) {
    CheckColumn(path, table, key + ": by", look_up.by, faults);
    CheckColumn(path, table, key + ": at", look_up.at, faults);
  }
  if (known.columns.empty()) return;
  CheckColumn(path, known, key + ": by", look_up.by, faults);
  CheckColumn(path, known, key, "valid_from", faults);
  for (const auto& [name, dimension] : table.dimensions) {
    if (dimension.looked_up.empty()) continue;
    CheckColumn(path, known, fmt::format("dimensions.{}: looked_up", name), dimension.looked_up,
                faults);
  }
}

}  // namespace clientele::query
