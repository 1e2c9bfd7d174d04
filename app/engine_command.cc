#include "app/engine_command.h"

#include <signal.h>
#include <unistd.h>

#include <memory>

#include "app/address.h"
#include "base/log.h"
#include "engine/parquet.h"
#include "engine/server.h"
#include "engine/supervisor.h"

namespace clientele::app {
namespace {

// Statements that still run at SIGTERM have so long to finish.
constexpr std::chrono::seconds kStopPatience{10};

struct Places {
  std::string folder;
  std::string socket;
  std::string convert;
};

// Before any thread is started: signals are waited for, not handled; a client that is gone is an
// error of the write, not a signal.
sigset_t BlockSignals() {
  signal(SIGPIPE, SIG_IGN);
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  return ends;
}

base::Status CheckListen(const base::EngineConfig& config) {
  if (config.listen.empty()) return {};
  const auto loopback = IsLoopback(config.listen);
  if (!loopback) return tl::unexpected(loopback.error());
  if (*loopback || !config.password.empty()) return {};
  return base::FailField("engine.listen",
                         "engine.listen {}: only loopback may be listened on without a password; "
                         "set engine.password",
                         config.listen);
}

int Serve(const base::Config& config, const Places& places) {
  base::SetLogLevel(base::LogLevelOf(config.log_level));
  const sigset_t ends = BlockSignals();
  if (auto checked = CheckListen(config.engine); !checked) return PrintError(checked.error());
  const std::string folder = places.folder.empty() ? config.data_dir + "/engine" : places.folder;
  const std::string socket = places.socket.empty() ? config.EngineSocket() : places.socket;
  auto engine = engine::Engine::Open(config.engine, folder);
  if (!engine) {
    const int status = PrintError(engine.error());
    const bool library = engine.error().code == base::Code::kNotFound ||
                         engine.error().code == base::Code::kUnimplemented;
    return library ? engine::kCannotServe : status;
  }
  auto server = engine::Server::Start(**engine, socket, config.engine.listen);
  if (!server) return PrintError(server.error());
  base::LogInfo(
      "the engine serves",
      {{"socket", socket}, {"tcp_port", (*server)->tcp_port()}, {"version", (*engine)->version()}});
  int signal_number = 0;
  sigwait(&ends, &signal_number);
  base::LogInfo("the engine stops", {{"signal", signal_number}});
  if (!(*server)->Stop(kStopPatience)) {
    base::LogError("statements do not end; the engine is left as by a kill");
    _exit(1);
  }
  server->reset();
  engine->reset();
  base::LogInfo("the engine has stopped");
  return 0;
}

}  // namespace

void AddEngine(CLI::App& root, CommandLine& line) {
  CLI::App* command = root.add_subcommand(
      "engine", "Serve ClickHouse's HTTP protocol over the embedded engine (SIGTERM stops it)");
  const auto places = std::make_shared<Places>();
  command->add_option("--folder", places->folder, "Folder of its data; default <data_dir>/engine");
  command->add_option("--socket", places->socket,
                      "Unix socket to listen on; default <data_dir>/engine.sock");
  command->add_option(
      "--convert", places->convert,
      "Serve nothing: print this Parquet file as CSV, into a pipe (import does so)");
  command->footer(
      "Memory, slots, password and a TCP address are settings: engine.* in clientele "
      "--print-config.\nAsk it: curl --unix-socket data/engine.sock http://engine/ -d 'SELECT 1'");
  command->callback([&line, places] {
    line.run = [&line, places] {
      const auto config = line.Load();
      if (!config) return PrintError(config.error());
      if (places->convert.empty()) return Serve(*config, *places);
      const auto printed = engine::PrintParquet(config->engine.library, places->convert);
      return printed ? 0 : PrintError(printed.error());
    };
  });
}

}  // namespace clientele::app
