#include "engine/walls.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace clientele::engine {
namespace {

// Functions and table functions that read files, run programs or load code. `file` as a function of
// values and `executable` are not under any grant.
constexpr std::array<std::string_view, 6> kForbiddenFunctions = {
    "file", "executable", "catboostevaluate", "showcertificate", "disk", "filesystem"};

constexpr std::array<std::string_view, 2> kForbiddenEngines = {"executable", "executablepool"};

bool Contains(const auto& list, const std::string& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

// A dictionary may be filled from tables of this engine only: one with an EXECUTABLE source runs
// programs, others open files and connections.
std::optional<std::string> DictionaryWall(const std::vector<Token>& tokens) {
  bool dictionary = false;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].Is("DICTIONARY")) dictionary = true;
    if (!dictionary || !tokens[i].Is("SOURCE") || i + 2 >= tokens.size() ||
        !tokens[i + 1].IsSymbol('(')) {
      continue;
    }
    const std::string source = Lower(tokens[i + 2].Name());
    if (source != "clickhouse" && source != "null") {
      return fmt::format("Dictionary source {} reaches outside the engine", tokens[i + 2].Name());
    }
    for (size_t at = i + 3; at < tokens.size(); ++at) {
      const std::string name = tokens[at].IsName() ? Lower(tokens[at].Name()) : std::string();
      if (name == "host" || name == "port" || name == "secure") {
        return "Dictionary source with another host reaches outside the engine";
      }
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> FindWall(const std::vector<Token>& tokens) {
  for (size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    if (!token.IsName()) continue;
    if (i > 0 && token.Is("OUTFILE") && tokens[i - 1].Is("INTO")) {
      return "INTO OUTFILE writes outside the engine";
    }
    if (i > 0 && token.Is("INFILE") && tokens[i - 1].Is("FROM")) {
      return "FROM INFILE reads outside the engine";
    }
    const bool called = i + 1 < tokens.size() && tokens[i + 1].IsSymbol('(');
    const std::string name = Lower(token.Name());
    if (called && Contains(kForbiddenFunctions, name)) {
      return fmt::format("Function {} reaches outside the engine", token.Name());
    }
    if (called && token.kind == Token::Kind::kQuotedName &&
        token.Name().find('\\') != std::string_view::npos) {
      return fmt::format("Function name {} with escapes", token.text);
    }
    const bool engine =
        i > 0 && (tokens[i - 1].Is("ENGINE") ||
                  (i > 1 && tokens[i - 1].IsSymbol('=') && tokens[i - 2].Is("ENGINE")));
    if (engine && Contains(kForbiddenEngines, name)) {
      return fmt::format("Table engine {} runs programs", token.Name());
    }
  }
  return DictionaryWall(tokens);
}

}  // namespace clientele::engine
