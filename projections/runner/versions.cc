#include "projections/runner/versions.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/log.h"
#include "projections/runner/sql.h"

namespace clientele::projections::runner {

namespace {

using base::Code;
using base::Fail;

constexpr std::array<std::string_view, 7> kStates = {"building", "paused",    "ready",  "joined",
                                                     "done",     "cancelled", "dropped"};
constexpr std::chrono::milliseconds kDropDeadline{120'000};
constexpr uint64_t kGone = std::numeric_limits<uint64_t>::max();
constexpr uint64_t kJoinedOrDone = kGone - 1;

base::Result<VersionState> StateOf(std::string_view name) {
  const auto found = std::ranges::find(kStates, name);
  if (found == kStates.end()) {
    return Fail(Code::kFailedPrecondition,
                "clientele.versions: state {} is not known to this program: use a newer one", name);
  }
  return static_cast<VersionState>(found - kStates.begin());
}

base::Result<std::vector<std::string>> PresentTables(clickhouse::Store& store,
                                                     const std::vector<std::string>& tables) {
  std::vector<std::string> present;
  clickhouse::Statement statement;
  statement.sql = sql::kStatementsPresentTables;
  statement.parameters = {{"tables", clickhouse::ArrayParameter(tables)}};
  const auto read = store.Select(statement, [&](const clickhouse::Block& block) -> base::Status {
    const auto& names = block.Get<std::string>("name");
    present.insert(present.end(), names.begin(), names.end());
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  return present;
}

base::Status DropOne(clickhouse::Store& store, const VersionRow& row, bool has_ledger) {
  const auto present = PresentTables(store, row.tables);
  if (!present) return tl::unexpected(present.error());
  if (present->empty() && !has_ledger) return {};
  for (const std::string& table : *present) {
    // What has never joined was never read by queries.
    if (auto dropped = DropTable(store, table, kDropDeadline, !row.was_joined); !dropped) {
      return dropped;
    }
  }
  if (has_ledger) {
    clickhouse::Statement ledger;
    ledger.sql = sql::kStatementsDropLedger;
    ledger.parameters = {{"projection", row.name.projection},
                         {"version", std::to_string(row.name.version)}};
    ledger.settings = {{"mutations_sync", "1"}};
    ledger.deadline = kDropDeadline;
    if (auto dropped = store.Execute(ledger); !dropped) return tl::unexpected(dropped.error());
  }
  base::LogInfo("tables dropped",
                {{"version", row.name.ToString()}, {"state", StateName(row.state)}});
  return {};
}

}  // namespace

std::string_view StateName(VersionState state) { return kStates[static_cast<size_t>(state)]; }

VersionRow VersionRow::ChangedTo(VersionState next, uint64_t step) const {
  VersionRow row = *this;
  row.state = next;
  if (row.gone()) {
    row.change = kGone;
  } else if (next == VersionState::kJoined || next == VersionState::kDone) {
    row.change = kJoinedOrDone;
  } else {
    row.change += step;
  }
  row.was_joined = was_joined || next == VersionState::kJoined;
  return row;
}

base::Result<Versions> ReadVersions(clickhouse::Store& store) {
  Versions versions;
  clickhouse::Statement statement;
  statement.sql = sql::kStatementsVersions;
  const auto read = store.Select(statement, [&](const clickhouse::Block& block) -> base::Status {
    for (size_t i = 0; i < block.rows; ++i) {
      VersionRow row;
      row.name = {block.Get<std::string>("name")[i],
                  static_cast<uint32_t>(block.Get<uint64_t>("version")[i])};
      row.change = block.Get<uint64_t>("latest_change")[i];
      const auto state = StateOf(block.Get<std::string>("latest_state")[i]);
      if (!state) return tl::unexpected(state.error());
      row.state = *state;
      row.code_hash = block.Get<std::string>("latest_code_hash")[i];
      row.tables = block.Get<std::vector<std::string>>("latest_tables")[i];
      row.restriction = block.Get<std::string>("latest_restriction")[i];
      row.rate = block.Get<uint64_t>("latest_rate")[i];
      row.was_joined = block.Get<uint64_t>("was_joined")[i] != 0;
      versions[row.name] = std::move(row);
    }
    return {};
  });
  if (!read && read.error().code == Code::kNotFound) {
    return Fail(Code::kNotFound, "the store has not been begun: start clientele run first ({})",
                read.error().message);
  }
  if (!read) return tl::unexpected(read.error());
  return versions;
}

clickhouse::BlockWriter VersionsBlock(const base::Clock& clock,
                                      const std::vector<VersionRow>& rows) {
  clickhouse::BlockWriter block({{"projection", "String"},
                                 {"version", "UInt32"},
                                 {"change", "UInt64"},
                                 {"state", "String"},
                                 {"code_hash", "String"},
                                 {"tables", "Array(String)"},
                                 {"restriction", "String"},
                                 {"rate", "UInt64"},
                                 {"changed_at", "DateTime64(6, 'UTC')"}});
  for (const VersionRow& row : rows) {
    block.column(0).Append(std::string_view(row.name.projection));
    block.column(1).Append(row.name.version);
    block.column(2).Append(row.change);
    block.column(3).Append(StateName(row.state));
    block.column(4).Append(std::string_view(row.code_hash));
    block.column(5).AppendArraySize(row.tables.size());
    for (const std::string& table : row.tables) block.column(5).Append(std::string_view(table));
    block.column(6).Append(std::string_view(row.restriction));
    block.column(7).Append(row.rate);
    block.column(8).Append(clock.NowMicros());
    block.EndRow();
  }
  return block;
}

base::Status WriteVersions(FencedStore& store, const base::Clock& clock,
                           const std::vector<VersionRow>& rows) {
  if (rows.empty()) return {};
  return store.Insert("versions", "clientele.versions", VersionsBlock(clock, rows)).status;
}

base::Result<Fence> TakeOverReplay(clickhouse::Store& store, kafka::Producer& producer,
                                   const base::Clock& clock, const LogIdentity& log,
                                   const VersionName& version) {
  const std::string name = version.ToString();
  return TakeOver(store, producer, clock, log, "replay-" + name, {"ledger", "versions", name});
}

base::Status DropTable(clickhouse::Store& store, const std::string& table,
                       std::chrono::milliseconds deadline, bool waits) {
  clickhouse::Statement drop;
  drop.sql = sql::kStatementsDropTable;
  drop.parameters = {{"table", table}};
  if (waits) drop.settings = {{"database_atomic_wait_for_drop_and_detach_synchronously", "1"}};
  drop.deadline = deadline;
  if (auto dropped = store.Execute(drop); !dropped) return tl::unexpected(dropped.error());
  return {};
}

base::Status DropGone(clickhouse::Store& store, const Versions& versions) {
  const auto is_gone = [](const auto& version) {
    return version.second.gone() && !version.second.tables.empty();
  };
  if (std::ranges::none_of(versions, is_gone)) return {};
  const auto ledgers = ReadLedgers(store);
  if (!ledgers) return tl::unexpected(ledgers.error());
  for (const auto& version : versions) {
    if (!is_gone(version)) continue;
    auto dropped = DropOne(store, version.second, ledgers->contains(version.first));
    if (!dropped) return dropped;
  }
  return {};
}

}  // namespace clientele::projections::runner
