// What is told of a replay's speed and time left, and how fast it may go.
#include "projections/replay/progress.h"

#include <gtest/gtest.h>

#include "projections/replay/valve.h"

namespace clientele::projections::replay {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Progress::Time kStart{};

TEST(Progress, TellsWhatIsLeftByTheLastHalfMinute) {
  Progress progress;
  EXPECT_EQ(progress.Text(), "nothing yet");
  progress.Add(kStart, {0}, {10'000});
  EXPECT_FALSE(progress.left());
  EXPECT_EQ(progress.Text(), "0 of 10000 offsets (0 %), speed not known yet");
  progress.Add(kStart + seconds(10), {1'000}, {10'000});
  EXPECT_EQ(progress.rate(), 100);
  EXPECT_EQ(progress.left(), seconds(90));
  EXPECT_EQ(progress.Text(), "1000 of 10000 offsets (10 %), 100 a second, 90 s left");
  // The first minute was fast; now it is slow: the old samples are forgotten.
  progress.Add(kStart + seconds(40), {1'300}, {10'000});
  progress.Add(kStart + seconds(70), {1'600}, {10'000});
  EXPECT_EQ(progress.rate(), 10);
  EXPECT_EQ(progress.left(), seconds(840));
}

TEST(Progress, AGrowingLogTakesLonger) {
  Progress progress;
  progress.Add(kStart, {0}, {1'000});
  progress.Add(kStart + seconds(10), {1'000}, {1'500});
  EXPECT_EQ(progress.left(), seconds(10));  // 500 left, 50 a second nearer
  progress.Add(kStart + seconds(20), {1'500}, {3'000});
  EXPECT_FALSE(progress.left());
  EXPECT_EQ(progress.Text(),
            "1500 of 3000 offsets (50 %), 75 a second, not coming nearer to the "
            "end");
  progress.Add(kStart + seconds(21), {3'000}, {3'000});
  EXPECT_EQ(progress.left(), seconds(0));
}

TEST(Progress, WhatStandsStillIsToldAfterAWhile) {
  Progress progress;
  progress.Add(kStart, {100}, {1'000});
  progress.Add(kStart + seconds(5), {100}, {1'000});
  EXPECT_EQ(progress.Text(), "100 of 1000 offsets (10 %), speed not known yet");
  progress.Add(kStart + seconds(30), {100}, {1'000});
  EXPECT_EQ(progress.Text(),
            "100 of 1000 offsets (10 %), 0 a second, not coming nearer to the end");
}

TEST(Progress, APauseDoesNotCount) {
  Progress progress;
  progress.Add(kStart, {0}, {1'000});
  progress.Add(kStart + seconds(10), {100}, {1'000});
  progress.Forget();
  EXPECT_EQ(progress.Done(), "nothing yet");
  progress.Add(kStart + seconds(20), {100}, {1'000});
  EXPECT_EQ(progress.Done(), "100 of 1000 offsets (10 %)");
  progress.Add(kStart + seconds(21), {150}, {1'000});
  EXPECT_EQ(progress.Text(), "150 of 1000 offsets (15 %), 50 a second, 17 s left");
}

TEST(Progress, OnePartitionsSurplusHidesNothing) {
  Progress progress;
  progress.Add(kStart, {0, 0}, {100, 100});
  progress.Add(kStart + seconds(10), {300, 50}, {100, 100});
  EXPECT_EQ(progress.Text(), "150 of 200 offsets (75 %), 15 a second, 4 s left");
}

TEST(Valve, LetsAllThroughWithoutALimit) {
  Valve valve;
  EXPECT_EQ(valve.Take(7, milliseconds(0)), 7U);
}

TEST(Valve, LetsNothingThroughWhilePaused) {
  Valve valve;
  valve.Set(true, 0);
  EXPECT_EQ(valve.Take(7, milliseconds(1)), 0U);
  valve.Set(false, 0);
  EXPECT_EQ(valve.Take(7, milliseconds(0)), 7U);
}

TEST(Valve, KeepsToItsRate) {
  Valve valve;
  valve.Set(false, 1'000);
  const auto started = Valve::Clock::now();
  size_t taken = 0;
  while (taken < 200) taken += valve.Take(50, milliseconds(100));
  const std::chrono::duration<double> took = Valve::Clock::now() - started;
  // 200 at 1,000 a second, of which a burst of a tenth of a second may come at once.
  EXPECT_GE(took.count(), 0.09);
}

TEST(Valve, WhatWasNotReadIsLeft) {
  Valve valve;
  valve.Set(false, 10);  // bursts of one
  EXPECT_EQ(valve.Take(5, milliseconds(1'000)), 1U);
  valve.GiveBack(1);
  EXPECT_EQ(valve.Take(5, milliseconds(0)), 1U);
}

}  // namespace
}  // namespace clientele::projections::replay
