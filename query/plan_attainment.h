// Targets beside the figures of an answer: which target is a figure's, and how much of it the
// figure reaches. Pure; any thread. The rules: PlanAttainment in query.proto, ADR 0018.
#pragma once

#include "clientele/query/v1/query.pb.h"
#include "query/plan.h"
#include "query/targets.h"

namespace clientele::query {

// Of every figure of the answer to the plan; what must be said of them goes to its warnings.
void SetPlanAttainment(const Plan& plan, const Targets& targets, v1::QueryResponse& response);

}  // namespace clientele::query
