// The options that say which figures are asked for: of `clientele query`, which asks for them, and
// of `clientele metrics explain`, which tells how.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "app/query/arguments.h"

namespace clientele::app {

// `arguments` must outlive the command.
void AddQueryArguments(CLI::App& command, QueryArguments& arguments);

// What --where understands, with examples: for a command's footer.
[[nodiscard]] std::string WhereHelp();

}  // namespace clientele::app
