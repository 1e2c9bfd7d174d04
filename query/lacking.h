// Which of the dimensions that a request groups and filters by a metric must have and has, and what
// is said of one that lacks some of them. Pure; any thread.
#pragma once

#include <set>
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

struct UsedDimensions {
  // By which the request groups, then by which it filters.
  std::vector<UsedDimension> named;
  // Of these and of the rows; none twice.
  std::vector<std::string> all;
  // Units, such as a currency, that conditions on them alone name: a metric without amounts in such
  // a unit is not bound by them.
  std::set<std::string> units;

  // Those of the units that the metric lacks.
  [[nodiscard]] std::set<std::string> NotBinding(const Metric& metric) const;
  // The others of all: those that the metric must have.
  [[nodiscard]] std::vector<std::string> Binding(const Metric& metric) const;
};

// `rows_by`: dimensions that the rows must have beside those of the request.
[[nodiscard]] UsedDimensions UsedDimensionsOf(const Catalogue& catalogue,
                                              const v1::QueryRequest& request,
                                              const FilterNode& filter,
                                              const std::vector<std::string>& rows_by);
// The metric's first source that has all that it must have; null if there is none.
[[nodiscard]] const Source* SourceWith(const Metric& metric, const UsedDimensions& used);
// Whether the metric can be computed by all that it must have: of a derived one, every part.
[[nodiscard]] bool HasAll(const Catalogue& catalogue, const WantedColumn& wanted,
                          const UsedDimensions& used);
// A sentence for each of them that the metric lacks, or one if it has them, but not together.
[[nodiscard]] std::vector<std::string> WhatIsLacking(const Metric& metric,
                                                     const UsedDimensions& used);
// That one of the columns at least has all of them, so that there are groups, and that there is one
// for every unit. INVALID_ARGUMENT names the dimension that none has, and what was meant.
[[nodiscard]] base::Status CheckAnyHasAll(const Catalogue& catalogue,
                                          const std::vector<WantedColumn>& columns,
                                          const UsedDimensions& used);

}  // namespace clientele::query
