#include "projections/replay/control.h"

#include <filesystem>

#include "base/log.h"
#include "base/owned_folder.h"
#include "projections/replay/holder.h"
#include "projections/replay/wanted.h"
#include "projections/runner/reserve.h"

namespace clientele::projections::replay {

namespace {

using base::Code;
using base::Fail;
using runner::ActiveVersion;
using runner::ActiveVersions;
using runner::VersionName;
using runner::VersionRow;
using runner::Versions;
using runner::VersionState;

// See VersionRow::ChangedTo.
constexpr uint64_t kStepOfCommand = 2;

struct Known {
  Versions versions;
  ActiveVersions active;
};

base::Result<Known> ReadKnown(clickhouse::Store& store) {
  auto versions = runner::ReadVersions(store);
  if (!versions) return tl::unexpected(versions.error());
  auto active = runner::ReadActiveVersions(store);
  if (!active) return tl::unexpected(active.error());
  return Known{*std::move(versions), *std::move(active)};
}

base::Result<VersionRow> FindUnderWay(const Known& known, const std::string& projection) {
  for (const auto& [name, row] : known.versions) {
    if (name.projection == projection && UnderWay(row, known.active)) return row;
  }
  return Fail(Code::kFailedPrecondition, "{}: no replay of it is under way", projection);
}

base::Result<VersionRow> FindVersion(const Known& known, const VersionName& version) {
  const auto found = known.versions.find(version);
  if (found != known.versions.end()) return found->second;
  return Fail(Code::kNotFound, "{} version {}: the store has no such version", version.projection,
              version.version);
}

// Whether a version is what was wished a moment ago; one that goes on may be further by now.
bool Is(const VersionRow& row, VersionState wished) {
  if (wished == VersionState::kBuilding) return !row.gone() && row.state != VersionState::kPaused;
  return row.state == wished;
}

// What frees disk must be written on a full one too: the reserve makes room for it.
base::Status WriteChange(clickhouse::Store& store, const clickhouse::BlockWriter& block,
                         bool frees) {
  const auto insert = [&]() -> base::Status {
    const auto written = store.Insert("clientele.versions", block, {});
    if (!written) return tl::unexpected(written.error());
    return {};
  };
  base::Status written = insert();
  // ClickHouse says that the disk is full, or what its file system said.
  const bool full = !written && (written.error().code == Code::kResourceExhausted ||
                                 written.error().code == Code::kInternal);
  if (!full || !frees) return written;
  base::LogWarning("the store finds no room to write: its reserve is spent",
                   {{"error", written.error().message}});
  if (auto spent = runner::SpendReserve(store); !spent) return spent;
  return insert();
}

// Writes the change; the row that counts then.
base::Result<VersionRow> Change(clickhouse::Store& store, const base::Clock& clock,
                                const VersionRow& row, VersionState next) {
  const VersionRow changed = row.ChangedTo(next, kStepOfCommand);
  const auto block = runner::VersionsBlock(clock, {changed});
  if (auto written = WriteChange(store, block, changed.gone()); !written) {
    return tl::unexpected(written.error());
  }
  const auto versions = runner::ReadVersions(store);
  if (!versions) return tl::unexpected(versions.error());
  const auto now = versions->find(row.name);
  if (now == versions->end() || !Is(now->second, next)) {
    return Fail(Code::kFailedPrecondition,
                "{}: is {}, not {}: it was changed by another at the same moment",
                row.name.ToString(),
                now == versions->end() ? "lost" : runner::StateName(now->second.state),
                runner::StateName(next));
  }
  return now->second;
}

base::Status DropNow(clickhouse::Store& store, const VersionRow& gone) {
  if (auto dropped = runner::DropGone(store, {{gone.name, gone}}); !dropped) return dropped;
  // It may have been spent; else the next start of the projections fills it.
  static_cast<void>(runner::FillReserve(store));
  return {};
}

base::Result<VersionName> NameOf(const base::Result<VersionRow>& changed) {
  return changed.map([](const VersionRow& row) { return row.name; });
}

// What a version is to queries.
std::string_view UseOf(const VersionRow& row, const ActiveVersions& active) {
  const auto read = active.find(row.name.projection);
  if (read != active.end() && read->second.version == row.name.version) return "read";
  if (row.state != VersionState::kJoined) return "";
  return UnderWay(row, active) ? "not proved" : "kept up";
}

// Of a replay under way: who is at it, and what can be done.
base::Result<std::string> DescribeReplay(clickhouse::Store& store, const VersionRow& row) {
  const auto who = WhoReplays(store, row.name.projection);
  if (!who) return who;
  std::string text = fmt::format("{:<24} {}\n", "", *who);
  if (row.state != VersionState::kJoined) return text;
  return text + fmt::format(
                    "{:<24} it is proved by the same command; with --accept-differences queries "
                    "read it even if it differs; --cancel gives it up\n",
                    "");
}

}  // namespace

base::Status SwitchTo(clickhouse::Store& store, const base::Clock& clock,
                      const VersionName& version) {
  auto known = ReadKnown(store);
  if (!known) return tl::unexpected(known.error());
  const auto row = FindVersion(*known, version);
  if (!row) return tl::unexpected(row.error());
  if (row->state != VersionState::kJoined) {
    return Fail(
        Code::kFailedPrecondition,
        "{}: is {}, does not serve: only a version that the projections keep up can be read",
        version.ToString(), runner::StateName(row->state));
  }
  const auto read = known->active.find(version.projection);
  if (read != known->active.end() && read->second.version == version.version) {
    return Fail(Code::kFailedPrecondition, "{}: queries read it already", version.ToString());
  }
  const auto ledgers = runner::ReadLedgers(store);
  if (!ledgers) return tl::unexpected(ledgers.error());
  if (!runner::Serves(*ledgers, version, known->active)) {
    return Fail(Code::kUnavailable,
                "{}: is behind the version that queries read: it can be read once the projections "
                "have brought it up",
                version.ToString());
  }
  const uint64_t last = read == known->active.end() ? 0 : read->second.latest_switch;
  const ActiveVersions next = {{version.projection, {version.version, last + 1}}};
  const auto written =
      store.Insert("clientele.active_versions", runner::ActiveVersionsBlock(clock, next), {});
  if (!written) return tl::unexpected(written.error());
  base::LogInfo("queries read another version", {{"version", version.ToString()}});
  return {};
}

base::Result<VersionName> PauseReplay(clickhouse::Store& store, const base::Clock& clock,
                                      const std::string& projection) {
  const auto known = ReadKnown(store);
  if (!known) return tl::unexpected(known.error());
  const auto row = FindUnderWay(*known, projection);
  if (!row) return tl::unexpected(row.error());
  if (row->state == VersionState::kPaused) {
    return Fail(Code::kFailedPrecondition, "{}: is paused already", row->name.ToString());
  }
  if (row->state != VersionState::kBuilding && row->state != VersionState::kReady) {
    return Fail(Code::kFailedPrecondition,
                "{}: is {}: only a building or ready version can be paused", row->name.ToString(),
                runner::StateName(row->state));
  }
  return NameOf(Change(store, clock, *row, VersionState::kPaused));
}

base::Result<VersionName> ResumeReplay(clickhouse::Store& store, const base::Clock& clock,
                                       const std::string& projection,
                                       std::optional<uint64_t> rate) {
  const auto known = ReadKnown(store);
  if (!known) return tl::unexpected(known.error());
  auto row = FindUnderWay(*known, projection);
  if (!row) return tl::unexpected(row.error());
  if (row->state != VersionState::kPaused) {
    return Fail(Code::kFailedPrecondition, "{}: is {}, not paused", row->name.ToString(),
                runner::StateName(row->state));
  }
  row->rate = rate.value_or(row->rate);
  return NameOf(Change(store, clock, *row, VersionState::kBuilding));
}

base::Result<VersionName> CancelReplay(clickhouse::Store& store, const base::Clock& clock,
                                       const std::string& projection, const std::string& folder) {
  const auto known = ReadKnown(store);
  if (!known) return tl::unexpected(known.error());
  const auto row = FindUnderWay(*known, projection);
  if (!row) return tl::unexpected(row.error());
  const auto cancelled = Change(store, clock, *row, VersionState::kCancelled);
  // The replay drops its tables itself, the runner those that it has taken over.
  if (!cancelled || cancelled->was_joined) return NameOf(cancelled);
  const auto own = base::OwnedFolder::Open(folder, kFolderFormat);
  // A folder that cannot be written (its disk may be the full one) is nobody's.
  if (!own && own.error().code == Code::kFailedPrecondition) return NameOf(cancelled);
  if (auto dropped = DropNow(store, *cancelled); !dropped) return tl::unexpected(dropped.error());
  std::error_code ignored;
  std::filesystem::remove_all(folder + "/" + row->name.ToString(), ignored);
  return NameOf(cancelled);
}

base::Status DropVersion(clickhouse::Store& store, const base::Clock& clock,
                         const VersionName& version) {
  const auto known = ReadKnown(store);
  if (!known) return tl::unexpected(known.error());
  const auto row = FindVersion(*known, version);
  if (!row) return tl::unexpected(row.error());
  const auto read = known->active.find(version.projection);
  if (read != known->active.end() && read->second.version == version.version) {
    return Fail(Code::kFailedPrecondition,
                "{}: queries read it: switch or roll back to another version first",
                version.ToString());
  }
  if (row->state != VersionState::kJoined && row->state != VersionState::kDone) {
    return Fail(Code::kFailedPrecondition,
                "{}: is {}: only a joined or done version can be dropped", version.ToString(),
                runner::StateName(row->state));
  }
  const auto dropped = Change(store, clock, *row, VersionState::kDropped);
  if (!dropped) return tl::unexpected(dropped.error());
  // What has joined is the runner's to drop, as soon as it projects it no more.
  if (dropped->was_joined) return {};
  return DropNow(store, *dropped);
}

base::Result<std::string> DescribeVersions(clickhouse::Store& store,
                                           const std::string& projection) {
  const auto known = ReadKnown(store);
  if (!known) return tl::unexpected(known.error());
  const auto ledgers = runner::ReadLedgers(store);
  if (!ledgers) return tl::unexpected(ledgers.error());
  std::string text;
  for (const auto& [name, row] : known->versions) {
    if (!projection.empty() && name.projection != projection) continue;
    uint64_t offsets = 0;
    if (const auto own = ledgers->find(name); own != ledgers->end()) {
      for (const auto& [partition, entry] : own->second) offsets += entry.next_offset;
    }
    const bool as_if = row.restriction.starts_with(kAsIf);
    text += fmt::format("{:<24} {:<10} {:<10} {:>12} offsets  code {}{}{}\n", name.ToString(),
                        runner::StateName(row.state), UseOf(row, known->active), offsets,
                        row.code_hash.substr(0, 12),
                        row.rate == 0 ? "" : fmt::format("  at most {} a second", row.rate),
                        row.restriction.empty() ? ""
                        : as_if                 ? "  " + row.restriction
                                                : "  only " + row.restriction);
    if (as_if || !UnderWay(row, known->active)) continue;
    const auto replay = DescribeReplay(store, row);
    if (!replay) return replay;
    text += *replay;
  }
  return text;
}

}  // namespace clientele::projections::replay
