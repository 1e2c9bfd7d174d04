// Expressions of metric files: what they are made of, which names and parameters they use. Pure;
// any thread.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace clientele::query {

// A part of an expression, or of a query that makes rows.
struct Piece {
  enum class Kind {
    kWord,       // letters, digits and _
    kParameter,  // what stands in braces
    kText,       // with its quotes
    kOther       // one character: an operator or a part of one, a bracket, a blank
  };
  Kind kind = Kind::kOther;
  std::string_view text;
  // Of a text or a parameter: whether its end is there.
  bool closed = true;
};

// In order.
[[nodiscard]] std::vector<Piece> PiecesOf(std::string_view expression);
// Words outside quotes that are names of the language: columns, conditions, functions, keywords.
[[nodiscard]] std::set<std::string> WordsOf(std::string_view expression);
// Names in braces: {threshold_ms}.
[[nodiscard]] std::set<std::string> ParametersOf(std::string_view expression);
// The expression with every {name} replaced by what `of` gives for it.
[[nodiscard]] std::string ReplaceParameters(
    std::string_view expression, const std::function<std::string(std::string_view name)>& of);

}  // namespace clientele::query
