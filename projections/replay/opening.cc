// The beginning of a replay: which version it is, and all that is checked before anything of it is
// written.
#include <algorithm>
#include <filesystem>

#include "projections/replay/replay.h"
#include "projections/replay/sql.h"

namespace clientele::projections::replay {

namespace {

using base::Code;
using base::Fail;
using runner::VersionState;

// The version that an earlier process of this command has made queries read, but ended before it
// could say so: its folder is still there, and what it was compared with is kept up. Null: there is
// none.
const runner::VersionRow* FindEnded(const Wanted& wanted, const runner::Versions& versions,
                                    const runner::ActiveVersions& active,
                                    const std::string& folder) {
  const auto read = active.find(wanted.projection);
  if (read == active.end() || !wanted.restriction.none()) return nullptr;
  const auto found = versions.find({wanted.projection, read->second.version});
  if (found == versions.end() ||
      wanted.version.value_or(read->second.version) != read->second.version ||
      std::ranges::any_of(versions, [&](const auto& one) {
        return one.first.projection == wanted.projection && UnderWay(one.second, active);
      })) {
    return nullptr;
  }
  const auto before = versions.find({wanted.projection, read->second.before});
  if (before == versions.end() || before->second.state != VersionState::kJoined) return nullptr;
  std::error_code ignored;
  const bool there = std::filesystem::exists(folder + "/" + found->first.ToString(), ignored);
  return there ? &found->second : nullptr;
}

// That the log is the one whose rows the store holds. Else the runner would not go on once it has
// taken the version over.
base::Status CheckLog(const runner::Parts& parts, const runner::VersionPlan& plan,
                      const runner::VersionRow& row) {
  const auto ledgers = runner::ReadLedgers(parts.store);
  if (!ledgers) return tl::unexpected(ledgers.error());
  const base::Uuid& log_id = parts.log.log_id;
  if (auto ours = runner::CheckLedgers(*ledgers, log_id, runner::CodeHashes(plan.live)); !ours) {
    return Fail(
        ours.error().code,
        "replay of {}: nothing is written: kafka.brokers and the store must be those of one "
        "installation: {}",
        row.name.projection, ours.error().message);
  }
  auto own = runner::CheckLedgers(*ledgers, log_id, {{row.name, row.code_hash}});
  if (!own) own.error().message += fmt::format("; or give {} up: --cancel", row.name.ToString());
  return own;
}

// Indexes of versions whose replay has ended: a process that was killed has left them.
void RemoveOthers(const std::string& folder, const std::string& kept) {
  std::error_code failure;
  for (std::filesystem::directory_iterator found(folder, failure), end; !failure && found != end;
       found.increment(failure)) {
    std::error_code ignored;
    if (found->path().filename() == kept || !found->is_directory(ignored)) continue;
    std::filesystem::remove_all(found->path(), ignored);
  }
}

}  // namespace

base::Result<std::unique_ptr<Replay>> Replay::Open(runner::Parts parts, Wanted wanted,
                                                   OnProgress on_progress) {
  // Before anything is locked or asked: wrong arguments speak for themselves.
  const auto versions = runner::ReadVersions(parts.store);
  if (!versions) return tl::unexpected(versions.error());
  const auto active = runner::ReadActiveVersions(parts.store);
  if (!active) return tl::unexpected(active.error());
  const runner::VersionRow* const ended = FindEnded(wanted, *versions, *active, parts.index_folder);
  auto row =
      ended != nullptr ? *ended : ChooseVersion(wanted, parts.projections, *versions, *active);
  if (!row) return tl::unexpected(row.error());
  const auto plan = runner::PlanVersions(parts.projections, *versions, *active, {});
  if (!plan) return tl::unexpected(plan.error());
  if (auto same = CheckLog(parts, *plan, *row); !same) return tl::unexpected(same.error());
  auto folder = base::OwnedFolder::Open(parts.index_folder, kFolderFormat);
  if (!folder) {
    return Fail(folder.error().code, "replay of {}: only one at a time: {}", wanted.projection,
                folder.error().message);
  }
  auto holder = Holder::Claim(parts.store, wanted.projection, folder->path());
  if (!holder) return tl::unexpected(holder.error());
  RemoveOthers(folder->path(), row->name.ToString());
  parts.index_folder = folder->path() + "/" + row->name.ToString();
  std::unique_ptr<Replay> replay(
      new Replay(std::move(parts), std::move(wanted), *std::move(folder), std::move(on_progress)));
  replay->holder_ = *std::move(holder);
  replay->row_ = *std::move(row);
  replay->ended_ = ended != nullptr;
  if (auto ready = replay->Prepare(*plan, *active); !ready) return tl::unexpected(ready.error());
  return replay;
}

base::Status Replay::Prepare(const runner::VersionPlan& plan,
                             const runner::ActiveVersions& active) {
  const Projection* const code = runner::CodeOf(parts_.projections, row_);
  if (code == nullptr) {
    return Fail(Code::kFailedPrecondition,
                "{}: was begun by code (hash {}) that this program does not have: use that "
                "program, or cancel it",
                row_.name.ToString(), row_.code_hash);
  }
  live_ = {runner::LiveVersionOf(*code, row_.name.version)};
  live_.front().filter = wanted_.restriction.Filter();
  const auto payloads = runner::FindPayloadTable(plan.live, active);
  if (!payloads) return tl::unexpected(payloads.error());
  payload_table_ = payloads->name;
  if (auto checked = CheckBounds(); !checked) return checked;
  return CheckPart(plan, active, payloads->version);
}

base::Status Replay::CheckBounds() {
  ReadEnds();
  if (ends_.empty()) return Fail(Code::kUnavailable, "kafka does not say where the log ends");
  wanted_ends_ = ends_;
  const Restriction& restriction = wanted_.restriction;
  if (!restriction.from_ms && !restriction.to_ms) return {};
  int64_t last_ms = -1;
  for (size_t p = 0; p < ends_.size(); ++p) {
    if (ends_[p] == 0) continue;
    const auto record = parts_.log_reader.ReadAt(kafka::kEventsTopic, {static_cast<int32_t>(p)},
                                                 kafka::Offset{static_cast<int64_t>(ends_[p]) - 1});
    if (record) last_ms = std::max(last_ms, record->recorded_at_ms);
    // A gap at the very end says nothing; any other failure ends this.
    if (!record && record.error().code != Code::kNotFound) return tl::unexpected(record.error());
  }
  if (std::max(restriction.from_ms.value_or(0), restriction.to_ms.value_or(0)) > last_ms) {
    // The last one need not be the newest: a broker's clock may have been set back.
    const auto newest = NewestRecorded();
    if (!newest) return tl::unexpected(newest.error());
    last_ms = std::max(last_ms, *newest);
  }
  const auto beyond = [&](const char* option, std::optional<int64_t> bound,
                          int64_t most) -> base::Status {
    if (!bound || *bound <= most) return {};
    return base::FailField(
        option, "{} {}: must not lie beyond the log, whose newest event was recorded at {}", option,
        FormatMoment(*bound), FormatMoment(last_ms));
  };
  if (auto from = beyond("--from", restriction.from_ms, last_ms); !from) return from;
  // Who knows the newest one by the second names the next.
  return beyond("--to", restriction.to_ms, (last_ms / 1'000 + 1) * 1'000);
}

base::Status Replay::CheckPart(const runner::VersionPlan& plan,
                               const runner::ActiveVersions& active,
                               const runner::VersionName& events) {
  if (wanted_.restriction.none() || row_.change != 0) return {};
  const auto mark = ReadNewestMark(parts_.store);
  if (!mark && mark.error().code == Code::kNotFound) return {};
  if (!mark) return tl::unexpected(mark.error());
  // What queries read tells what the same code will make anew; of other code the log alone does.
  const auto read = active.find(row_.name.projection);
  const runner::LiveVersion* asked = nullptr;
  for (const runner::LiveVersion& version : plan.live) {
    const bool same = read != active.end() && version.name.projection == row_.name.projection &&
                      version.name.version == read->second.version &&
                      version.code_hash == row_.code_hash;
    if (same || (asked == nullptr && version.name == events)) asked = &version;
  }
  const auto any = HoldsAny(parts_.store, *asked, wanted_.restriction, *mark, payload_table_);
  if (!any) return tl::unexpected(any.error());
  if (*any) return {};
  return base::FailField("--where",
                         "--from, --to, --where ({}): must be a part of the log that {} has rows "
                         "of; at mark {} there is none",
                         wanted_.restriction.ToString(), asked->name.ToString(), mark->id);
}

base::Result<int64_t> Replay::NewestRecorded() {
  int64_t newest = -1;
  clickhouse::Statement statement;
  statement.sql = sql::kStatementsNewestRecorded;
  statement.parameters = {{"table", payload_table_}};
  statement.deadline = clickhouse::kWholeTableDeadline;
  const auto read =
      parts_.store.Select(statement, [&](const clickhouse::Block& block) -> base::Status {
        newest = block.Get<int64_t>("recorded_ms").front();
        return {};
      });
  if (!read) return tl::unexpected(read.error());
  return newest;
}

}  // namespace clientele::projections::replay
