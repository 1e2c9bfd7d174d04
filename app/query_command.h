// `clientele query`: asks the query service for figures and prints them.
#pragma once

#include "app/command.h"

namespace clientele::app {

void AddQuery(CLI::App& root, CommandLine& line);

}  // namespace clientele::app
