#include "app/metrics/explain.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <set>
#include <vector>

#include "app/metrics/markdown.h"
#include "query/compare.h"
#include "query/customers.h"
#include "query/expression.h"
#include "query/plan.h"
#include "query/render.h"

namespace clientele::app {
namespace {

using query::Combination;
using query::Plan;
using query::PlannedColumn;
using query::Rendered;
using query::Scan;
using query::Table;

// Of a metric and of its parts, each once.
void AddDefinitions(const PlannedColumn& column, std::set<const query::Metric*>& told,
                    std::string& text) {
  if (told.insert(column.metric).second) text += Definition(*column.metric);
  for (const PlannedColumn& part : column.parts) AddDefinitions(part, told, text);
}

// "value_0 + value_1 - value_2".
std::string OfValues(const Combination& combination) {
  std::string text;
  for (const auto& [sign, aggregate] : combination) {
    text += text.empty() ? (sign < 0 ? "-" : "") : (sign < 0 ? " - " : " + ");
    text += fmt::format("value_{}", aggregate);
  }
  return combination.size() > 1 ? "(" + text + ")" : text;
}

// From what the statements give to the figure.
std::string OfStatements(const PlannedColumn& column) {
  const query::Metric& metric = *column.metric;
  if (column.not_applicable) return "not applicable: see the notes";
  if (metric.kind == query::Kind::kDerived) return column.variant->formula.text;
  std::string text = OfValues(column.numerator);
  const bool divided = query::IsRatio(metric.kind) || metric.kind == query::Kind::kMean;
  if (metric.kind == query::Kind::kDistribution) text += " of all rows up to the point";
  if (divided) text += " / " + OfValues(column.denominator);
  if (metric.scale != 1) text += fmt::format(" * {}", metric.scale);
  return fmt::format("{} of statement {}", text, column.scan + 1);
}

void AddFigures(const PlannedColumn& column, std::set<const query::Variant*>& told,
                std::string& text) {
  if (!told.insert(column.variant).second) return;
  const std::string variant = column.variant->id.empty() ? "" : ":" + column.variant->id;
  text += fmt::format("* {}{} = {}\n", column.metric->id, variant, OfStatements(column));
  for (const PlannedColumn& part : column.parts) AddFigures(part, told, text);
}

// "`calls_v1` of projection calls, version 1".
std::string PhysicalName(const Table& table, const query::Mark& mark) {
  const auto version = mark.versions.find(table.projection);
  const uint32_t number = version == mark.versions.end() ? 0 : version->second;
  return fmt::format("`clientele.{}_v{}` of projection {}, version {}", table.id, number,
                     table.projection, number);
}

// The same; of a made one what it is made of.
std::string OriginOf(const Scan& scan, const query::Mark& mark) {
  if (!scan.table->rows) return PhysicalName(*scan.table, mark);
  std::string text = fmt::format("{}, made by {} of", scan.table->id, scan.table->rows->file);
  for (size_t i = 0; i < scan.reads.size(); ++i) {
    text += (i == 0 ? " " : "; ") + PhysicalName(*scan.reads[i], mark);
  }
  return text;
}

// Where a row's own is empty, or it has none.
std::string LookUpText(const Scan& scan, const query::Mark& mark) {
  std::string text;
  for (const query::Dimension* dimension : scan.looked_up) {
    text += fmt::format(
        "* Dimension {}{} = column `{}` of {}, of the same `{}`, as it was at `{}`.\n",
        dimension->id, dimension->told ? ", where it is not told," : "", dimension->looked_up,
        PhysicalName(*scan.look_up, mark), scan.table->look_up->by, scan.table->look_up->at);
  }
  return text;
}

// Those of the tables that the statement names.
std::set<std::string> ColumnsOf(const Scan& scan, const std::set<std::string>& words) {
  std::set<std::string> columns;
  std::vector<const Table*> tables = scan.reads;
  if (!scan.table->rows) tables.push_back(scan.table);
  if (scan.look_up != nullptr) tables.push_back(scan.look_up);
  for (const Table* table : tables) {
    for (const auto& [name, type] : table->columns) {
      if (words.contains(name)) columns.insert(name);
    }
  }
  return columns;
}

std::string SourceText(const Scan& scan, const query::Mark& mark, const std::string& sql) {
  const std::set<std::string> words = query::WordsOf(sql);
  std::string text = fmt::format("* From {}, at `{}`.\n", OriginOf(scan, mark), scan.time);
  for (const std::string& population : scan.populations) {
    text += fmt::format("* Rows with `{}`.\n", population);
  }
  for (const query::Dimension* key : scan.keys) {
    if (!key->told) continue;
    text += fmt::format("* Dimension {} = column `{}`.\n", key->id, key->column);
  }
  text += LookUpText(scan, mark);
  if (scan.points != nullptr) {
    text += fmt::format("* Dimension {} = points 0 to {}, of {} of column `{}` each.\n",
                        scan.points->id, scan.points->last_point, scan.points->point_size,
                        scan.points->column);
  }
  for (const auto& [name, condition] : scan.table->conditions) {
    if (words.contains(name)) text += fmt::format("* {} = `{}`\n", name, condition);
  }
  text += fmt::format("* Columns: {}.\n", fmt::join(ColumnsOf(scan, words), ", "));
  if (query::UsesCustomers(scan)) {
    text += "* Customers are resolved by the identity map of the mark, if it has links.\n";
  }
  return text;
}

std::string ParameterText(const Plan& plan, const std::string& name, const std::string& value) {
  if (name == "next") return "of the mark: of every partition the offset below which rows count";
  if (name == "from" || name == "to" || name == "known_at") {
    int64_t moment = 0;
    std::from_chars(value.data(), value.data() + value.size(), moment);
    return fmt::format("{} ({})", value, plan.zone.Format(moment));
  }
  constexpr size_t kMostShown = 200;
  return value.size() > kMostShown ? value.substr(0, kMostShown) + "..." : value;
}

// `but`: those with another value than there.
std::string Parameters(const Plan& plan, const Rendered& rendered, const Rendered* but = nullptr) {
  std::string text;
  for (const auto& [name, value] : rendered.parameters) {
    if (but != nullptr && but->parameters.contains(name) && but->parameters.at(name) == value) {
      continue;
    }
    text += fmt::format("* {} = {}\n", name, ParameterText(plan, name, value));
  }
  return text;
}

}  // namespace

base::Result<std::string> Explain(const query::Catalogue& catalogue,
                                  const query::v1::QueryRequest& request, const std::string& tenant,
                                  const query::Mark& mark) {
  const auto plan = query::MakePlan(catalogue, request);
  if (!plan) return tl::unexpected(plan.error());
  std::string text = "# Definitions\n";
  std::set<const query::Metric*> metrics;
  for (const PlannedColumn& column : plan->columns) AddDefinitions(column, metrics, text);
  text += "\n# Figures\n";
  std::set<const query::Variant*> variants;
  for (const PlannedColumn& column : plan->columns) AddFigures(column, variants, text);
  for (const std::string& warning : plan->warnings) text += fmt::format("* Note: {}\n", warning);
  for (size_t i = 0; i < plan->scans.size(); ++i) {
    const Scan& scan = plan->scans[i];
    const auto rendered = query::Render(*plan, scan, tenant, mark);
    if (!rendered) return tl::unexpected(rendered.error());
    text += fmt::format("\n# Statement {}\n{}\n```sql\n{}```\n\nParameters:\n\n{}", i + 1,
                        SourceText(scan, mark, rendered->sql), rendered->sql,
                        Parameters(*plan, *rendered));
    if (!plan->earlier) continue;
    const Plan earlier = query::EarlierPlan(*plan, mark.known_at);
    const auto before = query::Render(earlier, earlier.scans[i], tenant, mark);
    if (!before) return tl::unexpected(before.error());
    text +=
        "\nFor the earlier range once more, with:\n\n" + Parameters(earlier, *before, &*rendered);
  }
  return text;
}

}  // namespace clientele::app
