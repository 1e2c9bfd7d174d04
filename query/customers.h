// What a statement reads where it matters who is who: rows whose customer is the one who stands for
// all of its pseudonyms, by a map in the store (identities.h). Pure; any thread.
#pragma once

#include <string>

#include "clickhouse/store.h"
#include "query/plan.h"

namespace clientele::query {

// Whether any of the scan's figures is about customers.
[[nodiscard]] bool UsesCustomers(const Scan& scan);

// What stands behind SELECT and behind FROM: a table's rows as told, or with customers resolved.
[[nodiscard]] std::string ColumnsText(bool resolved);
[[nodiscard]] std::string TableText(bool resolved);
// What resolving needs. `map`: in database clientele.
void BindIdentity(const std::string& map, clickhouse::Parameters& parameters);

}  // namespace clientele::query
