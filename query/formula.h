// Formulas of derived metrics: numbers and metrics joined by + - * / and parentheses, with the
// usual precedence. Pure; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace clientele::query {

struct Formula {
  // In postfix order. An operator takes the two numbers before it.
  struct Step {
    enum class Kind { kNumber, kPart, kAdd, kSubtract, kMultiply, kDivide };
    Kind kind = Kind::kNumber;
    double number = 0;
    size_t part = 0;  // in `parts`
  };
  std::string text;
  std::vector<Step> steps;
  // Metrics, `id` or `id:variant`, none twice.
  std::vector<std::string> parts;
  // In `parts`: the one whose n is that of the figure. As parsed the only one, or what the whole is
  // divided by, if that is one metric alone.
  std::optional<size_t> observed;
};

// INVALID_ARGUMENT says what stands where something else must.
[[nodiscard]] base::Result<Formula> ParseFormula(std::string_view text);

// With the parts' figures in the order of `parts`; none where something is divided by zero, or is
// too large for a number.
[[nodiscard]] std::optional<double> Evaluate(const Formula& formula,
                                             const std::vector<double>& parts);

}  // namespace clientele::query
