// 95 % intervals of figures. Pure functions, any thread; each names its source.
#pragma once

#include <cstdint>
#include <optional>

namespace clientele::stats {

// The normal distribution's 97.5 % quantile.
inline constexpr double kZ95 = 1.959963984540054;

struct Interval {
  double low = 0;
  double high = 0;
};

// Of a proportion k / n: Wilson's score interval (Wilson 1927; Newcombe 1998, method 3). None if
// n = 0 or not 0 <= k <= n.
[[nodiscard]] std::optional<Interval> Wilson(int64_t k, int64_t n);

// Of a mean of n observations with this sum and this sum of squares: Student's t with n - 1 degrees
// of freedom. None if n < 2.
[[nodiscard]] std::optional<Interval> MeanInterval(int64_t n, double sum, double sum_of_squares);

}  // namespace clientele::stats
