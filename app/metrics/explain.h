// How figures come about: the definitions of metrics, the tables that they are computed from, and
// the statements that a query would run. Pure; any thread.
#pragma once

#include <string>

#include "base/result.h"
#include "clientele/query/v1/query.pb.h"
#include "query/catalogue.h"
#include "query/mark.h"

namespace clientele::app {

// Markdown. Of `mark` the moment and the versions of the projections are told; which rows it counts
// is known to a store alone. INVALID_ARGUMENT as the query service states it.
[[nodiscard]] base::Result<std::string> Explain(const query::Catalogue& catalogue,
                                                const query::v1::QueryRequest& request,
                                                const std::string& tenant, const query::Mark& mark);

}  // namespace clientele::app
