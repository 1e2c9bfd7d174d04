// `clientele publish FILE...`: sends newline-delimited JSON of Event.
#pragma once

#include "app/command.h"

namespace clientele::app {

void AddPublish(CLI::App& root, CommandLine& line);

}  // namespace clientele::app
