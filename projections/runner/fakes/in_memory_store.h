// ClickHouse in memory for tests of the runner: keeps every row that was inserted, without any
// deduplication, answers the runner's own statements (others with nothing), and lands inserts part
// by part (a part: the rows of one month), so that they can fail in the middle. Thread-safe.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "clickhouse/store.h"
#include "projections/runner/fakes/fault_plan.h"
#include "projections/runner/row_keys.h"

namespace clientele::projections::runner {

class InMemoryStore final : public clickhouse::Store {
 public:
  explicit InMemoryStore(FaultPlan& faults) : faults_(faults) {}

  struct Row {
    RowKey key;
    int64_t recorded_ms = 0;
    std::string bytes;  // a Native block of this row alone
  };
  // Rows of a projected table ("clientele.calls_v1"), in the order of insertion.
  [[nodiscard]] std::vector<Row> Rows(const std::string& table);
  // Blocks of any other table, decoded.
  [[nodiscard]] std::vector<std::shared_ptr<const clickhouse::Block>> Blocks(
      const std::string& table);
  void Drop(const std::string& table);
  // How many distinct months the widest insert had.
  [[nodiscard]] size_t widest_insert();
  // How many selects of present rows were asked.
  [[nodiscard]] size_t present_reads();
  // Inserts whose epoch is below are refused, as the engine does.
  void RefuseBelow(uint64_t epoch);
  // From now on inserts into this table wait; "": none does.
  void Hold(const std::string& table);
  // Waits until the condition holds: looks after every insert, and now and then. False after a
  // minute.
  [[nodiscard]] bool WaitFor(const std::function<bool()>& condition);

  base::Result<clickhouse::Summary> Execute(const clickhouse::Statement& statement) override;
  base::Result<clickhouse::Summary> Select(
      const clickhouse::Statement& statement,
      const std::function<base::Status(const clickhouse::Block&)>& on_block) override;
  base::Result<clickhouse::Summary> Insert(std::string_view table,
                                           const clickhouse::BlockWriter& block,
                                           const clickhouse::Statement& how) override;
  base::Status Kill(std::string_view prefix, std::chrono::milliseconds deadline) override;
  bool Healthy() override { return !faults_.dead(); }

 private:
  struct Running {
    std::string query_id;
    std::string table;
    clickhouse::BlockWriter block;
  };

  base::Status CheckAlive() const;
  void LandRunning(const std::function<bool(const Running&)>& which);
  // Lands all rows, or only those of the first of several parts.
  void Land(const std::string& table, const clickhouse::BlockWriter& block, bool partly);
  clickhouse::Block Ledgers();
  clickhouse::Block ActiveVersions();
  clickhouse::Block Versions();
  clickhouse::Block Parts();
  clickhouse::Block LastMark();
  clickhouse::Block Furthest(const clickhouse::Parameters& parameters);
  clickhouse::Block LastRecord(const clickhouse::Parameters& parameters);
  clickhouse::Block Present(const clickhouse::Parameters& parameters);

  FaultPlan& faults_;
  std::mutex mutex_;
  std::vector<Running> running_;  // inserts whose client has gone
  std::map<std::string, std::vector<Row>> rows_;
  std::map<std::string, std::vector<std::shared_ptr<const clickhouse::Block>>> blocks_;
  std::condition_variable changed_;
  std::string held_;
  size_t widest_insert_ = 0;
  size_t present_reads_ = 0;
  uint64_t least_epoch_ = 0;
};

}  // namespace clientele::projections::runner
