#include "query/render.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "base/kill_point.h"
#include "clickhouse/places.h"
#include "query/customers.h"
#include "query/date_parts.h"
#include "query/even_days.h"
#include "query/expression.h"
#include "query/order.h"
#include "query/rows_query.h"
#include "query/source.h"
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

// The number of rows for which the condition holds.
std::string Count(const std::string& condition) {
  return condition.empty() ? "sum(sign)" : fmt::format("sum(sign * ({}))", condition);
}

// What the measure has come to at the end of a row's part less what it had come to at its begin: so
// that parts side by side add up to the whole.
std::string PartOf(const std::string& measure) {
  return fmt::format(
      "intDiv(toInt128({0}) * part_end, whole) - intDiv(toInt128({0}) * part_begin, whole)",
      measure);
}

std::string Expression(const Scan& scan, size_t index) {
  const Aggregate& aggregate = scan.aggregates[index];
  const std::string condition = Typed(ConditionOf(scan, aggregate));
  const std::string whole = Typed(aggregate.measure);
  const std::string measure = scan.span == nullptr ? whole : PartOf(whole);
  switch (aggregate.kind) {
    case Aggregate::Kind::kCount:
      return Count(condition);
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
    case Aggregate::Kind::kQuantile:
    case Aggregate::Kind::kRank:
    case Aggregate::Kind::kNearRank:
      return OrderExpression(scan, index, condition, measure, Count(condition));
    case Aggregate::Kind::kDistinct:
      return condition.empty() ? fmt::format("toInt64(uniqExact({}))", measure)
                               : fmt::format("toInt64(uniqExactIf({}, {}))", measure, condition);
  }
  return {};
}

std::string AsText(const Dimension& dimension) {
  return dimension.type == DimensionType::kText ? dimension.column
                                                : fmt::format("toString({})", dimension.column);
}

std::string KeyOf(const Dimension& dimension) {
  return fmt::format("CAST({} AS String)", AsText(dimension));
}

// The first point at which a row lies, whatever is below 0 at 0; one more than the last for all
// that lie beyond it.
std::string PointOf(const Dimension& points) {
  return fmt::format("toInt64(least(intDiv(greatest(toInt64({}), 0) + {}, {}), {}))", points.column,
                     points.point_size - 1, points.point_size, points.last_point + 1);
}

// A list of columns of a SELECT.
class ColumnList {
 public:
  explicit ColumnList(std::string_view indent = "    ") : indent_(indent) {}

  void Add(const std::string& expression, const std::string& name) {
    text_ += fmt::format("{}{}{} AS {}", text_.empty() ? "" : ",\n", indent_, expression, name);
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  const std::string indent_;
  std::string text_;
};

// Of the answer's rows.
void AddKeys(const Plan& plan, const Scan& scan, ColumnList& columns) {
  if (plan.grain != Grain::kNone) {
    columns.Add(scan.span != nullptr
                    ? "{bounds:Array(Int64)}[number]"
                    : fmt::format("roundDown(toUnixTimestamp64Micro({}), {{buckets:Array(Int64)}})",
                                  scan.time),
                "bucket");
  }
  for (size_t i = 0; i < scan.keys.size(); ++i) {
    columns.Add(KeyOf(*scan.keys[i]), fmt::format("key_{}", i));
  }
  if (scan.points != nullptr) columns.Add(PointOf(*scan.points), "point");
}

std::string Columns(const Plan& plan, const Scan& scan) {
  ColumnList columns;
  AddKeys(plan, scan, columns);
  for (size_t i = 0; i < scan.aggregates.size(); ++i) {
    columns.Add(Expression(scan, i), fmt::format("value_{}", i));
  }
  // A scan of nothing but its groups: figures that mean nothing by them.
  if (columns.text().empty()) columns.Add("sum(sign)", "observations");
  return columns.text();
}

// Of every value that is counted once: how many of its rows are left, for each aggregate.
std::string Nets(const Plan& plan, const Scan& scan) {
  ColumnList columns("        ");
  AddKeys(plan, scan, columns);
  columns.Add(scan.distinct, "counted");
  for (size_t i = 0; i < scan.aggregates.size(); ++i) {
    columns.Add(Count(Typed(ConditionOf(scan, scan.aggregates[i]))), fmt::format("net_{}", i));
  }
  columns.Add("sum(sign)", "left_rows");
  return columns.text();
}

// The same over all values of a group.
std::string ColumnsOverNets(const Plan& plan, const Scan& scan) {
  ColumnList columns;
  if (plan.grain != Grain::kNone) columns.Add("bucket", "bucket");
  for (size_t i = 0; i < scan.keys.size(); ++i) {
    columns.Add(fmt::format("key_{}", i), fmt::format("key_{}", i));
  }
  for (size_t i = 0; i < scan.aggregates.size(); ++i) {
    const bool distinct = scan.aggregates[i].kind == Aggregate::Kind::kDistinct;
    columns.Add(
        distinct ? fmt::format("toInt64(countIf(net_{} > 0))", i) : fmt::format("sum(net_{})", i),
        fmt::format("value_{}", i));
  }
  return columns.text();
}

std::string Groups(const Plan& plan, const Scan& scan) {
  std::string text;
  if (plan.grain != Grain::kNone) text = "bucket";
  for (size_t i = 0; i < scan.keys.size(); ++i) {
    text += fmt::format("{}key_{}", text.empty() ? "" : ", ", i);
  }
  if (scan.points != nullptr) text += text.empty() ? "point" : ", point";
  return text.empty() ? text : fmt::format("GROUP BY {}\n", text);
}

// Conditions of the request, its values bound as filter_<i>.
class FilterText {
 public:
  FilterText(const Table& table, clickhouse::Parameters& parameters)
      : table_(table), parameters_(parameters) {}

  std::string Of(const FilterNode& node) {
    switch (node.kind) {
      case FilterNode::Kind::kAll:
        return Joined(node.children, " AND ");
      case FilterNode::Kind::kAny:
        return Joined(node.children, " OR ");
      case FilterNode::Kind::kNone:
        return "NOT " + Joined(node.children, " OR ");
      default:
        return OfDimension(node, table_.dimensions.at(node.dimension));
    }
  }

 private:
  std::string Joined(const std::vector<FilterNode>& children, std::string_view by) {
    std::string text;
    for (const FilterNode& child : children) {
      text += (text.empty() ? "" : std::string(by)) + Of(child);
    }
    return fmt::format("({})", text);
  }

  std::string OfDimension(const FilterNode& node, const Dimension& dimension) {
    const bool is_text = dimension.type == DimensionType::kText;
    const std::string told = is_text ? dimension.column + " != ''"
                                     : fmt::format("CAST({} AS Int64) != 0", dimension.column);
    switch (node.kind) {
      case FilterNode::Kind::kSet:
        return told;
      case FilterNode::Kind::kUnset:
        return fmt::format("NOT ({})", told);
      case FilterNode::Kind::kPrefix:
        return fmt::format("startsWith({}, {})", dimension.column, Bind(node.values[0], "String"));
      case FilterNode::Kind::kRange:
        return Range(node, dimension.column, is_text ? "String" : "Int64");
      default:
        return fmt::format("{} IN {}", AsText(dimension),
                           Bind(clickhouse::ArrayParameter(node.values), "Array(String)"));
    }
  }

  std::string Range(const FilterNode& node, const std::string& column, std::string_view type) {
    std::string text;
    if (node.from) text = fmt::format("{} >= {}", column, Bind(*node.from, type));
    if (!node.to) return text;
    const std::string below = fmt::format("{} < {}", column, Bind(*node.to, type));
    return text.empty() ? below : fmt::format("({} AND {})", text, below);
  }

  std::string Bind(const std::string& value, std::string_view type) {
    const std::string name = fmt::format("filter_{}", bound_++);
    parameters_[name] = value;
    return fmt::format("{{{}:{}}}", name, type);
  }

  const Table& table_;
  clickhouse::Parameters& parameters_;
  size_t bound_ = 0;
};

std::string Rows(const Scan& scan, clickhouse::Parameters& parameters) {
  std::string text;
  for (const std::string& population : scan.populations) {
    text += fmt::format("{}({})", text.empty() ? "" : " OR ", Typed(population));
  }
  if (scan.populations.size() > 1) text = fmt::format("({})", text);
  FilterText filter(*scan.table, parameters);
  for (const FilterNode& node : scan.filter.children) text += "\n  AND " + filter.Of(node);
  return text;
}

// Names that the scan's rows are grouped or, by the text of `rows`, filtered by, among others.
std::set<std::string> NamesIn(const Scan& scan, const std::string& rows) {
  std::set<std::string> names = WordsOf(rows);
  for (const Dimension* key : scan.keys) names.insert(key->id);
  return names;
}

// Below which offset of each partition a row counts.
std::vector<uint64_t> Next(const Mark& mark) {
  if (!base::Broken("no-mark-filter")) return mark.next;
  return std::vector(mark.next.size(), std::numeric_limits<uint64_t>::max());
}

std::vector<uint64_t> Starts(const Buckets& buckets) {
  return {buckets.starts.begin(), buckets.starts.end()};
}

std::vector<uint64_t> Bounds(const Buckets& buckets) {
  std::vector<uint64_t> bounds = Starts(buckets);
  bounds.push_back(static_cast<uint64_t>(buckets.end));
  return bounds;
}

void BindSpread(const Plan& plan, clickhouse::Parameters& parameters) {
  parameters["to"] = std::to_string(plan.whole_to.value_or(plan.to));
  parameters["bounds"] = clickhouse::ArrayParameter(Bounds(plan.buckets));
  const EvenDays even = EvenDaysOf(plan.zone);
  parameters["day_moments"] = clickhouse::ArrayParameter(even.moments);
  parameters["day_measures"] = clickhouse::ArrayParameter(even.measures);
  parameters["day_lengths"] = clickhouse::ArrayParameter(even.lengths);
}

// What a table's query may ask for beside the request's range.
void BindQuery(const Plan& plan, const Table& table, const Mark& mark, const OpenHours& open_hours,
               clickhouse::Parameters& parameters) {
  parameters["known_at"] = std::to_string(mark.known_at);
  const std::set<std::string> asked = ParametersOf(table.rows->sql);
  std::vector<uint64_t> bounds = Bounds(plan.buckets);
  if (asked.contains(std::string(kBoundsParameter))) {
    parameters["bounds"] = clickhouse::ArrayParameter(bounds);
  }
  if (asked.contains(std::string(kBoundsBeforeParameter))) {
    bounds.insert(bounds.begin(), static_cast<uint64_t>(plan.buckets.before));
    parameters["bounds_before"] = clickhouse::ArrayParameter(bounds);
  }
  if (!UsesOpenHours(table)) return;
  parameters["open_moments"] = clickhouse::ArrayParameter(open_hours.moments);
  parameters["open_measures"] = clickhouse::ArrayParameter(open_hours.measures);
  parameters["open_lengths"] = clickhouse::ArrayParameter(open_hours.lengths);
  parameters["open_from"] = std::to_string(open_hours.from);
  parameters["open_to"] = std::to_string(open_hours.to);
}

// The statement of the scan's shape; what it alone needs is added to `places`.
std::string_view StatementOf(const Plan& plan, const Scan& scan, bool resolves,
                             std::map<std::string, std::string>& places) {
  const bool made = scan.table->rows.has_value();
  if (made) places["query"] = QueryOf(scan, resolves);
  // By bucket what was taken back is left out by lineage, which rows of a query don't have.
  if (!scan.distinct.empty() && (made || plan.grain == Grain::kNone)) {
    const std::string& groups = places.at("groups");
    places["columns"] = ColumnsOverNets(plan, scan);
    places["nets"] = Nets(plan, scan);
    places["values"] =
        groups.empty() ? "GROUP BY counted\n" : groups.substr(0, groups.size() - 1) + ", counted\n";
    return made ? sql::kStatementsDistinctOfQuery : sql::kStatementsDistinct;
  }
  places["columns"] = Columns(plan, scan);
  if (made) return sql::kStatementsFiguresOfQuery;
  if (scan.span != nullptr) {
    places["from"] = scan.span->from;
    places["to"] = scan.span->to;
    return sql::kStatementsSpread;
  }
  return scan.distinct.empty() ? sql::kStatementsFigures : sql::kStatementsDistinctByBucket;
}

}  // namespace

base::Result<Rendered> Render(const Plan& plan, const Scan& scan, const std::string& tenant,
                              const Mark& mark, const std::string& identity_map,
                              const OpenHours& open_hours) {
  Rendered rendered;
  rendered.parameters = {
      {"tenant", tenant},
      {"next", clickhouse::ArrayParameter(Next(mark))},
      {"from", std::to_string(plan.from)},
      {"to", std::to_string(plan.to)},
      // One more than can be shown tells that there are too many. By points there may be one beyond
      // the last, so up to twice as many.
      {"most_rows", std::to_string((plan.limit + uint64_t{1}) *
                                   (scan.points == nullptr ? uint64_t{1} : uint64_t{2}))}};
  auto bound = BindTables(scan, mark, rendered.parameters);
  if (!bound) return tl::unexpected(bound.error());
  if (scan.table->rows) BindQuery(plan, *scan.table, mark, open_hours, rendered.parameters);
  if (scan.span != nullptr) {
    BindSpread(plan, rendered.parameters);
  } else if (plan.grain != Grain::kNone) {
    rendered.parameters["buckets"] = clickhouse::ArrayParameter(Starts(plan.buckets));
  }
  for (const auto& [name, value] : scan.parameters) {
    rendered.parameters[name] = std::to_string(value);
  }
  const bool resolves = !identity_map.empty() && UsesCustomers(scan);
  if (resolves) BindIdentity(identity_map, rendered.parameters);
  std::map<std::string, std::string> places = {{"definitions", Definitions(scan)},
                                               {"table", StoredRows(scan, resolves)},
                                               {"time", scan.time},
                                               {"rows", Rows(scan, rendered.parameters)},
                                               {"groups", Groups(plan, scan)}};
  places["definitions"] =
      DefineDateParts(places.at("definitions"), NamesIn(scan, places.at("rows")), scan.time,
                      plan.zone, rendered.parameters);
  const std::string_view statement = StatementOf(plan, scan, resolves, places);
  rendered.sql = clickhouse::FillPlaces(statement, places);
  return rendered;
}

}  // namespace clientele::query
