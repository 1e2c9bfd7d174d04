// Against published figures and independent packages.
#include "stats/interval.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

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

TEST(MeanInterval, NeedsTwo) {
  EXPECT_FALSE(MeanInterval(0, 0, 0).has_value());
  EXPECT_FALSE(MeanInterval(1, 5, 25).has_value());
}

}  // namespace
}  // namespace clientele::stats
