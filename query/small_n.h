// Of answers about named people: what is hidden beside figures of few observations, so that those
// can't be told from what is shown. Pure; any thread.
#pragma once

#include "clientele/query/v1/query.pb.h"
#include "query/plan.h"

namespace clientele::query {

// A figure, or an earlier one, with its n alone. By a result n would tell as much as the value.
template <typename Shown>
[[nodiscard]] Shown Hidden(const Shown& shown, bool by_result) {
  Shown hidden;
  hidden.set_empty(v1::Figure::HIDDEN_SMALL_N);
  if (!by_result) hidden.set_n(shown.n());
  return hidden;
}
// Figures of groups, or of buckets, add up to one that can be asked for. Where one of them alone is
// hidden, hides the one of the fewest observations beside it, until nothing can be subtracted; also
// among the figures that they are compared with. The columns are the plan's.
void HideRemainders(const Plan& plan, v1::QueryResponse& response);
// By a result, leaves out the groups that have no value at all: that one occurs would tell. A
// warning says so.
void LeaveOutHidden(const Plan& plan, v1::QueryResponse& response);

}  // namespace clientele::query
