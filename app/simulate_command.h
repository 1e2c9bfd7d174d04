// `clientele simulate`: the sample company.
#pragma once

#include "app/command.h"

namespace clientele::app {

void AddSimulate(CLI::App& root, CommandLine& line);

}  // namespace clientele::app
