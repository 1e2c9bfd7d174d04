// Figures that leave out rows which do not tell their amount. Free functions; any thread.
#pragma once

#include "clientele/query/v1/query.pb.h"
#include "query/plan.h"

namespace clientele::query {

// Warns once of each metric of whose figures some leave rows out.
void NoteUntold(const Plan& plan, v1::QueryResponse& response);

}  // namespace clientele::query
