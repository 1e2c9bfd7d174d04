// Civil time in zones whose clocks change, at midnight too, by half hours too, and by whole days.
#include "query/calendar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace clientele::query {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr int64_t kHour = 3'600'000'000;

struct Spread {
  Zone zone;
  int64_t from;
  int64_t to;
  Buckets buckets;

  [[nodiscard]] std::vector<std::string> Labels() const {
    std::vector<std::string> labels;
    for (const int64_t start : buckets.starts) labels.push_back(zone.Format(start));
    return labels;
  }
  [[nodiscard]] double Hours(size_t bucket) const {
    return static_cast<double>(buckets.EndOf(bucket) - buckets.starts[bucket]) / kHour;
  }
};

Spread Make(const char* name, Grain grain, const char* from, const char* to,
            const CalendarRules& rules = {}) {
  const Zone zone = Zone::Find(name).value();
  const int64_t begin = zone.ToInstant(ParseCivil("from", from).value());
  const int64_t end = zone.ToInstant(ParseCivil("to", to).value());
  return {zone, begin, end, MakeBuckets(zone, grain, begin, end, rules).value()};
}

TEST(Calendar, ADayOf25HoursIsOneDay) {
  const Spread days = Make("Europe/Berlin", Grain::kDay, "2026-10-24", "2026-10-27");
  EXPECT_THAT(days.Labels(), ElementsAre("2026-10-24T00:00:00+02:00", "2026-10-25T00:00:00+02:00",
                                         "2026-10-26T00:00:00+01:00"));
  EXPECT_EQ(days.Hours(0), 24);
  EXPECT_EQ(days.Hours(1), 25);
  EXPECT_EQ(days.Hours(2), 24);
  EXPECT_EQ(days.buckets.end, days.to);
}

TEST(Calendar, ADayOf23HoursIsOneDay) {
  const Spread days = Make("Europe/Berlin", Grain::kDay, "2026-03-29", "2026-03-30");
  EXPECT_THAT(days.Labels(), ElementsAre("2026-03-29T00:00:00+01:00"));
  EXPECT_EQ(days.Hours(0), 23);
  EXPECT_EQ(Make("Europe/Berlin", Grain::kHour, "2026-03-29", "2026-03-30").buckets.size(), 23U);
}

TEST(Calendar, TheHourThatTheClocksShowTwiceIsTwoBuckets) {
  const Spread hours = Make("Europe/Berlin", Grain::kHour, "2026-10-25T01:00", "2026-10-25T04:00");
  EXPECT_THAT(hours.Labels(),
              ElementsAre("2026-10-25T01:00:00+02:00", "2026-10-25T02:00:00+02:00",
                          "2026-10-25T02:00:00+01:00", "2026-10-25T03:00:00+01:00"));
}

// Lord Howe's clocks go by half an hour: no hour spans the change.
TEST(Calendar, HoursNeverSpanAChangeOfTheOffset) {
  const Spread back =
      Make("Australia/Lord_Howe", Grain::kHour, "2026-04-05T00:00", "2026-04-05T04:00");
  EXPECT_THAT(back.Labels(), ElementsAre("2026-04-05T00:00:00+11:00", "2026-04-05T01:00:00+11:00",
                                         "2026-04-05T01:30:00+10:30", "2026-04-05T02:00:00+10:30",
                                         "2026-04-05T03:00:00+10:30"));
  EXPECT_EQ(back.Hours(2), 0.5);
  const Spread on =
      Make("Australia/Lord_Howe", Grain::kHour, "2026-10-04T01:00", "2026-10-04T04:00");
  EXPECT_THAT(on.Labels(), ElementsAre("2026-10-04T01:00:00+10:30", "2026-10-04T02:30:00+11:00",
                                       "2026-10-04T03:00:00+11:00"));
}

TEST(Calendar, ADayWithoutMidnightBeginsWhenTheClocksGoOn) {
  const Spread days = Make("America/Sao_Paulo", Grain::kDay, "2018-11-03", "2018-11-06");
  EXPECT_THAT(days.Labels(), ElementsAre("2018-11-03T00:00:00-03:00", "2018-11-04T01:00:00-02:00",
                                         "2018-11-05T00:00:00-02:00"));
}

TEST(Calendar, ADayThatAZoneLeftOutHasNoBucket) {
  const Spread days = Make("Pacific/Apia", Grain::kDay, "2011-12-29", "2012-01-01");
  EXPECT_THAT(days.Labels(), ElementsAre("2011-12-29T00:00:00-10:00", "2011-12-31T00:00:00+14:00"));
}

TEST(Calendar, ADayBeginsAtQuarterHoursToo) {
  const Spread days = Make("Asia/Kathmandu", Grain::kDay, "2026-01-01", "2026-01-02");
  EXPECT_THAT(days.Labels(), ElementsAre("2026-01-01T00:00:00+05:45"));
}

TEST(Calendar, LongerBuckets) {
  EXPECT_THAT(Make("UTC", Grain::kWeek, "2026-11-24", "2026-12-01").Labels(),
              ElementsAre("2026-11-23T00:00:00+00:00", "2026-11-30T00:00:00+00:00"));
  EXPECT_THAT(Make("UTC", Grain::kMonth, "2026-11-24", "2027-02-01").Labels(),
              ElementsAre("2026-11-01T00:00:00+00:00", "2026-12-01T00:00:00+00:00",
                          "2027-01-01T00:00:00+00:00"));
  EXPECT_THAT(Make("UTC", Grain::kQuarter, "2026-11-24", "2027-01-02").Labels(),
              ElementsAre("2026-10-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00"));
  EXPECT_THAT(Make("UTC", Grain::kYear, "2026-11-24", "2027-01-01").Labels(),
              ElementsAre("2026-01-01T00:00:00+00:00"));
}

TEST(Calendar, PartsOfAnHour) {
  EXPECT_THAT(
      Make("Asia/Kathmandu", Grain::kHalfHour, "2026-01-01T00:10", "2026-01-01T01:01").Labels(),
      ElementsAre("2026-01-01T00:00:00+05:45", "2026-01-01T00:30:00+05:45",
                  "2026-01-01T01:00:00+05:45"));
  EXPECT_THAT(Make("UTC", Grain::kQuarterHour, "2026-01-01T00:59", "2026-01-01T01:15").Labels(),
              ElementsAre("2026-01-01T00:45:00+00:00", "2026-01-01T01:00:00+00:00"));
  EXPECT_THAT(Make("UTC", Grain::kMinute, "2026-01-01T00:00:30", "2026-01-01T00:02").Labels(),
              ElementsAre("2026-01-01T00:00:00+00:00", "2026-01-01T00:01:00+00:00"));
  EXPECT_EQ(Make("Europe/Berlin", Grain::kMinute, "2026-03-29", "2026-03-30").buckets.size(),
            23U * 60);
  // Lord Howe's clocks go by half an hour: here half an hour spans no change.
  EXPECT_THAT(Make("Australia/Lord_Howe", Grain::kHalfHour, "2026-10-04T01:30", "2026-10-04T03:00")
                  .Labels(),
              ElementsAre("2026-10-04T01:30:00+10:30", "2026-10-04T02:30:00+11:00"));
}

TEST(Calendar, WeeksFromAnyDay) {
  const auto starts = [](date::weekday start) {
    return Make("UTC", Grain::kWeek, "2026-11-24", "2026-11-30", {start, 1}).Labels();
  };
  EXPECT_THAT(starts(date::Sunday),
              ElementsAre("2026-11-22T00:00:00+00:00", "2026-11-29T00:00:00+00:00"));
  EXPECT_THAT(starts(date::Saturday),
              ElementsAre("2026-11-21T00:00:00+00:00", "2026-11-28T00:00:00+00:00"));
  EXPECT_THAT(starts(date::Tuesday), ElementsAre("2026-11-24T00:00:00+00:00"));
}

TEST(Calendar, FiscalYears) {
  const auto starts = [](Grain grain, unsigned month, const char* from, const char* to) {
    return Make("UTC", grain, from, to, {date::Monday, month}).Labels();
  };
  EXPECT_THAT(starts(Grain::kYear, 4, "2026-03-31", "2026-04-02"),
              ElementsAre("2025-04-01T00:00:00+00:00", "2026-04-01T00:00:00+00:00"));
  EXPECT_THAT(starts(Grain::kYear, 10, "2026-12-31", "2027-01-01"),
              ElementsAre("2026-10-01T00:00:00+00:00"));
  EXPECT_THAT(starts(Grain::kQuarter, 2, "2026-01-15", "2026-05-02"),
              ElementsAre("2025-11-01T00:00:00+00:00", "2026-02-01T00:00:00+00:00",
                          "2026-05-01T00:00:00+00:00"));
  EXPECT_THAT(starts(Grain::kQuarter, 4, "2026-11-24", "2027-01-02"),
              ElementsAre("2026-10-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00"));
  EXPECT_THAT(starts(Grain::kMonth, 4, "2026-11-24", "2026-12-01"),
              ElementsAre("2026-11-01T00:00:00+00:00"));
}

TEST(Calendar, WithoutAGrainTheRangeIsTheBucket) {
  const Spread whole = Make("UTC", Grain::kNone, "2026-11-24T08:00", "2026-11-24T09:30");
  EXPECT_THAT(whole.buckets.starts, ElementsAre(whole.from));
  EXPECT_EQ(whole.buckets.end, whole.to);
}

std::string Before(const char* zone, Grain grain, const char* from, const char* to,
                   const CalendarRules& rules = {}) {
  const Spread made = Make(zone, grain, from, to, rules);
  return made.zone.Format(made.buckets.before);
}

TEST(Calendar, ThePeriodBeforeTheFirstBucketIsABucket) {
  EXPECT_EQ(Before("UTC", Grain::kMonth, "2026-03-15", "2026-05-02"), "2026-02-01T00:00:00+00:00");
  EXPECT_EQ(Before("UTC", Grain::kWeek, "2026-11-24", "2026-11-25"), "2026-11-16T00:00:00+00:00");
  EXPECT_EQ(Before("UTC", Grain::kYear, "2026-06-01", "2026-07-01"), "2025-01-01T00:00:00+00:00");
  EXPECT_EQ(Before("UTC", Grain::kQuarter, "2026-02-10", "2026-02-11", {date::Monday, 2}),
            "2025-11-01T00:00:00+00:00");
  EXPECT_EQ(Before("Europe/Berlin", Grain::kDay, "2026-03-30", "2026-03-31"),
            "2026-03-29T00:00:00+01:00");
  EXPECT_EQ(Before("Europe/Berlin", Grain::kHour, "2026-10-25T03:00", "2026-10-25T04:00"),
            "2026-10-25T02:00:00+01:00");
  EXPECT_EQ(Before("Pacific/Apia", Grain::kDay, "2011-12-31", "2012-01-01"),
            "2011-12-29T00:00:00-10:00");
}

TEST(Calendar, ThePeriodBeforeARangeIsAsLong) {
  EXPECT_EQ(Before("UTC", Grain::kNone, "2026-03-01", "2026-05-01"), "2026-01-01T00:00:00+00:00");
  EXPECT_EQ(Before("UTC", Grain::kNone, "2026-03-10", "2026-03-17"), "2026-03-03T00:00:00+00:00");
  EXPECT_EQ(Before("Europe/Berlin", Grain::kNone, "2026-03-29", "2026-03-30"),
            "2026-03-28T00:00:00+01:00");
  // The clocks skipped the hour before.
  EXPECT_EQ(Before("Europe/Berlin", Grain::kNone, "2026-03-29T03:00", "2026-03-29T04:00"),
            "2026-03-29T01:00:00+01:00");
  EXPECT_EQ(Before("UTC", Grain::kNone, "1971-01-01", "2026-01-01"), "1970-01-01T00:00:00+00:00");
}

TEST(Calendar, SkippedAndRepeatedTimes) {
  const Zone berlin = Zone::Find("Europe/Berlin").value();
  const auto at = [&](const char* text) {
    return berlin.Format(berlin.ToInstant(ParseCivil("from", text).value()));
  };
  EXPECT_EQ(at("2026-03-29T02:30"), "2026-03-29T03:00:00+02:00");
  EXPECT_EQ(at("2026-10-25T02:30"), "2026-10-25T02:30:00+02:00");
}

// Every moment of a year lies in exactly one bucket, of the grain's length but where clocks change.
TEST(Calendar, BucketsCoverTheRangeWithoutGapOrOverlap) {
  for (const char* name : {"UTC", "Europe/Moscow", "America/St_Johns", "Africa/Casablanca",
                           "Pacific/Chatham", "America/Havana", "Asia/Beirut"}) {
    SCOPED_TRACE(name);
    for (const Grain grain :
         {Grain::kQuarterHour, Grain::kHour, Grain::kDay, Grain::kWeek, Grain::kMonth}) {
      const Spread year = Make(name, grain, "2026-01-01", "2026-11-08");
      ASSERT_FALSE(year.buckets.starts.empty());
      EXPECT_LE(year.buckets.starts.front(), year.from);
      EXPECT_LT(year.buckets.before, year.buckets.starts.front());
      EXPECT_GE(year.buckets.end, year.to);
      EXPECT_LT(year.buckets.starts.back(), year.to);
      for (size_t i = 0; i < year.buckets.size(); ++i) {
        ASSERT_LT(year.buckets.starts[i], year.buckets.EndOf(i)) << year.Labels()[i];
        if (grain == Grain::kQuarterHour) {
          ASSERT_LE(year.Hours(i), .25) << year.Labels()[i];
        } else if (grain == Grain::kHour) {
          ASSERT_LE(year.Hours(i), 1) << year.Labels()[i];
        } else if (grain == Grain::kDay) {
          ASSERT_NEAR(year.Hours(i), 24, 1) << year.Labels()[i];
        }
      }
    }
  }
}

TEST(Calendar, MonthsHaveTheirOwnLengths) {
  const auto added = [](const char* text, int count) {
    const Zone utc = Zone::Find("").value();
    return utc.Format(utc.ToInstant(AddMonths(ParseCivil("from", text).value(), count)));
  };
  EXPECT_EQ(added("2026-11-30", 3), "2027-02-28T00:00:00+00:00");
  EXPECT_EQ(added("2026-03-31T08:30", -1), "2026-02-28T08:30:00+00:00");
  EXPECT_EQ(added("2024-03-31", -1), "2024-02-29T00:00:00+00:00");
  EXPECT_EQ(added("2024-02-29", -12), "2023-02-28T00:00:00+00:00");
  EXPECT_EQ(added("2026-01-15", -1), "2025-12-15T00:00:00+00:00");
}

TEST(Calendar, WholeMonths) {
  const auto whole = [](const char* from, const char* to) {
    return WholeMonths(ParseCivil("from", from).value(), ParseCivil("to", to).value());
  };
  EXPECT_EQ(whole("2026-11-01", "2026-12-01"), 1);
  EXPECT_EQ(whole("2025-12-01", "2026-03-01"), 3);
  EXPECT_EQ(whole("2024-01-01", "2026-01-01"), 24);
  EXPECT_EQ(whole("2026-11-02", "2026-12-02"), 0);
  EXPECT_EQ(whole("2026-11-01", "2026-11-30"), 0);
  EXPECT_EQ(whole("2026-11-01T01:00", "2026-12-01"), 0);
}

TEST(Calendar, TooManyBuckets) {
  const Zone utc = Zone::Find("").value();
  const auto span = [&](Grain grain, const char* from, const char* to) {
    return MakeBuckets(utc, grain, utc.ToInstant(ParseCivil("from", from).value()),
                       utc.ToInstant(ParseCivil("to", to).value()));
  };
  EXPECT_FALSE(span(Grain::kMinute, "2026-01-01", "2026-04-01").has_value());
  EXPECT_TRUE(span(Grain::kMinute, "2026-01-01", "2026-01-21").has_value());
  const auto hours = span(Grain::kHour, "2000-01-01", "2026-01-01");
  ASSERT_FALSE(hours.has_value());
  EXPECT_EQ(hours.error().field, "to");
  EXPECT_EQ(
      hours.error().message,
      "to: from..to has 227928 buckets of grain HOUR, at most 30000 can be asked for; ask for "
      "grain DAY or a shorter range");
  EXPECT_THAT(span(Grain::kMinute, "1971-01-01", "2171-01-01").error().message,
              HasSubstr("has 105190560 buckets of grain MINUTE, at most 30000 can be asked for; "
                        "ask for grain WEEK or a shorter range"));
  EXPECT_TRUE(span(Grain::kDay, "1971-01-01", "2050-12-31").has_value());
  EXPECT_TRUE(span(Grain::kHour, "2023-01-01", "2026-01-01").has_value());
}

TEST(Calendar, Zones) {
  EXPECT_EQ(Zone::Find("")->name(), "UTC");
  for (const char* wrong :
       {"Mars/Olympus", "europe/moscow", "../../../etc/passwd", "/etc/localtime", "GMT+25", " ",
        "localtime", "posixrules", "posix/Europe/Moscow", "right/Europe/Moscow"}) {
    const auto zone = Zone::Find(wrong);
    ASSERT_FALSE(zone.has_value()) << wrong;
    EXPECT_EQ(zone.error().field, "time_zone");
    EXPECT_THAT(zone.error().message, HasSubstr(wrong));
  }
}

TEST(Calendar, ParsesCivilTimes) {
  const Zone utc = Zone::Find("UTC").value();
  const auto micros = [&](const char* text) { return utc.ToInstant(*ParseCivil("from", text)); };
  EXPECT_EQ(micros("2026-11-24"), 1'795'478'400'000'000);
  EXPECT_EQ(micros("2026-11-24T08:30"), 1'795'509'000'000'000);
  EXPECT_EQ(micros("2026-11-24T08:30:15"), 1'795'509'015'000'000);
  EXPECT_EQ(micros("2026-11-24 08:30"), 1'795'509'000'000'000);
  for (const char* wrong :
       {"", "2026", "2026-11", "2026-13-01", "2026-02-29", "2026-11-24 8:30", "2026-11-24T24:00",
        "2026-11-24T08", "2026-11-24T08:3", "2026-11-24T08:30:60", "2026-11-24T08:30Z",
        "1970-12-31", "2201-01-01", "20261124", "-026-11-24", "2026-11-24T08:30:15.5"}) {
    const auto time = ParseCivil("from", wrong);
    ASSERT_FALSE(time.has_value()) << wrong;
    EXPECT_EQ(time.error().field, "from");
  }
}

TEST(Calendar, TellsWhichRuleACivilTimeBreaks) {
  const auto told = [](const char* text) { return ParseCivil("from", text).error().message; };
  EXPECT_EQ(told("tomorrow"),
            "from = tomorrow: must be a civil time such as 2026-11-01 or 2026-11-01T08:00");
  EXPECT_EQ(told("1900-01-01"), "from = 1900-01-01: the year must be 1971..2200");
  EXPECT_EQ(told("2026-02-29"), "from = 2026-02-29: must be a day of the calendar");
}

}  // namespace
}  // namespace clientele::query
