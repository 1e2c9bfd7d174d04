// clientele quarantine list | show | retry: what the projections could not take.
#pragma once

#include "app/command.h"

namespace clientele::app {

void AddQuarantine(CLI::App& root, CommandLine& line);

}  // namespace clientele::app
