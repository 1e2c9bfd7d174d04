#include "tests/support/engine_process.h"

#include <fmt/core.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

#include "tests/support/broker_process.h"

namespace clientele::testing {
namespace {

using base::Code;
using base::Fail;

constexpr std::chrono::seconds kStartPatience{60};
constexpr int kStepMs = 10;
constexpr size_t kLogBytes = 2'000;

// Whether somebody listens there: the engine does once it can answer.
bool Listens(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return false;
  std::memcpy(address.sun_path, path.c_str(), path.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool connected =
      fd >= 0 && connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  if (fd >= 0) close(fd);
  return connected;
}

}  // namespace

std::string EngineProgram() {
  const char* const given = std::getenv("CLIENTELE_TEST_PROGRAM");
  return given != nullptr && *given != '\0' ? given : CLIENTELE_ENGINE_PROGRAM;
}

base::Result<std::unique_ptr<EngineProcess>> EngineProcess::Prepare(const Settings& settings) {
  // Short: a socket's path has at most 107 bytes.
  std::string form = "/tmp/clientele-engine-XXXXXX";
  if (mkdtemp(form.data()) == nullptr) {
    return Fail(Code::kUnavailable, "{}: {}", form, std::strerror(errno));
  }
  return std::unique_ptr<EngineProcess>(new EngineProcess(form, settings));
}

base::Result<std::unique_ptr<EngineProcess>> EngineProcess::Start(const Settings& settings) {
  auto engine = Prepare(settings);
  if (!engine) return engine;
  if (auto started = (*engine)->Run(); !started) return tl::unexpected(started.error());
  return engine;
}

EngineProcess::~EngineProcess() {
  if (process_ > 0) EndProcess(process_, SIGKILL);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string EngineProcess::Log() const {
  std::ifstream in(folder_ / "engine.log");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

base::Status EngineProcess::Run() {
  std::vector<std::string> command = {EngineProgram(), "--set", "data_dir=" + folder_.string()};
  for (const auto& [key, value] : settings_) {
    command.insert(command.end(), {"--set", key + "=" + value});
  }
  command.emplace_back("engine");
  // A socket that an earlier run left answers nobody.
  std::error_code ignored;
  std::filesystem::remove(socket(), ignored);
  process_ = Spawn(command, folder_ / "engine.log");
  if (process_ == 0) return Fail(Code::kUnavailable, "{}: cannot be started", command.front());
  const auto until = std::chrono::steady_clock::now() + kStartPatience;
  while (!Listens(socket())) {
    const bool ended = AwaitEnd(process_, kStepMs);
    if (!ended && std::chrono::steady_clock::now() < until) continue;
    if (ended) process_ = 0;
    std::string log = Log();
    if (log.size() > kLogBytes) log = log.substr(log.size() - kLogBytes);
    return Fail(Code::kUnavailable, "{} {}: {}", command.front(),
                ended ? "ended" : "does not listen after a minute", log);
  }
  return {};
}

base::Status EngineProcess::Stop() {
  if (process_ == 0) return Fail(Code::kFailedPrecondition, "the engine is not running");
  EndProcess(std::exchange(process_, 0), SIGTERM);
  return {};
}

base::Status EngineProcess::Kill9() {
  if (process_ == 0) return Fail(Code::kFailedPrecondition, "the engine is not running");
  EndProcess(std::exchange(process_, 0), SIGKILL);
  return {};
}

base::Status EngineProcess::Restart() {
  if (auto killed = Kill9(); !killed) return killed;
  return Run();
}

EngineProcess& SharedEngine() {
  static const std::unique_ptr<EngineProcess> engine = [] {
    auto started = EngineProcess::Start();
    if (!started) {
      fmt::print(stderr, "{}\n", started.error().message);
      std::exit(1);
    }
    return std::move(*started);
  }();
  return *engine;
}

}  // namespace clientele::testing
