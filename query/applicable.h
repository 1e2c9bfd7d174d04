// Metrics that mean nothing to a tenant who never tells what they are made of: occupancy without
// states of employees. Free functions; any thread.
#pragma once

#include <string>

#include "base/result.h"
#include "clickhouse/store.h"
#include "clientele/query/v1/query.pb.h"
#include "query/catalogue.h"
#include "query/mark.h"
#include "query/running.h"

namespace clientele::query {

// Makes figures without data NOT_APPLICABLE, and warns of it, where the metric has a table that it
// is applicable with and the tenant told nothing of that up to the mark. Errors as of a query's
// statements.
[[nodiscard]] base::Status SetNotApplicable(const Catalogue& catalogue, clickhouse::Store& store,
                                            const std::string& tenant, const Mark& mark,
                                            const Running& running, v1::QueryResponse& response);

}  // namespace clientele::query
