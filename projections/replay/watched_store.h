// The runner's store in memory as the tests of replays need it: something may happen just before a
// state of a version is written, tables are dropped, and the statements of replays have answers.
// For tests.
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "projections/replay/sql.h"
#include "projections/runner/fakes/in_memory_store.h"
#include "projections/runner/sql.h"
#include "projections/runner/versions.h"

namespace clientele::projections::replay {

class WatchedStore final : public clickhouse::Store {
 public:
  explicit WatchedStore(runner::InMemoryStore& store) : store_(store) {}

  // Once, in the thread that writes, whatever it writes meanwhile.
  void BeforeWriting(runner::VersionState state, std::function<void()> action) {
    const std::scoped_lock lock(mutex_);
    actions_[std::string(runner::StateName(state))] = std::move(action);
  }
  // So many reads of a proof end without an answer.
  void FailProofs(int count) { failing_proofs_ = count; }
  [[nodiscard]] std::vector<std::string> dropped() {
    const std::scoped_lock lock(mutex_);
    return dropped_;
  }

  base::Result<clickhouse::Summary> Execute(const clickhouse::Statement& statement) override {
    if (statement.sql == runner::sql::kStatementsDropTable) {
      const std::string& table = statement.parameters.at("table");
      store_.Drop("clientele." + table);
      const std::scoped_lock lock(mutex_);
      dropped_.push_back(table);
    }
    return store_.Execute(statement);
  }
  base::Result<clickhouse::Summary> Select(
      const clickhouse::Statement& statement,
      const std::function<base::Status(const clickhouse::Block&)>& on_block) override {
    if (Is(statement, sql::kStatementsGroups) && failing_proofs_ > 0) {
      --failing_proofs_;
      return base::Fail(base::Code::kUnknown, "no complete answer: Recv failure");
    }
    clickhouse::Block block;
    if (Is(statement, sql::kStatementsAnyOfPart)) {
      block = AnyOfPart(statement.parameters);
    } else if (statement.sql == runner::sql::kStatementsPresentTables) {
      block = Present(statement.parameters.at("tables"));
    } else if (statement.sql == sql::kStatementsNewestMark) {
      block = NewestMark();
    } else if (statement.sql == sql::kStatementsHolders) {
      block = Holders();
    } else if (statement.sql == sql::kStatementsNewestRecorded) {
      block = NewestRecorded(statement.parameters.at("table"));
    } else {
      return store_.Select(statement, on_block);
    }
    if (block.rows > 0) {
      if (auto taken = on_block(block); !taken) return tl::unexpected(taken.error());
    }
    return clickhouse::Summary{};
  }
  base::Result<clickhouse::Summary> Insert(std::string_view table,
                                           const clickhouse::BlockWriter& block,
                                           const clickhouse::Statement& how) override {
    if (table == "clientele.replay_holders") {
      TakeHolder(block);
      return clickhouse::Summary{};
    }
    if (table == "clientele.versions") {
      for (const std::string& state : StatesIn(block)) Act(state);
    }
    return store_.Insert(table, block, how);
  }
  base::Status Kill(std::string_view prefix, std::chrono::milliseconds deadline) override {
    return store_.Kill(prefix, deadline);
  }
  bool Healthy() override { return store_.Healthy(); }

 private:
  // Whether it was made from this text, which has places to be filled.
  static bool Is(const clickhouse::Statement& statement, std::string_view text) {
    return statement.sql.starts_with(text.substr(0, text.find('\n')));
  }
  template <typename T>
  static void AddColumn(clickhouse::Block& block, std::string name, std::vector<T> values) {
    block.rows = values.size();
    block.columns.push_back(clickhouse::Column{std::move(name), "", std::move(values), {}});
  }
  static std::vector<std::string> StatesIn(const clickhouse::BlockWriter& block) {
    clickhouse::BlockReader reader;
    reader.Feed(block.Encode());
    const auto read = reader.Next();
    return (*read)->Get<std::string>("state");
  }
  void Act(const std::string& state) {
    std::function<void()> action;
    {
      const std::scoped_lock lock(mutex_);
      if (const auto found = actions_.find(state); found != actions_.end()) {
        action = std::move(found->second);
        actions_.erase(found);
      }
    }
    if (action) action();
  }
  // `tables`: ['a','b']. Those that hold rows.
  clickhouse::Block Present(std::string tables) {
    std::vector<std::string> present;
    std::ranges::replace(tables, '\'', ' ');
    std::ranges::replace(tables, ',', ' ');
    std::istringstream names(tables.substr(1, tables.size() - 2));
    for (std::string name; names >> name;) {
      if (!store_.Rows("clientele." + name).empty()) present.push_back(name);
    }
    clickhouse::Block block;
    AddColumn(block, "name", std::move(present));
    return block;
  }
  // Those of one projection that have not ended; a test takes less time than one may be silent.
  clickhouse::Block Holders() {
    const std::scoped_lock lock(mutex_);
    std::vector<base::Uuid> ids;
    for (const auto& [id, since] : holders_) ids.push_back(id);
    std::ranges::sort(ids, {}, [&](const base::Uuid& id) { return holders_.at(id); });
    std::vector<int64_t> since, silent(ids.size(), 7);
    for (const base::Uuid& id : ids) since.push_back(holders_.at(id));
    clickhouse::Block block;
    AddColumn(block, "latest_host", std::vector<std::string>(ids.size(), "elsewhere"));
    AddColumn(block, "latest_process_id", std::vector<int64_t>(ids.size(), 42));
    AddColumn(block, "since_micros", std::move(since));
    AddColumn(block, "silent_ms", std::move(silent));
    AddColumn(block, "holder", std::move(ids));
    return block;
  }
  void TakeHolder(const clickhouse::BlockWriter& written) {
    clickhouse::BlockReader reader;
    reader.Feed(written.Encode());
    const auto block = *reader.Next();
    const base::Uuid id = block->Get<base::Uuid>("holder").front();
    const std::scoped_lock lock(mutex_);
    if (block->Get<uint64_t>("ended").front() != 0) {
      holders_.erase(id);
    } else {
      holders_.try_emplace(id, static_cast<int64_t>(++moments_));
    }
  }
  // Of tenants alone; the events of tests are those of `main`.
  clickhouse::Block AnyOfPart(const clickhouse::Parameters& parameters) {
    clickhouse::Block block;
    const std::string& tenant = parameters.at("tenant");
    if (!tenant.empty() && tenant != "main") return block;
    const auto rows = store_.Rows("clientele." + parameters.at("table"));
    if (!rows.empty()) AddColumn<uint64_t>(block, "src_offset", {rows.front().key.src_offset});
    return block;
  }
  clickhouse::Block NewestMark() {
    clickhouse::Block block;
    const auto marks = store_.Blocks("clientele.marks");
    if (marks.empty()) return block;
    AddColumn<uint64_t>(block, "id", {marks.back()->Get<uint64_t>("id").back()});
    AddColumn<std::vector<uint64_t>>(block, "next",
                                     {marks.back()->Get<std::vector<uint64_t>>("next").back()});
    return block;
  }
  clickhouse::Block NewestRecorded(const std::string& table) {
    int64_t newest = 0;
    for (const auto& row : store_.Rows("clientele." + table)) {
      newest = std::max(newest, row.recorded_ms);
    }
    clickhouse::Block block;
    AddColumn<int64_t>(block, "recorded_ms", {newest});
    return block;
  }

  runner::InMemoryStore& store_;
  std::atomic<int> failing_proofs_ = 0;
  std::mutex mutex_;
  std::map<std::string, std::function<void()>> actions_;
  std::vector<std::string> dropped_;
  std::map<base::Uuid, int64_t> holders_;  // since when
  uint64_t moments_ = 0;
};

}  // namespace clientele::projections::replay
