#include "app/run/process.h"

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>

#include "app/address.h"
#include "app/health.h"
#include "app/store_address.h"
#include "base/kill_point.h"
#include "base/log.h"
#include "base/patience.h"
#include "kafka/topics.h"
#include "projections/registry.h"

namespace clientele::app {
namespace {

using base::Code;
using std::chrono::milliseconds;
using std::chrono::seconds;

// The layout of the data folder; raised when an older program could not read it.
constexpr int kDataFormat = 1;
constexpr milliseconds kDrainPatience{10'000};
constexpr milliseconds kShutdownPatience{2'000};
constexpr milliseconds kFlushPatience{5'000};

}  // namespace

Process::Process(base::Config config, Roles roles, std::vector<std::string> engine_command)
    : config_(std::move(config)), roles_(roles), engine_command_(std::move(engine_command)) {}

Process::~Process() { Stop(); }

base::Status Process::CheckAddresses() const {
  const std::pair<const char*, const std::string&> addresses[] = {
      {"grpc.listen", config_.grpc.listen},
      {"admin.listen", config_.admin.listen},
      {"engine.listen", config_.engine.listen}};
  for (const auto& [name, address] : addresses) {
    if (address.empty()) continue;
    const auto loopback = IsLoopback(address);
    if (!loopback) return base::FailField(name, "{}: {}", name, loopback.error().message);
    if (!*loopback) {
      return base::FailField(name,
                             "{} = {}: must be a loopback address (127.0.0.1) while no "
                             "authentication is configured",
                             name, address);
    }
  }
  return {};
}

base::Status Process::Start() {
  // What protobuf would say about broken events is in their results and in the quarantine; a log
  // line for each would let any client fill the log.
  google::protobuf::SetLogHandler(nullptr);
  base::WarnOfBroken();
  if (auto checked = CheckAddresses(); !checked) return checked;
  auto folder = base::OwnedFolder::Open(config_.data_dir, kDataFormat);
  if (!folder) return tl::unexpected(folder.error());
  folder_.emplace(std::move(*folder));
  if (auto listening = metrics_.Listen(config_.admin.listen); !listening) return listening;
  if (roles_.projections || roles_.query) StartStore();
  if (roles_.ingest || roles_.projections) {
    auto producer = kafka::OpenProducer(config_.kafka, metrics_);
    if (!producer) return tl::unexpected(producer.error());
    producer_ = std::move(*producer);
    auto reader = kafka::OpenLogReader(config_.kafka);
    if (!reader) return tl::unexpected(reader.error());
    log_reader_ = std::move(*reader);
  }
  if (roles_.ingest) {
    if (auto started = StartIngest(); !started) return started;
  }
  if (auto started = StartServer(); !started) return started;
  joining_ = std::jthread([this](std::stop_token stop) { Join(std::move(stop)); });
  return {};
}

void Process::StartStore() {
  if (config_.clickhouse.url.empty()) {
    engine_ =
        std::make_unique<engine::Supervisor>(engine_command_, config_.EngineSocket(), metrics_);
  }
  store_ = clickhouse::OpenHttpStore(StoreAddress(config_));
}

base::Status Process::StartIngest() {
  auto keys = ingest::KeySet::Load(config_.KeysFile());
  if (!keys) return tl::unexpected(keys.error());
  keys_ = std::move(*keys);
  data_keys_ = std::make_unique<ingest::DataKeys>(*keys_, *producer_, clock_);
  auto service =
      ingest::Service::Make(config_.ingest, *keys_, *data_keys_, *producer_, clock_, metrics_);
  if (!service) return tl::unexpected(service.error());
  ingest_ = std::move(*service);
  return {};
}

base::Status Process::StartServer() {
  std::vector<grpc::Service*> services;
  std::vector<std::string> names;
  if (roles_.ingest) {
    services.push_back(ingest_.get());
    names.emplace_back(kIngestService);
  }
  if (roles_.query) {
    auto catalogue = query::Catalogue::Embedded();
    if (!catalogue) return tl::unexpected(catalogue.error());
    auto tenants = ingest::TenantResolver::Make(config_.ingest.default_tenant);
    if (!tenants) return tl::unexpected(tenants.error());
    query_ = std::make_unique<query::Service>(
        std::move(*catalogue), *store_,
        [tenants = *tenants](const grpc::CallbackServerContext& context) {
          return tenants.Of(context);
        },
        metrics_);
    query_->Hold(roles_.projections);
    services.push_back(query_.get());
    names.emplace_back(kMetricsService);
  }
  auto server = GrpcServer::Start(config_.grpc, services, names);
  if (!server) return tl::unexpected(server.error());
  server_ = std::move(*server);
  base::LogInfo("listening", {{"grpc", server_->address()}, {"admin", config_.admin.listen}});
  return {};
}

bool Process::UntilDone(const std::function<base::Status()>& step, const char* what,
                        const std::stop_token& stop) {
  base::Patience patience(std::chrono::hours(24 * 365), stop);
  for (;;) {
    const base::Status done = step();
    if (done) return true;
    if (stop.stop_requested()) return false;
    if (!base::MayPass(done.error())) {
      Fail(done.error());
      return false;
    }
    base::LogWarning("not ready, trying again", {{"step", what}, {"error", done.error().message}});
    if (!patience.Wait()) return false;
  }
}

void Process::Join(std::stop_token stop) {
  if (producer_ == nullptr) return;
  if (!UntilDone([&] { return JoinLog(stop); }, "log", stop)) return;
  if (roles_.ingest && !UntilDone([&] { return BeginIngest(); }, "ingest", stop)) return;
  if (roles_.projections && !UntilDone([&] { return StartRunner(stop); }, "projections", stop)) {
    return;
  }
  base::LogInfo("all roles run", {{"log_id", log_.log_id.ToString()}});
  if (roles_.projections) KeepRunner(stop);
}

void Process::KeepRunner(std::stop_token stop) {
  for (;;) {
    std::unique_ptr<projections::runner::Runner> old;
    {
      std::unique_lock lock(runner_mutex_);
      if (!runner_asked_.wait(lock, stop, [&] { return runner_wanted_anew_; })) return;
      runner_wanted_anew_ = false;
      old = std::move(runner_);
    }
    old.reset();
    if (!UntilDone([&] { return StartRunner(stop); }, "projections", stop)) return;
  }
}

bool Process::Restored() {
  const std::lock_guard lock(runner_mutex_);
  restored_ = restored_ || (runner_ != nullptr && runner_->Restored());
  return restored_;
}

base::Status Process::JoinLog(std::stop_token stop) {
  if (auto there = kafka::WaitForBroker(config_.kafka, stop); !there) return there;
  if (auto made = kafka::CreateTopics(config_.kafka); !made) return made;
  if (auto checked = kafka::CheckTopics(config_.kafka); !checked) return checked;
  auto log = projections::runner::EnsureGenesis(
      *log_reader_, *producer_, clock_, static_cast<int32_t>(config_.kafka.partitions),
      keys_ != nullptr ? keys_->Fingerprint() : std::string());
  if (!log) return tl::unexpected(log.error());
  log_ = std::move(*log);
  return {};
}

base::Status Process::BeginIngest() {
  if (auto loaded = data_keys_->Load(*log_reader_); !loaded) return loaded;
  ingest_->Begin();
  return {};
}

base::Status Process::StartRunner(std::stop_token stop) {
  base::Patience patience(seconds(30), stop);
  while (!store_->Healthy()) {
    if (!patience.Wait()) return base::Fail(Code::kUnavailable, "the store does not answer");
  }
  if (auto checked = clickhouse::SelfCheck(*store_); !checked) return checked;
  projections::runner::Parts parts{.store = *store_,
                                   .producer = *producer_,
                                   .log_reader = *log_reader_,
                                   .open_log =
                                       [this] {
                                         return kafka::OpenEventLog(
                                             config_.kafka, kafka::kEventsTopic,
                                             "clientele.projections", metrics_);
                                       },
                                   .clock = clock_,
                                   .metrics = metrics_,
                                   .config = config_.runner,
                                   .index_folder = folder_->path() + "/index",
                                   .log = log_,
                                   .projections = projections::AllProjections()};
  parts.on_versions_changed = [this](const std::set<projections::runner::VersionName>& join) {
    const std::lock_guard lock(runner_mutex_);
    join_ = join;
    runner_wanted_anew_ = true;
    runner_asked_.notify_all();
  };
  {
    const std::lock_guard lock(runner_mutex_);
    parts.join = join_;
  }
  auto runner = projections::runner::Runner::Start(
      std::move(parts), [this](const base::Error& error) { Fail(error); });
  if (!runner) return tl::unexpected(runner.error());
  const std::lock_guard lock(runner_mutex_);
  runner_ = std::move(*runner);
  return {};
}

void Process::Fail(const base::Error& error) {
  base::LogError("the process must end", {{"error", error.message}});
  const std::lock_guard lock(failure_mutex_);
  if (!failure_) failure_ = error;
}

std::optional<base::Error> Process::Watch() {
  // Asking the store takes a statement: not every time.
  constexpr int kAskStoreEvery = 5;
  if (store_ != nullptr && watches_++ % kAskStoreEvery == 0) store_healthy_ = store_->Healthy();
  std::vector<bool> serving;
  if (roles_.ingest) serving.push_back(ingest_->Serving());
  // While lost tables are rebuilt, only figures as of older marks could be given.
  const bool restored = !roles_.projections || Restored();
  if (roles_.query) {
    query_->Hold(!restored);
    serving.push_back(query_->Serving() && store_healthy_);
  }
  server_->SetServing(serving);
  if (engine_ != nullptr) {
    if (auto failed = engine_->failure()) Fail(*failed);
  }
  if (producer_ != nullptr) {
    if (auto fatal = producer_->FatalError()) Fail(*fatal);
  }
  const std::lock_guard lock(failure_mutex_);
  return failure_;
}

void Process::Stop() {
  if (joining_.joinable()) {
    joining_.request_stop();
    joining_.join();
  }
  if (ingest_ != nullptr && server_ != nullptr && !ingest_->Drain(kDrainPatience)) {
    base::LogWarning("open ingest calls are cancelled");
  }
  if (query_ != nullptr && server_ != nullptr && !query_->Drain(kShutdownPatience)) {
    base::LogWarning("open queries are cancelled");
  }
  if (server_ != nullptr) server_->Shutdown(kShutdownPatience);
  server_.reset();
  // Else the runner would wait for a Kafka that is away.
  if (producer_ != nullptr && !producer_->Flush(kFlushPatience)) producer_->Abandon();
  runner_.reset();
  query_.reset();
  ingest_.reset();
  producer_.reset();
  data_keys_.reset();
  store_.reset();
  engine_.reset();
}

}  // namespace clientele::app
