// Intervals of differences, and how many observations a difference takes, against published
// figures.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "stats/interval.h"

namespace clientele::stats {
namespace {

bool LeavesOutZero(const Interval& interval) { return interval.low > 0 || interval.high < 0; }

struct ProportionCase {
  Proportion a;
  Proportion b;
  double low;
  double high;
};

class ProportionDifferenceTest : public testing::TestWithParam<ProportionCase> {};

TEST_P(ProportionDifferenceTest, GivesTheKnownInterval) {
  const auto& [a, b, low, high] = GetParam();
  const auto interval = ProportionDifference(a, b);
  ASSERT_TRUE(interval.has_value());
  EXPECT_NEAR(interval->low, low, 5e-5);
  EXPECT_NEAR(interval->high, high, 5e-5);
  const auto reversed = ProportionDifference(b, a);
  ASSERT_TRUE(reversed.has_value());
  EXPECT_DOUBLE_EQ(reversed->low, -interval->high);
  EXPECT_DOUBLE_EQ(reversed->high, -interval->low);
}

// Newcombe 1998, Stat Med 17:873, table II, method 10.
INSTANTIATE_TEST_SUITE_P(Published, ProportionDifferenceTest,
                         testing::Values(ProportionCase{{56, 70}, {48, 80}, .0524, .3339},
                                         ProportionCase{{9, 10}, {3, 10}, .1705, .8090},
                                         ProportionCase{{6, 7}, {2, 7}, .0582, .8062},
                                         ProportionCase{{5, 56}, {0, 29}, -.0381, .1926},
                                         ProportionCase{{0, 10}, {0, 20}, -.1611, .2775},
                                         ProportionCase{{0, 10}, {0, 10}, -.2775, .2775},
                                         ProportionCase{{10, 10}, {0, 20}, .6791, 1},
                                         ProportionCase{{10, 10}, {0, 10}, .6075, 1}));

TEST(ProportionDifference, NeverLeavesItsScaleAndHoldsTheDifference) {
  for (int64_t m = 1; m <= 12; ++m) {
    for (int64_t n = 1; n <= 12; ++n) {
      for (int64_t j = 0; j <= m; ++j) {
        for (int64_t k = 0; k <= n; ++k) {
          const auto interval = ProportionDifference({j, m}, {k, n});
          ASSERT_TRUE(interval.has_value());
          const double difference = static_cast<double>(j) / static_cast<double>(m) -
                                    static_cast<double>(k) / static_cast<double>(n);
          EXPECT_LE(-1, interval->low);
          EXPECT_LE(interval->low, difference);
          EXPECT_LE(difference, interval->high);
          EXPECT_LE(interval->high, 1);
        }
      }
    }
  }
}

TEST(ProportionDifference, TellsVeryManyApart) {
  const int64_t n = 1'000'000'000'000'000;
  EXPECT_TRUE(LeavesOutZero(*ProportionDifference({n / 2 + 1'000'000'000, n}, {n / 2, n})));
  EXPECT_FALSE(LeavesOutZero(*ProportionDifference({n / 2 + 1'000, n}, {n / 2, n})));
}

TEST(ProportionDifference, NeedsBoth) {
  EXPECT_FALSE(ProportionDifference({0, 0}, {1, 2}).has_value());
  EXPECT_FALSE(ProportionDifference({1, 2}, {0, 0}).has_value());
  EXPECT_FALSE(ProportionDifference({3, 2}, {1, 2}).has_value());
  EXPECT_FALSE(ProportionDifference({1, 2}, {-1, 2}).has_value());
}

// Half promoters and a fifth detractors of 400: less than 10.8 points apart cannot be told apart.
TEST(NetPromoterDifference, OfFourHundredASide) {
  const Recommendations before{200, 80, 400};
  EXPECT_NEAR(NetPromoterDifference(before, before)->high, .108, 5e-4);
  EXPECT_FALSE(LeavesOutZero(*NetPromoterDifference({221, 59, 400}, before)));  // 10.5 points
  EXPECT_TRUE(LeavesOutZero(*NetPromoterDifference({222, 58, 400}, before)));   // 11
}

// z = 0.9428 and 1.9895, worked by hand; with |z| > 1.96 the interval leaves out 0.
TEST(NetPromoterDifference, IsTheZTest) {
  const auto one = NetPromoterDifference({1, 0, 1}, {0, 1, 1});
  EXPECT_NEAR(one->low, -.539428, 1e-6);
  EXPECT_NEAR(one->high, 1.539428, 1e-6);
  const auto many = NetPromoterDifference({222, 80, 400}, {178, 80, 400});
  EXPECT_NEAR(many->low, .001620, 1e-6);
  EXPECT_NEAR(many->high, .216743, 1e-6);
}

TEST(NetPromoterDifference, StaysInItsScaleAndNeedsBoth) {
  const auto widest = NetPromoterDifference({10, 0, 10}, {0, 10, 10});
  EXPECT_NEAR(widest->low, 1.122407, 1e-6);
  EXPECT_NEAR(widest->high, 1.954516, 1e-6);
  EXPECT_EQ(NetPromoterDifference({10, 0, 10}, {0, 9'999, 9'999})->high, 2);
  EXPECT_EQ(NetPromoterDifference({0, 9'999, 9'999}, {10, 0, 10})->low, -2);
  EXPECT_FALSE(NetPromoterDifference({0, 0, 0}, {1, 0, 1}).has_value());
  EXPECT_FALSE(NetPromoterDifference({1, 0, 1}, {2, 0, 1}).has_value());
}

Sample Of(const std::vector<double>& values) {
  return {static_cast<int64_t>(values.size()), std::accumulate(values.begin(), values.end(), 0.0),
          std::inner_product(values.begin(), values.end(), values.begin(), 0.0)};
}

// Student 1908, extra hours of sleep, as R's t.test publishes it: df = 17.776.
TEST(MeanDifference, OfStudentsSleep) {
  const Sample first = Of({.7, -1.6, -.2, -1.2, -.1, 3.4, 3.7, .8, 0, 2});
  const Sample second = Of({1.9, .8, 1.1, .1, -.1, 4.4, 5.5, 1.6, 4.6, 3.4});
  const auto interval = MeanDifference(first, second);
  ASSERT_TRUE(interval.has_value());
  EXPECT_NEAR(interval->low, -3.3654832, 1e-6);
  EXPECT_NEAR(interval->high, .2054832, 1e-6);
}

// Two and two: with equal deviations Welch is Student's t with 2 degrees, 4.302653.
TEST(MeanDifference, OfTwoAndTwo) {
  const auto interval = MeanDifference(Of({1, 3}), Of({5, 7}));
  ASSERT_TRUE(interval.has_value());
  EXPECT_NEAR(interval->low, -4 - 4.302653 * std::sqrt(2), 1e-5);
  EXPECT_NEAR(interval->high, -4 + 4.302653 * std::sqrt(2), 1e-5);
}

// One of them does not vary: the degrees are those of the other.
TEST(MeanDifference, BesideASampleThatDoesNotVary) {
  const auto interval = MeanDifference(Of({1, 3}), Of({2, 2, 2, 2}));
  ASSERT_TRUE(interval.has_value());
  EXPECT_NEAR(interval->low, -12.706205, 1e-5);
  EXPECT_NEAR(interval->high, 12.706205, 1e-5);
}

TEST(MeanDifference, IsAPointWhereNeitherVaries) {
  const auto same = MeanDifference(Of({100, 100, 100}), Of({100, 100}));
  EXPECT_EQ(same->low, 0);
  EXPECT_EQ(same->high, 0);
  EXPECT_FALSE(LeavesOutZero(*same));
  EXPECT_EQ(MeanDifference(Of({4, 4}), Of({1, 1}))->low, 3);
}

TEST(MeanDifference, OfVeryManyAndVerySmall) {
  const double n = 1e15;
  const Sample many{1'000'000'000'000'000, 2 * n, 5 * n};  // mean 2, deviation 1
  const auto interval = MeanDifference(many, many);
  EXPECT_NEAR(interval->high, kZ95 * std::sqrt(2 / n), 1e-12);
  const auto tiny = MeanDifference(Of({1e-160, 3e-160}), Of({1e-160, 3e-160}));
  EXPECT_NEAR(tiny->high / 1e-160, 4.302653 * std::sqrt(2), 1e-3);
}

TEST(MeanDifference, NeedsTwoOfEach) {
  EXPECT_FALSE(MeanDifference({0, 0, 0}, {2, 4, 10}).has_value());
  EXPECT_FALSE(MeanDifference({2, 4, 10}, {1, 5, 25}).has_value());
}

// n observations with this standard deviation, around 0.
Sample Varying(int64_t n, double deviation) {
  return {n, 0, static_cast<double>(n - 1) * deviation * deviation};
}

// R's power.t.test(delta, sd = 1, power = 0.8) gives n = 393.41, 99.08, 63.77, 25.52, 16.71, 5.09
// and 3.07 of each; Cohen 1988 has 64 and 26 of medium and large effects.
TEST(MoreToTellApart, OfTwoThatVaryAlike) {
  for (const auto& [difference, of_each] : std::vector<std::pair<double, int64_t>>{
           {.2, 394}, {.4, 100}, {.5, 64}, {.8, 26}, {1, 17}, {2, 6}, {3, 4}}) {
    for (const int64_t n : {int64_t{2}, of_each - 1, of_each}) {
      const Sample sample = Varying(n, 1);
      EXPECT_EQ(MoreToTellApart(sample, sample, difference), of_each - n) << difference;
      EXPECT_EQ(MoreToTellApart(sample, sample, -difference), of_each - n) << difference;
    }
    const Sample more = Varying(of_each + 1, 1);
    EXPECT_EQ(MoreToTellApart(more, more, difference), 0) << difference;
  }
}

// By scipy's noncentral t with these the power is 80 % or more, and with one less of each it is
// not.
TEST(MoreToTellApart, OfTwoThatVaryDifferently) {
  EXPECT_EQ(MoreToTellApart(Varying(20, 10), Varying(20, 20), 10), 21);
  EXPECT_EQ(MoreToTellApart(Varying(12, 10), Varying(40, 20), 10), 11);
  EXPECT_EQ(MoreToTellApart(Varying(40, 10), Varying(12, 20), 10), 26);
  EXPECT_EQ(MoreToTellApart(Varying(12, 20), Varying(40, 10), 10), 26);
  EXPECT_EQ(MoreToTellApart(Varying(16, 20), Varying(15, 12), 5), 157);
  EXPECT_EQ(MoreToTellApart(Varying(10, 0), Varying(10, 20), 5), 118);
}

// 2 (z(0.975) + z(0.8))^2 / 0.001^2 = 15,697,759.5.
TEST(MoreToTellApart, IsTheNormalOneForMany) {
  const auto more = MoreToTellApart(Varying(10, 1), Varying(10, 1), .001);
  ASSERT_TRUE(more.has_value());
  EXPECT_NEAR(static_cast<double>(*more + 10), 15'697'760, 4);
}

TEST(MoreToTellApart, TheMeansThemselvesDoNotMatter) {
  EXPECT_EQ(MoreToTellApart(Of({1, 3}), Of({5, 7}), 1),
            MoreToTellApart(Of({11, 13}), Of({2, 4}), 1));
}

TEST(MoreToTellApart, NoneAreNeededWhereNeitherVaries) {
  EXPECT_EQ(MoreToTellApart(Of({4, 4}), Of({1, 1}), 3), 0);
}

TEST(MoreToTellApart, NeverOfNoDifferenceAndOfTooFew) {
  const Sample sample = Varying(10, 1);
  EXPECT_FALSE(MoreToTellApart(sample, sample, 0).has_value());
  EXPECT_FALSE(MoreToTellApart(sample, sample, 1e-9).has_value());
  EXPECT_FALSE(
      MoreToTellApart(sample, sample, std::numeric_limits<double>::quiet_NaN()).has_value());
  EXPECT_FALSE(MoreToTellApart({1, 5, 25}, sample, 1).has_value());
  EXPECT_FALSE(MoreToTellApart(sample, {0, 0, 0}, 1).has_value());
}

}  // namespace
}  // namespace clientele::stats
