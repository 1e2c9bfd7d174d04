// A flood of records for the quarantine stops the projections; a trickle does not.
#include "projections/runner/quarantine_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "projections/runner/fakes/rig.h"

namespace clientele::projections::runner {
namespace {

using base::Code;
using testing::HasSubstr;

// `bad` of `records` more, as one call of Judge.
base::Status Take(QuarantineWatch& watch, uint64_t records, uint64_t bad) {
  const kafka::Record record{{3}, {17}, 0, "key", "value"};
  for (uint64_t i = 0; i < bad; ++i) {
    watch.Quarantined(record, {Reason::kUndecodable, 0, false, "value: 5 bytes"});
  }
  return watch.Judge(records);
}

TEST(QuarantineWatch, SaysWhatAndWhereAndWhatToDo) {
  QuarantineWatch watch(2);
  const auto judged = Take(watch, 1'000, 21);
  ASSERT_FALSE(judged);
  EXPECT_EQ(judged.error().code, Code::kFailedPrecondition);
  EXPECT_THAT(judged.error().message, HasSubstr("21 of the newest 1000 records (2.1 %)"));
  EXPECT_THAT(judged.error().message, HasSubstr("at most 2 % may"));
  EXPECT_THAT(judged.error().message, HasSubstr("partition 3, offset 17: UNDECODABLE, value: 5"));
  EXPECT_THAT(judged.error().message, HasSubstr("runner.most_quarantined_percent=100"));
}

TEST(QuarantineWatch, TheShareItselfMay) {
  QuarantineWatch watch(2);
  EXPECT_TRUE(Take(watch, 1'000, 20));
  EXPECT_EQ(watch.Share(), 0.02);
}

TEST(QuarantineWatch, OfFewRecordsNothingIsSaid) {
  QuarantineWatch watch(2);
  EXPECT_TRUE(Take(watch, 999, 999));
  EXPECT_FALSE(Take(watch, 1, 0));
}

TEST(QuarantineWatch, ALongGoodHistoryHidesNoFlood) {
  QuarantineWatch watch(2);
  for (int i = 0; i < 1'000; ++i) ASSERT_TRUE(Take(watch, 4'000, 0));
  base::Status judged;
  int taken = 0;
  for (; judged && taken < 4'000; taken += 100) judged = Take(watch, 100, 5);
  EXPECT_LE(taken, 2'000);
}

TEST(QuarantineWatch, AHundredPercentIsNever) {
  QuarantineWatch watch(100);
  EXPECT_TRUE(Take(watch, 5'000, 5'000));
}

TEST(Runner, StopsAtAFloodAndLosesNothing) {
  Rig rig(1);
  for (int i = 0; i < 1'000; ++i) {
    rig.Tell(Rig::Call("c-" + std::to_string(i), 0, kDay));
    if (i % 20 == 0) rig.Append(0, "", "no event");
  }
  rig.config.most_quarantined_percent = 2;
  ASSERT_TRUE(rig.Start());
  ASSERT_TRUE(rig.WaitFailed());
  ASSERT_TRUE(rig.failure());
  EXPECT_EQ(rig.failure()->code, Code::kFailedPrecondition);
  EXPECT_THAT(rig.failure()->message, HasSubstr("belong into quarantine"));
  rig.Stop();

  rig.config.most_quarantined_percent = 100;
  rig.RunToEnd();
  EXPECT_EQ(rig.Rows(), rig.NaiveRows());
  EXPECT_EQ(rig.QuarantineReasons().size(), 50U);
  rig.ExpectAllAccountedFor();
}

}  // namespace
}  // namespace clientele::projections::runner
