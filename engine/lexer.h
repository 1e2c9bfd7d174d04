// Splits SQL into ClickHouse's tokens, one after another: enough to find clauses and names, never
// to judge a statement (the engine's own parser does that). Pure; a value of one thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace clientele::engine {

struct Token {
  enum class Kind { kEnd, kWord, kQuotedName, kString, kNumber, kSymbol, kBroken };
  Kind kind = Kind::kEnd;
  size_t begin = 0;
  size_t end = 0;
  std::string_view text;

  [[nodiscard]] bool IsName() const { return kind == Kind::kWord || kind == Kind::kQuotedName; }
  [[nodiscard]] bool IsSymbol(char c) const { return kind == Kind::kSymbol && text[0] == c; }
  // An unquoted word, in any case. `word` in upper case.
  [[nodiscard]] bool Is(std::string_view word) const;
  // The name without its quotes; escapes stay as they are.
  [[nodiscard]] std::string_view Name() const;
};

// Of ASCII letters.
[[nodiscard]] std::string Lower(std::string_view text);

class Lexer {
 public:
  explicit Lexer(std::string_view sql, size_t begin = 0) : sql_(sql), at_(begin) {}
  // Skips blanks and comments. kEnd at the end, kBroken where a quote or comment has no end.
  [[nodiscard]] Token Next();

 private:
  [[nodiscard]] bool SkipBlanks();
  [[nodiscard]] Token Make(Token::Kind kind, size_t begin) const;
  [[nodiscard]] Token Quoted(char quote);
  [[nodiscard]] Token DollarQuoted();

  std::string_view sql_;
  size_t at_;
};

}  // namespace clientele::engine
