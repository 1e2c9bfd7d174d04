// The option --tenant, which every command that asks a server has.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace clientele::app {

// --tenant: what is no tenant name is told as the server would, before anything is asked of it;
// empty stands for the server's default.
void AddTenant(CLI::App& command, std::string& tenant, const char* text);

}  // namespace clientele::app
