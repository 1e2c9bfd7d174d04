#include "projections/runner/fakes/in_memory_store.h"

#include <algorithm>
#include <set>

#include "projections/runner/sql.h"

namespace clientele::projections::runner {

namespace {

using base::Code;
using base::Fail;
using clickhouse::Block;

constexpr size_t kMostMonths = 100;

// w:<writer>:<group>:<epoch>:<number>
uint64_t EpochOf(std::string_view query_id) {
  for (int i = 0; i < 3; ++i) query_id.remove_prefix(query_id.find(':') + 1);
  return std::stoull(std::string(query_id));
}

bool HasRowKey(const clickhouse::BlockWriter& block) {
  return std::ranges::any_of(block.columns(),
                             [](const auto& column) { return column.name() == "src_offset"; });
}

}  // namespace

std::vector<InMemoryStore::Row> InMemoryStore::Rows(const std::string& table) {
  const std::scoped_lock lock(mutex_);
  return rows_[table];
}

std::vector<std::shared_ptr<const Block>> InMemoryStore::Blocks(const std::string& table) {
  const std::scoped_lock lock(mutex_);
  return blocks_[table];
}

void InMemoryStore::Drop(const std::string& table) {
  const std::scoped_lock lock(mutex_);
  rows_.erase(table);
  blocks_.erase(table);
}

size_t InMemoryStore::widest_insert() {
  const std::scoped_lock lock(mutex_);
  return widest_insert_;
}

size_t InMemoryStore::present_reads() {
  const std::scoped_lock lock(mutex_);
  return present_reads_;
}

void InMemoryStore::RefuseBelow(uint64_t epoch) {
  const std::scoped_lock lock(mutex_);
  least_epoch_ = epoch;
}

base::Status InMemoryStore::CheckAlive() const {
  if (faults_.dead()) return Fail(Code::kUnavailable, "the process is dead");
  return {};
}

void InMemoryStore::Hold(const std::string& table) {
  const std::scoped_lock lock(mutex_);
  held_ = table;
  changed_.notify_all();
}

bool InMemoryStore::WaitFor(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!condition()) {
    std::unique_lock lock(mutex_);
    if (std::chrono::steady_clock::now() > end) return false;
    changed_.wait_for(lock, std::chrono::milliseconds(2));
  }
  return true;
}

// Tables are there as soon as something is inserted.
base::Result<clickhouse::Summary> InMemoryStore::Execute(const clickhouse::Statement&) {
  if (auto alive = CheckAlive(); !alive) return tl::unexpected(alive.error());
  return clickhouse::Summary{};
}

base::Result<clickhouse::Summary> InMemoryStore::Select(
    const clickhouse::Statement& statement,
    const std::function<base::Status(const Block&)>& on_block) {
  if (auto alive = CheckAlive(); !alive) return tl::unexpected(alive.error());
  Block block;
  {
    const std::scoped_lock lock(mutex_);
    if (statement.sql == sql::kStatementsLedgers) {
      block = Ledgers();
    } else if (statement.sql == sql::kStatementsActiveVersions) {
      block = ActiveVersions();
    } else if (statement.sql == sql::kStatementsVersions) {
      block = Versions();
    } else if (statement.sql == sql::kStatementsLastMark) {
      block = LastMark();
    } else if (statement.sql == sql::kStatementsCrowdedParts) {
      block = Parts();
    } else if (statement.sql == sql::kStatementsFurthest) {
      block = Furthest(statement.parameters);
    } else if (statement.sql == sql::kStatementsLastRecord) {
      block = LastRecord(statement.parameters);
    } else if (statement.sql == sql::kStatementsPresentRows ||
               statement.sql == sql::kStatementsPresentOffsets) {
      ++present_reads_;
      block = Present(statement.parameters);
    }
  }
  // The worst moment for what still runs: right after somebody has read what is there.
  if (const auto table = statement.parameters.find("table"); table != statement.parameters.end()) {
    LandRunning([&](const Running& one) { return one.table == "clientele." + table->second; });
  }
  if (block.rows > 0) {
    if (auto taken = on_block(block); !taken) return tl::unexpected(taken.error());
  }
  return clickhouse::Summary{};
}

void InMemoryStore::Land(const std::string& table, const clickhouse::BlockWriter& block,
                         bool partly) {
  const std::scoped_lock lock(mutex_);
  changed_.notify_all();
  if (!HasRowKey(block)) {
    clickhouse::BlockReader reader;
    reader.Feed(block.Encode());
    auto decoded = reader.Next();
    if (decoded && *decoded) blocks_[table].push_back(std::move(*decoded));
    return;
  }
  const RowKeys keys(block);
  std::map<uint32_t, std::vector<uint32_t>> parts;
  for (uint32_t row = 0; row < block.rows(); ++row) parts[keys.MonthsAt(row)].push_back(row);
  widest_insert_ = std::max(widest_insert_, parts.size());
  size_t left = partly ? (parts.size() + 1) / 2 : parts.size();
  for (const auto& [month, rows] : parts) {
    if (left-- == 0) break;
    for (const uint32_t row : rows) {
      clickhouse::BlockWriter one = block.EmptyCopy();
      one.AppendRows(block, {row});
      rows_[table].push_back({keys.At(row), keys.RecordedMs(row), one.Encode()});
    }
  }
}

base::Result<clickhouse::Summary> InMemoryStore::Insert(std::string_view table,
                                                        const clickhouse::BlockWriter& block,
                                                        const clickhouse::Statement& how) {
  if (auto alive = CheckAlive(); !alive) return tl::unexpected(alive.error());
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return held_ != table; });
    if (how.query_id.starts_with("w:") && EpochOf(how.query_id) < least_epoch_) {
      return Fail(Code::kFailedPrecondition, "epoch of {} is below {}", how.query_id, least_epoch_);
    }
  }
  const RowKeys keys(block);
  std::set<uint32_t> months;
  if (HasRowKey(block)) {
    for (size_t row = 0; row < block.rows(); ++row) months.insert(keys.MonthsAt(row));
  }
  if (months.size() > kMostMonths) {
    return Fail(Code::kInvalidArgument, "Code: 252. too many partitions for one insert");
  }
  const std::string name(table);
  const std::optional<Fault> fault = faults_.Write();
  if (!fault) {
    Land(name, block, false);
    return clickhouse::Summary{};
  }
  switch (*fault) {
    case Fault::kCrashAfter:
    case Fault::kUnclearAfter:
      Land(name, block, false);
      break;
    case Fault::kCrashPartly:
    case Fault::kPartly:
      Land(name, block, true);
      break;
    case Fault::kCrashLate:
    case Fault::kUnclearLate: {
      const std::scoped_lock lock(mutex_);
      running_.push_back({how.query_id, name, block});
      break;
    }
    case Fault::kNoMemory:
      return Fail(Code::kResourceExhausted, "Code: 241. memory limit");
    default:
      break;
  }
  return Fail(*fault == Fault::kPartly ? Code::kInternal : Code::kUnknown, "no clear answer");
}

base::Status InMemoryStore::Kill(std::string_view prefix, std::chrono::milliseconds) {
  if (auto alive = CheckAlive(); !alive) return alive;
  LandRunning([&](const Running& one) { return one.query_id.starts_with(prefix); });
  return {};
}

void InMemoryStore::LandRunning(const std::function<bool(const Running&)>& which) {
  std::vector<Running> landing;
  {
    const std::scoped_lock lock(mutex_);
    const auto rest = std::ranges::stable_partition(running_, std::not_fn(which));
    std::ranges::move(rest, std::back_inserter(landing));
    running_.erase(rest.begin(), rest.end());
  }
  for (const Running& one : landing) Land(one.table, one.block, false);
}

}  // namespace clientele::projections::runner
