// The greatest groups of a request, the rest of them as one and all of them together, as plans of
// their own: so that what is not shown is computed from its rows as well, and never added up. Pure;
// any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "clientele/query/v1/query.pb.h"
#include "query/catalogue.h"
#include "query/plan.h"

namespace clientele::query {

inline constexpr uint32_t kMostGroups = 100;  // shown by themselves
// No person is ranked by fewer observations.
inline constexpr int64_t kLeastRanked = 20;

using GroupValues = std::vector<std::string>;  // of group_by

struct TopPlans {
  std::optional<Plan> groups;  // of the greatest groups alone, if there are any
  std::optional<Plan> other;   // not grouped: of all other groups, if there may be any
  Plan total;                  // not grouped
};

// Every group over the whole range, to put them in order. INVALID_ARGUMENT names the field of
// `top`, its value and the rule, or is MakePlan's.
[[nodiscard]] base::Result<Plan> MakeRankingPlan(const Catalogue& catalogue,
                                                 const v1::QueryRequest& request);
// The groups to show, the greatest first, by the answer to that plan.
[[nodiscard]] std::vector<GroupValues> TopGroups(const v1::QueryRequest& request,
                                                 const Plan& ranking,
                                                 const v1::QueryResponse& ranks);
// What is to be asked for when these, of so many groups, are to be shown. With an earlier range
// there may be other groups, in that alone.
[[nodiscard]] base::Result<TopPlans> MakeTopPlans(const Catalogue& catalogue,
                                                  const v1::QueryRequest& request,
                                                  const std::vector<GroupValues>& top,
                                                  size_t groups);
// Whether anything happened in the earlier range that a figure counts.
[[nodiscard]] bool AnyEarlier(const v1::QueryResponse& response);
// The rows of the answers to those plans as one answer's: of every bucket the groups in their
// order, then the others, then the total. Without meta.
[[nodiscard]] v1::QueryResponse JoinTop(const std::vector<GroupValues>& top,
                                        const v1::QueryResponse& groups,
                                        const v1::QueryResponse& other,
                                        const v1::QueryResponse& total);

}  // namespace clientele::query
