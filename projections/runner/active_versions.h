// Which version of a projection queries read: the table clientele.active_versions, one row a
// switch. Read at start and written by the runner's mark thread. Free functions; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "projections/runner/fenced_store.h"
#include "projections/runner/live_version.h"

namespace clientele::projections::runner {

struct ActiveVersion {
  uint32_t version = 0;
  uint64_t latest_switch = 0;
  std::set<uint32_t> read = {};  // all that queries have ever read
  uint32_t before = 0;           // the one that they read before; 0: none
};
// By projection.
using ActiveVersions = std::map<std::string, ActiveVersion>;

[[nodiscard]] base::Result<ActiveVersions> ReadActiveVersions(clickhouse::Store& store);

// Rows to be inserted into clientele.active_versions, one each.
[[nodiscard]] clickhouse::BlockWriter ActiveVersionsBlock(const base::Clock& clock,
                                                          const ActiveVersions& versions);
// By a fenced writer; the same rows again do no harm. Not retried.
[[nodiscard]] base::Status WriteActiveVersions(FencedStore& store, const base::Clock& clock,
                                               const ActiveVersions& versions);

// The table that keeps the records' bytes, one row an offset (events_v1): of the version that
// queries read, else of the newest that has one. Tellings to be taken back are read from there.
struct PayloadTable {
  VersionName version;
  std::string name;
};
// FAILED_PRECONDITION if there is none.
[[nodiscard]] base::Result<PayloadTable> FindPayloadTable(const std::vector<LiveVersion>& versions,
                                                          const ActiveVersions& active);

// Whether a version may be what queries read: its ledger is nowhere behind the one that they read
// now. The runner moves both in one insert, so once it holds it holds from then on.
[[nodiscard]] bool Serves(const Ledgers& ledgers, const VersionName& version,
                          const ActiveVersions& active);

// Which versions marks wait for from the start (the quarantine always), and which serve once they
// have caught up.
struct Roles {
  std::set<VersionName> serving;
  std::set<VersionName> joining;
  // Of a store where queries read nothing yet: the newest version of each projection, to be
  // written.
  ActiveVersions first;
};
// FAILED_PRECONDITION if queries read a version that this program does not project: it would stand
// still behind marks that go on.
[[nodiscard]] base::Result<Roles> RolesOf(const std::vector<LiveVersion>& versions,
                                          const ActiveVersions& active);

}  // namespace clientele::projections::runner
