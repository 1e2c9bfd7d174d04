#include "query/expression.h"

namespace clientele::query {
namespace {

bool IsWordPart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Calls `on_word` for words, `on_parameter` for names in braces and `on_other` for the rest, in
// order; a text in quotes is one of the rest.
void ScanExpression(std::string_view text, const std::function<void(std::string_view)>& on_word,
                    const std::function<void(std::string_view)>& on_parameter,
                    const std::function<void(std::string_view)>& on_other) {
  size_t at = 0;
  while (at < text.size()) {
    size_t end = at + 1;
    if (text[at] == '\'') {
      end = text.find('\'', end);
      end = end == std::string_view::npos ? text.size() : end + 1;
      on_other(text.substr(at, end - at));
    } else if (text[at] == '{') {
      end = text.find('}', end);
      end = end == std::string_view::npos ? text.size() : end;
      on_parameter(text.substr(at + 1, end - at - 1));
      ++end;
    } else if (IsWordPart(text[at])) {
      while (end < text.size() && IsWordPart(text[end])) ++end;
      on_word(text.substr(at, end - at));
    } else {
      on_other(text.substr(at, 1));
    }
    at = end;
  }
}

void Ignore(std::string_view) {}

}  // namespace

std::set<std::string> WordsOf(std::string_view expression) {
  std::set<std::string> words;
  ScanExpression(expression, [&](std::string_view word) { words.emplace(word); }, Ignore, Ignore);
  return words;
}

std::set<std::string> ParametersOf(std::string_view expression) {
  std::set<std::string> names;
  ScanExpression(expression, Ignore, [&](std::string_view name) { names.emplace(name); }, Ignore);
  return names;
}

std::string ReplaceParameters(std::string_view expression,
                              const std::function<std::string(std::string_view name)>& of) {
  std::string out;
  const auto copy = [&](std::string_view text) { out += text; };
  ScanExpression(expression, copy, [&](std::string_view name) { out += of(name); }, copy);
  return out;
}

}  // namespace clientele::query
