// That the guessed ranks are near the true ones, however many values there are.
#include "query/order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "stats/interval.h"

namespace clientele::query {
namespace {

int64_t Guessed(double level, bool high_end, int64_t n) {
  const RankGuess guess = GuessRank(level, high_end);
  const auto count = static_cast<double>(n);
  return static_cast<int64_t>(
      std::ceil(guess.of_n * count + guess.of_root * std::sqrt(count) + guess.shift));
}

TEST(Order, GuessesAreAtMostOneRankOff) {
  std::vector<int64_t> numbers;
  for (int64_t n = 1; n <= 1'000; ++n) numbers.push_back(n);
  for (int64_t n = 1'001; n <= 100'000'000'000; n += n / 7) numbers.push_back(n);
  size_t compared = 0;
  for (const double level : {.001, .01, .05, .1, .25, .5, .75, .8, .9, .95, .99, .999}) {
    for (const int64_t n : numbers) {
      const auto ranks = stats::QuantileRanks(n, level);
      if (!ranks) continue;
      EXPECT_LE(std::abs(Guessed(level, false, n) - ranks->low), kMostOff) << level << ' ' << n;
      EXPECT_LE(std::abs(Guessed(level, true, n) - ranks->high), kMostOff) << level << ' ' << n;
      ++compared;
    }
  }
  EXPECT_GT(compared, 7'000U);
}

}  // namespace
}  // namespace clientele::query
