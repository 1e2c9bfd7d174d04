// A whole runner over the fakes, for tests: a log to write to, a store to look into, processes that
// are started, die and are started again over the same index folder. The test's own thread.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <compare>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "projections/runner/fakes/in_memory_log.h"
#include "projections/runner/fakes/in_memory_store.h"
#include "projections/runner/ledger.h"
#include "projections/runner/runner.h"

namespace clientele::projections::runner {

inline constexpr int64_t kDay = 86'400'000'000;  // microseconds
inline constexpr int64_t kMonth = 31 * kDay;

// One row of a table as a test compares it.
struct SeenRow {
  std::string table;
  uint64_t src_partition = 0;
  uint64_t src_offset = 0;
  uint64_t retires = 0;
  uint64_t row = 0;
  int64_t sign = 1;
  int64_t cause = 0;
  int64_t occurred_at = 0;
  int64_t recorded_ms = 0;
  std::string text;     // entity_id, employee_id, payload
  uint64_t number = 0;  // revision, leg, takes_back
  auto operator<=>(const SeenRow&) const = default;
};
std::ostream& operator<<(std::ostream& out, const SeenRow& row);

class Rig {
 public:
  explicit Rig(int32_t partitions = 2);
  ~Rig();

  // Events: a telling of a call with so many legs, and a retraction of one.
  [[nodiscard]] static event::v1::Event Call(const std::string& entity, uint32_t revision,
                                             int64_t occurred_at, int legs = 1);
  [[nodiscard]] static event::v1::Event Retraction(const std::string& entity, uint32_t revision);
  [[nodiscard]] static std::string KeyOf(const event::v1::Event& event);
  [[nodiscard]] kafka::Partition HomeOf(const event::v1::Event& event) const;
  // Appends it where its entity belongs; the offset.
  int64_t Tell(const event::v1::Event& event);
  // Any bytes.
  int64_t Append(int32_t partition, std::string_view key, std::string_view value);

  // What a process works with, a replay beside the runner too.
  [[nodiscard]] Parts PartsOf(base::Metrics& metrics, std::string folder);
  // Starts a process; it replaces the one that runs. The error that a start or a thread ended with
  // is in failure().
  bool Start();
  void Stop();
  // Until every version's ledger is at the log's end, or the process has failed or died.
  [[nodiscard]] bool WaitCaughtUp();
  [[nodiscard]] bool WaitFailed();
  // Whether the process has asked to be started anew since it started; Start does so, with the
  // versions that it named.
  [[nodiscard]] bool wanted_anew();
  [[nodiscard]] std::optional<base::Error> failure();
  // Start, wait, stop; the process must not fail.
  void RunToEnd();

  // Tellings, corrections, moves to other months, retractions, duplicates, late revisions, tellings
  // after a retraction: a few entities, in any order.
  void TellSomething(int count, uint64_t seed = 7);

  // All rows of the projections' tables, sorted; every copy of one that is there more than once.
  [[nodiscard]] std::vector<SeenRow> Rows();
  // What the rows must be by the rule read naively on the whole log, without the quarantine.
  [[nodiscard]] std::vector<SeenRow> NaiveRows();
  [[nodiscard]] std::vector<std::string> QuarantineReasons();  // in the order of the log
  [[nodiscard]] Ledgers ReadLedgers();
  // projected + quarantined + gaps + genesis = next offset, in every partition of every version.
  void ExpectAllAccountedFor();
  [[nodiscard]] std::string metrics_text() { return metrics_->Text(); }

  const int32_t partitions;
  FaultPlan faults;
  InMemoryLog log;
  InMemoryStore store;
  clickhouse::Store* tables = &store;  // another one: Rows and QuarantineReasons are not for it
  base::FakeClock clock{1'795'000'000'000'000};
  base::RunnerConfig config;
  LogIdentity identity;
  std::string index_folder;
  // What the next process projects; made anew for each.
  std::function<std::vector<std::unique_ptr<const Projection>>()> projections;

 private:
  [[nodiscard]] bool CaughtUp();
  // A stored row; what was decoded before is not again.
  [[nodiscard]] const SeenRow& Decoded(const std::string& table, const InMemoryStore::Row& stored);

  std::unordered_map<std::string, SeenRow> decoded_;  // by table and bytes
  std::mutex mutex_;
  std::optional<base::Error> failure_;
  bool wanted_anew_ = false;
  std::set<VersionName> join_;
  std::unique_ptr<base::Metrics> metrics_ = std::make_unique<base::Metrics>();
  std::unique_ptr<Runner> runner_;
};

}  // namespace clientele::projections::runner
