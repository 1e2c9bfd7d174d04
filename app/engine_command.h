// `clientele engine`: serves ClickHouse's HTTP protocol over the embedded engine. `clientele run`
// starts it as a child; it can also be run by itself.
#pragma once

#include "app/command.h"

namespace clientele::app {

void AddEngine(CLI::App& root, CommandLine& line);

}  // namespace clientele::app
