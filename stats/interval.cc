#include "stats/interval.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace clientele::stats {

std::optional<Interval> Wilson(int64_t k, int64_t n) {
  if (n <= 0 || k < 0 || k > n) return std::nullopt;
  const auto count = static_cast<double>(n);
  const double p = static_cast<double>(k) / count;
  const double z2 = kZ95 * kZ95;
  const double centre = p + z2 / (2 * count);
  const double reach = kZ95 * std::sqrt(p * (1 - p) / count + z2 / (4 * count * count));
  const double scale = 1 + z2 / count;
  // At k = 0 and k = n the formula gives exactly 0 and 1, but for rounding.
  return Interval{k == 0 ? 0.0 : std::max(0.0, (centre - reach) / scale),
                  k == n ? 1.0 : std::min(1.0, (centre + reach) / scale)};
}

std::optional<Interval> MeanInterval(int64_t n, double sum, double sum_of_squares) {
  if (n < 2) return std::nullopt;
  const auto count = static_cast<double>(n);
  const double mean = sum / count;
  // Rounding may leave a tiny negative number where all observations are equal.
  const double variance = std::max(0.0, (sum_of_squares - sum * mean) / (count - 1));
  const double t = boost::math::quantile(boost::math::students_t(count - 1), 0.975);
  const double reach = t * std::sqrt(variance / count);
  return Interval{mean - reach, mean + reach};
}

}  // namespace clientele::stats
