// What must hold of time by the clock: parts side by side add up to the whole, whatever the grain
// and zone, and nobody has more time than the clock.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/metrics/world.h"

namespace clientele::testing {
namespace {

const char* const kBasicWorkforce = CLIENTELE_PROJECTIONS "/workforce/testdata/basic.events.ndjson";
constexpr double kDaySeconds = 86'400;

void ExpectSame(const std::map<std::string, double>& some, const std::map<std::string, double>& all,
                const std::string& asked) {
  ASSERT_EQ(some.size(), all.size()) << asked;
  for (const auto& [person, seconds] : all) {
    EXPECT_NEAR(some.at(person), seconds, 1e-5) << asked << person;
  }
}

TEST(StateTime, PartsAddUpToTheWhole) {
  World::Load(kBasicWorkforce);
  const std::string metric = "metrics: 'time_in_state:any' group_by: 'employee' limit: 100000 ";
  for (const char* zone : {"UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe"}) {
    for (const char* mark : {"", "mark_id: 0 "}) {
      const std::string asked = metric + fmt::format("time_zone: '{}' {}", zone, mark);
      const std::string range = "from: '2026-03-27T19:31:17' to: '2026-03-31T20:00:01' ";
      const auto whole = Totals(World::Ask(asked + range));
      ASSERT_EQ(whole.size(), 7U) << asked;
      for (const char* grain : {"MINUTE", "QUARTER_HOUR", "HOUR", "DAY", "WEEK", "YEAR"}) {
        const std::string parts = asked + range + "grain: " + grain;
        ExpectSame(Totals(World::Ask(parts)), whole, parts);
      }
      for (const char* by : {"agent_state", "team"}) {
        const std::string parts = asked + range + fmt::format("group_by: '{}'", by);
        ExpectSame(Totals(World::Ask(parts)), whole, parts);
      }
    }
  }
}

TEST(StateTime, ADayHasNoMoreThanItsHours) {
  World::Load(kBasicWorkforce);
  const auto response = World::Ask(
      "metrics: 'time_in_state:any' group_by: 'employee' grain: DAY "
      "from: '2026-03-26' to: '2026-04-02' time_zone: 'Europe/Berlin'");
  double most = 0;
  for (const auto& row : response.rows()) most = std::max(most, row.figures(0).value());
  EXPECT_GT(most, kDaySeconds / 2);
  EXPECT_LE(most, kDaySeconds);
}

// Who never tells what people do cannot know how busy they are.
TEST(Occupancy, IsNotApplicableWithoutAnyState) {
  World::Load(CLIENTELE_PROJECTIONS "/calls/testdata/basic.events.ndjson");
  const std::string asked =
      "metrics: 'occupancy' metrics: 'calls_per_hour' from: '2026-03-27' to: '2026-03-31' ";
  for (const char* grain : {"", "grain: DAY"}) {
    const auto response = World::Ask(asked + grain);
    for (const auto& row : response.rows()) {
      EXPECT_EQ(row.figures(0).empty(), query::v1::Figure::NOT_APPLICABLE) << row.bucket();
      EXPECT_EQ(row.figures(1).empty(), query::v1::Figure::NOT_APPLICABLE) << row.bucket();
    }
    EXPECT_THAT(response.meta().warnings(),
                ::testing::IsSupersetOf(
                    {"occupancy is not applicable: nothing was ever told of agent_states",
                     "calls_per_hour is not applicable: nothing was ever told of agent_states"}));
  }
  // On the day before they told of any.
  World::Load(kBasicWorkforce);
  const auto before = World::Ask("metrics: 'occupancy' from: '2020-03-27' to: '2020-03-28'");
  EXPECT_EQ(before.rows(0).figures(0).empty(), query::v1::Figure::NO_DATA);
}

// The deepest moment lies in one of the buckets, and none is deeper.
TEST(QueueDepth, TheMostOfAllBucketsIsThatOfTheWhole) {
  World::Load(CLIENTELE_PROJECTIONS "/calls/testdata/waiting.events.ndjson");
  const std::string asked =
      "metrics: 'queue_depth' from: '2026-03-28T08:00:30' to: '2026-03-28T11:00' ";
  const double whole = World::Ask(asked).rows(0).figures(0).value();
  EXPECT_GT(whole, 2);
  for (const char* grain : {"MINUTE", "QUARTER_HOUR", "HOUR"}) {
    double most = 0;
    int64_t looked_at_ms = 0;
    const auto response = World::Ask(asked + "group_by: 'queue' grain: " + grain);
    for (const auto& row : response.rows()) {
      most = std::max(most, row.figures(0).value());
      looked_at_ms += row.figures(0).n();
    }
    EXPECT_EQ(most, whole) << grain;
    EXPECT_EQ(looked_at_ms, 2 * (3 * 3'600 - 30) * 1'000) << grain;
  }
}

}  // namespace
}  // namespace clientele::testing
