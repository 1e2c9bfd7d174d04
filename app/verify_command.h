// `clientele verify`: is what the tables and figures say what the log says? Exit status: 0 equal, 1
// differences, 2 it could not check all.
#pragma once

#include "app/command.h"

namespace clientele::app {

void AddVerify(CLI::App& root, CommandLine& line);

}  // namespace clientele::app
