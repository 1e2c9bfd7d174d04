// The even measure of days in zones whose clocks change by hours, by half hours and by whole days.
#include "query/even_days.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/zone_name.h"

namespace clientele::query {
namespace {

constexpr double kDay = 86'400'000'000;

// In microseconds of a day of 24 hours.
double Measure(const EvenDays& even, int64_t moment) {
  const auto next = std::ranges::upper_bound(even.moments, static_cast<uint64_t>(moment));
  const auto i = static_cast<size_t>(next - even.moments.begin()) - 1;
  return static_cast<double>(even.measures[i]) +
         static_cast<double>(static_cast<uint64_t>(moment) - even.moments[i]) * kDay /
             static_cast<double>(even.lengths[i]);
}

// In days.
double Between(const char* zone_name, const char* from, const char* to) {
  const Zone zone = Zone::Find(zone_name).value();
  const EvenDays even = EvenDaysOf(zone);
  return (Measure(even, zone.ToInstant(ParseCivil("to", to).value())) -
          Measure(even, zone.ToInstant(ParseCivil("from", from).value()))) /
         kDay;
}

TEST(EvenDays, ADayIsADay) {
  EXPECT_DOUBLE_EQ(Between("UTC", "2026-03-29", "2026-03-30"), 1);
  EXPECT_DOUBLE_EQ(Between("Europe/Berlin", "2026-03-28", "2026-03-29"), 1);
  EXPECT_DOUBLE_EQ(Between("Europe/Berlin", "2026-03-29", "2026-03-30"), 1);  // 23 hours
  EXPECT_DOUBLE_EQ(Between("Europe/Berlin", "2026-10-25", "2026-10-26"), 1);  // 25 hours
  EXPECT_DOUBLE_EQ(Between("Europe/Berlin", "2026-01-01", "2027-01-01"), 365);
  EXPECT_DOUBLE_EQ(Between("Australia/Lord_Howe", "2026-04-05", "2026-04-06"), 1);  // 24.5 hours
  EXPECT_DOUBLE_EQ(Between("America/Sao_Paulo", "2018-11-04", "2018-11-05"), 1);    // from 01:00
  EXPECT_DOUBLE_EQ(Between("Europe/Berlin", "1971-01-01", "2199-01-01"), 83'276);
}

TEST(EvenDays, WithinADayTimeRunsEvenly) {
  EXPECT_NEAR(Between("Europe/Berlin", "2026-03-29T00:00", "2026-03-29T03:00"), 2 / 23.0, 1e-9);
  EXPECT_NEAR(Between("Europe/Berlin", "2026-03-29T03:00", "2026-03-29T04:00"), 1 / 23.0, 1e-9);
  EXPECT_NEAR(Between("Europe/Berlin", "2026-10-25T03:00", "2026-10-26T00:00"), 21 / 25.0, 1e-9);
  EXPECT_NEAR(Between("Asia/Kathmandu", "2026-03-29T05:45", "2026-03-29T17:45"), 0.5, 1e-9);
}

// Samoa had no 30 December 2011: the days around it are whole ones.
TEST(EvenDays, ADayThatAZoneLeavesOut) {
  EXPECT_NEAR(Between("Pacific/Apia", "2011-12-29T00:00", "2011-12-29T12:00"), 0.5, 1e-9);
  EXPECT_NEAR(Between("Pacific/Apia", "2011-12-31", "2012-01-01"), 1, 1e-9);
}

TEST(EvenDays, RisesInEveryZone) {
  for (const auto& zone : date::get_tzdb().zones) {
    if (base::IsZoneOfTheMachine(zone.name())) continue;
    const EvenDays even = EvenDaysOf(Zone::Find(zone.name()).value());
    ASSERT_EQ(even.moments.front(), 0U);
    for (size_t i = 1; i < even.moments.size(); ++i) {
      ASSERT_GT(even.moments[i], even.moments[i - 1]) << zone.name();
      ASSERT_GT(even.lengths[i], 0U) << zone.name();
      const double before = Measure(even, static_cast<int64_t>(even.moments[i]) - 1);
      ASSERT_GT(Measure(even, static_cast<int64_t>(even.moments[i])), before) << zone.name();
    }
  }
}

}  // namespace
}  // namespace clientele::query
