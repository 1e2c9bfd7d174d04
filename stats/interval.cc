#include "stats/interval.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace clientele::stats {
namespace {

constexpr double kTail = 0.025;
constexpr double kPower = 0.8;
constexpr int64_t kMostRanked = 1'000'000'000'000;
constexpr int64_t kMostNeeded = 1'000'000'000'000;

// The least k with P(X <= k) >= p.
using RoundedUp = boost::math::policies::policy<
    boost::math::policies::discrete_quantile<boost::math::policies::integer_round_up>>;
using Binomial = boost::math::binomial_distribution<double, RoundedUp>;

struct Estimate {
  double value = 0;
  double variance = 0;
};

std::optional<Estimate> AdjustedScore(const Recommendations& answers) {
  const auto& [promoters, detractors, n] = answers;
  if (n <= 0 || promoters < 0 || detractors < 0 || promoters > n - detractors) return std::nullopt;
  const double count = static_cast<double>(n) + 3;
  const double plus = (static_cast<double>(promoters) + 0.75) / count;
  const double minus = (static_cast<double>(detractors) + 0.75) / count;
  const double score = plus - minus;
  return Estimate{score, (plus + minus - score * score) / count};
}

// a * b - c * d, of which most may cancel: what rounding takes from each product is added again
// (Kahan's difference of products).
double DifferenceOfProducts(double a, double b, double c, double d) {
  const double first = a * b;
  const double second = c * d;
  return (first - second) + (std::fma(a, b, -first) - std::fma(c, d, -second));
}

// Of the mean. Sums that are rounded already may leave a tiny negative variance where all
// observations are equal.
std::optional<Estimate> Mean(const Sample& sample) {
  if (sample.n < 2) return std::nullopt;
  const auto count = static_cast<double>(sample.n);
  const double mean = sample.sum / count;
  const double deviations =
      DifferenceOfProducts(count, sample.sum_of_squares, sample.sum, sample.sum) / count;
  return Estimate{mean, std::max(0.0, deviations / (count - 1)) / count};
}

double StudentsT(double degrees, double level = 1 - kTail) {
  return boost::math::quantile(boost::math::students_t(degrees), level);
}

// Of the difference of two means of n_a and n_b observations, from the variances of the means, of
// which at least one is not 0.
double WelchDegrees(double variance_a, double n_a, double variance_b, double n_b) {
  // Shares of the variance: squares of the variances themselves could leave a double's range.
  const double share_a = variance_a / (variance_a + variance_b);
  const double share_b = variance_b / (variance_a + variance_b);
  return 1 / (share_a * share_a / (n_a - 1) + share_b * share_b / (n_b - 1));
}

Interval Around(double centre, double reach) { return {centre - reach, centre + reach}; }

}  // namespace

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

std::optional<Interval> AdjustedWald(const Recommendations& answers) {
  const auto score = AdjustedScore(answers);
  if (!score) return std::nullopt;
  const Interval interval = Around(score->value, kZ95 * std::sqrt(score->variance));
  return Interval{std::max(-1.0, interval.low), std::min(1.0, interval.high)};
}

std::optional<Interval> MeanInterval(int64_t n, double sum, double sum_of_squares) {
  const auto mean = Mean({n, sum, sum_of_squares});
  if (!mean) return std::nullopt;
  return Around(mean->value, StudentsT(static_cast<double>(n - 1)) * std::sqrt(mean->variance));
}

std::optional<Ranks> QuantileRanks(int64_t n, double quantile) {
  if (n < 1 || n > kMostRanked || !(quantile > 0 && quantile < 1)) return std::nullopt;
  // How many observations lie below the quantile.
  const Binomial below(static_cast<double>(n), quantile);
  const Ranks ranks{static_cast<int64_t>(boost::math::quantile(below, kTail)),
                    static_cast<int64_t>(boost::math::quantile(below, 1 - kTail)) + 1};
  if (ranks.low < 1 || ranks.high > n) return std::nullopt;
  return ranks;
}

std::optional<Interval> ProportionDifference(const Proportion& a, const Proportion& b) {
  const auto of_a = Wilson(a.k, a.n);
  const auto of_b = Wilson(b.k, b.n);
  if (!of_a || !of_b) return std::nullopt;
  const double p = static_cast<double>(a.k) / static_cast<double>(a.n);
  const double q = static_cast<double>(b.k) / static_cast<double>(b.n);
  return Interval{p - q - std::hypot(p - of_a->low, of_b->high - q),
                  p - q + std::hypot(of_a->high - p, q - of_b->low)};
}

std::optional<Interval> NetPromoterDifference(const Recommendations& a, const Recommendations& b) {
  const auto of_a = AdjustedScore(a);
  const auto of_b = AdjustedScore(b);
  if (!of_a || !of_b) return std::nullopt;
  const Interval interval =
      Around(of_a->value - of_b->value, kZ95 * std::sqrt(of_a->variance + of_b->variance));
  return Interval{std::max(-2.0, interval.low), std::min(2.0, interval.high)};
}

std::optional<Interval> MeanDifference(const Sample& a, const Sample& b) {
  const auto of_a = Mean(a);
  const auto of_b = Mean(b);
  if (!of_a || !of_b) return std::nullopt;
  const double difference = of_a->value - of_b->value;
  const double variance = of_a->variance + of_b->variance;
  if (variance == 0) return Interval{difference, difference};
  const double degrees = WelchDegrees(of_a->variance, static_cast<double>(a.n), of_b->variance,
                                      static_cast<double>(b.n));
  return Around(difference, StudentsT(degrees) * std::sqrt(variance));
}

std::optional<int64_t> MoreToTellApart(const Sample& a, const Sample& b, double difference) {
  const auto of_a = Mean(a);
  const auto of_b = Mean(b);
  if (!of_a || !of_b || !(std::abs(difference) > 0)) return std::nullopt;
  const auto tells = [&](int64_t more) {
    const auto n_a = static_cast<double>(a.n);
    const auto n_b = static_cast<double>(b.n);
    const double then_a = n_a + static_cast<double>(more);
    const double then_b = n_b + static_cast<double>(more);
    const double variance_a = of_a->variance * (n_a / then_a);
    const double variance_b = of_b->variance * (n_b / then_b);
    if (variance_a + variance_b == 0) return true;
    const double degrees = WelchDegrees(variance_a, then_a, variance_b, then_b);
    return std::abs(difference) >=
           (StudentsT(degrees) + StudentsT(degrees, kPower)) * std::sqrt(variance_a + variance_b);
  };
  if (!tells(kMostNeeded)) return std::nullopt;
  int64_t too_few = -1;
  int64_t enough = kMostNeeded;
  while (enough - too_few > 1) {
    const int64_t middle = too_few + (enough - too_few) / 2;
    (tells(middle) ? enough : too_few) = middle;
  }
  return enough;
}

}  // namespace clientele::stats
