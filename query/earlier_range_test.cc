// Earlier ranges: lengths of months, leap days, days on which clocks change; which bucket is
// compared with which.
#include "query/earlier_range.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

namespace clientele::query {
namespace {

using testing::ElementsAre;
using Bucket = std::optional<size_t>;
using BucketNumbers = std::vector<Bucket>;

struct Asked {
  const char* compare;
  const char* from;
  const char* to;
  const char* zone = "UTC";
  Grain grain = Grain::kNone;
};

constexpr const char* kPeriod = "previous: PERIOD";
constexpr const char* kYear = "previous: YEAR";

EarlierRange Make(const Asked& asked) {
  v1::Compare compare;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(asked.compare, &compare));
  const Zone zone = Zone::Find(asked.zone).value();
  const CivilRange range{ParseCivil("from", asked.from).value(),
                         ParseCivil("to", asked.to).value()};
  const auto buckets =
      MakeBuckets(zone, asked.grain, zone.ToInstant(range.from), zone.ToInstant(range.to));
  auto earlier = MakeEarlierRange(compare, zone, asked.grain, {}, range, buckets.value());
  EXPECT_TRUE(earlier.has_value()) << earlier.error().message;
  return std::move(*earlier);
}

// Begin and end as 2026-11-01T00:00:00+03:00.
std::vector<std::string> Ends(const Asked& asked) {
  const Zone zone = Zone::Find(asked.zone).value();
  const EarlierRange earlier = Make(asked);
  return {zone.Format(earlier.from), zone.Format(earlier.to)};
}

TEST(EarlierRange, APeriodEndsWhereTheRangeBegins) {
  EXPECT_THAT(Ends({kPeriod, "2026-11-08", "2026-11-15"}),
              ElementsAre("2026-11-01T00:00:00+00:00", "2026-11-08T00:00:00+00:00"));
  EXPECT_THAT(Ends({kPeriod, "2026-11-02T12:00", "2026-11-04T18:00"}),
              ElementsAre("2026-10-31T06:00:00+00:00", "2026-11-02T12:00:00+00:00"));
}

TEST(EarlierRange, WholeMonthsAreComparedWithWholeMonths) {
  EXPECT_EQ(Ends({kPeriod, "2026-03-01", "2026-04-01"})[0], "2026-02-01T00:00:00+00:00");
  EXPECT_EQ(Ends({kPeriod, "2026-02-01", "2026-03-01"})[0], "2026-01-01T00:00:00+00:00");
  EXPECT_EQ(Ends({kPeriod, "2026-04-01", "2026-07-01"})[0], "2026-01-01T00:00:00+00:00");
  EXPECT_EQ(Ends({kPeriod, "2024-01-01", "2025-01-01"})[0], "2023-01-01T00:00:00+00:00");
  // A quarter of a fiscal year.
  EXPECT_EQ(Ends({kPeriod, "2025-11-01", "2026-02-01"})[0], "2025-08-01T00:00:00+00:00");
  // A month but for its last day is so many days.
  EXPECT_EQ(Ends({kPeriod, "2026-11-01", "2026-11-30"})[0], "2026-10-03T00:00:00+00:00");
}

TEST(EarlierRange, AYearBefore) {
  EXPECT_THAT(Ends({kYear, "2026-11-08", "2026-11-15"}),
              ElementsAre("2025-11-08T00:00:00+00:00", "2025-11-15T00:00:00+00:00"));
  EXPECT_THAT(Ends({kYear, "2025-01-01", "2026-01-01"}),
              ElementsAre("2024-01-01T00:00:00+00:00", "2025-01-01T00:00:00+00:00"));
}

TEST(EarlierRange, AYearBeforeTheLeapDay) {
  EXPECT_THAT(Ends({kYear, "2024-02-01", "2024-03-01"}),
              ElementsAre("2023-02-01T00:00:00+00:00", "2023-03-01T00:00:00+00:00"));
  EXPECT_THAT(Ends({kYear, "2024-02-29", "2024-03-01"}),
              ElementsAre("2023-02-28T00:00:00+00:00", "2023-03-01T00:00:00+00:00"));
  EXPECT_THAT(Ends({kYear, "2024-02-28", "2024-02-29"}),
              ElementsAre("2023-02-28T00:00:00+00:00", "2023-03-01T00:00:00+00:00"));
  EXPECT_THAT(Ends({kYear, "2024-02-29T08:00", "2024-02-29T12:00"}),
              ElementsAre("2023-02-28T08:00:00+00:00", "2023-02-28T12:00:00+00:00"));
  EXPECT_THAT(Ends({kYear, "2024-02-28T14:00", "2024-02-29T12:00"}),
              ElementsAre("2023-02-28T14:00:00+00:00", "2023-03-01T12:00:00+00:00"));
  EXPECT_THAT(Ends({kYear, "2025-02-01", "2025-03-01"}),
              ElementsAre("2024-02-01T00:00:00+00:00", "2024-03-01T00:00:00+00:00"));
}

TEST(EarlierRange, ABeginOfOnesOwn) {
  EXPECT_THAT(Ends({"custom_from: '2026-03-01'", "2026-11-08", "2026-11-15"}),
              ElementsAre("2026-03-01T00:00:00+00:00", "2026-03-08T00:00:00+00:00"));
  EXPECT_THAT(Ends({"custom_from: '2024-02-01'", "2026-03-01", "2026-04-01"}),
              ElementsAre("2024-02-01T00:00:00+00:00", "2024-03-01T00:00:00+00:00"));
  EXPECT_THAT(Ends({"custom_from: '2024-02-02'", "2026-03-01", "2026-04-01"}),
              ElementsAre("2024-02-02T00:00:00+00:00", "2024-03-04T00:00:00+00:00"));
  // As late as it can be.
  EXPECT_THAT(Ends({"custom_from: '2026-11-01'", "2026-11-08", "2026-11-15"}),
              ElementsAre("2026-11-01T00:00:00+00:00", "2026-11-08T00:00:00+00:00"));
}

// Moscow went to +04 for good in March 2011 and back to +03 in October 2014.
TEST(EarlierRange, IsOfCivilTime) {
  EXPECT_THAT(Ends({kPeriod, "2014-10-27", "2014-11-03", "Europe/Moscow"}),
              ElementsAre("2014-10-20T00:00:00+04:00", "2014-10-27T00:00:00+03:00"));
  EXPECT_THAT(Ends({kYear, "2011-03-20", "2011-04-03", "Europe/Moscow"}),
              ElementsAre("2010-03-20T00:00:00+03:00", "2010-04-03T00:00:00+04:00"));
  EXPECT_THAT(Ends({kPeriod, "2026-11-02", "2026-11-09", "America/New_York"}),
              ElementsAre("2026-10-26T00:00:00-04:00", "2026-11-02T00:00:00-05:00"));
  EXPECT_THAT(Ends({kPeriod, "2026-03-09", "2026-03-10", "America/New_York"}),
              ElementsAre("2026-03-08T00:00:00-05:00", "2026-03-09T00:00:00-04:00"));
}

TEST(EarlierRange, IsEmptyWhereTheClocksSkipIt) {
  const EarlierRange earlier = Make({"custom_from: '2026-03-08T02:00'", "2026-03-09T02:00",
                                     "2026-03-09T03:00", "America/New_York"});
  EXPECT_EQ(earlier.from, earlier.to);
}

TEST(EarlierRange, DaysAreComparedByTheirNumber) {
  const auto march =
      Make({kPeriod, "2026-03-01", "2026-04-01", "Europe/Moscow", Grain::kDay}).bucket_of;
  ASSERT_EQ(march.size(), 31U);
  for (size_t i = 0; i < 31; ++i) EXPECT_EQ(march[i], i < 28 ? Bucket(i) : Bucket());
  EXPECT_EQ(Make({kPeriod, "2026-11-02T12:00", "2026-11-04T18:00", "UTC", Grain::kDay}).bucket_of,
            (BucketNumbers{0U, 1U, 2U}));
  EXPECT_EQ(Make({kPeriod, "2026-01-01", "2026-07-01", "UTC", Grain::kMonth}).bucket_of,
            (BucketNumbers{0U, 1U, 2U, 3U, 4U, 5U}));
}

TEST(EarlierRange, AYearBeforeDaysAreComparedByTheirDate) {
  EXPECT_EQ(Make({kYear, "2024-02-27", "2024-03-03", "UTC", Grain::kDay}).bucket_of,
            (BucketNumbers{0U, 1U, 1U, 2U, 3U}));
  EXPECT_EQ(Make({kYear, "2025-02-27", "2025-03-02", "UTC", Grain::kDay}).bucket_of,
            (BucketNumbers{0U, 1U, 3U}));
}

TEST(EarlierRange, AYearBeforeWeeksAreWhole) {
  const Asked asked{kYear, "2026-11-02", "2026-11-16", "UTC", Grain::kWeek};
  EXPECT_THAT(Ends(asked), ElementsAre("2025-11-03T00:00:00+00:00", "2025-11-17T00:00:00+00:00"));
  EXPECT_EQ(Make(asked).bucket_of, (BucketNumbers{0U, 1U}));
}

// The 1st of November 2026 has 25 hours in New York, the 8th of March 23.
TEST(EarlierRange, HoursAreComparedByTheClocks) {
  const auto hours = [](const char* from, const char* to) {
    return Make({kPeriod, from, to, "America/New_York", Grain::kHour}).bucket_of;
  };
  const auto after = hours("2026-11-02", "2026-11-03");
  ASSERT_EQ(after.size(), 24U);
  for (size_t i = 0; i < 24; ++i) EXPECT_EQ(after[i], Bucket(i < 2 ? i : i + 1));
  const auto on = hours("2026-11-01", "2026-11-02");
  ASSERT_EQ(on.size(), 25U);
  for (size_t i = 0; i < 25; ++i) EXPECT_EQ(on[i], Bucket(i < 2 ? i : i - 1));
  const auto skipped = hours("2026-03-09", "2026-03-10");
  ASSERT_EQ(skipped.size(), 24U);
  EXPECT_EQ(skipped[1], Bucket(1));
  EXPECT_EQ(skipped[2], Bucket());
  EXPECT_EQ(skipped[3], Bucket(2));
  EXPECT_EQ(skipped[23], Bucket(22));
}

TEST(EarlierRange, PartsOfAnHourOfARangeThatBeginsWithinOne) {
  EXPECT_EQ(Make({kPeriod, "2026-11-02T12:30", "2026-11-02T14:00", "UTC", Grain::kHour}).bucket_of,
            (BucketNumbers{0U, 1U}));
  EXPECT_EQ(
      Make({kPeriod, "2026-11-02T12:20", "2026-11-02T12:50", "UTC", Grain::kQuarterHour}).bucket_of,
      (BucketNumbers{0U, 1U, 2U}));
}

}  // namespace
}  // namespace clientele::query
