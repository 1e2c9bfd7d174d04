#include "projections/runner/log_tail.h"

#include <chrono>
#include <map>
#include <optional>

#include "base/kill_point.h"
#include "projections/runner/sql.h"

namespace clientele::projections::runner {

namespace {

constexpr std::chrono::seconds kPatience{30};
constexpr std::chrono::milliseconds kPollWait{100};
constexpr size_t kMostRecords = 10'000;

struct LastRecord {
  uint64_t offset = 0;
  int64_t recorded_ms = 0;
};

base::Result<std::optional<LastRecord>> ReadLast(clickhouse::Store& store, const std::string& table,
                                                 int32_t partition, uint64_t below) {
  clickhouse::Statement statement;
  statement.sql = sql::kStatementsLastRecord;
  statement.parameters = {
      {"table", table}, {"partition", std::to_string(partition)}, {"below", std::to_string(below)}};
  std::optional<LastRecord> last;
  const auto read = store.Select(statement, [&](const clickhouse::Block& block) -> base::Status {
    last = {block.Get<uint64_t>("src_offset").front(), block.Get<int64_t>("recorded_ms").front()};
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  return last;
}

base::Status CheckSame(const kafka::Record& record, const LastRecord& last) {
  if (base::Broken("any-log")) return {};
  if (static_cast<uint64_t>(record.offset.value) == last.offset &&
      record.recorded_at_ms == last.recorded_ms) {
    return {};
  }
  return base::Fail(base::Code::kDataLoss,
                    "partition {}, offset {}: the tables hold a record of {} ms, the log one of "
                    "offset {} and {} ms: the log has lost its end since; restore the topic, or "
                    "start with an empty store and index",
                    record.partition.value, last.offset, last.recorded_ms, record.offset.value,
                    record.recorded_at_ms);
}

}  // namespace

base::Status CheckLogTail(clickhouse::Store& store, kafka::EventLog& log, const std::string& table,
                          const PartitionLedgers& ledgers) {
  std::map<kafka::Partition, LastRecord> wanted;
  std::map<kafka::Partition, kafka::Offset> from;
  for (const auto& [partition, entry] : ledgers) {
    const auto last = ReadLast(store, table, partition, entry.next_offset);
    if (!last) return tl::unexpected(last.error());
    if (!*last) continue;
    wanted[{partition}] = **last;
    from[{partition}] = {static_cast<int64_t>((*last)->offset)};
  }
  if (wanted.empty()) return {};
  if (auto assigned = log.Assign(from); !assigned) return assigned;
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (!wanted.empty()) {
    const auto batch = log.Poll(kMostRecords, kPollWait);
    if (!batch) return tl::unexpected(batch.error());
    for (const kafka::Record& record : (*batch)->records()) {
      const auto found = wanted.find(record.partition);
      if (found == wanted.end()) continue;
      if (auto same = CheckSame(record, found->second); !same) return same;
      wanted.erase(found);
    }
    if (std::chrono::steady_clock::now() > until) {
      return base::Fail(base::Code::kUnavailable, "kafka does not give the last records");
    }
  }
  return {};
}

}  // namespace clientele::projections::runner
