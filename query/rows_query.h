// Queries that make the rows of a table out of other tables: tables/NAME.sql of a metric folder.
// Pure; any thread.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "query/catalogue.h"

namespace clientele::query {

// The bounds of the request's buckets, the last one's end included, where a query asks for them.
inline constexpr std::string_view kBoundsParameter = "bounds:Array(Int64)";
// The same with the begin of the period before the first bucket in front of them.
inline constexpr std::string_view kBoundsBeforeParameter = "bounds_before:Array(Int64)";
// When the company is open (open_hours.h), where a query asks for it: open_moments, open_measures,
// open_lengths, open_from, open_to.
inline constexpr std::string_view kOpenHoursPrefix = "open_";

// The text without what stands behind two dashes, and without white space at its end.
[[nodiscard]] std::string WithoutComments(std::string_view sql);
// That the query uses each of its `reads` and nothing else, and no parameter but those of
// RowsQuery. INVALID_ARGUMENT names the table's path and the rule.
[[nodiscard]] base::Status CheckRowsQuery(std::string_view path, const RowsQuery& rows);
// The columns that it gives, without their types; none if it gives whatever it reads (*).
[[nodiscard]] ColumnTypes ColumnsOf(const RowsQuery& rows);
// Whether a query makes its rows and asks when the company is open.
[[nodiscard]] bool UsesOpenHours(const Table& table);

}  // namespace clientele::query
