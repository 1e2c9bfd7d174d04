#include "projections/runner/table_writer.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <unordered_map>

#include "base/kill_point.h"
#include "base/log.h"
#include "base/patience.h"
#include "projections/runner/row_keys.h"
#include "projections/runner/sql.h"

namespace clientele::projections::runner {

namespace {

using base::Code;
using base::Fail;

// max_partitions_per_insert_block is 100.
constexpr size_t kMostMonths = 90;
constexpr size_t kMostRows = 1'000'000;
constexpr size_t kLeastRows = 1'000;

// What is to be done with a table that holds what it must not.
constexpr std::string_view kRebuild =
    "remove the folders engine and index (of a ClickHouse server: drop its database clientele, "
    "and remove index): the tables are then made from the log";

using PresentRows = std::unordered_map<RowKey, int64_t, RowKeyHash>;

base::Status ReadPresent(clickhouse::Store& store, const std::string& table,
                         const OffsetRange& range, bool has_row_numbers, PresentRows& present) {
  clickhouse::Statement statement;
  statement.sql = has_row_numbers ? sql::kStatementsPresentRows : sql::kStatementsPresentOffsets;
  statement.parameters = {{"table", table},
                          {"partition", std::to_string(range.partition)},
                          {"from", std::to_string(range.from)},
                          {"to", std::to_string(range.to)}};
  const auto partition = static_cast<uint16_t>(range.partition);
  PresentRows found;
  const auto read = store.Select(statement, [&](const clickhouse::Block& block) -> base::Status {
    const auto& offsets = block.Get<uint64_t>("src_offset");
    const auto& recorded = block.Get<int64_t>("recorded_ms");
    for (size_t i = 0; i < block.rows; ++i) {
      RowKey key{offsets[i], 0, 0, partition};
      if (has_row_numbers) {
        key.retires = block.Get<uint64_t>("retires")[i];
        key.row = static_cast<uint32_t>(block.Get<uint64_t>("row")[i]);
      }
      found.insert_or_assign(key, recorded[i]);
    }
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  present.merge(found);
  return {};
}

std::string KeyText(const RowKey& key) {
  return fmt::format("partition {}, offset {}, retires {}, row {}", key.src_partition,
                     key.src_offset, key.retires, key.row);
}

// The first of the rows that are there and not in the block; there is one.
RowKey FirstWild(PresentRows present, const RowKeys& keys, size_t rows) {
  for (size_t row = 0; row < rows; ++row) present.erase(keys.At(row));
  const auto order = [](const auto& found) {
    const RowKey& key = found.first;
    return std::tuple(key.src_partition, key.src_offset, key.retires, key.row);
  };
  return std::ranges::min_element(present, {}, order)->first;
}

bool FewMonths(const RowKeys& keys, size_t rows) {
  std::vector<uint32_t> months;
  uint32_t last = 0;
  for (size_t row = 0; row < rows; ++row) {
    const uint32_t month = keys.MonthsAt(row);
    if (month == last && row > 0) continue;
    last = month;
    if (std::ranges::find(months, month) != months.end()) continue;
    if (months.size() == kMostMonths) return false;
    months.push_back(month);
  }
  return true;
}

}  // namespace

TableWriter::TableWriter(FencedStore& store, std::string writer, std::string table,
                         std::chrono::milliseconds patience, Probe& probe)
    : store_(store),
      writer_(std::move(writer)),
      table_(std::move(table)),
      qualified_("clientele." + table_),
      patience_(patience),
      probe_(probe),
      most_rows_(kMostRows) {}

base::Status TableWriter::Prepare(const std::map<int32_t, uint64_t>& from,
                                  const std::map<int32_t, uint64_t>& end) {
  if (from.empty()) return {};
  // A partition of another worker starts at the end of all numbers.
  std::vector<uint64_t> starts(static_cast<size_t>(from.rbegin()->first) + 1,
                               std::numeric_limits<uint64_t>::max());
  for (const auto& [partition, offset] : from) starts[static_cast<size_t>(partition)] = offset;
  clickhouse::Statement statement;
  statement.sql = sql::kStatementsFurthest;
  statement.parameters = {{"table", table_},
                          {"least", std::to_string(*std::ranges::min_element(starts))},
                          {"from", clickhouse::ArrayParameter(starts)}};
  std::map<int32_t, uint64_t> found;
  const auto read =
      store_.store().Select(statement, [&](const clickhouse::Block& block) -> base::Status {
        const auto& partitions = block.Get<uint64_t>("src_partition");
        const auto& furthest = block.Get<uint64_t>("furthest");
        for (size_t i = 0; i < block.rows; ++i) {
          found[static_cast<int32_t>(partitions[i])] = furthest[i];
        }
        return {};
      });
  if (!read) return tl::unexpected(read.error());
  for (const auto& [partition, offset] : found) {
    if (!from.contains(partition)) continue;
    const auto log_end = end.find(partition);
    if (log_end != end.end() && offset >= log_end->second) {
      return Fail(Code::kDataLoss,
                  "{}: has rows of offset {} of partition {}, but the log ends at {}: the table is "
                  "ahead of the log. If the log has lost its end, restore the topic; if the rows "
                  "were put there by hand, or it cannot be restored, {}",
                  qualified_, offset, partition, log_end->second, kRebuild);
    }
    furthest_[partition] = offset;
    base::LogInfo("rows beyond the ledger found, will be filled up",
                  {{"table", table_}, {"partition", partition}, {"furthest", offset}});
  }
  return {};
}

bool TableWriter::ReachesInto(const std::vector<OffsetRange>& ranges) const {
  return std::ranges::any_of(ranges, [&](const OffsetRange& range) {
    const auto found = furthest_.find(range.partition);
    return found != furthest_.end() && found->second >= range.from;
  });
}

base::Status TableWriter::Write(const clickhouse::BlockWriter& block,
                                const std::vector<OffsetRange>& ranges, std::stop_token stop) {
  base::Patience patience(patience_, stop);
  bool fill = ReachesInto(ranges) && !base::Broken("no-fill");
  if (block.rows() == 0 && !fill) return {};
  for (;;) {
    base::Status tried;
    if (!unclear_.empty()) {
      base::KillPoint("before-end");
      tried = store_.End(unclear_);
      if (tried) unclear_.clear();
    }
    if (tried && fill) {
      base::KillPoint("before-read");
      const auto missing = Missing(block, ranges);
      base::KillPoint("before-fill");
      tried = missing ? InsertRows(block, *missing) : base::Status(tl::unexpected(missing.error()));
    } else if (tried) {
      tried = block.rows() <= most_rows_ && FewMonths(RowKeys(block), block.rows())
                  ? InsertOnce(block)
                  : [&] {
                      Rows all(block.rows());
                      std::iota(all.begin(), all.end(), 0U);
                      return InsertRows(block, all);
                    }();
    }
    if (tried) {
      probe_.RowsInserted(table_, block.rows());
      most_rows_ = std::min(most_rows_ * 2, kMostRows);
      return {};
    }
    if (!base::MayPass(tried.error())) return tried;
    base::LogWarning("insert without a clear answer, will be filled up",
                     {{"table", table_}, {"rows", block.rows()}, {"error", tried.error().message}});
    if (tried.error().code == Code::kResourceExhausted) {
      most_rows_ = std::max(std::min(most_rows_, block.rows()) / 2, kLeastRows);
    }
    probe_.Retried();
    fill = !base::Broken("blind-retry");
    if (!patience.Wait()) return tried;
  }
}

base::Result<TableWriter::Rows> TableWriter::Missing(const clickhouse::BlockWriter& block,
                                                     const std::vector<OffsetRange>& ranges) {
  const RowKeys keys(block);
  PresentRows present;
  for (const OffsetRange& range : ranges) {
    if (auto read = ReadPresent(store_.store(), table_, range, keys.has_row_numbers(), present);
        !read) {
      return tl::unexpected(read.error());
    }
  }
  Rows missing;
  size_t matched = 0;
  for (uint32_t row = 0; row < block.rows(); ++row) {
    const RowKey key = keys.At(row);
    const auto found = present.find(key);
    if (found == present.end()) {
      missing.push_back(row);
      continue;
    }
    if (found->second != keys.RecordedMs(row)) {
      return Fail(Code::kDataLoss,
                  "{}: the row of {} was recorded at {} ms, the log says {} ms: the table was made "
                  "from another log. Restore the right topic, or {}",
                  qualified_, KeyText(key), found->second, keys.RecordedMs(row), kRebuild);
    }
    ++matched;
  }
  if (matched < present.size()) {
    const size_t more = present.size() - matched - 1;
    return Fail(Code::kDataLoss,
                "{}: holds a row that the log does not give, of {}{}: somebody has put it there, "
                "or it is of other code or another log. It is not taken away by itself: {}",
                qualified_, KeyText(FirstWild(std::move(present), keys, block.rows())),
                more == 0 ? "" : fmt::format(", and {} more", more), kRebuild);
  }
  rows_found_ += matched;
  return missing;
}

base::Status TableWriter::InsertRows(const clickhouse::BlockWriter& block, const Rows& rows) {
  if (rows.empty()) return {};
  for (const Rows& group : SplitRows(RowKeys(block), rows, kMostMonths, most_rows_)) {
    clickhouse::BlockWriter part = block.EmptyCopy();
    part.AppendRows(block, group);
    if (auto inserted = InsertOnce(part); !inserted) return inserted;
  }
  return {};
}

base::Status TableWriter::InsertOnce(const clickhouse::BlockWriter& block) {
  base::KillPoint("before-insert");
  FencedStore::Outcome outcome = store_.Insert(writer_, qualified_, block);
  base::KillPoint("after-insert");
  if (!outcome.status) unclear_ = std::move(outcome.query_id);
  return std::move(outcome.status);
}

}  // namespace clientele::projections::runner
