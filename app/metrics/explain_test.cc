// How a figure comes about, told without a store.
#include "app/metrics/explain.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

namespace clientele::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

base::Result<std::string> Told(const std::string& text) {
  query::v1::QueryRequest request;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      "from: '2026-11-01' to: '2026-12-01' " + text, &request))
      << text;
  query::Mark mark;
  mark.known_at = 1'795'555'800'000'000;  // 2026-11-24T21:30:00Z
  mark.versions = {{"calls", 3}, {"reference", 2}, {"retention", 1}};
  return Explain(query::Catalogue::Embedded().value(), request, "shop", mark);
}

TEST(Explain, DefinitionTablesAndStatement) {
  const auto text = Told(
      "metrics: 'service_level' group_by: 'queue' where { prefix { dimension: 'topic' value: "
      "'deliv' } } parameters { key: 'threshold_ms' value: '31337' }");
  ASSERT_TRUE(text.has_value()) << text.error().message;
  EXPECT_THAT(*text, AllOf(HasSubstr("## service_level\nService level · "),
                           HasSubstr("in_time / (answered + abandoned - short_abandoned)"),
                           HasSubstr("* service_level:without_short = value_0 / (value_1 + "),
                           HasSubstr("* From `clientele.calls_v3` of projection calls, version 3, "
                                     "at `queued_at`.\n"),
                           HasSubstr("* Dimension queue = column `queue_id`.\n"),
                           HasSubstr("* abandoned = ")));
  EXPECT_THAT(*text, AllOf(HasSubstr("\n# Statement 1\n"), HasSubstr("```sql\n"),
                           HasSubstr("GROUP BY key_0"), HasSubstr("* filter_0 = deliv\n"),
                           HasSubstr("* service_level_threshold_ms = 31337\n"),
                           HasSubstr("* tenant = shop\n"),
                           HasSubstr("* from = 1793491200000000 (2026-11-01T00:00:00+00:00)\n"),
                           HasSubstr("* next = of the mark: ")));
  EXPECT_THAT(*text, Not(HasSubstr("# Statement 2")));
}

TEST(Explain, PartsOfADerivedOneAndWhatIsLacking) {
  const auto text = Told("metrics: 'average_check' metrics: 'hops_per_call' group_by: 'currency'");
  ASSERT_TRUE(text.has_value()) << text.error().message;
  EXPECT_THAT(*text,
              AllOf(HasSubstr("## average_check\n"), HasSubstr("## revenue\n"),
                    HasSubstr("## orders\n"), HasSubstr("* average_check = revenue / orders"),
                    HasSubstr("* hops_per_call = not applicable: see the notes\n"),
                    HasSubstr("* Note: hops_per_call is not applicable by currency: ")));
}

TEST(Explain, WhatIsLookedUp) {
  const auto text =
      Told("metrics: 'aht' group_by: 'team' filters { dimension: 'unit' values: 'a/b' }");
  ASSERT_TRUE(text.has_value()) << text.error().message;
  EXPECT_THAT(
      *text, AllOf(HasSubstr("* Dimension team = column `team_id`.\n"
                             "* Dimension team, where it is not told, = column `team_id` of "
                             "`clientele.staff_v2` of projection reference, version 2, of the same "
                             "`employee_id`, as it was at `occurred_at`.\n"
                             "* Dimension unit = column `unit_path` of `clientele.staff_v2` of "),
                   HasSubstr("valid_from"), HasSubstr("* look_up = staff_v2\n")));
  EXPECT_THAT(*Told("metrics: 'aht' group_by: 'queue'"), Not(HasSubstr("look_up")));
}

TEST(Explain, AnEarlierRangeHasItsOwnParameters) {
  const auto text = Told("metrics: 'calls_offered' compare { previous: PERIOD }");
  ASSERT_TRUE(text.has_value()) << text.error().message;
  const std::string later = text->substr(text->find("For the earlier range once more"));
  EXPECT_THAT(later, HasSubstr("* from = 1790812800000000 (2026-10-01T00:00:00+00:00)\n"));
  EXPECT_THAT(later, Not(HasSubstr("* tenant")));
}

TEST(Explain, WrongRequestsAreToldAsTheServiceTellsThem) {
  const auto text = Told("metrics: 'servce_level'");
  ASSERT_FALSE(text.has_value());
  EXPECT_THAT(text.error().message, HasSubstr("did you mean service_level?"));
}

}  // namespace
}  // namespace clientele::app
