#include "app/config_command.h"

#include <fmt/core.h>

namespace clientele::app {

namespace {

int Print(const base::Config& config) {
  fmt::print("{}", base::PrintConfig(config));
  return 0;
}

}  // namespace

void AddConfig(CLI::App& root, CommandLine& line) {
  AddWithConfig(root, line, "config", "Print the configuration in force, as TOML", Print);
}

}  // namespace clientele::app
