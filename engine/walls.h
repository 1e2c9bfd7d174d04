// What no grant covers: names in a statement that reach outside the engine (files, programs, other
// hosts). The first wall is the engine's grants, the second its parser's classification, this is
// the third. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/lexer.h"

namespace clientele::engine {

// Why these tokens may not run; nothing if they may.
[[nodiscard]] std::optional<std::string> FindWall(const std::vector<Token>& tokens);

}  // namespace clientele::engine
