// Random, Timeline, QueueModel and the options.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "app/simulate/queue_model.h"
#include "app/simulate/sample_fixture.h"

namespace clientele::app::simulate {
namespace {

using testing::HasSubstr;

TEST(RandomTest, StreamsAreTheirOwn) {
  Random first(1, "calls", 3);
  Random same(1, "calls", 3);
  Random day(1, "calls", 4);
  Random stream(1, "queue", 3);
  Random seed(2, "calls", 3);
  const uint64_t value = first.Next();
  EXPECT_EQ(same.Next(), value);
  EXPECT_NE(day.Next(), value);
  EXPECT_NE(stream.Next(), value);
  EXPECT_NE(seed.Next(), value);
}

TEST(RandomTest, DistributionsHaveTheirMeans) {
  Random random(7, "means");
  constexpr int kDraws = 200'000;
  double uniform = 0;
  double exponential = 0;
  double normal = 0;
  double squares = 0;
  double poisson = 0;
  int below = 0;
  int picked = 0;
  constexpr std::array<double, 3> kWeights{1, 2, 1};
  for (int i = 0; i < kDraws; ++i) {
    uniform += random.Uniform();
    exponential += random.Exponential(40);
    const double value = random.Normal(3, 2);
    normal += value;
    squares += (value - 3) * (value - 3);
    poisson += random.Poisson(37.5);
    below += static_cast<int>(random.Below(10));
    picked += random.Pick(kWeights) == 1 ? 1 : 0;
  }
  EXPECT_NEAR(uniform / kDraws, 0.5, 0.005);
  EXPECT_NEAR(exponential / kDraws, 40, 0.5);
  EXPECT_NEAR(normal / kDraws, 3, 0.02);
  EXPECT_NEAR(squares / kDraws, 4, 0.05);
  EXPECT_NEAR(poisson / kDraws, 37.5, 0.1);
  EXPECT_NEAR(static_cast<double>(below) / kDraws, 4.5, 0.05);
  EXPECT_NEAR(static_cast<double>(picked) / kDraws, 0.5, 0.01);
}

TEST(TimelineTest, DaysAreTheZonesOwn) {
  Options options = SampleOptions(500, 40);
  options.zone = "Europe/Berlin";
  options.end = "2026-11-05";
  const auto timeline = Timeline::Make(options);
  ASSERT_TRUE(timeline);
  EXPECT_EQ(timeline->days(), 40);
  EXPECT_EQ(timeline->Name(39), "2026-11-04");
  EXPECT_EQ(timeline->Weekday(39), 3);
  const int change = timeline->DayOf(timeline->End() - 11 * kDay);
  EXPECT_EQ(timeline->Name(change), "2026-10-25");
  EXPECT_EQ(timeline->Start(change + 1) - timeline->Start(change), 25 * kHour);
  EXPECT_EQ(timeline->DayOf(timeline->Begin() - 1), -1);
  EXPECT_EQ(timeline->DayOf(timeline->Begin()), 0);
  EXPECT_EQ(timeline->DayOf(timeline->End() - 1), 39);
  EXPECT_EQ(timeline->DayOf(timeline->End()), 40);
}

TEST(TimelineTest, TodayIsTheZonesToday) {
  // 2026-11-23 22:30 UTC.
  constexpr int64_t kLate = 1'795'473'000'000'000;
  EXPECT_EQ(*Timeline::DayAt(kLate, "UTC"), "2026-11-23");
  EXPECT_EQ(*Timeline::DayAt(kLate, "Europe/Moscow"), "2026-11-24");
}

TEST(OptionsTest, BadOnesAreNamed) {
  const auto refused = [](auto change) {
    Options options = SampleOptions(500, 20);
    change(options);
    const auto made = Simulation::Make(options);
    return made ? std::string() : made.error().message;
  };
  EXPECT_THAT(refused([](Options& o) { o.zone = "Mars/Base"; }), HasSubstr("zone Mars/Base"));
  EXPECT_THAT(refused([](Options& o) { o.end = "2026-02-30"; }), HasSubstr("end 2026-02-30"));
  EXPECT_THAT(refused([](Options& o) { o.end = "24.11.2026"; }), HasSubstr("end 24.11.2026"));
  EXPECT_THAT(refused([](Options& o) { o.days = 0; }), HasSubstr("days 0: must be 1 to"));
  EXPECT_THAT(refused([](Options& o) { o.customers = 1; }), HasSubstr("customers 1: must be"));
  EXPECT_THAT(refused([](Options& o) { o.scale = NAN; }), HasSubstr("scale nan"));
}

TEST(QueueModelTest, WaitsForTheFirstWhoIsFree) {
  QueueModel model({{1, 0, 10'000, {}}, {2, 0, 10'000, {}}});
  const auto first = model.Earliest(100);
  EXPECT_EQ(first.at, 100);
  model.Occupy(first.agent, 500);
  const auto second = model.Earliest(200);
  EXPECT_EQ(second.at, 200);
  EXPECT_NE(second.agent, first.agent);
  model.Occupy(second.agent, 400);
  const auto third = model.Earliest(250);
  EXPECT_EQ(third.at, 400);
  EXPECT_EQ(third.agent, second.agent);
  // Both free: the one who has been so for longer.
  EXPECT_EQ(model.Earliest(600).agent, second.agent);
}

TEST(QueueModelTest, BreaksAndTheEndOfTheShift) {
  QueueModel model({{1, 0, 10'000, {{1'000, 1'500}, {3'000, 3'200}}}});
  EXPECT_EQ(model.Earliest(900).at, 900);
  model.Occupy(0, 1'300);
  // The break is taken when the call is done.
  EXPECT_EQ(model.Earliest(1'350).at, 1'800);
  model.Occupy(0, 2'000);
  EXPECT_EQ(model.Earliest(9'999).at, 9'999);
  EXPECT_EQ(model.Earliest(10'000).at, QueueModel::kNever);
  model.Close();
  ASSERT_EQ(model.TakenBreaks(0).size(), 2U);
  EXPECT_EQ(model.TakenBreaks(0)[0].from, 1'300);
  EXPECT_EQ(model.TakenBreaks(0)[0].to, 1'800);
  EXPECT_EQ(model.TakenBreaks(0)[1].from, 3'000);
}

TEST(QueueModelTest, CountsWhoWaits) {
  QueueModel model({{1, 0, 10'000, {}}});
  model.Wait(300);
  model.Wait(500);
  EXPECT_EQ(model.Waiting(299), 2);
  EXPECT_EQ(model.Waiting(300), 1);
  EXPECT_EQ(model.Waiting(500), 0);
}

}  // namespace
}  // namespace clientele::app::simulate
