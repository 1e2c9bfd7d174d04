#include "query/applicable.h"

#include <algorithm>
#include <map>
#include <set>

#include "query/source.h"
#include "query/sql.h"

namespace clientele::query {
namespace {

bool IsWithoutData(const v1::Figure& figure) {
  return figure.empty() == v1::Figure::NO_DATA || figure.compared().empty() == v1::Figure::NO_DATA;
}

void ExchangeNoData(v1::Figure& figure) {
  if (figure.empty() == v1::Figure::NO_DATA) figure.set_empty(v1::Figure::NOT_APPLICABLE);
  if (figure.compared().empty() == v1::Figure::NO_DATA) {
    figure.mutable_compared()->set_empty(v1::Figure::NOT_APPLICABLE);
  }
}

base::Result<bool> IsTold(const Table& table, clickhouse::Store& store, const std::string& tenant,
                          const Mark& mark, const Running& running) {
  const auto name = StoredName(table, mark);
  if (!name) return tl::unexpected(name.error());
  bool told = false;
  const auto read = store.Select(
      running.Make(
          sql::kStatementsAnyTold,
          {{"table", *name}, {"tenant", tenant}, {"next", clickhouse::ArrayParameter(mark.next)}},
          "told-" + table.id),
      [&](const clickhouse::Block& block) -> base::Status {
        told = told || block.rows > 0;
        return {};
      });
  if (!read) return tl::unexpected(running.Translate(read.error()));
  return told;
}

}  // namespace

base::Status SetNotApplicable(const Catalogue& catalogue, clickhouse::Store& store,
                              const std::string& tenant, const Mark& mark, const Running& running,
                              v1::QueryResponse& response) {
  std::map<std::string, bool> known;  // by table: whether anything of it was told
  std::set<std::string> warned;
  for (int i = 0; i < response.meta().columns_size(); ++i) {
    const Metric& metric = *catalogue.FindMetric(response.meta().columns(i).metric());
    const std::string& table = metric.applicable_with;
    const bool lacks_data = std::ranges::any_of(
        response.rows(), [&](const v1::Row& row) { return IsWithoutData(row.figures(i)); });
    if (table.empty() || !lacks_data) continue;
    if (!known.contains(table)) {
      const auto told = IsTold(*catalogue.FindTable(table), store, tenant, mark, running);
      if (!told) return tl::unexpected(told.error());
      known[table] = *told;
    }
    if (known[table]) continue;
    for (v1::Row& row : *response.mutable_rows()) ExchangeNoData(*row.mutable_figures(i));
    if (!warned.insert(metric.id).second) continue;
    response.mutable_meta()->add_warnings(
        fmt::format("{} is not applicable: nothing was ever told of {}", metric.id, table));
  }
  return {};
}

}  // namespace clientele::query
