#include "query/render.h"

#include <limits>
#include <map>
#include <set>

#include "base/kill_point.h"
#include "clickhouse/places.h"
#include "query/expression.h"
#include "query/sql.h"

namespace clientele::query {
namespace {

constexpr std::string_view kLineBreak = ",\n    ";

// {threshold} becomes {threshold:Int64}, bound by the server.
std::string Typed(std::string_view expression) {
  return ReplaceParameters(expression,
                           [](std::string_view name) { return fmt::format("{{{}:Int64}}", name); });
}

void AddWords(const Table& table, std::string_view expression, std::set<std::string>& used) {
  for (const std::string& word : WordsOf(expression)) {
    const auto condition = table.conditions.find(word);
    if (condition == table.conditions.end() || !used.insert(word).second) continue;
    AddWords(table, condition->second, used);
  }
}

// The table's named conditions that the scan uses.
std::string Definitions(const Scan& scan) {
  std::set<std::string> used;
  for (const std::string& population : scan.populations) AddWords(*scan.table, population, used);
  for (const Aggregate& aggregate : scan.aggregates) {
    AddWords(*scan.table, aggregate.condition, used);
    AddWords(*scan.table, aggregate.measure, used);
  }
  std::string text;
  for (const std::string& name : used) {
    text += fmt::format("{}({}) AS {}", text.empty() ? "WITH\n    " : std::string(kLineBreak),
                        Typed(scan.table->conditions.at(name)), name);
  }
  return text.empty() ? text : text + "\n";
}

// What must hold of a row for the aggregate; empty if all of the scan's rows count.
std::string ConditionOf(const Scan& scan, const Aggregate& aggregate) {
  // With one population the WHERE clause has it.
  const bool shared = scan.populations.size() == 1;
  if (shared || aggregate.population == aggregate.condition) return aggregate.condition;
  if (aggregate.condition.empty()) return aggregate.population;
  return fmt::format("({}) AND ({})", aggregate.population, aggregate.condition);
}

std::string Expression(const Scan& scan, const Aggregate& aggregate) {
  const std::string condition = Typed(ConditionOf(scan, aggregate));
  const std::string measure = Typed(aggregate.measure);
  switch (aggregate.kind) {
    case Aggregate::Kind::kCount:
      return condition.empty() ? "sum(sign)" : fmt::format("sum(sign * ({}))", condition);
    case Aggregate::Kind::kSum:
      return condition.empty()
                 ? fmt::format("sum(sign * toInt64({}))", measure)
                 : fmt::format("sum(sign * if({}, toInt64({}), 0))", condition, measure);
    case Aggregate::Kind::kSumOfSquares:
      // Exact, so that the same rows always give the same figure, whatever the order.
      return condition.empty()
                 ? fmt::format("toFloat64(sum(sign * toInt128({0}) * toInt64({0})))", measure)
                 : fmt::format("toFloat64(sum(sign * if({0}, toInt128({1}) * toInt64({1}), 0)))",
                               condition, measure);
  }
  return {};
}

std::string AsText(const Dimension& dimension) {
  return dimension.text ? dimension.column : fmt::format("toString({})", dimension.column);
}

std::string Columns(const Plan& plan, const Scan& scan) {
  std::string text;
  const auto add = [&](const std::string& expression, const std::string& name) {
    text += fmt::format("{}{} AS {}", text.empty() ? "    " : kLineBreak, expression, name);
  };
  if (plan.grain != Grain::kNone) {
    add(fmt::format("roundDown(toUnixTimestamp64Micro({}), {{buckets:Array(Int64)}})", scan.time),
        "bucket");
  }
  for (size_t i = 0; i < scan.keys.size(); ++i) {
    add(fmt::format("CAST({} AS String)", AsText(*scan.keys[i])), fmt::format("key_{}", i));
  }
  for (size_t i = 0; i < scan.aggregates.size(); ++i) {
    add(Expression(scan, scan.aggregates[i]), fmt::format("value_{}", i));
  }
  // A scan of nothing but its groups: figures that mean nothing by them.
  if (text.empty()) add("sum(sign)", "observations");
  return text;
}

std::string Groups(const Plan& plan, const Scan& scan) {
  std::string text;
  if (plan.grain != Grain::kNone) text = "bucket";
  for (size_t i = 0; i < scan.keys.size(); ++i) {
    text += fmt::format("{}key_{}", text.empty() ? "" : ", ", i);
  }
  return text.empty() ? text : fmt::format("GROUP BY {}\n", text);
}

std::string Rows(const Scan& scan, clickhouse::Parameters& parameters) {
  std::string text;
  for (const std::string& population : scan.populations) {
    text += fmt::format("{}({})", text.empty() ? "" : " OR ", Typed(population));
  }
  if (scan.populations.size() > 1) text = fmt::format("({})", text);
  for (size_t i = 0; i < scan.filters.size(); ++i) {
    const DimensionFilter& filter = scan.filters[i];
    text += fmt::format("\n  AND {} IN {{filter_{}:Array(String)}}", AsText(*filter.dimension), i);
    parameters[fmt::format("filter_{}", i)] = clickhouse::ArrayParameter(filter.values);
  }
  return text;
}

// Below which offset of each partition a row counts.
std::vector<uint64_t> Next(const Mark& mark) {
  if (!base::Broken("no-mark-filter")) return mark.next;
  return std::vector(mark.next.size(), std::numeric_limits<uint64_t>::max());
}

std::vector<uint64_t> Starts(const Buckets& buckets) {
  return {buckets.starts.begin(), buckets.starts.end()};
}

}  // namespace

base::Result<Rendered> Render(const Plan& plan, const Scan& scan, const std::string& tenant,
                              const Mark& mark) {
  const auto version = mark.versions.find(scan.table->projection);
  if (version == mark.versions.end()) {
    return base::Fail(base::Code::kFailedPrecondition,
                      "mark {} knows no version of projection {}; ask at a newer mark", mark.id,
                      scan.table->projection);
  }
  Rendered rendered;
  rendered.parameters = {{"table", fmt::format("{}_v{}", scan.table->id, version->second)},
                         {"tenant", tenant},
                         {"next", clickhouse::ArrayParameter(Next(mark))},
                         {"from", std::to_string(plan.from)},
                         {"to", std::to_string(plan.to)},
                         // One more than can be shown tells that there are too many.
                         {"most_rows", std::to_string(plan.limit + uint64_t{1})}};
  if (plan.grain != Grain::kNone) {
    rendered.parameters["buckets"] = clickhouse::ArrayParameter(Starts(plan.buckets));
  }
  for (const auto& [name, value] : scan.parameters) {
    rendered.parameters[name] = std::to_string(value);
  }
  const std::string rows = Rows(scan, rendered.parameters);
  rendered.sql =
      clickhouse::FillPlaces(sql::kStatementsFigures, {{"definitions", Definitions(scan)},
                                                       {"columns", Columns(plan, scan)},
                                                       {"time", scan.time},
                                                       {"rows", rows},
                                                       {"groups", Groups(plan, scan)}});
  return rendered;
}

}  // namespace clientele::query
