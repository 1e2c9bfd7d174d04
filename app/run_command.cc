#include "app/run_command.h"

#include <ctime>
#include <filesystem>
#include <memory>

#include "app/run/process.h"
#include "app/stop_signals.h"
#include "base/log.h"

namespace clientele::app {
namespace {

constexpr long kWatchEveryNs = 200'000'000;

// This program with the same settings, as `engine`.
std::vector<std::string> EngineCommand(const base::Config& config, const CommandLine& line) {
  std::error_code failure;
  std::vector<std::string> command = {
      config.engine.program.empty()
          ? std::filesystem::read_symlink("/proc/self/exe", failure).string()
          : config.engine.program};
  if (!line.config_file.empty()) command.insert(command.end(), {"--config", line.config_file});
  for (const auto& [key, value] : line.overrides) {
    command.insert(command.end(), {"--set", key + "=" + value});
  }
  command.emplace_back("engine");
  return command;
}

int Run(const base::Config& config, const CommandLine& line,
        const std::vector<std::string>& names) {
  const auto roles = Roles::Of(names);
  if (!roles) return PrintError(roles.error());
  base::SetLogLevel(base::LogLevelOf(config.log_level));
  const sigset_t stops = BlockStopSignals();

  Process process(config, *roles, EngineCommand(config, line));
  if (auto started = process.Start(); !started) return PrintError(started.error());
  const timespec wait{0, kWatchEveryNs};
  std::optional<base::Error> failure;
  int stop = -1;
  while (stop < 0 && !failure) {
    stop = sigtimedwait(&stops, nullptr, &wait);
    failure = process.Watch();
  }
  base::LogInfo("stopping");
  process.Stop();
  if (failure) return PrintError(*failure);
  base::LogInfo("stopped");
  return 0;
}

}  // namespace

void AddRun(CLI::App& root, CommandLine& line) {
  CLI::App* command =
      root.add_subcommand("run", "Serve: ingest, projections and queries, until SIGTERM");
  const auto roles = std::make_shared<std::vector<std::string>>();
  command
      ->add_option("--role", *roles,
                   "ingest, projections or query; repeatable; none: all three in this process")
      ->allow_extra_args(false);
  command->footer(
      "Kafka must be reachable at kafka.brokers; it is waited for. Without clickhouse.url an "
      "engine\n"
      "process of its own is started below data_dir. `clientele status --wait 60` says when all\n"
      "services serve.");
  command->callback([&line, roles] {
    line.run = [&line, roles] {
      const auto config = line.Load();
      return config ? Run(*config, line, *roles) : PrintError(config.error());
    };
  });
}

}  // namespace clientele::app
