// What can be done about versions from outside: each writes one row, which the replay and the
// runner see about a second later, and reads back what has come of it. Free functions; any thread,
// one at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "clickhouse/store.h"
#include "projections/runner/active_versions.h"
#include "projections/runner/versions.h"

namespace clientele::projections::replay {

// Makes queries read a version. FAILED_PRECONDITION if it is not joined or already read;
// UNAVAILABLE if it is behind the one that they read now: it may serve in a moment.
[[nodiscard]] base::Status SwitchTo(clickhouse::Store& store, const base::Clock& clock,
                                    const runner::VersionName& version);

// Of the replay under way; its version. FAILED_PRECONDITION if there is none, if its state does not
// allow it, or if another change of the same moment goes before this one.
[[nodiscard]] base::Result<runner::VersionName> PauseReplay(clickhouse::Store& store,
                                                            const base::Clock& clock,
                                                            const std::string& projection);
[[nodiscard]] base::Result<runner::VersionName> ResumeReplay(clickhouse::Store& store,
                                                             const base::Clock& clock,
                                                             const std::string& projection,
                                                             std::optional<uint64_t> rate);
// `folder`: as Replay::Open's. If no process has it open and the runner has never taken the version
// over, the tables are dropped here.
[[nodiscard]] base::Result<runner::VersionName> CancelReplay(clickhouse::Store& store,
                                                             const base::Clock& clock,
                                                             const std::string& projection,
                                                             const std::string& folder);
// A joined or done version that queries do not read; the runner drops the tables of a joined one.
[[nodiscard]] base::Status DropVersion(clickhouse::Store& store, const base::Clock& clock,
                                       const runner::VersionName& version);

// One line a version, of one projection or (empty) of all; below one whose replay is under way, who
// replays it and what can be done.
[[nodiscard]] base::Result<std::string> DescribeVersions(clickhouse::Store& store,
                                                         const std::string& projection);

}  // namespace clientele::projections::replay
