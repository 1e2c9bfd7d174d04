// One query from request to answer, in the calling thread: plan, mark, statements, figures. The
// service's workers call it; any number of threads at once.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "clickhouse/store.h"
#include "clientele/query/v1/query.pb.h"
#include "query/catalogue.h"
#include "query/identities.h"
#include "query/mark.h"

namespace clientele::query {

struct Caller {
  std::string tenant;
  std::chrono::steady_clock::time_point until;
  // When requested, the statement that runs is killed and CANCELLED is returned.
  std::stop_token cancel;
};

// Errors as MetricsService.Query states them. `identities` are of the same store.
[[nodiscard]] base::Result<v1::QueryResponse> RunQuery(const Catalogue& catalogue,
                                                       clickhouse::Store& store,
                                                       Identities& identities,
                                                       const v1::QueryRequest& request,
                                                       const Caller& caller);

// The same at a mark that is resolved already, so that several requests are of one state of
// knowledge and of the same versions; what the request says of it is not looked at.
[[nodiscard]] base::Result<v1::QueryResponse> RunQueryAt(
    const Mark& mark, const Catalogue& catalogue, clickhouse::Store& store, Identities& identities,
    const v1::QueryRequest& request, const Caller& caller);

}  // namespace clientele::query
