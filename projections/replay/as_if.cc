#include "projections/replay/as_if.h"

#include <utility>

#include "projections/runner/active_versions.h"

namespace clientele::projections::replay {

namespace {

using base::Code;
using base::Fail;
using runner::VersionState;

}  // namespace

base::Result<AsIfVersion> AsIfVersion::Begin(clickhouse::Store& store, const base::Clock& clock,
                                             const runner::Projections& projections,
                                             const Wanted& wanted, const std::string& folder,
                                             const std::vector<std::string>& tables) {
  auto own = base::OwnedFolder::Open(folder, kFolderFormat);
  if (!own) {
    return Fail(own.error().code, "replay of {}: only one at a time: {}", wanted.projection,
                own.error().message);
  }
  const auto versions = runner::ReadVersions(store);
  if (!versions) return tl::unexpected(versions.error());
  const auto active = runner::ReadActiveVersions(store);
  if (!active) return tl::unexpected(active.error());
  auto row = ChooseVersion(wanted, projections, *versions, *active);
  if (!row) return tl::unexpected(row.error());
  AsIfVersion version(store, clock, *std::move(own), *std::move(row));
  // What an earlier process has left, perhaps at another mark.
  if (auto dropped = version.DropTables(); !dropped) return tl::unexpected(dropped.error());
  version.row_.tables.clear();
  for (const std::string& id : tables) version.row_.tables.push_back(version.TableOf(id));
  const auto begun = version.ChangeTo(VersionState::kBuilding);
  if (!begun) return tl::unexpected(begun.error());
  if (version.row_.state != VersionState::kBuilding || version.row_.restriction != wanted.as_if) {
    return Fail(Code::kAborted,
                "{}: another process has changed it meanwhile: give the same command again",
                version.name().ToString());
  }
  return version;
}

std::string AsIfVersion::TableOf(std::string_view id) const {
  return fmt::format("as_if_{}_{}", row_.name.ToString(), id);
}

base::Status AsIfVersion::End() {
  if (auto changed = ChangeTo(VersionState::kDone); !changed) return changed;
  if (!row_.gone()) return {};
  if (auto dropped = DropTables(); !dropped) return dropped;
  return Fail(Code::kCancelled, "{}: was {}", name().ToString(), runner::StateName(row_.state));
}

base::Status AsIfVersion::GiveUp() {
  if (auto changed = ChangeTo(VersionState::kCancelled); !changed) return changed;
  return DropTables();
}

base::Status AsIfVersion::ChangeTo(VersionState state) {
  const auto block = runner::VersionsBlock(clock_, {row_.ChangedTo(state)});
  if (auto written = store_.Insert("clientele.versions", block, {}); !written) {
    return tl::unexpected(written.error());
  }
  const auto versions = runner::ReadVersions(store_);
  if (!versions) return tl::unexpected(versions.error());
  const auto now = versions->find(row_.name);
  if (now == versions->end()) {
    return Fail(Code::kAborted, "{}: is lost from clientele.versions", row_.name.ToString());
  }
  row_ = now->second;
  return {};
}

base::Status AsIfVersion::DropTables() {
  runner::VersionRow gone = row_;
  gone.state = VersionState::kCancelled;
  return runner::DropGone(store_, {{gone.name, gone}});
}

}  // namespace clientele::projections::replay
