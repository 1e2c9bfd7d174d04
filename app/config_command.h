// `clientele config`: prints the configuration in force, as commented TOML, secrets masked.
#pragma once

#include "app/command.h"

namespace clientele::app {

void AddConfig(CLI::App& root, CommandLine& line);

}  // namespace clientele::app
