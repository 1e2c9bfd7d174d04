#include "engine/lexer.h"

#include <algorithm>

namespace clientele::engine {
namespace {

bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool BeginsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
}
bool InWord(char c) { return BeginsWord(c) || IsDigit(c) || c == '$'; }
char Upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

bool Token::Is(std::string_view word) const {
  return kind == Kind::kWord && std::equal(text.begin(), text.end(), word.begin(), word.end(),
                                           [](char a, char b) { return Upper(a) == b; });
}

std::string_view Token::Name() const {
  return kind == Kind::kQuotedName ? text.substr(1, text.size() - 2) : text;
}

Token Lexer::Make(Token::Kind kind, size_t begin) const {
  return {kind, begin, at_, sql_.substr(begin, at_ - begin)};
}

// False: a comment without an end.
bool Lexer::SkipBlanks() {
  for (;;) {
    while (at_ < sql_.size() && IsBlank(sql_[at_])) ++at_;
    const std::string_view rest = sql_.substr(at_);
    if (rest.starts_with("--") || rest.starts_with("# ") || rest.starts_with("#!")) {
      at_ = std::min(sql_.find('\n', at_), sql_.size());
    } else if (rest.starts_with("/*")) {
      const size_t end = sql_.find("*/", at_ + 2);
      if (end == std::string_view::npos) return false;
      at_ = end + 2;
    } else {
      return true;
    }
  }
}

Token Lexer::Quoted(char quote) {
  const size_t begin = at_++;
  while (at_ < sql_.size()) {
    if (sql_[at_] == '\\') {
      at_ += 2;
    } else if (sql_[at_] != quote) {
      ++at_;
    } else if (at_ + 1 < sql_.size() && sql_[at_ + 1] == quote) {
      at_ += 2;
    } else {
      ++at_;
      return Make(quote == '\'' ? Token::Kind::kString : Token::Kind::kQuotedName, begin);
    }
  }
  at_ = sql_.size();
  return Make(Token::Kind::kBroken, begin);
}

// $tag$ text $tag$; a lone dollar is a symbol.
Token Lexer::DollarQuoted() {
  const size_t begin = at_;
  size_t close = at_ + 1;
  while (close < sql_.size() && sql_[close] != '$' && InWord(sql_[close])) ++close;
  if (close < sql_.size() && sql_[close] == '$') {
    const std::string_view tag = sql_.substr(begin, close + 1 - begin);
    const size_t end = sql_.find(tag, close + 1);
    if (end != std::string_view::npos) {
      at_ = end + tag.size();
      return Make(Token::Kind::kString, begin);
    }
  }
  ++at_;
  return Make(Token::Kind::kSymbol, begin);
}

Token Lexer::Next() {
  if (!SkipBlanks()) {
    const size_t begin = at_;
    at_ = sql_.size();
    return Make(Token::Kind::kBroken, begin);
  }
  if (at_ >= sql_.size()) return {Token::Kind::kEnd, at_, at_, {}};
  const size_t begin = at_;
  const char c = sql_[at_];
  if (c == '\'' || c == '`' || c == '"') return Quoted(c);
  if (c == '$') return DollarQuoted();
  if (BeginsWord(c)) {
    while (at_ < sql_.size() && InWord(sql_[at_])) ++at_;
    return Make(Token::Kind::kWord, begin);
  }
  if (IsDigit(c)) {
    while (at_ < sql_.size() && (InWord(sql_[at_]) || sql_[at_] == '.')) ++at_;
    return Make(Token::Kind::kNumber, begin);
  }
  ++at_;
  return Make(Token::Kind::kSymbol, begin);
}

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace clientele::engine
