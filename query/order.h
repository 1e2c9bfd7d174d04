// Values in order: the text of their quantiles, and of the values that a quantile's interval lies
// between. The ranks of those depend on how many values there are, which only the statement knows,
// by the binomial distribution, which it does not know: it takes the values about a guess, the
// answer chooses among them. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>

#include "query/plan.h"

namespace clientele::query {

// Of an end's rank among n values: the least whole number from of_n n + of_root sqrt(n) + shift on.
// What stats::QuantileRanks says is at most kMostOff away.
struct RankGuess {
  double of_n = 0;
  double of_root = 0;
  double shift = 0;
};
[[nodiscard]] RankGuess GuessRank(double level, bool high_end);

// The aggregate of this number, a quantile, rank or value near a rank: `condition`, empty if there
// is none, and `measure` are its typed ones, `count` how many values there are.
[[nodiscard]] std::string OrderExpression(const Scan& scan, size_t index,
                                          const std::string& condition, const std::string& measure,
                                          const std::string& count);

}  // namespace clientele::query
