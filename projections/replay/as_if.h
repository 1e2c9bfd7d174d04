// A version that holds what figures would have been: a row of clientele.versions and tables of its
// own, which whoever asks makes and fills. No code of a projection makes it, it has no ledger,
// never joins and never serves; it is shown, cancelled and dropped as a replay of a part of the log
// is. Owned by the command `replay`, whose thread calls everything here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/owned_folder.h"
#include "base/result.h"
#include "clickhouse/store.h"
#include "projections/replay/wanted.h"
#include "projections/runner/versions.h"

namespace clientele::projections::replay {

class AsIfVersion {
 public:
  // Chooses the version as a replay does and writes that it is being built. `wanted.as_if` is set;
  // `folder`: as Replay::Open's, locked until the end; `tables`: by which ids TableOf is asked. If
  // a process has ended before its end, the same question takes its version over and drops what it
  // had made. Errors as ChooseVersion's; FAILED_PRECONDITION: another process replays it; ABORTED:
  // another has changed the version at the same moment.
  [[nodiscard]] static base::Result<AsIfVersion> Begin(
      clickhouse::Store& store, const base::Clock& clock, const runner::Projections& projections,
      const Wanted& wanted, const std::string& folder, const std::vector<std::string>& tables);

  [[nodiscard]] const runner::VersionName& name() const { return row_.name; }
  [[nodiscard]] const std::vector<std::string>& tables() const { return row_.tables; }
  // as_if_quality_v2_figures
  [[nodiscard]] std::string TableOf(std::string_view id) const;

  // It is done, and stays until it is dropped. CANCELLED: it was given up meanwhile; its tables are
  // dropped then.
  [[nodiscard]] base::Status End();
  // Its tables are dropped; the number is not used again.
  [[nodiscard]] base::Status GiveUp();

 private:
  AsIfVersion(clickhouse::Store& store, const base::Clock& clock, base::OwnedFolder folder,
              runner::VersionRow row)
      : store_(store), clock_(clock), folder_(std::move(folder)), row_(std::move(row)) {}

  // Writes the change and reads what counts then.
  [[nodiscard]] base::Status ChangeTo(runner::VersionState state);
  [[nodiscard]] base::Status DropTables();

  clickhouse::Store& store_;
  const base::Clock& clock_;
  base::OwnedFolder folder_;
  runner::VersionRow row_;
};

}  // namespace clientele::projections::replay
