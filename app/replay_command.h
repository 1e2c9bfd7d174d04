// `clientele replay`: builds a projection's version anew from the log beside the live one, proves
// it and switches to it; and steers replays and versions.
#pragma once

#include "app/command.h"

namespace clientele::app {

void AddReplay(CLI::App& root, CommandLine& line);

}  // namespace clientele::app
