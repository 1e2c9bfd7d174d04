// Expressions of metric files: which names and parameters they use. Pure; any thread.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

namespace clientele::query {

// Words outside quotes that are names of the language: columns, conditions, functions, keywords.
[[nodiscard]] std::set<std::string> WordsOf(std::string_view expression);
// Names in braces: {threshold_ms}.
[[nodiscard]] std::set<std::string> ParametersOf(std::string_view expression);
// The expression with every {name} replaced by what `of` gives for it.
[[nodiscard]] std::string ReplaceParameters(
    std::string_view expression, const std::function<std::string(std::string_view name)>& of);

}  // namespace clientele::query
