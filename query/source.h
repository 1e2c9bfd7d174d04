// Where a scan's rows come from: the physical tables that it reads at a mark, and the query of a
// table that no projection writes. Pure; any thread.
#pragma once

#include <string>

#include "base/result.h"
#include "clickhouse/store.h"
#include "query/mark.h"
#include "query/plan.h"

namespace clientele::query {

// The name of the table's rows at the mark: <id>_v<version>, or what stands in for it.
// FAILED_PRECONDITION if the mark knows no version of its projection.
[[nodiscard]] base::Result<std::string> StoredName(const Table& table, const Mark& mark);

// Adds the names of the tables that the scan reads: `table` or, of a query's, `table_<i>` by the
// place among its reads; `look_up`, where something is looked up. FAILED_PRECONDITION if the mark
// knows no version of a table's projection.
[[nodiscard]] base::Status BindTables(const Scan& scan, const Mark& mark,
                                      clickhouse::Parameters& parameters);

// What stands behind FROM for the rows of the scan's physical table, with customers resolved where
// `resolves` (customers.h), and with what they leave out looked up where the request uses it.
[[nodiscard]] std::string StoredRows(const Scan& scan, bool resolves);

// The query of the scan's table, its reads filled in: each the tenant's rows at the mark. Both as
// above.
[[nodiscard]] std::string QueryOf(const Scan& scan, bool resolves);

}  // namespace clientele::query
