#include "query/expression_syntax.h"

#include <algorithm>
#include <array>

#include "query/expression.h"
#include "query/sql.h"

namespace clientele::query {
namespace {

using base::Code;
using base::Fail;

// Between two values.
constexpr std::array<std::string_view, 6> kJoining = {"AND",  "OR",    "IN",
                                                      "LIKE", "ILIKE", "BETWEEN"};
// What NOT may stand before where an operator is due.
constexpr std::array<std::string_view, 4> kNegated = {"IN", "LIKE", "ILIKE", "BETWEEN"};
constexpr std::array<std::string_view, 14> kSigns = {
    "=", "==", "!=", "<>", "<", ">", "<=", ">=", "+", "-", "*", "/", "%", "||"};
constexpr std::array<std::string_view, 3> kConstants = {"true", "false", "NULL"};

bool IsOneOf(const auto& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

bool IsBlank(const Piece& piece) {
  return piece.kind == Piece::Kind::kOther && (piece.text == " " || piece.text == "\n");
}

bool IsNumber(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Reads an expression from its begin to its end: values and what joins them take turns.
class Reading {
 public:
  explicit Reading(std::string_view expression) : pieces_(PiecesOf(expression)) {}

  base::Result<Named> All() {
    for (SkipBlanks(); at_ < pieces_.size(); SkipBlanks()) {
      const auto taken = value_is_due_ ? TakeValue() : TakeJoint();
      if (!taken) return tl::unexpected(taken.error());
    }
    if (value_is_due_) return Fail(Code::kInvalidArgument, "ends where a value is due");
    if (!open_.empty()) return Fail(Code::kInvalidArgument, "does not close its {}", open_.back());
    return std::move(named_);
  }

 private:
  static base::Error Misplaced(const Piece& piece, std::string_view due) {
    return {Code::kInvalidArgument, fmt::format("has {} where {} is due", piece.text, due), {}};
  }

  [[nodiscard]] bool Is(std::string_view text) const {
    return at_ < pieces_.size() && pieces_[at_].text == text &&
           (pieces_[at_].kind == Piece::Kind::kWord || pieces_[at_].kind == Piece::Kind::kOther);
  }

  bool TakeIf(std::string_view text) {
    const bool is = Is(text);
    if (is) ++at_;
    return is;
  }

  void SkipBlanks() {
    while (at_ < pieces_.size() && IsBlank(pieces_[at_])) ++at_;
  }

  void TakeLast() {
    ++at_;
    value_is_due_ = false;
  }

  base::Status TakeValue() {
    const Piece& piece = pieces_[at_];
    switch (piece.kind) {
      case Piece::Kind::kText:
      case Piece::Kind::kParameter:
        if (!piece.closed) {
          return Fail(Code::kInvalidArgument, "does not close its {}",
                      piece.kind == Piece::Kind::kText ? "quote" : "{");
        }
        TakeLast();
        return {};
      case Piece::Kind::kWord:
        return TakeWord(piece);
      case Piece::Kind::kOther:
        break;
    }
    if (piece.text == "`") return TakeQuotedName(piece);
    if (piece.text == "(" || piece.text == "[") {
      open_ += piece.text;
      ++at_;
      return {};
    }
    if (TakeIf("-")) return {};
    return tl::unexpected(Misplaced(piece, "a value"));
  }

  // A name that stands in back-ticks.
  base::Status TakeQuotedName(const Piece& tick) {
    const bool whole = at_ + 2 < pieces_.size() && pieces_[at_ + 1].kind == Piece::Kind::kWord &&
                       pieces_[at_ + 2].text == tick.text;
    if (!whole) return Fail(Code::kInvalidArgument, "has ` without a name and another `");
    named_.values.emplace(pieces_[at_ + 1].text);
    at_ += 2;
    TakeLast();
    return {};
  }

  base::Status TakeWord(const Piece& word) {
    if (TakeIf("NOT")) return {};
    if (IsOneOf(kJoining, word.text) || word.text == "IS") {
      return tl::unexpected(Misplaced(word, "a value"));
    }
    if (IsNumber(word.text.substr(0, 1))) return TakeNumber(word);
    TakeLast();
    if (IsOneOf(kConstants, word.text)) return {};
    SkipBlanks();
    if (!TakeIf("(")) {
      named_.values.emplace(word.text);
      return {};
    }
    named_.functions.emplace(word.text);
    SkipBlanks();
    if (TakeIf(")")) return {};
    open_ += '(';
    value_is_due_ = true;
    return {};
  }

  base::Status TakeNumber(const Piece& number) {
    if (!IsNumber(number.text)) {
      return Fail(Code::kInvalidArgument, "has {}, which is neither a number nor a name",
                  number.text);
    }
    TakeLast();
    if (!TakeIf(".")) return {};
    if (at_ == pieces_.size() || !IsNumber(pieces_[at_].text)) {
      return Fail(Code::kInvalidArgument, "has {}. without digits behind it", number.text);
    }
    ++at_;
    return {};
  }

  // What stands behind a value.
  base::Status TakeJoint() {
    const Piece& piece = pieces_[at_];
    if (piece.kind == Piece::Kind::kWord) return TakeKeyword(piece);
    if (piece.kind == Piece::Kind::kOther) {
      if (Is(")") || Is("]")) return Close(piece);
      if (TakeIf("[")) {
        open_ += '[';
        value_is_due_ = true;
        return {};
      }
      if (Is(",") && !open_.empty()) {
        ++at_;
        value_is_due_ = true;
        return {};
      }
      if (TakeSign()) return {};
    }
    return tl::unexpected(Misplaced(piece, "an operator"));
  }

  base::Status TakeKeyword(const Piece& word) {
    ++at_;
    SkipBlanks();
    if (word.text == "IS") {
      TakeIf("NOT");
      SkipBlanks();
      if (TakeIf("NULL")) return {};
      return Fail(Code::kInvalidArgument, "has IS without [NOT] NULL");
    }
    if (word.text == "NOT") {
      if (at_ == pieces_.size() || !IsOneOf(kNegated, pieces_[at_].text)) {
        return tl::unexpected(Misplaced(word, "an operator"));
      }
      ++at_;
    } else if (!IsOneOf(kJoining, word.text)) {
      return tl::unexpected(Misplaced(word, "an operator"));
    }
    value_is_due_ = true;
    return {};
  }

  // The longest one.
  bool TakeSign() {
    std::string sign(pieces_[at_].text);
    if (at_ + 1 < pieces_.size()) sign += pieces_[at_ + 1].text;
    if (!IsOneOf(kSigns, sign)) sign = pieces_[at_].text;
    if (!IsOneOf(kSigns, sign)) return false;
    at_ += sign.size();
    value_is_due_ = true;
    return true;
  }

  base::Status Close(const Piece& bracket) {
    const char opening = bracket.text == ")" ? '(' : '[';
    if (open_.empty() || open_.back() != opening) {
      return Fail(Code::kInvalidArgument, "has {} without its {}", bracket.text, opening);
    }
    open_.pop_back();
    TakeLast();
    return {};
  }

  const std::vector<Piece> pieces_;
  size_t at_ = 0;
  bool value_is_due_ = true;
  std::string open_;  // brackets that are yet to be closed
  Named named_;
};

}  // namespace

base::Result<Named> NamesOf(std::string_view expression) { return Reading(expression).All(); }

const std::vector<std::string>& KnownFunctions() {
  static const std::vector<std::string> functions = [] {
    std::vector<std::string> names;
    std::string_view rest = sql::kFunctions;
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      if (!line.empty() && !line.starts_with('#')) names.emplace_back(line);
    }
    return names;
  }();
  return functions;
}

}  // namespace clientele::query
