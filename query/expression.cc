#include "query/expression.h"

#include <algorithm>

namespace clientele::query {
namespace {

bool IsWordPart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The text that begins with a quote. Two of them within it, or one behind a backslash, stand for
// one.
Piece TextPiece(std::string_view rest) {
  for (size_t at = 1; at < rest.size(); ++at) {
    if (rest[at] == '\\') {
      ++at;
    } else if (rest[at] == '\'') {
      if (!rest.substr(at + 1).starts_with('\'')) {
        return {Piece::Kind::kText, rest.substr(0, at + 1), true};
      }
      ++at;
    }
  }
  return {Piece::Kind::kText, rest, false};
}

}  // namespace

std::vector<Piece> PiecesOf(std::string_view expression) {
  std::vector<Piece> pieces;
  std::string_view rest = expression;
  while (!rest.empty()) {
    size_t length = 1;
    if (rest.front() == '\'') {
      pieces.push_back(TextPiece(rest));
      length = pieces.back().text.size();
    } else if (rest.front() == '{') {
      const size_t close = rest.find('}');
      const bool closed = close != std::string_view::npos;
      pieces.push_back(
          {Piece::Kind::kParameter, rest.substr(1, closed ? close - 1 : close), closed});
      length = closed ? close + 1 : rest.size();
    } else if (IsWordPart(rest.front())) {
      length = static_cast<size_t>(std::ranges::find_if_not(rest, IsWordPart) - rest.begin());
      pieces.push_back({Piece::Kind::kWord, rest.substr(0, length)});
    } else {
      pieces.push_back({Piece::Kind::kOther, rest.substr(0, 1)});
    }
    rest.remove_prefix(length);
  }
  return pieces;
}

std::set<std::string> WordsOf(std::string_view expression) {
  std::set<std::string> words;
  for (const Piece& piece : PiecesOf(expression)) {
    if (piece.kind == Piece::Kind::kWord) words.emplace(piece.text);
  }
  return words;
}

std::set<std::string> ParametersOf(std::string_view expression) {
  std::set<std::string> names;
  for (const Piece& piece : PiecesOf(expression)) {
    if (piece.kind == Piece::Kind::kParameter) names.emplace(piece.text);
  }
  return names;
}

std::string ReplaceParameters(std::string_view expression,
                              const std::function<std::string(std::string_view name)>& of) {
  std::string out;
  for (const Piece& piece : PiecesOf(expression)) {
    out += piece.kind == Piece::Kind::kParameter ? of(piece.text) : std::string(piece.text);
  }
  return out;
}

}  // namespace clientele::query
