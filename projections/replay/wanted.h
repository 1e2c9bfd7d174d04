// What a replay is asked for, and which version that is: a new one, or one that an earlier process
// began. Pure values and functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "projections/replay/restriction.h"
#include "projections/runner/active_versions.h"
#include "projections/runner/versions.h"

namespace clientele::projections::replay {

// The layout of the folder that a projection's replays have, one at a time.
inline constexpr int kFolderFormat = 1;

// The greatest number of a version.
inline constexpr uint32_t kGreatestVersion = 1'000'000;

// Begins what clientele.versions says of a version that holds what figures would have been.
inline constexpr std::string_view kAsIf = "as if ";

struct Wanted {
  std::string projection;
  Restriction restriction;
  std::optional<uint32_t> version;  // none: the one under way, else the next number
  std::optional<uint64_t> rate;     // events a second, 0: no limit; none: as before
  bool accept_differences = false;
  // Not empty: not built from the log but of what figures would have been (as_if.h): begins with
  // kAsIf, the same for the same question.
  std::string as_if = {};
};

// Whether a version is on its way to be read: its replay is not at its end.
[[nodiscard]] bool UnderWay(const runner::VersionRow& row, const runner::ActiveVersions& active);

// The row of the version: `change` is 0 if it is a new one. NOT_FOUND: no such projection in this
// program; ALREADY_EXISTS: the number is taken; FAILED_PRECONDITION: another replay of it is under
// way, or the store has no version of it yet.
[[nodiscard]] base::Result<runner::VersionRow> ChooseVersion(const Wanted& wanted,
                                                             const runner::Projections& projections,
                                                             const runner::Versions& versions,
                                                             const runner::ActiveVersions& active);

}  // namespace clientele::projections::replay
