#include "engine/engine.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <condition_variable>
#include <sstream>

#include "base/log.h"
#include "engine/statements.h"

namespace clientele::engine {
namespace {

using base::Code;
using base::Fail;

constexpr size_t kControlSlots = 4;
// The library's own lock outlives ours by a moment when a process is killed.
constexpr std::chrono::milliseconds kLibraryLockPatience{2'000};
constexpr std::chrono::milliseconds kLibraryLockStep{10};

void AwaitLibraryLock(const std::string& file) {
  const int fd = open(file.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return;  // a new folder
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  const auto until = std::chrono::steady_clock::now() + kLibraryLockPatience;
  while (flock(fd, LOCK_EX | LOCK_NB) != 0 && std::chrono::steady_clock::now() < until) {
    never.wait_for(lock, kLibraryLockStep, [] { return false; });
  }
  close(fd);
}

}  // namespace

Engine::Engine(base::EngineConfig config, DataFolder folder, std::unique_ptr<Chdb> chdb)
    : config_(std::move(config)),
      folder_(std::move(folder)),
      chdb_(std::move(chdb)),
      admission_(static_cast<size_t>(config_.writer_slots),
                 static_cast<size_t>(config_.reader_slots), kControlSlots) {}

base::Result<std::unique_ptr<Engine>> Engine::Open(const base::EngineConfig& config,
                                                   const std::string& folder) {
  auto opened = DataFolder::Open(folder);
  if (!opened) return tl::unexpected(opened.error());
  auto chdb = LoadChdb(config.library);
  if (!chdb) return tl::unexpected(chdb.error());
  (*chdb)->set_signal_handlers_enabled(0);
  std::unique_ptr<Engine> engine(new Engine(config, std::move(*opened), std::move(*chdb)));
  if (auto started = engine->Start(); !started) return tl::unexpected(started.error());
  return engine;
}

base::Status Engine::Start() {
  const auto main_file = folder_.WriteConfiguration(config_);
  if (!main_file) return tl::unexpected(main_file.error());
  arguments_ = {"--path=" + folder_.path(), "--config-file=" + *main_file};
  auto epochs = WriterFence::Load(folder_.path() + "/EPOCHS");
  if (!epochs) return tl::unexpected(epochs.error());
  fence_ = std::make_unique<WriterFence>(folder_.path() + "/EPOCHS", std::move(*epochs));
  AwaitLibraryLock(folder_.path() + "/status");
  auto admin = Connection::Open(*chdb_, arguments_);
  if (!admin) {
    return Fail(Code::kFailedPrecondition,
                "data folder {}: the engine cannot open it; its reason stands above",
                folder_.path());
  }
  admin_ = std::move(*admin);
  auto classifier = Connection::Open(*chdb_, arguments_);
  if (!classifier) return tl::unexpected(classifier.error());
  classifier_ = std::move(*classifier);
  const Outcome facts = admin_.Query(statements::kStatementsFacts, "TabSeparatedRaw", {});
  const Outcome names = admin_.Query(statements::kStatementsSettingNames, "TabSeparatedRaw", {});
  if (!facts.error.empty() || !names.error.empty()) {
    return Fail(Code::kInternal, "the engine does not answer: {}{}", facts.error, names.error);
  }
  std::istringstream fact_lines(facts.text);
  std::getline(fact_lines, version_, '\t');
  std::getline(fact_lines, timezone_, '\t');
  std::getline(fact_lines, display_name_);
  std::istringstream name_lines(names.text);
  for (std::string name; std::getline(name_lines, name);) settings_.insert(name);
  return folder_.CheckEngineVersion(version_);
}

Engine::~Engine() {
  classifier_.Close();
  admin_.Close();
  // Closing the last connection has ended the engine; what this says depends on whether there were
  // tables, so it is no sign of anything.
  static_cast<void>(chdb_->shutdown());
}

base::Result<Connection> Engine::Connect(const std::vector<NameValue>& settings) {
  std::vector<std::string> arguments = arguments_;
  for (const auto& [name, value] : settings) arguments.push_back("--" + name + "=" + value);
  auto connection = Connection::Open(*chdb_, arguments);
  if (connection) return connection;
  for (const auto& [name, value] : settings) {
    arguments = arguments_;
    arguments.push_back("--" + name + "=" + value);
    if (!Connection::Open(*chdb_, arguments)) {
      return Fail(Code::kInvalidArgument, "Setting {}: {} is no value of it", name, value);
    }
  }
  return Fail(Code::kUnavailable, "the engine refused the connection");
}

Classified Engine::Classify(std::string_view sql) {
  const std::lock_guard lock(classifier_mutex_);
  return classifier_.Classify(sql);
}

void Engine::Kill(const std::string& query_id) {
  const std::array<NameValue, 1> parameters = {NameValue{"query_id", query_id}};
  const std::lock_guard lock(admin_mutex_);
  const Outcome outcome = admin_.Query(statements::kStatementsKill, "Null", parameters);
  if (!outcome.error.empty()) {
    base::LogError("a statement could not be ended",
                   {{"query_id", query_id}, {"error", outcome.error}});
  }
}

}  // namespace clientele::engine
