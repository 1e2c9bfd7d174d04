// `clientele keys init|show`: makes the tenant key set, once; shows its fingerprint.
#pragma once

#include "app/command.h"

namespace clientele::app {

void AddKeys(CLI::App& root, CommandLine& line);

}  // namespace clientele::app
