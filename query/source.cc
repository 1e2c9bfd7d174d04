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
  if (!scan.table->rows) return Bind(*scan.table, "table", mark, parameters);
  for (size_t i = 0; i < scan.reads.size(); ++i) {
    const auto bound = Bind(*scan.reads[i], fmt::format("table_{}", i), mark, parameters);
    if (!bound) return bound;
  }
  return {};
}

std::string QueryOf(const Scan& scan, bool resolves) {
  std::map<std::string, std::string> places;
  for (size_t i = 0; i < scan.reads.size(); ++i) places[scan.reads[i]->id] = SourceOf(i, resolves);
  return clickhouse::FillPlaces(scan.table->rows->sql, places);
}

}  // namespace clientele::query
