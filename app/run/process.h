// One process of Clientele: puts the real parts of its roles together, starts them in an order in
// which nothing wrong is served, and ends them so that nothing acknowledged is lost. Owned by the
// command `run`, whose thread calls everything here; the joining thread is its own.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "app/run/grpc_server.h"
#include "app/run/roles.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/metrics.h"
#include "base/owned_folder.h"
#include "base/result.h"
#include "clickhouse/store.h"
#include "engine/supervisor.h"
#include "ingest/service.h"
#include "kafka/consumer.h"
#include "kafka/producer.h"
#include "projections/runner/runner.h"
#include "query/service.h"

namespace clientele::app {

class Process {
 public:
  // `engine_command`: program and arguments of the engine process.
  Process(base::Config config, Roles roles, std::vector<std::string> engine_command);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // The data folder, the listeners and the engine process; then joins Kafka and the store in the
  // background, waiting for them as long as it takes. Services are NOT_SERVING until then.
  [[nodiscard]] base::Status Start();
  // Tells the health service how things are. The error for which the process must end, if any.
  [[nodiscard]] std::optional<base::Error> Watch();
  // Takes no new calls, answers the open ones, writes down what was read, ends all parts.
  void Stop();

 private:
  [[nodiscard]] base::Status CheckAddresses() const;
  void StartStore();
  [[nodiscard]] base::Status StartIngest();
  [[nodiscard]] base::Status StartServer();

  // In the joining thread: all that needs Kafka or the store to answer.
  void Join(std::stop_token stop);
  // Tries a step until it is done; false on a stop, or if it failed for good.
  [[nodiscard]] bool UntilDone(const std::function<base::Status()>& step, const char* what,
                               const std::stop_token& stop);
  [[nodiscard]] base::Status JoinLog(std::stop_token stop);
  [[nodiscard]] base::Status BeginIngest();
  [[nodiscard]] base::Status StartRunner(std::stop_token stop);
  // Until a stop: starts the runner again when it asks for it. What queries were answered with
  // stays true meanwhile, so they are not held.
  void KeepRunner(std::stop_token stop);
  [[nodiscard]] bool Restored();
  void Fail(const base::Error& error);

  const base::Config config_;
  const Roles roles_;
  const std::vector<std::string> engine_command_;
  const base::SystemClock clock_;
  base::Metrics metrics_;
  std::optional<base::OwnedFolder> folder_;

  std::unique_ptr<engine::Supervisor> engine_;
  std::unique_ptr<clickhouse::Store> store_;
  std::unique_ptr<ingest::KeySet> keys_;
  std::unique_ptr<ingest::DataKeys> data_keys_;  // ends after the producer's last delivery
  std::unique_ptr<kafka::Producer> producer_;
  std::unique_ptr<kafka::LogReader> log_reader_;
  std::unique_ptr<ingest::Service> ingest_;
  std::unique_ptr<query::Service> query_;
  std::unique_ptr<GrpcServer> server_;
  std::mutex runner_mutex_;
  std::condition_variable_any runner_asked_;
  std::unique_ptr<projections::runner::Runner> runner_;
  // By the runner itself: it shall be started again, with these versions to be joined.
  bool runner_wanted_anew_ = false;
  std::set<projections::runner::VersionName> join_;
  projections::runner::LogIdentity log_;
  bool restored_ = false;  // the tables were whole once, and so they stay
  bool store_healthy_ = false;
  int watches_ = 0;

  std::mutex failure_mutex_;
  std::optional<base::Error> failure_;
  std::jthread joining_;
};

}  // namespace clientele::app
