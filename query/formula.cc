#include "query/formula.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace clientele::query {
namespace {

using StepKind = Formula::Step::Kind;

// Parentheses within parentheses.
constexpr int kMostDepth = 16;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Of a number, or of a metric and its variant.
bool IsOperandPart(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || c == '_' || c == ':' || c == '.';
}

// By recursive descent: a sum of products of numbers, metrics and sums in parentheses.
class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) { formula_.text = text; }

  base::Result<Formula> Parse() {
    Sum(0);
    if (error_.empty() && !Next().empty()) Expect("+, -, * or /");
    if (error_.empty() && formula_.parts.empty()) error_ = "must name a metric";
    if (!error_.empty()) {
      return base::Fail(base::Code::kInvalidArgument, "{}: {}", formula_.text, error_);
    }
    NoteObserved();
    return std::move(formula_);
  }

 private:
  // The next word or sign; empty at the end.
  std::string_view Next() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size()));
    size_t size = 0;
    while (size < rest_.size() && IsOperandPart(rest_[size])) ++size;
    return rest_.substr(0, std::max<size_t>(size, 1));
  }
  bool Take(std::string_view sign) {
    if (!error_.empty() || Next() != sign) return false;
    rest_.remove_prefix(sign.size());
    return true;
  }
  void Expect(std::string_view what) {
    if (!error_.empty()) return;
    const std::string_view next = Next();
    error_ = fmt::format("{} stands where {} must", next.empty() ? "the end" : next, what);
  }

  void NoteObserved() {
    const auto& steps = formula_.steps;
    if (formula_.parts.size() == 1) {
      formula_.observed = 0;
    } else if (steps.back().kind == StepKind::kDivide &&
               steps[steps.size() - 2].kind == StepKind::kPart) {
      formula_.observed = steps[steps.size() - 2].part;
    }
  }

  void Sum(int depth) {
    Product(depth);
    for (;;) {
      const StepKind kind = Next() == "+" ? StepKind::kAdd : StepKind::kSubtract;
      if (!Take("+") && !Take("-")) return;
      Product(depth);
      formula_.steps.push_back({kind});
    }
  }

  void Product(int depth) {
    Operand(depth);
    for (;;) {
      const StepKind kind = Next() == "*" ? StepKind::kMultiply : StepKind::kDivide;
      if (!Take("*") && !Take("/")) return;
      Operand(depth);
      formula_.steps.push_back({kind});
    }
  }

  void Operand(int depth) {
    if (Take("(")) {
      if (depth == kMostDepth) {
        error_ = fmt::format("must have at most {} parentheses within each other", kMostDepth);
      }
      if (error_.empty()) Sum(depth + 1);
      if (!Take(")")) Expect(")");
      return;
    }
    const std::string_view word = Next();
    if (word.empty() || !IsOperandPart(word[0])) {
      Expect("a metric, a number or (");
      return;
    }
    if (!error_.empty()) return;
    if (IsDigit(word[0])) {
      Number(word);
    } else {
      Part(word);
    }
    rest_.remove_prefix(word.size());
  }

  void Number(std::string_view word) {
    double number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc() || end != word.data() + word.size()) Expect("a number");
    formula_.steps.push_back({StepKind::kNumber, number});
  }

  void Part(std::string_view word) {
    const auto found = std::ranges::find(formula_.parts, word);
    const auto index = static_cast<size_t>(found - formula_.parts.begin());
    if (found == formula_.parts.end()) formula_.parts.emplace_back(word);
    formula_.steps.push_back({StepKind::kPart, 0, index});
  }

  Formula formula_;
  std::string_view rest_;
  std::string error_;
};

double Apply(StepKind kind, double left, double right) {
  switch (kind) {
    case StepKind::kAdd:
      return left + right;
    case StepKind::kSubtract:
      return left - right;
    case StepKind::kMultiply:
      return left * right;
    default:
      return left / right;
  }
}

}  // namespace

base::Result<Formula> ParseFormula(std::string_view text) { return Parser(text).Parse(); }

std::optional<double> Evaluate(const Formula& formula, const std::vector<double>& parts) {
  std::vector<double> stack;
  for (const Formula::Step& step : formula.steps) {
    if (step.kind == StepKind::kNumber || step.kind == StepKind::kPart) {
      stack.push_back(step.kind == StepKind::kNumber ? step.number : parts[step.part]);
      continue;
    }
    const double right = stack.back();
    stack.pop_back();
    if (step.kind == StepKind::kDivide && right == 0) return std::nullopt;
    stack.back() = Apply(step.kind, stack.back(), right);
  }
  if (!std::isfinite(stack.back())) return std::nullopt;
  return stack.back();
}

}  // namespace clientele::query
