// What the runner projects: decided at its start from what the store holds, what queries read and
// which code this program has. Pure.
#pragma once

#include <set>
#include <vector>

#include "base/result.h"
#include "projections/runner/active_versions.h"
#include "projections/runner/live_version.h"
#include "projections/runner/versions.h"

namespace clientele::projections::runner {

struct VersionPlan {
  std::vector<LiveVersion> live;      // the quarantine last
  std::vector<VersionRow> changes;    // to be written: versions begun and taken over
  std::vector<VersionName> replayed;  // built by a replay, which may write them no more

  // Whether the same versions are projected. What one of them had to write another one may find
  // written.
  [[nodiscard]] bool SameVersions(const VersionPlan& other) const;
};

// Joined versions; those of `join`, if they are ready; and the first version of every name that the
// store has none of. A version whose code this program does not have stands still, which the log
// says: FAILED_PRECONDITION if queries read it and the program has other code of that name.
[[nodiscard]] base::Result<VersionPlan> PlanVersions(const Projections& projections,
                                                     const Versions& versions,
                                                     const ActiveVersions& active,
                                                     const std::set<VersionName>& join);

// The code of a version; none: this program does not have it.
[[nodiscard]] const Projection* CodeOf(const Projections& projections, const VersionRow& row);

}  // namespace clientele::projections::runner
