// 95 % intervals of figures and of the differences between two of them, and how many observations a
// difference takes to be told. Pure functions, any thread; each names its source. The samples of a
// difference must be independent: no observation in both.
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

// k of n.
struct Proportion {
  int64_t k = 0;
  int64_t n = 0;
};

// Answers to "would you recommend us": `n` in all, the rest passive.
struct Recommendations {
  int64_t promoters = 0;
  int64_t detractors = 0;
  int64_t n = 0;
};

// Observations of a measure, as a store can add them up.
struct Sample {
  int64_t n = 0;
  double sum = 0;
  double sum_of_squares = 0;
};

// Of a proportion k / n: Wilson's score interval (Wilson 1927; Newcombe 1998, method 3). None if
// n = 0 or not 0 <= k <= n.
[[nodiscard]] std::optional<Interval> Wilson(int64_t k, int64_t n);

// Of a net promoter score (promoters - detractors) / n, within [-1, 1]: adjusted Wald, 3/4 of an
// answer added to promoters and detractors each and 3 to n (Rocks 2016); of n = 1 it leaves out the
// score itself, unless that is 0. None if n = 0, a count is negative or both together are more than
// n.
[[nodiscard]] std::optional<Interval> AdjustedWald(const Recommendations& answers);

// Of a mean of n observations with this sum and this sum of squares: Student's t with n - 1 degrees
// of freedom. None if n < 2.
[[nodiscard]] std::optional<Interval> MeanInterval(int64_t n, double sum, double sum_of_squares);

// Of a quantile: ranks among the observations in rising order, 1..n.
struct Ranks {
  int64_t low = 0;
  int64_t high = 0;
};

// Between which two observations the `quantile` (0.5: the median) of what n observations were drawn
// from lies: order statistics, at most 2.5 % beyond either end by the binomial distribution
// (Conover 1999, 3.2). None unless 0 < quantile < 1, or if n is too small: under 6 for the median,
// 36 for 0.9, 368 for 0.99; or above 10^12.
[[nodiscard]] std::optional<Ranks> QuantileRanks(int64_t n, double quantile);

// Of the difference a - b of two proportions: Newcombe's hybrid score interval without continuity
// correction (Newcombe 1998, Stat Med 17:873, method 10). None where Wilson has none for one.
[[nodiscard]] std::optional<Interval> ProportionDifference(const Proportion& a,
                                                           const Proportion& b);

// Of the difference a - b of two net promoter scores, within [-2, 2]: both adjusted as above, their
// variances added (Rocks 2016; Lewis and Sauro 2021). It leaves out 0 exactly where the z test of
// the adjusted scores has |z| > kZ95. None where AdjustedWald has none for one.
[[nodiscard]] std::optional<Interval> NetPromoterDifference(const Recommendations& a,
                                                            const Recommendations& b);

// Of the difference a - b of two means: Welch's t with the degrees of freedom of Welch and
// Satterthwaite (Welch 1947). A point where neither sample varies. None if one has n < 2.
[[nodiscard]] std::optional<Interval> MeanDifference(const Sample& a, const Sample& b);

// How many more observations of each it takes until Welch's test of two means at 95 % tells a
// difference of this size apart with a power of 80 %, if they vary as these do. With v and n of a
// sample its variance and size, the least m >= 0 with
//   |difference| >= (t(0.975) + t(0.8)) sqrt(v_a / (n_a + m) + v_b / (n_b + m)),
// quantiles of Student's t with the degrees that MeanDifference has of n_a + m and n_b + m
// (NIST/SEMATECH e-Handbook of Statistical Methods, 7.2.2.2, for the variance of two samples). None
// if one has n < 2, the difference is 0, or 10^12 do not suffice.
[[nodiscard]] std::optional<int64_t> MoreToTellApart(const Sample& a, const Sample& b,
                                                     double difference);

}  // namespace clientele::stats
