// Against published figures and independent packages.
#include "stats/interval.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace clientele::stats {
namespace {

struct WilsonCase {
  int64_t k;
  int64_t n;
  double low;
  double high;
  double tolerance;
};

class WilsonTest : public testing::TestWithParam<WilsonCase> {};

TEST_P(WilsonTest, GivesTheKnownInterval) {
  const WilsonCase& known = GetParam();
  const auto interval = Wilson(known.k, known.n);
  ASSERT_TRUE(interval.has_value());
  EXPECT_NEAR(interval->low, known.low, known.tolerance);
  EXPECT_NEAR(interval->high, known.high, known.tolerance);
}

// Newcombe 1998, Stat Med 17:857, method 3.
INSTANTIATE_TEST_SUITE_P(Published, WilsonTest,
                         testing::Values(WilsonCase{81, 263, .2553, .3662, 5e-5},
                                         WilsonCase{15, 148, .0624, .1605, 5e-5}));
// An independent package.
INSTANTIATE_TEST_SUITE_P(Package, WilsonTest,
                         testing::Values(WilsonCase{0, 10, 0.0, 0.277533, 5e-7},
                                         WilsonCase{10, 10, 0.722467, 1.0, 5e-7},
                                         WilsonCase{1, 10, 0.017876, 0.40415, 5e-6},
                                         WilsonCase{7, 10, 0.396778, 0.892209, 5e-7},
                                         WilsonCase{81, 263, 0.255289, 0.36621, 5e-6},
                                         WilsonCase{15, 148, 0.062386, 0.160487, 5e-7},
                                         WilsonCase{2023, 4054, 0.48363, 0.514398, 5e-6}));
// 80 %: 5 trials give 38 %-96 %, 10: 49-94, 30: 63-91, 100: 71-87. And 3,000 of 3,008.
INSTANTIATE_TEST_SUITE_P(Rounded, WilsonTest,
                         testing::Values(WilsonCase{4, 5, .38, .96, .005},
                                         WilsonCase{8, 10, .49, .94, .005},
                                         WilsonCase{24, 30, .63, .91, .006},
                                         WilsonCase{80, 100, .71, .87, .005},
                                         WilsonCase{3000, 3008, .99476, .99865, 5e-6}));

// 1,850 of 2,000 would recommend; 60 of 90 left because of the service.
INSTANTIATE_TEST_SUITE_P(Worked, WilsonTest,
                         testing::Values(WilsonCase{1850, 2000, .9126, .9358, 1e-4},
                                         WilsonCase{60, 90, .5642, .7555, 5e-5},
                                         WilsonCase{3000, 3061, .97449, .98445, 5e-6}));

TEST(Wilson, IsASmallPartAroundTheShareOfVeryMany) {
  const int64_t n = 9'007'199'254'740'992;  // 2^53
  const auto interval = Wilson(n / 2, n);
  ASSERT_TRUE(interval.has_value());
  EXPECT_NEAR(interval->low, .5, 2e-8);
  EXPECT_NEAR(interval->high, .5, 2e-8);
  EXPECT_LT(interval->low, interval->high);
}

TEST(Wilson, HasNoIntervalWithoutTrials) {
  EXPECT_FALSE(Wilson(0, 0).has_value());
  EXPECT_FALSE(Wilson(0, -1).has_value());
  EXPECT_FALSE(Wilson(3, 2).has_value());
  EXPECT_FALSE(Wilson(-1, 2).has_value());
}

TEST(Wilson, NeverLeavesZeroToOneAndHoldsTheShare) {
  for (int64_t n = 1; n <= 60; ++n) {
    for (int64_t k = 0; k <= n; ++k) {
      const auto interval = Wilson(k, n);
      ASSERT_TRUE(interval.has_value());
      const double share = static_cast<double>(k) / static_cast<double>(n);
      EXPECT_LE(0.0, interval->low);
      EXPECT_LE(interval->low, share);
      EXPECT_LE(share, interval->high);
      EXPECT_LE(interval->high, 1.0);
    }
  }
}

// 1..10: mean 5.5, sample deviation 3.02765, t(9) = 2.262157.
TEST(MeanInterval, GivesStudentsInterval) {
  const auto interval = MeanInterval(10, 55, 385);
  ASSERT_TRUE(interval.has_value());
  EXPECT_NEAR(interval->low, 3.334149, 1e-6);
  EXPECT_NEAR(interval->high, 7.665851, 1e-6);
}

// Two observations 1 and 3: t(1) = 12.7062.
TEST(MeanInterval, IsWideForTwo) {
  const auto interval = MeanInterval(2, 4, 10);
  ASSERT_TRUE(interval.has_value());
  EXPECT_NEAR(interval->low, 2 - 12.706205, 1e-5);
  EXPECT_NEAR(interval->high, 2 + 12.706205, 1e-5);
}

// The deviation of 4,054 waits is 33.592872 s around 67.52072 s (a real call log): mean +- 1.0344.
TEST(MeanInterval, NearsTheNormalIntervalForMany) {
  const double n = 4054;
  const double sum = 67.52072 * n;
  const double squares = 33.592872 * 33.592872 * (n - 1) + sum * sum / n;
  const auto interval = MeanInterval(4054, sum, squares);
  ASSERT_TRUE(interval.has_value());
  EXPECT_NEAR(interval->high - 67.52072, kZ95 * 33.592872 / std::sqrt(n), 1e-3);
}

TEST(MeanInterval, IsAPointWhereAllAreEqual) {
  const auto interval = MeanInterval(3, 0.3, 0.03);
  ASSERT_TRUE(interval.has_value());
  EXPECT_NEAR(interval->low, 0.1, 1e-7);
  EXPECT_NEAR(interval->high, 0.1, 1e-7);
}

// Whole numbers, such as milliseconds, leave nothing behind; those that hardly differ all of it.
TEST(MeanInterval, LosesNothingThatCancels) {
  const auto point = MeanInterval(2, 2 * 243'786.0, 2 * 243'786.0 * 243'786.0);
  ASSERT_TRUE(point.has_value());
  EXPECT_EQ(point->low, 243'786);
  EXPECT_EQ(point->high, 243'786);
  const double a = 60'000'000;  // both squares and their sum are whole doubles
  const auto near = MeanInterval(2, 2 * a + 1, a * a + (a + 1) * (a + 1));
  ASSERT_TRUE(near.has_value());
  EXPECT_NEAR(near->high - (a + .5), 12.7062047 / 2, 1e-7);
}

TEST(MeanInterval, NeedsTwo) {
  EXPECT_FALSE(MeanInterval(0, 0, 0).has_value());
  EXPECT_FALSE(MeanInterval(1, 5, 25).has_value());
}

struct ScoreCase {
  Recommendations answers;
  double low;
  double high;
};

class AdjustedWaldTest : public testing::TestWithParam<ScoreCase> {};

TEST_P(AdjustedWaldTest, GivesTheKnownInterval) {
  const auto interval = AdjustedWald(GetParam().answers);
  ASSERT_TRUE(interval.has_value());
  EXPECT_NEAR(interval->low, GetParam().low, 1e-6);
  EXPECT_NEAR(interval->high, GetParam().high, 1e-6);
}

// The formula worked by hand in higher precision: the answers 0..10 once each, half promoters and a
// fifth detractors of 30 to 1,000, one answer, and all alike (cut at -1 and 1).
INSTANTIATE_TEST_SUITE_P(Worked, AdjustedWaldTest,
                         testing::Values(ScoreCase{{2, 7, 11}, -0.770415, 0.056129},
                                         ScoreCase{{15, 6, 30}, 0.006813, 0.538642},
                                         ScoreCase{{50, 20, 100}, 0.140511, 0.442013},
                                         ScoreCase{{200, 80, 400}, 0.221523, 0.374011},
                                         ScoreCase{{500, 200, 1000}, 0.250770, 0.347435},
                                         ScoreCase{{1, 0, 1}, -0.484986, 0.984986},
                                         ScoreCase{{0, 1, 1}, -0.984986, 0.484986},
                                         ScoreCase{{0, 0, 1}, -0.600114, 0.600114},
                                         ScoreCase{{10, 0, 10}, 0.475036, 1},
                                         ScoreCase{{0, 10, 10}, -1, -0.475036}));

// Half promoters and a fifth detractors: +-7.7 points of 400, +-4.8 of 1,000 without the
// adjustment.
TEST(AdjustedWald, NearsThePlainMarginForMany) {
  const auto reach = [](const Recommendations& answers) {
    const auto interval = AdjustedWald(answers);
    return interval ? 100 * (interval->high - interval->low) / 2 : 0;
  };
  EXPECT_NEAR(reach({200, 80, 400}), 7.7, .1);
  EXPECT_NEAR(reach({500, 200, 1'000}), 4.8, .05);
  const int64_t n = 9'007'199'254'740'990;
  EXPECT_NEAR(reach({n / 2, n / 5, n}), 100 * kZ95 * std::sqrt(.61 / static_cast<double>(n)), 1e-9);
}

// One answer alone is so far from what the adjustment expects that its score is left out.
TEST(AdjustedWald, HoldsTheScoreOfTwoAndMoreAndStaysInItsScale) {
  for (int64_t n = 2; n <= 40; ++n) {
    for (int64_t promoters = 0; promoters <= n; ++promoters) {
      for (int64_t detractors = 0; promoters + detractors <= n; ++detractors) {
        const auto interval = AdjustedWald({promoters, detractors, n});
        ASSERT_TRUE(interval.has_value());
        const double score = static_cast<double>(promoters - detractors) / static_cast<double>(n);
        EXPECT_LE(-1, interval->low);
        EXPECT_LE(interval->low, score);
        EXPECT_LE(score, interval->high);
        EXPECT_LE(interval->high, 1);
      }
    }
  }
}

TEST(AdjustedWald, HasNoIntervalOfWhatIsNoCount) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  for (const Recommendations& answers :
       {Recommendations{0, 0, 0}, Recommendations{0, 0, -1}, Recommendations{-1, 0, 2},
        Recommendations{0, -1, 2}, Recommendations{2, 1, 2},
        Recommendations{kMost, kMost, kMost}}) {
    EXPECT_FALSE(AdjustedWald(answers).has_value()) << answers.promoters;
  }
}

struct RanksCase {
  int64_t n;
  double quantile;
  int64_t low;
  int64_t high;
};

class QuantileRanksTest : public testing::TestWithParam<RanksCase> {};

TEST_P(QuantileRanksTest, GivesTheKnownRanks) {
  const auto ranks = QuantileRanks(GetParam().n, GetParam().quantile);
  ASSERT_TRUE(ranks.has_value());
  EXPECT_EQ(ranks->low, GetParam().low);
  EXPECT_EQ(ranks->high, GetParam().high);
}

// Textbook tables of the median (n = 6, 10, 20, 25, 100); the others by exact binomial sums.
INSTANTIATE_TEST_SUITE_P(Textbook, QuantileRanksTest,
                         testing::Values(RanksCase{6, .5, 1, 6}, RanksCase{10, .5, 2, 9},
                                         RanksCase{20, .5, 6, 15}, RanksCase{25, .5, 8, 18},
                                         RanksCase{100, .5, 40, 61}));
INSTANTIATE_TEST_SUITE_P(Exact, QuantileRanksTest,
                         testing::Values(RanksCase{36, .9, 29, 36}, RanksCase{100, .9, 84, 96},
                                         RanksCase{100, .25, 17, 35}, RanksCase{368, .99, 360, 368},
                                         RanksCase{1000, .9, 881, 919},
                                         RanksCase{1000, .99, 983, 997}));

TEST(QuantileRanks, NeedEnoughObservations) {
  EXPECT_FALSE(QuantileRanks(5, .5).has_value());
  EXPECT_FALSE(QuantileRanks(35, .9).has_value());
  EXPECT_FALSE(QuantileRanks(367, .99).has_value());
  EXPECT_FALSE(QuantileRanks(1, .5).has_value());
  EXPECT_FALSE(QuantileRanks(0, .5).has_value());
  EXPECT_FALSE(QuantileRanks(-1, .5).has_value());
}

TEST(QuantileRanks, AreOfAQuantileBetweenZeroAndOne) {
  for (const double quantile : {0.0, 1.0, -.1, 1.1, std::numeric_limits<double>::quiet_NaN(),
                                std::numeric_limits<double>::infinity()}) {
    EXPECT_FALSE(QuantileRanks(1'000, quantile).has_value()) << quantile;
  }
}

// n q +- z sqrt(n q (1 - q)), within two ranks.
TEST(QuantileRanks, NearTheNormalOnesForMany) {
  for (const double quantile : {.5, .9, .99}) {
    for (const int64_t n : {1'000'000LL, 1'000'000'000LL, 1'000'000'000'000LL}) {
      const auto ranks = QuantileRanks(n, quantile);
      ASSERT_TRUE(ranks.has_value()) << n;
      const double mean = static_cast<double>(n) * quantile;
      const double reach = kZ95 * std::sqrt(mean * (1 - quantile));
      EXPECT_NEAR(static_cast<double>(ranks->low), mean - reach, 2) << n << ' ' << quantile;
      EXPECT_NEAR(static_cast<double>(ranks->high), mean + reach + 1, 2) << n << ' ' << quantile;
    }
  }
  EXPECT_FALSE(QuantileRanks(1'000'000'000'001, .5).has_value());
  EXPECT_FALSE(QuantileRanks(std::numeric_limits<int64_t>::max(), .5).has_value());
}

}  // namespace
}  // namespace clientele::stats
