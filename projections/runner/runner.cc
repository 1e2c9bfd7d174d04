#include "projections/runner/runner.h"

#include <pthread.h>

#include <mutex>
#include <thread>

#include "base/kill_point.h"
#include "base/log.h"
#include "base/patience.h"
#include "projections/runner/log_tail.h"
#include "projections/runner/mark_keeper.h"
#include "projections/runner/reserve.h"
#include "projections/runner/schema.h"
#include "projections/runner/version_plan.h"
#include "projections/runner/worker.h"

namespace clientele::projections::runner {

namespace {

using base::Code;
using base::Fail;

// One process owns all partitions.
constexpr std::string_view kGroup = "0";

std::vector<std::string> WriterNames(const std::vector<LiveVersion>& versions) {
  std::vector<std::string> names = {"ledger", "marks", "versions"};
  for (const LiveVersion& version : versions) names.push_back(version.name.ToString());
  return names;
}

std::vector<std::string> TableNames(const std::vector<LiveVersion>& versions) {
  std::vector<std::string> names;
  for (const LiveVersion& version : versions) {
    for (const LiveTable& table : version.tables) names.push_back(table.name);
  }
  return names;
}

class ThreadedRunner final : public Runner {
 public:
  ThreadedRunner(Parts parts, std::function<void(const base::Error&)> on_failure)
      : parts_(std::move(parts)), on_failure_(std::move(on_failure)) {}
  ~ThreadedRunner() override { RequestStop(); }

  // The steps of Start, in their order.
  [[nodiscard]] base::Status FindVersions();
  [[nodiscard]] base::Status TakeOverStore();
  [[nodiscard]] base::Status ReadStore();
  [[nodiscard]] base::Status OpenWorkers();
  void KeepReserve();
  void StartThreads();
  [[nodiscard]] bool Restored() const override { return keeper_->restored(); }

 private:
  [[nodiscard]] base::Result<VersionPlan> Plan();
  // UNAVAILABLE if other versions are to be projected than plan_ says.
  [[nodiscard]] base::Result<VersionPlan> PlanAgain();
  [[nodiscard]] base::Status JoinVersions();
  [[nodiscard]] base::Status ReadOwnLedgers();
  void Failed(const base::Error& error);
  void RequestStop();

  const Parts parts_;
  const std::function<void(const base::Error&)> on_failure_;
  VersionPlan plan_;
  ActiveVersions active_;
  std::string payload_table_;
  std::optional<Probe> probe_;
  std::optional<FencedStore> store_;
  Ledgers ledgers_;
  std::map<kafka::Partition, kafka::LogReader::Bounds> bounds_;
  std::atomic<bool> crowded_ = false;
  std::optional<MarkBoard> board_;
  std::optional<VersionWatch> watch_;
  std::optional<MarkKeeper> keeper_;
  std::once_flag failed_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::jthread marking_;
  std::jthread watching_;
};

base::Result<VersionPlan> ThreadedRunner::Plan() {
  const auto versions = ReadVersions(parts_.store);
  if (!versions) return tl::unexpected(versions.error());
  auto active = ReadActiveVersions(parts_.store);
  if (!active) return tl::unexpected(active.error());
  active_ = *std::move(active);
  if (auto dropped = DropGone(parts_.store, *versions); !dropped) {
    return tl::unexpected(dropped.error());
  }
  return PlanVersions(parts_.projections, *versions, active_, parts_.join);
}

base::Status ThreadedRunner::FindVersions() {
  if (auto migrated = clickhouse::Migrate(parts_.store, Migrations()); !migrated) return migrated;
  auto plan = Plan();
  if (!plan) return tl::unexpected(plan.error());
  plan_ = *std::move(plan);
  probe_.emplace(parts_.metrics, parts_.log.partitions, TableNames(plan_.live));
  for (const LiveVersion& version : plan_.live) {
    if (auto made = CreateTables(parts_.store, version); !made) return made;
  }
  return {};
}

base::Status ThreadedRunner::ReadOwnLedgers() {
  auto ledgers = ReadLedgers(parts_.store);
  if (!ledgers) return tl::unexpected(ledgers.error());
  ledgers_ = *std::move(ledgers);
  // What a replay has built and queries have never read is judged last: it alone can be given up.
  auto kept = CodeHashes(plan_.live);
  std::map<VersionName, std::string> built;
  for (const VersionName& name : plan_.replayed) {
    const auto active = active_.find(name.projection);
    const bool read = active != active_.end() && active->second.read.contains(name.version);
    if (!read) built.insert(kept.extract(name));
  }
  if (auto ours = CheckLedgers(ledgers_, parts_.log.log_id, kept); !ours) return ours;
  auto ours = CheckLedgers(ledgers_, parts_.log.log_id, built);
  if (!ours) {
    ours.error().message +=
        "; or give this version up, which queries have never read: clientele run --role query, "
        "beside it clientele replay NAME --cancel, then start again";
  }
  return ours;
}

base::Status ThreadedRunner::TakeOverStore() {
  // Before the fence: the epochs of another log's store would only say that somebody has taken
  // over.
  if (auto ours = ReadOwnLedgers(); !ours) return ours;
  auto fence = TakeOver(parts_.store, parts_.producer, parts_.clock, parts_.log, kGroup,
                        WriterNames(plan_.live));
  if (!fence) return tl::unexpected(fence.error());
  store_.emplace(parts_.store, *std::move(fence));
  return JoinVersions();
}

base::Result<VersionPlan> ThreadedRunner::PlanAgain() {
  auto plan = Plan();
  if (!plan || plan->SameVersions(plan_)) return plan;
  return Fail(Code::kUnavailable, "versions have changed while the projections started");
}

base::Status ThreadedRunner::JoinVersions() {
  // Until now another process may have written.
  auto plan = PlanAgain();
  if (!plan) return tl::unexpected(plan.error());
  plan_.changes = std::move(plan->changes);
  if (auto written = WriteVersions(*store_, parts_.clock, plan_.changes); !written) return written;
  base::KillPoint("after-joined");
  // Who gives a version up writes that first, then looks whether it has joined, and drops its
  // tables if it has not. Here it is the other way round: one of the two sees the other.
  if (auto same = PlanAgain(); !same) return tl::unexpected(same.error());
  // A replay that is refused from now on finds that its version has joined.
  for (const VersionName& version : plan_.replayed) {
    const auto fence =
        TakeOverReplay(parts_.store, parts_.producer, parts_.clock, parts_.log, version);
    if (!fence) return tl::unexpected(fence.error());
  }
  return {};
}

base::Status ThreadedRunner::ReadStore() {
  // Again: until now another process may have written.
  if (auto ours = ReadOwnLedgers(); !ours) return ours;
  auto roles = RolesOf(plan_.live, active_);
  if (!roles) return tl::unexpected(roles.error());
  if (auto written = WriteActiveVersions(*store_, parts_.clock, roles->first); !written) {
    return written;
  }
  active_.merge(roles->first);
  board_.emplace(parts_.log.partitions, std::move(roles->serving), std::move(roles->joining));
  board_->Report(ledgers_);
  watch_.emplace(parts_.store, parts_.clock, *board_, parts_.projections, plan_.live,
                 parts_.log.log_id, parts_.on_versions_changed);
  keeper_.emplace(*store_, parts_.producer, parts_.log_reader, parts_.clock, *board_, *probe_,
                  active_, *watch_, crowded_, base::kLongestOutage);
  return keeper_->Start();
}

base::Status ThreadedRunner::OpenWorkers() {
  auto bounds = parts_.log_reader.BoundsOfAll(kafka::kEventsTopic,
                                              kafka::PartitionsOf(parts_.log.partitions));
  if (!bounds) return tl::unexpected(bounds.error());
  bounds_ = *std::move(bounds);
  const auto payloads = FindPayloadTable(plan_.live, active_);
  if (!payloads) return tl::unexpected(payloads.error());
  payload_table_ = payloads->name;
  auto workers = Worker::OpenAll(
      {parts_, plan_.live, ledgers_, bounds_, *store_, *board_, *probe_, crowded_, payload_table_});
  if (!workers) return tl::unexpected(workers.error());
  workers_ = *std::move(workers);
  const auto log = parts_.open_log();
  if (!log) return tl::unexpected(log.error());
  return CheckLogTail(parts_.store, **log, payloads->name, ledgers_[payloads->version]);
}

// Last: on a disk that was full, what the start writes goes before it.
void ThreadedRunner::KeepReserve() {
  if (auto kept = FillReserve(parts_.store); !kept) {
    base::LogWarning("no room is kept for the day the disk is full",
                     {{"error", kept.error().message}});
  }
}

void ThreadedRunner::StartThreads() {
  marking_ = std::jthread([this](std::stop_token stop) {
    pthread_setname_np(pthread_self(), "runner-marks");
    const auto kept = keeper_->Run(stop);
    if (!kept && !stop.stop_requested()) Failed(kept.error());
  });
  watching_ = std::jthread([this](std::stop_token stop) {
    pthread_setname_np(pthread_self(), "runner-versions");
    watch_->Run(std::move(stop));
  });
  for (const auto& worker : workers_) {
    worker->Start([this](const base::Error& error) { Failed(error); });
  }
  base::LogInfo("projections run", {{"partitions", parts_.log.partitions},
                                    {"workers", workers_.size()},
                                    {"epoch", store_->fence().epoch}});
}

void ThreadedRunner::Failed(const base::Error& error) {
  std::call_once(failed_, [&] {
    base::LogError("projections end", {{"error", error.message}});
    on_failure_(error);
  });
}

void ThreadedRunner::RequestStop() {
  watching_.request_stop();
  marking_.request_stop();
  for (const auto& worker : workers_) worker->RequestStop();
}

}  // namespace

std::vector<clickhouse::Migration> Migrations() {
  return {{"runner/schema/0001_create.sql", schema::kSchema0001Create},
          {"runner/schema/0002_versions.sql", schema::kSchema0002Versions},
          {"runner/schema/0003_replay_holders.sql", schema::kSchema0003ReplayHolders}};
}

base::Result<std::unique_ptr<Runner>> Runner::Start(
    Parts parts, std::function<void(const base::Error&)> on_failure) {
  const auto& config = parts.config;
  if (config.workers < 1 || config.batch_rows < 1 || config.batch_bytes < 1 ||
      config.flush_ms < 1) {
    return Fail(Code::kInvalidArgument,
                "runner: workers, batch_rows, batch_bytes and flush_ms must be above 0");
  }
  auto runner = std::make_unique<ThreadedRunner>(std::move(parts), std::move(on_failure));
  for (const auto step : {&ThreadedRunner::FindVersions, &ThreadedRunner::TakeOverStore,
                          &ThreadedRunner::ReadStore, &ThreadedRunner::OpenWorkers}) {
    if (auto done = (*runner.*step)(); !done) return tl::unexpected(done.error());
  }
  runner->KeepReserve();
  runner->StartThreads();
  return runner;
}

}  // namespace clientele::projections::runner
