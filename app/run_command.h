// `clientele run`: the server.
#pragma once

#include "app/command.h"

namespace clientele::app {

void AddRun(CLI::App& root, CommandLine& line);

}  // namespace clientele::app
