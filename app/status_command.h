// `clientele status`: is every service serving, and how far behind the log is the newest mark?
#pragma once

#include "app/command.h"

namespace clientele::app {

void AddStatus(CLI::App& root, CommandLine& line);

}  // namespace clientele::app
