#include "app/query/where.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/utf8.h"

namespace clientele::app {
namespace {

using query::v1::Condition;
using query::v1::Filter;

// Parentheses and nots within each other: more than a request may have levels.
constexpr int kMostDepth = 64;
constexpr std::string_view kEndsValue = " \t\n,()";

bool IsNamePart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

char InSmallLetters(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// By recursive descent: or of ands of conditions. Once something is wrong nothing more is taken.
class WhereParser {
 public:
  explicit WhereParser(std::string_view text) : text_(text) {}

  base::Result<Condition> Parse() {
    Condition condition = Either(0);
    SkipBlanks();
    if (at_ < text_.size()) Expect("and, or, or the end; a value with blanks stands in quotes");
    if (error_.empty()) return condition;
    return base::FailField("--where", "--where {}: {}", text_, error_);
  }

 private:
  // Of several joined by `or`: any.
  Condition Either(int depth) {
    Condition first = Both(depth);
    if (!TakeWord("or")) return first;
    Condition any;
    *any.mutable_any()->add_conditions() = std::move(first);
    do {
      *any.mutable_any()->add_conditions() = Both(depth);
    } while (TakeWord("or"));
    return any;
  }

  // Of several joined by `and`: all.
  Condition Both(int depth) {
    Condition first = One(depth);
    if (!TakeWord("and")) return first;
    Condition all;
    *all.mutable_all()->add_conditions() = std::move(first);
    do {
      *all.mutable_all()->add_conditions() = One(depth);
    } while (TakeWord("and"));
    return all;
  }

  Condition One(int depth) {
    if (depth > kMostDepth) {
      Expect(fmt::format("no ( or not: at most {} lie within each other", kMostDepth));
      return {};
    }
    if (TakeWord("not")) return Not(One(depth + 1));
    if (TakeSign("(")) {
      Condition inner = Either(depth + 1);
      if (!TakeSign(")")) Expect("and, or, or )");
      return inner;
    }
    return OfDimension();
  }

  Condition OfDimension() {
    Condition condition;
    if (TakeSign("!")) {
      condition.set_unset(TakeName());
      return condition;
    }
    const std::string name = TakeName();
    if (TakeSign("?")) {
      condition.set_set(name);
    } else if (TakeSign("!=")) {
      return Not(OneOf(name));
    } else if (TakeSign("^=")) {
      condition.mutable_prefix()->set_dimension(name);
      condition.mutable_prefix()->set_value(TakeValue());
    } else if (TakeSign("<=")) {
      // Below the value, or it.
      const std::string value = TakeValue();
      *condition.mutable_any()->add_conditions() = Below(name, value);
      *condition.mutable_any()->add_conditions() = Equal(name, value);
    } else if (TakeSign(">=")) {
      return From(name, TakeValue());
    } else if (TakeSign("<")) {
      return Below(name, TakeValue());
    } else if (TakeSign(">")) {
      // From the value on, but not it.
      const std::string value = TakeValue();
      *condition.mutable_all()->add_conditions() = From(name, value);
      *condition.mutable_all()->add_conditions() = Not(Equal(name, value));
    } else if (TakeSign("=")) {
      return OneOf(name);
    } else if (TakeWord("in")) {
      const bool in_parentheses = TakeSign("(");
      condition = OneOf(name);
      if (in_parentheses && !TakeSign(")")) Expect("a comma or )");
    } else {
      Expect("=, !=, <, <=, >, >=, ^=, ? or in");
    }
    return condition;
  }

  static Condition Not(Condition condition) {
    Condition none;
    *none.mutable_none()->add_conditions() = std::move(condition);
    return none;
  }
  static Condition Equal(const std::string& name, const std::string& value) {
    Condition condition;
    condition.mutable_one_of()->set_dimension(name);
    condition.mutable_one_of()->add_values(value);
    return condition;
  }
  static Condition From(const std::string& name, const std::string& value) {
    Condition condition;
    condition.mutable_range()->set_dimension(name);
    condition.mutable_range()->set_from(value);
    return condition;
  }
  static Condition Below(const std::string& name, const std::string& value) {
    Condition condition;
    condition.mutable_range()->set_dimension(name);
    condition.mutable_range()->set_to(value);
    return condition;
  }
  Condition OneOf(const std::string& name) {
    Condition condition;
    Filter& filter = *condition.mutable_one_of();
    filter.set_dimension(name);
    do {
      filter.add_values(TakeValue());
    } while (TakeSign(","));
    return condition;
  }

  void SkipBlanks() { at_ = std::min(text_.find_first_not_of(" \t\n", at_), text_.size()); }

  bool TakeSign(std::string_view sign) {
    SkipBlanks();
    if (!error_.empty() || !text_.substr(at_).starts_with(sign)) return false;
    at_ += sign.size();
    return true;
  }

  // In small letters or capitals.
  bool TakeWord(std::string_view word) {
    SkipBlanks();
    const std::string_view rest = text_.substr(at_);
    if (!error_.empty() || rest.size() < word.size()) return false;
    if (rest.size() > word.size() && IsNamePart(rest[word.size()])) return false;
    for (size_t i = 0; i < word.size(); ++i) {
      if (InSmallLetters(rest[i]) != word[i]) return false;
    }
    at_ += word.size();
    return true;
  }

  std::string TakeName() {
    SkipBlanks();
    size_t end = at_;
    while (end < text_.size() && IsNamePart(text_[end])) ++end;
    if (end == at_) Expect("the name of a dimension");
    const std::string_view name = text_.substr(at_, end - at_);
    at_ = end;
    return std::string(name);
  }

  std::string TakeValue() {
    SkipBlanks();
    std::string value;
    if (!error_.empty() || at_ == text_.size()) return value;
    if (text_[at_] == '=') {
      Expect("a value; one that begins with = stands in quotes");
      return value;
    }
    const bool quoted = text_[at_] == '\'' || text_[at_] == '"';
    const size_t begin = at_;
    const std::string_view ends = quoted ? text_.substr(at_++, 1) : kEndsValue;
    while (at_ < text_.size() && ends.find(text_[at_]) == std::string_view::npos) {
      const bool escapes =
          text_[at_] == '\\' && at_ + 1 < text_.size() && IsEscaped(text_[at_ + 1]);
      value += text_[escapes ? ++at_ : at_];
      ++at_;
    }
    if (!quoted) return value;
    if (at_ == text_.size()) {
      at_ = begin;
      Expect("a value that ends in the same quote");
    } else {
      ++at_;
    }
    return value;
  }

  static bool IsEscaped(char c) {
    return c == '\\' || c == '\'' || c == '"' || kEndsValue.find(c) != std::string_view::npos;
  }

  void Expect(std::string_view what) {
    if (!error_.empty()) return;
    SkipBlanks();
    constexpr size_t kMostShown = 16;
    const std::string_view before = text_.substr(0, at_);
    // Characters of UTF-8 text.
    const auto characters = std::ranges::count_if(
        before, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
    error_ = at_ == text_.size()
                 ? fmt::format("at the end must stand {}", what)
                 : fmt::format("at character {}, where {} stands, must stand {}", characters + 1,
                               base::Utf8Beginning(text_.substr(at_), kMostShown), what);
  }

  const std::string_view text_;
  size_t at_ = 0;
  std::string error_;
};

}  // namespace

base::Result<Condition> ParseWhere(const std::string& text) { return WhereParser(text).Parse(); }

}  // namespace clientele::app
