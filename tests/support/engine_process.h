// `clientele engine` for the tests of one program: a process of its own with a temporary data
// folder, on a Unix socket. It ends with the test program, also when that crashes. Used by one
// thread, the test program's main one (the process dies with the thread that started it).
//
//   clientele::testing::EngineProcess& engine = clientele::testing::SharedEngine();
//   clickhouse::OpenHttpStore({engine.url(), "", ""})
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"

namespace clientele::testing {

class EngineProcess {
 public:
  // By key, as on the command line: {{"engine.max_memory_bytes", "536870912"}}.
  using Settings = std::map<std::string, std::string>;

  // Starts one and waits until it answers. The error ends with the last lines of its log. The
  // program is the build's own; CLIENTELE_TEST_PROGRAM names another.
  [[nodiscard]] static base::Result<std::unique_ptr<EngineProcess>> Start(
      const Settings& settings = {});
  // A place for one, not started.
  [[nodiscard]] static base::Result<std::unique_ptr<EngineProcess>> Prepare(
      const Settings& settings = {});
  // Kills it by its process id and removes its folder.
  ~EngineProcess();
  EngineProcess(const EngineProcess&) = delete;
  EngineProcess& operator=(const EngineProcess&) = delete;

  // What a store connects to: unix:/path.
  [[nodiscard]] std::string url() const { return "unix:" + socket(); }
  [[nodiscard]] std::string socket() const { return folder_ / "engine.sock"; }
  // Where its data lies.
  [[nodiscard]] std::filesystem::path data() const { return folder_ / "engine"; }
  [[nodiscard]] pid_t process() const { return process_; }
  [[nodiscard]] std::string Log() const;

  // After Prepare, Stop or Kill9, with the same data.
  [[nodiscard]] base::Status Run();
  // SIGTERM, waited for.
  [[nodiscard]] base::Status Stop();
  // SIGKILL, waited for.
  [[nodiscard]] base::Status Kill9();
  // Kill9, then Run.
  [[nodiscard]] base::Status Restart();

 private:
  EngineProcess(std::filesystem::path folder, Settings settings)
      : folder_(std::move(folder)), settings_(std::move(settings)) {}

  const std::filesystem::path folder_;
  const Settings settings_;
  pid_t process_ = 0;
};

// Whose subcommand it is.
[[nodiscard]] std::string EngineProgram();
// One for the whole test program, started at the first call; the program ends if it cannot be.
[[nodiscard]] EngineProcess& SharedEngine();

}  // namespace clientele::testing
