#include "query/customers.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "clickhouse/places.h"
#include "query/expression.h"
#include "query/sql.h"

namespace clientele::query {
namespace {

constexpr std::string_view kCustomer = "customer";  // the column of every table

// Whether the expression names it, or a condition that does.
bool NamesCustomer(const Table& table, std::string_view expression, std::set<std::string>& seen) {
  for (const std::string& word : WordsOf(expression)) {
    if (word == kCustomer) return true;
    const auto condition = table.conditions.find(word);
    if (condition == table.conditions.end() || !seen.insert(word).second) continue;
    if (NamesCustomer(table, condition->second, seen)) return true;
  }
  return false;
}

}  // namespace

bool UsesCustomers(const Scan& scan) {
  std::set<std::string> seen;
  const auto names_customer = [&](std::string_view expression) {
    return NamesCustomer(*scan.table, expression, seen);
  };
  if (scan.table->rows && names_customer(scan.table->rows->sql)) return true;
  if (names_customer(scan.distinct)) return true;
  if (std::ranges::any_of(scan.populations, names_customer)) return true;
  return std::ranges::any_of(scan.aggregates, [&](const Aggregate& aggregate) {
    return names_customer(aggregate.condition) || names_customer(aggregate.measure);
  });
}

std::string ColumnsText(bool resolved) {
  return std::string(resolved ? clickhouse::WithoutLineBreak(sql::kStatementsResolvedColumns)
                              : "*");
}

std::string TableText(bool resolved) {
  if (!resolved) return "clientele.{table:Identifier}";
  return clickhouse::FillPlaces(clickhouse::WithoutLineBreak(sql::kStatementsResolvedTable),
                                {{"columns", ColumnsText(resolved)}});
}

void BindIdentity(const std::string& map, clickhouse::Parameters& parameters) {
  parameters["identity_map"] = "clientele." + map;
}

}  // namespace clientele::query
