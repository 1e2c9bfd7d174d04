// Which of the dimensions that a request groups and filters by a metric has, and what is said of
// one that lacks some of them. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "clientele/query/v1/query.pb.h"
#include "query/catalogue.h"
#include "query/filter.h"
#include "query/request.h"

namespace clientele::query {

// Of a request: what names it, and its name.
struct UsedDimension {
  std::string field;
  std::string name;
};

// By which the request groups, then by which it filters.
[[nodiscard]] std::vector<UsedDimension> UsedDimensions(const v1::QueryRequest& request,
                                                        const FilterNode& filter);
// The metric's first source that has all of them; null if there is none.
[[nodiscard]] const Source* SourceWith(const Metric& metric,
                                       const std::vector<std::string>& dimensions);
// Whether the metric can be computed by all of them: of a derived one, every part.
[[nodiscard]] bool HasAll(const Catalogue& catalogue, const WantedColumn& wanted,
                          const std::vector<std::string>& dimensions);
// A sentence for each of them that the metric lacks, or one if it has them, but not together.
[[nodiscard]] std::vector<std::string> WhatIsLacking(const Metric& metric,
                                                     const std::vector<std::string>& dimensions);
// That one of the columns at least has all of them, so that there are groups. INVALID_ARGUMENT
// names the dimension that none has, and what was meant.
[[nodiscard]] base::Status CheckAnyHasAll(const Catalogue& catalogue,
                                          const std::vector<WantedColumn>& columns,
                                          const std::vector<UsedDimension>& used,
                                          const std::vector<std::string>& dimensions);

}  // namespace clientele::query
