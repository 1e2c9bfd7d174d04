// `clientele metrics`: the metrics of this build, without a server.
#pragma once

#include "app/command.h"

namespace clientele::app {

void AddMetrics(CLI::App& root, CommandLine& line);

}  // namespace clientele::app
