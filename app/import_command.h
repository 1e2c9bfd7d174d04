// `clientele import --mapping M.toml FILE...`: another system's export becomes events.
#pragma once

#include "app/command.h"

namespace clientele::app {

void AddImport(CLI::App& root, CommandLine& line);

}  // namespace clientele::app
