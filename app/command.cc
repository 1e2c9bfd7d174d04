#include "app/command.h"

#include <fmt/core.h>

namespace clientele::app {

int PrintError(const base::Error& error) {
  fmt::print(stderr, "clientele: {}\n", error.message);
  return 1;
}

int RunProgram(int argc, char** argv, std::initializer_list<AddCommand*> commands) {
  CLI::App root("Clientele: event-sourced analytics for customer service", "clientele");
  CommandLine line;
  root.add_option("--config", line.config_file, "TOML file with the configuration")
      ->check(CLI::ExistingFile);
  std::vector<std::string> settings;
  root.add_option("--set", settings, "Override one setting: --set kafka.brokers=host:9092")
      ->allow_extra_args(false);
  bool print_config = false;
  root.add_flag("--print-config", print_config, "Print the configuration in force and end");
  root.set_version_flag("--version", "clientele " CLIENTELE_VERSION, "Print the version and end");
  root.require_subcommand(0, 1);
  root.fallthrough();

  for (AddCommand* const add : commands) add(root, line);

  try {
    root.parse(argc, argv);
  } catch (const CLI::ParseError& failure) {
    return root.exit(failure) == 0 ? 0 : 2;
  }
  for (const std::string& setting : settings) {
    const size_t equals = setting.find('=');
    if (equals == std::string::npos) {
      fmt::print(stderr, "clientele: --set {}: must be key=value\n", setting);
      return 2;
    }
    line.overrides[setting.substr(0, equals)] = setting.substr(equals + 1);
  }
  if (print_config) root.get_subcommand("config")->parse(std::vector<std::string>{});
  if (!line.run) {
    fmt::print(stderr, "{}", root.help());
    return 2;
  }
  return line.run();
}

}  // namespace clientele::app
