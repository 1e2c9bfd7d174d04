// Runs the projections: takes the fence, brings the tables up from their ledgers, and keeps them at
// the log's end. `workers` threads own the partitions by static assignment (partition % workers),
// one thread writes marks, one sees what becomes of versions. Owned by `app`; Start and Stop from
// one thread.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/config.h"
#include "base/metrics.h"
#include "base/result.h"
#include "clickhouse/store.h"
#include "kafka/consumer.h"
#include "kafka/producer.h"
#include "projections/projection.h"
#include "projections/runner/genesis.h"
#include "projections/runner/live_version.h"
#include "projections/runner/version_watch.h"

namespace clientele::projections::runner {

// What it works with; everything referred to must outlive it.
struct Parts {
  clickhouse::Store& store;
  kafka::Producer& producer;  // owners and marks
  kafka::LogReader& log_reader;
  std::function<base::Result<std::unique_ptr<kafka::EventLog>>()> open_log;  // one per worker
  const base::Clock& clock;
  base::Metrics& metrics;
  base::RunnerConfig config;
  std::string index_folder;  // below the data folder
  LogIdentity log;
  Projections projections;
  // Versions that a replay has made ready, as on_versions_changed has named them.
  std::set<VersionName> join = {};
  // Called once at most, from a thread of the runner's: it shall be ended and started again, to
  // take over versions that are ready (the new one's `join`), or to let go of dropped ones.
  VersionWatch::OnChange on_versions_changed = {};
};

// The runner's own tables, those of the projections aside.
[[nodiscard]] std::vector<clickhouse::Migration> Migrations();

class Runner {
 public:
  // Migrates, takes over, reads the ledgers, starts the threads. `on_failure` is called once, from
  // a thread of the runner's, with the error that ended a worker: the process must then end.
  // UNAVAILABLE, DEADLINE_EXCEEDED: try again; everything else: stop and tell.
  [[nodiscard]] static base::Result<std::unique_ptr<Runner>> Start(
      Parts parts, std::function<void(const base::Error&)> on_failure);
  // Ends the threads; what was read and not written is read again at the next start.
  virtual ~Runner() = default;

  // Whether the tables hold everything that was known at the newest mark when it started: false
  // while lost tables are being rebuilt. Any thread.
  [[nodiscard]] virtual bool Restored() const = 0;
};

}  // namespace clientele::projections::runner
