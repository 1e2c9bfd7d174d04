// The targets of a tenant as they are known at a mark. Any thread.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "clickhouse/store.h"
#include "query/mark.h"
#include "query/plan.h"
#include "query/running.h"

namespace clientele::query {

// Of one question.
inline constexpr uint64_t kMostTargets = 1'000'000;

// What a target is told for.
struct TargetOf {
  std::string metric;  // id or id:variant
  std::string scope;   // COMPANY, UNIT, TEAM or EMPLOYEE
  std::string id;      // of the scope; empty of the company
  auto operator<=>(const TargetOf&) const = default;
};

// Half-open, microseconds.
struct Period {
  int64_t from = 0;
  int64_t to = 0;
  bool operator==(const Period&) const = default;
};

struct Target {
  Period period;
  double value = 0;  // in the metric's unit
};

using Targets = std::map<TargetOf, std::vector<Target>>;

// The names by which targets may mean the column: the first is its own, id or id:variant; the id
// means the default variant.
[[nodiscard]] std::vector<std::string> TargetNames(const PlannedColumn& column);

// Those of the plan's columns, of every scope, whose period meets its range. FAILED_PRECONDITION:
// the mark knows no version of projection reference. RESOURCE_EXHAUSTED: more than kMostTargets. Or
// what Running::Translate makes of a failure.
[[nodiscard]] base::Result<Targets> ReadTargets(clickhouse::Store& store, const Plan& plan,
                                                const std::string& tenant, const Mark& mark,
                                                const Running& running);

}  // namespace clientele::query
