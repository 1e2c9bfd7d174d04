// From a planned scan to SQL: the text is made of statements/ and of what the catalogue has, its
// names, expressions and queries, alone; every value of a request is a bound parameter. Pure; any
// thread.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "clickhouse/store.h"
#include "query/mark.h"
#include "query/open_hours.h"
#include "query/plan.h"

namespace clientele::query {

// Columns of the result: bucket (Int64, microseconds; with a grain only), key_<i> (String),
// value_<i> (Int64; sums of squares Float64), in the scan's order.
struct Rendered {
  std::string sql;
  clickhouse::Parameters parameters;
};

// `identity_map`: of the tenant at the mark (identities.h); empty: every pseudonym is its own.
// `open_hours`: of the tenant at the mark, if the scan's table uses them (rows_query.h).
// FAILED_PRECONDITION if the mark knows no version of a projection whose tables are read.
[[nodiscard]] base::Result<Rendered> Render(const Plan& plan, const Scan& scan,
                                            const std::string& tenant, const Mark& mark,
                                            const std::string& identity_map = {},
                                            const OpenHours& open_hours = {});

}  // namespace clientele::query
