// When a company is open: over nights when the clocks change, versions that take turns, and several
// calendars; and how calendars are read at a mark.
#include "query/open_hours.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "query/company_calendars.h"
#include "query/fake_store.h"

namespace clientele::query {
namespace {

using clickhouse::Block;
using clickhouse::Statement;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr int64_t kOpenHour = 3'600'000'000;

int64_t At(const char* time, const char* zone = "UTC") {
  return Zone::Find(zone).value().ToInstant(ParseCivil("time", time).value());
}

date::local_days Day(const char* day) {
  return date::floor<date::days>(ParseCivil("day", day).value());
}

CalendarVersion Berlin(const char* valid_from, uint64_t version = 1) {
  CalendarVersion calendar;
  calendar.calendar_id = "service";
  calendar.version = version;
  calendar.time_zone = "Europe/Berlin";
  calendar.valid_from = At(valid_from, "Europe/Berlin");
  return calendar;
}

CalendarVersion Daily(CalendarVersion calendar, DayHours hours) {
  calendar.week.fill(hours);
  return calendar;
}

OpenHours Hours(const std::vector<CalendarVersion>& calendars, const char* until) {
  auto hours = OpenHoursOf(calendars, At(until));
  EXPECT_TRUE(hours.has_value()) << hours.error().message;
  return hours ? std::move(*hours) : OpenHours();
}

// Stretches, the first one of no length left out, as UTC.
std::vector<std::string> Stretches(const OpenHours& hours) {
  const Zone utc = Zone::Find("UTC").value();
  std::vector<std::string> stretches;
  for (size_t i = 1; i < hours.moments.size(); ++i) {
    const auto open = static_cast<int64_t>(hours.moments[i]);
    stretches.push_back(utc.Format(open).substr(5, 11) + " " +
                        utc.Format(open + static_cast<int64_t>(hours.lengths[i])).substr(5, 11));
  }
  return stretches;
}

// The open time from one moment to another, as a statement computes it.
double OpenHoursBetween(const OpenHours& hours, const char* begin, const char* end) {
  const auto until = [&](int64_t moment) {
    size_t i = 0;
    while (i + 1 < hours.moments.size() && static_cast<int64_t>(hours.moments[i + 1]) <= moment) {
      ++i;
    }
    return static_cast<int64_t>(hours.measures[i]) +
           std::min(moment - static_cast<int64_t>(hours.moments[i]),
                    static_cast<int64_t>(hours.lengths[i]));
  };
  return static_cast<double>(until(At(end)) - until(At(begin))) / kOpenHour;
}

TEST(OpenHours, WithoutACalendarNothingIsKnown) {
  const OpenHours hours = Hours({}, "2026-04-01");
  EXPECT_THAT(hours.moments, ElementsAre(0));
  EXPECT_THAT(hours.lengths, ElementsAre(0));
  EXPECT_THAT(hours.measures, ElementsAre(0));
  EXPECT_EQ(hours.from, INT64_MAX);
}

TEST(OpenHours, OfTheWeekAndOfDaysThatDiffer) {
  CalendarVersion calendar = Berlin("2026-03-05");  // a Thursday
  for (size_t day = 0; day < 5; ++day) calendar.week[day] = {{540, 780}, {840, 1'080}};
  calendar.week[5] = {{600, 720}};
  calendar.days[Day("2026-03-06")] = {};
  calendar.days[Day("2026-03-08")] = {{660, 690}};
  const OpenHours hours = Hours({calendar}, "2026-03-09T09:00");
  EXPECT_THAT(Stretches(hours), ElementsAre("03-05T08:00 03-05T12:00", "03-05T13:00 03-05T17:00",
                                            "03-07T09:00 03-07T11:00", "03-08T10:00 03-08T10:30",
                                            "03-09T08:00 03-09T09:00"));
  EXPECT_EQ(hours.from, At("2026-03-04T23:00"));
  EXPECT_EQ(hours.to, At("2026-03-09T09:00"));
  EXPECT_EQ(OpenHoursBetween(hours, "2026-03-05T16:30", "2026-03-07T10:00"), 1.5);
  EXPECT_EQ(OpenHoursBetween(hours, "2026-03-05T12:00", "2026-03-05T13:00"), 0);
  EXPECT_EQ(OpenHoursBetween(hours, "2026-03-05T00:00", "2026-03-09T09:00"), 11.5);
}

TEST(OpenHours, TheHourThatTheClocksSkipIsNoOpenOne) {
  const auto calendar = Daily(Berlin("2026-03-28"), {{60, 300}});
  const OpenHours hours = Hours({calendar}, "2026-03-30T12:00");
  EXPECT_THAT(Stretches(hours), ElementsAre("03-28T00:00 03-28T04:00", "03-29T00:00 03-29T03:00",
                                            "03-29T23:00 03-30T03:00"));
  // What lies in the hour itself does not open at all.
  EXPECT_THAT(Stretches(Hours({Daily(Berlin("2026-03-29"), {{120, 180}})}, "2026-03-29T12:00")),
              ElementsAre());
}

TEST(OpenHours, TheHourThatTheClocksShowTwiceIsTwoHours) {
  const auto calendar = Daily(Berlin("2026-10-25"), {{60, 300}});
  EXPECT_THAT(Stretches(Hours({calendar}, "2026-10-25T12:00")),
              ElementsAre("10-24T23:00 10-25T04:00"));
  // A time that is shown twice is the first.
  EXPECT_THAT(Stretches(Hours({Daily(Berlin("2026-10-25"), {{60, 150}})}, "2026-10-25T12:00")),
              ElementsAre("10-24T23:00 10-25T00:30"));
}

TEST(OpenHours, ADayAndTheNextTouch) {
  const auto calendar = Daily(Berlin("2026-03-28"), {{0, 1'440}});
  const OpenHours hours = Hours({calendar}, "2026-03-31T00:00");
  EXPECT_THAT(Stretches(hours), ElementsAre("03-27T23:00 03-31T00:00"));
  EXPECT_EQ(OpenHoursBetween(hours, "2026-03-28T00:00", "2026-03-30T00:00"), 48);
}

TEST(OpenHours, AVersionIsValidUntilTheNextOne) {
  const auto first = Daily(Berlin("2026-03-02"), {{540, 1'080}});
  const auto second = Daily(Berlin("2026-03-03T10:00", 2), {{600, 1'200}});
  auto same_moment = Daily(Berlin("2026-03-03T10:00", 3), {{600, 1'140}});
  EXPECT_THAT(Stretches(Hours({second, first}, "2026-03-03T23:00")),
              ElementsAre("03-02T08:00 03-02T17:00", "03-03T08:00 03-03T19:00"));
  EXPECT_THAT(Stretches(Hours({same_moment, second, first}, "2026-03-03T23:00")),
              ElementsAre("03-02T08:00 03-02T17:00", "03-03T08:00 03-03T18:00"));
  // One that is not valid yet closes nothing.
  EXPECT_THAT(Stretches(Hours({first, second}, "2026-03-03T08:30")),
              ElementsAre("03-02T08:00 03-02T17:00", "03-03T08:00 03-03T08:30"));
}

TEST(OpenHours, OpenIsWhatAnyCalendarSays) {
  auto other = Daily(Berlin("2026-03-03"), {{720, 900}, {1'200, 1'260}});
  other.calendar_id = "hotline";
  const auto service = Daily(Berlin("2026-03-02"), {{540, 780}});
  const OpenHours hours = Hours({other, service}, "2026-03-03T23:00");
  EXPECT_THAT(Stretches(hours), ElementsAre("03-02T08:00 03-02T12:00", "03-03T08:00 03-03T14:00",
                                            "03-03T19:00 03-03T20:00"));
  EXPECT_EQ(hours.from, service.valid_from);
}

TEST(OpenHours, TheNewestStretchesAreKept) {
  const auto calendar = Daily(Berlin("1971-01-01"), {{540, 780}});
  const OpenHours hours = Hours({calendar}, "2026-03-03T23:00");
  ASSERT_EQ(hours.moments.size(), kMostOpenStretches + 1);
  EXPECT_EQ(hours.from, static_cast<int64_t>(hours.moments[1]));
  EXPECT_EQ(Stretches(hours).back(), "03-03T08:00 03-03T12:00");
}

TEST(OpenHours, AlwaysOpenIsOneStretch) {
  auto calendar = Daily(Berlin("2026-03-02"), {{0, 1'440}});
  calendar.valid_from = 0;
  const OpenHours hours = Hours({calendar}, "2026-03-03");
  EXPECT_THAT(hours.moments, ElementsAre(0));
  EXPECT_THAT(hours.lengths, ElementsAre(static_cast<uint64_t>(At("2026-03-03"))));
}

TEST(OpenHours, AZoneThatIsNone) {
  auto calendar = Daily(Berlin("2026-03-02"), {{540, 780}});
  calendar.time_zone = "Europe/Atlantis";
  const auto hours = OpenHoursOf({calendar}, At("2026-03-03"));
  ASSERT_FALSE(hours.has_value());
  EXPECT_EQ(hours.error().code, base::Code::kFailedPrecondition);
  EXPECT_THAT(hours.error().message,
              HasSubstr("calendar service version 1: time_zone = Europe/Atlantis"));
}

Running SomeRunning() {
  return {"query-1", std::chrono::steady_clock::now() + std::chrono::hours(1), {}};
}

TEST(CompanyCalendars, AreReadAtTheMark) {
  std::vector<Statement> statements;
  const int64_t valid_from = At("2026-03-02");
  FakeStore store([&](const Statement& statement) -> base::Result<Block> {
    statements.push_back(statement);
    const std::vector<std::string> ids(5, "service");
    return Block{.rows = 5,
                 .columns = {ColumnOf("id", ids), ColumnOf("version", std::vector<uint64_t>(5, 3)),
                             ColumnOf("zone", std::vector<std::string>(5, "UTC")),
                             ColumnOf("valid_from_micros", std::vector<int64_t>(5, valid_from)),
                             ColumnOf<uint64_t>("open_weekday", {0, 1, 0, 0, 2}),
                             ColumnOf<std::string>("differing_day",
                                                   {"", "", "2026-03-03", "2026-03-04", ""}),
                             ColumnOf<uint64_t>("opens_minute", {0, 540, 0, 600, 480}),
                             ColumnOf<uint64_t>("closes_minute", {0, 600, 0, 660, 540})}};
  });
  const Mark mark{7, At("2026-03-09"), {10, 20}, {{"reference", 4}}};
  const auto hours = OpenHoursAt(store, "main", mark, SomeRunning());
  ASSERT_TRUE(hours.has_value()) << hours.error().message;
  // The 3rd is a Tuesday, and closed.
  EXPECT_THAT(Stretches(*hours), ElementsAre("03-02T09:00 03-02T10:00", "03-04T10:00 03-04T11:00",
                                             "03-09T09:00 03-09T10:00"));
  EXPECT_EQ(hours->from, valid_from);
  EXPECT_EQ(hours->to, At("2026-03-10"));
  ASSERT_EQ(statements.size(), 1U);
  EXPECT_EQ(statements[0].parameters.at("tenant"), "main");
  EXPECT_EQ(statements[0].parameters.at("next"), "[10,20]");
  EXPECT_EQ(statements[0].parameters.at("calendar_hours"), "calendar_hours_v4");
}

TEST(CompanyCalendars, AMarkWithoutReferenceDataSaysSo) {
  FakeStore store([](const Statement&) -> base::Result<Block> { return Block{}; });
  const auto hours = OpenHoursAt(store, "main", {7, 0, {1}, {{"calls", 1}}}, SomeRunning());
  ASSERT_FALSE(hours.has_value());
  EXPECT_THAT(hours.error().message, HasSubstr("mark 7 knows no version of projection reference"));
}

}  // namespace
}  // namespace clientele::query
