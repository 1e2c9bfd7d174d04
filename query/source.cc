#include "query/source.h"

#include <map>

#include "clickhouse/places.h"
#include "query/customers.h"
#include "query/sql.h"

namespace clientele::query {
namespace {

base::Status Bind(const Table& table, const std::string& parameter, const Mark& mark,
                  clickhouse::Parameters& parameters) {
  auto name = StoredName(table, mark);
  if (!name) return tl::unexpected(name.error());
  parameters[parameter] = *std::move(name);
  return {};
}

// What stands for the rows of the query's read of this number.
std::string SourceOf(size_t index, bool resolves) {
  return clickhouse::FillPlaces(
      clickhouse::WithoutLineBreak(sql::kStatementsRead),
      {{"columns", ColumnsText(resolves)}, {"index", std::to_string(index)}});
}

// The rows of `told`, each with what was valid at its moment.
std::string LookedUp(const Scan& scan, const std::string& told) {
  std::string replaced, added, columns, names;
  for (const Dimension* dimension : scan.looked_up) {
    const std::string name = "looked_up_" + dimension->looked_up;
    columns += fmt::format(",\n        {} AS {}", dimension->looked_up, name);
    names += ", " + name;
    if (dimension->told) {
      replaced += fmt::format("{0}if({1} = '', {2}, {1}) AS {1}", replaced.empty() ? "" : ", ",
                              dimension->column, name);
    } else {
      added += fmt::format(",\n    {} AS {}", name, dimension->column);
    }
  }
  if (!replaced.empty()) replaced = fmt::format(" REPLACE ({})", replaced);
  const LookUp& look_up = *scan.table->look_up;
  return clickhouse::FillPlaces(clickhouse::WithoutLineBreak(sql::kStatementsLookUp),
                                {{"replaced", replaced},
                                 {"added", added},
                                 {"told", told},
                                 {"columns", columns},
                                 {"names", names},
                                 {"by", look_up.by},
                                 {"at", look_up.at}});
}

std::string InParentheses(const std::string& query) { return fmt::format("(\n{}\n)", query); }

}  // namespace

base::Result<std::string> StoredName(const Table& table, const Mark& mark) {
  if (const auto other = mark.stand_ins.find(table.id); other != mark.stand_ins.end()) {
    return other->second;
  }
  const auto version = VersionAt(mark, table.projection);
  if (!version) return tl::unexpected(version.error());
  return fmt::format("{}_v{}", table.id, *version);
}

base::Status BindTables(const Scan& scan, const Mark& mark, clickhouse::Parameters& parameters) {
  if (scan.look_up != nullptr) {
    const auto bound = Bind(*scan.look_up, "look_up", mark, parameters);
    if (!bound) return bound;
  }
  if (!scan.table->rows) return Bind(*scan.table, "table", mark, parameters);
  for (size_t i = 0; i < scan.reads.size(); ++i) {
    const auto bound = Bind(*scan.reads[i], fmt::format("table_{}", i), mark, parameters);
    if (!bound) return bound;
  }
  return {};
}

std::string StoredRows(const Scan& scan, bool resolves) {
  const std::string rows = TableText(resolves);
  if (scan.look_up == nullptr) return rows;
  const std::string told =
      clickhouse::FillPlaces(clickhouse::WithoutLineBreak(sql::kStatementsToldRows),
                             {{"table", rows}, {"time", scan.time}});
  return InParentheses(LookedUp(scan, told));
}

std::string QueryOf(const Scan& scan, bool resolves) {
  std::map<std::string, std::string> places;
  for (size_t i = 0; i < scan.reads.size(); ++i) places[scan.reads[i]->id] = SourceOf(i, resolves);
  const std::string query = clickhouse::FillPlaces(scan.table->rows->sql, places);
  return scan.look_up == nullptr ? query : LookedUp(scan, InParentheses(query));
}

}  // namespace clientele::query
