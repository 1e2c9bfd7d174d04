// The figures of a plan beside those of its earlier range: that range's plan, and what two figures
// say together. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>

#include "clientele/query/v1/query.pb.h"
#include "query/plan.h"
#include "stats/interval.h"

namespace clientele::query {

// The scans of a plan that has an earlier range, over that: as much of it as had elapsed of the
// plan's range at `known_at`. If nothing had, its `to` is its `from`.
[[nodiscard]] Plan EarlierPlan(const Plan& plan, int64_t known_at);

// Of a ratio of counts (a - b) / c: a promoters, b detractors, c answers. None of no cell.
[[nodiscard]] stats::Recommendations RecommendationsOf(const PlannedColumn& column,
                                                       const double* cell);

// A figure and the aggregates that it was made of; null if there were no rows, or it is a derived
// one.
struct Measured {
  const v1::Figure& figure;
  const double* cell = nullptr;
};

// The earlier figure and the change since, with its interval where the column's figures have one.
[[nodiscard]] v1::Compared CompareFigures(const PlannedColumn& column, const Measured& now,
                                          const Measured& before);

// Two groups by a mean with Student's interval, and how many more observations of each tell the
// difference (in the metric's unit; unset: the present one) apart.
[[nodiscard]] v1::Pair PairOf(const PlannedColumn& column, const Measured& first,
                              const Measured& second, std::optional<double> difference);

}  // namespace clientele::query
