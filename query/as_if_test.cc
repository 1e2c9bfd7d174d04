// What figures would have been: which definitions are asked for, which scorecards and journey
// models they are of, and two answers joined figure by figure.
#include "query/as_if.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "query/answer_fixture.h"
#include "query/both_ways.h"
#include "query/metrics_fixture.h"
#include "query/source.h"
#include "query/stand_ins.h"

namespace clientele::query {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr std::string_view kTwoBands = R"(
scorecard = "qa"
[[bands]]
name = "low"
from = 0
to = 50.5
[[bands]]
name = "high"
from = 50.5
to = 101
)";

base::Result<AsIf> Parsed(const std::vector<std::string>& wanted, std::string_view text = "") {
  return ParseAsIf(wanted, [&](const std::string& path) -> base::Result<std::string> {
    if (path == "there.toml") return std::string(text);
    return base::Fail(base::Code::kNotFound, "{}: is not there", path);
  });
}

std::string WhyNot(const std::vector<std::string>& wanted, std::string_view text = "") {
  const auto parsed = Parsed(wanted, text);
  return parsed ? std::string() : parsed.error().message;
}

TEST(AsIf, AVersionOfOneScorecardOrOfAll) {
  for (const char* const wanted : {"scorecard=v2", "scorecard=2"}) {
    const auto as_if = Parsed({wanted});
    ASSERT_TRUE(as_if.has_value()) << as_if.error().message;
    EXPECT_EQ(as_if->scorecard->id, "");
    EXPECT_EQ(as_if->scorecard->version, 2U);
    EXPECT_EQ(as_if->text, "scorecard=2");
    EXPECT_THAT(StandInTables(*as_if),
                ElementsAre("scorecard_criteria", "scorecard_levels", "scorecard_bands"));
  }
  const auto one = Parsed({"scorecard=a:b:v10"});
  ASSERT_TRUE(one.has_value()) << one.error().message;
  EXPECT_EQ(one->scorecard->id, "a:b");
  EXPECT_EQ(one->scorecard->version, 10U);
  EXPECT_EQ(one->text, "scorecard=a:b:10");
}

TEST(AsIf, AVersionOfOneJourneyModelOrOfAll) {
  const auto all = Parsed({"journey_model=v2"});
  ASSERT_TRUE(all.has_value()) << all.error().message;
  EXPECT_EQ(all->journey_model->id, "");
  EXPECT_EQ(all->journey_model->version, 2U);
  EXPECT_FALSE(all->scorecard.has_value());
  EXPECT_EQ(all->text, "journey_model=2");
  EXPECT_THAT(StandInTables(*all), ElementsAre("journey_steps", "journey_matches"));
  const auto both = Parsed({"scorecard=qa:3", "journey_model=purchase:2"});
  ASSERT_TRUE(both.has_value()) << both.error().message;
  EXPECT_EQ(both->journey_model->id, "purchase");
  EXPECT_EQ(both->scorecard->version, 3U);
  EXPECT_EQ(both->text, "journey_model=purchase:2, scorecard=qa:3");
  EXPECT_THAT(StandInTables(*both),
              ElementsAre("journey_steps", "journey_matches", "scorecard_criteria",
                          "scorecard_levels", "scorecard_bands"));
  // The bands' table once, though both are chosen.
  EXPECT_THAT(StandInTables(*Parsed({"scorecard=2", "bands=there.toml"}, kTwoBands)),
              UnorderedElementsAre("scorecard_criteria", "scorecard_levels", "scorecard_bands"));
}

TEST(AsIf, WhatIsNoDefinitionIsRefused) {
  for (const char* const wanted :
       {"scorecard=", "scorecard=x", "scorecard=qa:", "scorecard=:2", "scorecard=0", "scorecard=-1",
        "scorecard=2x", "scorecard=4294967296", "journey_model=", "journey_model=m:"}) {
    EXPECT_THAT(WhyNot({wanted}), HasSubstr(fmt::format("--as-if {}: ", wanted))) << wanted;
  }
  EXPECT_EQ(WhyNot({"scorcard=2"}),
            "--as-if scorcard=2: must be scorecard=[ID:]VERSION, journey_model=[ID:]VERSION, "
            "bands=FILE or metric=FILE; did you mean scorecard?");
  EXPECT_THAT(WhyNot({"journey_modl=2"}), HasSubstr("did you mean journey_model?"));
  EXPECT_THAT(WhyNot({"2"}), HasSubstr("must be scorecard=[ID:]VERSION"));
  EXPECT_EQ(WhyNot({"journey_model=m:x"}),
            "--as-if journey_model=m:x: must be journey_model=VERSION or journey_model=ID:VERSION, "
            "where a version is a whole number from 1 on, as 2 or v2");
  EXPECT_EQ(WhyNot({"journey_model=2", "journey_model=m:3"}),
            "--as-if journey_model=m:3: journey_model is given twice");
  EXPECT_EQ(WhyNot({"scorecard=2", "scorecard=qa:2"}),
            "--as-if scorecard=qa:2: scorecard is given twice");
  EXPECT_EQ(WhyNot({"bands=nowhere.toml"}),
            "--as-if bands=nowhere.toml: nowhere.toml: is not there");
}

TEST(AsIf, BandsOfAFile) {
  const auto as_if = Parsed({"bands=there.toml"}, kTwoBands);
  ASSERT_TRUE(as_if.has_value()) << as_if.error().message;
  EXPECT_EQ(as_if->bands->scorecard, "qa");
  ASSERT_EQ(as_if->bands->bands.size(), 2U);
  EXPECT_EQ(as_if->bands->bands[1].name, "high");
  EXPECT_EQ(as_if->bands->bands[1].from, 50.5);
  EXPECT_EQ(as_if->bands->bands[1].to, 101);
  EXPECT_THAT(StandInTables(*as_if), ElementsAre("scorecard_bands"));
  // Another file of the same name is another question.
  EXPECT_THAT(as_if->text, HasSubstr("bands=there.toml ("));
  EXPECT_NE(Parsed({"bands=there.toml"}, With(kTwoBands, "high", "top"))->text, as_if->text);

  const auto told = [](std::string_view what, std::string_view by) {
    return WhyNot({"bands=there.toml"}, With(kTwoBands, what, by));
  };
  EXPECT_EQ(told("to = 50.5", "to = 0"),
            "there.toml: bands: to is 0, must be above from, which is 0");
  EXPECT_EQ(told("from = 50.5", "from = 50"),
            "there.toml: bands: from is 50, overlaps the band before, which ends at 50.5");
  EXPECT_EQ(told("to = 101", "to = 102"),
            "there.toml: bands: to = 102: must be a number from 0 to 101");
  EXPECT_EQ(told("name = \"low\"", "name = \"\""),
            "there.toml: bands: name must be a text that is not empty");
  EXPECT_EQ(told("name = \"low\"", "named = \"low\""), "there.toml: bands: name is missing");
  EXPECT_EQ(WhyNot({"bands=there.toml"}, "scorecard = \"qa\""), "there.toml: bands is missing");
}

TEST(AsIf, ScorecardsAreThoseThatHaveTheVersion) {
  const DefinitionVersions told = {{"chats", 1}, {"chats", 2}, {"qa", 2}, {"qa", 3}};
  EXPECT_THAT(*ChooseScorecards(*Parsed({"scorecard=2"}), told), ElementsAre("chats", "qa"));
  EXPECT_THAT(*ChooseScorecards(*Parsed({"scorecard=3"}), told), ElementsAre("qa"));
  EXPECT_THAT(*ChooseScorecards(*Parsed({"scorecard=qa:2"}), told), ElementsAre("qa"));
  EXPECT_THAT(*ChooseScorecards(*Parsed({"bands=there.toml"}, kTwoBands), told), IsEmpty());
  const auto refused = [&](const char* wanted) {
    const auto chosen = ChooseScorecards(*Parsed({wanted}, kTwoBands), told);
    EXPECT_EQ(chosen.error().code, base::Code::kNotFound);
    return chosen.error().message;
  };
  EXPECT_EQ(refused("scorecard=4"),
            "--as-if scorecard=4: no scorecard has version 4; there are chats:1, chats:2, qa:2, "
            "qa:3");
  EXPECT_EQ(refused("scorecard=qa:1"),
            "--as-if scorecard=qa:1: qa has no version 1; there are qa:2, qa:3");
  EXPECT_EQ(refused("scorecard=chat:1"),
            "--as-if scorecard=chat:1: there is no scorecard chat; did you mean chats?");
  EXPECT_EQ(ChooseScorecards(*Parsed({"bands=there.toml"}, kTwoBands), {}).error().message,
            "bands: scorecard: there is no scorecard qa: none is known");
}

TEST(AsIf, JourneyModelsAreThoseThatHaveTheVersion) {
  const DefinitionVersions told = {{"care", 1}, {"purchase", 1}, {"purchase", 2}};
  EXPECT_THAT(*ChooseJourneyModels(*Parsed({"journey_model=1"}), told),
              ElementsAre("care", "purchase"));
  EXPECT_THAT(*ChooseJourneyModels(*Parsed({"journey_model=purchase:1"}), told),
              ElementsAre("purchase"));
  // Scorecards are another choice.
  EXPECT_THAT(*ChooseJourneyModels(*Parsed({"scorecard=1"}), told), IsEmpty());
  EXPECT_THAT(*ChooseScorecards(*Parsed({"journey_model=1"}), told), IsEmpty());
  const auto refused = [&](const char* wanted, const DefinitionVersions& of) {
    const auto chosen = ChooseJourneyModels(*Parsed({wanted}), of);
    EXPECT_EQ(chosen.error().code, base::Code::kNotFound);
    return chosen.error().message;
  };
  EXPECT_EQ(refused("journey_model=3", told),
            "--as-if journey_model=3: no journey model has version 3; there are care:1, "
            "purchase:1, purchase:2");
  EXPECT_EQ(refused("journey_model=care:2", told),
            "--as-if journey_model=care:2: care has no version 2; there are care:1");
  EXPECT_EQ(refused("journey_model=purchas:2", told),
            "--as-if journey_model=purchas:2: there is no journey model purchas; did you mean "
            "purchase?");
  EXPECT_EQ(refused("journey_model=2", {}),
            "--as-if journey_model=2: no journey model has version 2; none is known");
}

TEST(AsIf, WhatStandsInIsReadInsteadOfTheMarksVersion) {
  Mark mark;
  mark.versions = {{"reference", 3}};
  const Table& bands = *Metrics().FindTable("scorecard_bands");
  EXPECT_EQ(*StoredName(bands, mark), "scorecard_bands_v3");
  mark.stand_ins = {{"scorecard_bands", "as_if_quality_v2_scorecard_bands"}};
  EXPECT_EQ(*StoredName(bands, mark), "as_if_quality_v2_scorecard_bands");
  EXPECT_EQ(*StoredName(*Metrics().FindTable("scorecard_levels"), mark), "scorecard_levels_v3");
}

TEST(Catalogue, WithAnotherFileOfAMetric) {
  const std::string text = ReadText(CLIENTELE_QUERY_TESTDATA "/shops/metrics/recommend.toml");
  const auto changed = ShopMetrics().With("other.toml", With(text, "answer >= 9", "answer >= 8"));
  ASSERT_TRUE(changed.has_value()) << changed.error().message;
  EXPECT_EQ(changed->FindMetric("recommend")->sources[0].counts.at("promoters"), "answer >= 8");
  EXPECT_EQ(ShopMetrics().FindMetric("recommend")->sources[0].counts.at("promoters"),
            "answer >= 9");
  EXPECT_EQ(changed->metrics().size(), ShopMetrics().metrics().size());
  const auto unknown =
      ShopMetrics().With("other.toml", With(text, "id = \"recommend\"", "id = \"recomend\""));
  ASSERT_FALSE(unknown.has_value());
  EXPECT_EQ(unknown.error().message,
            "other.toml: id = recomend: there is no such metric; did you mean recommend?");
  const auto wrong = ShopMetrics().With("other.toml", With(text, "\"shop\"", "\"floor\""));
  ASSERT_FALSE(wrong.has_value());
  EXPECT_THAT(wrong.error().message, HasSubstr("dimension floor: is none of table visits"));
}

TEST(Catalogue, MetricsOfAProjectionAndTheirTables) {
  const Metric& roi = *Metrics().FindMetric("roi");
  EXPECT_THAT(Metrics().MetricsOf("roi"), Contains(&roi));
  EXPECT_THAT(Metrics().MetricsOf("retention"), Contains(&roi));
  EXPECT_THAT(Metrics().MetricsOf("voice"), testing::Not(Contains(&roi)));
  EXPECT_THAT(Metrics().TablesOf(roi), testing::IsSupersetOf({"costs", "customer_facts"}));
  EXPECT_THAT(Metrics().TablesOf(*Metrics().FindMetric("quality_score")),
              testing::IsSupersetOf({"scored_evaluations", "scorecard_bands", "staff"}));
}

v1::QueryRequest RequestFrom(const std::string& text) {
  v1::QueryRequest request;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request)) << text;
  return request;
}

v1::QueryResponse AnswerFrom(const std::string& text) {
  v1::QueryResponse response;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &response)) << text;
  return response;
}

TEST(BothWays, AsksForEveryMetricThatCanBeAskedSo) {
  const std::string when = "from: '2026-03-01' to: '2026-05-01' grain: MONTH ";
  const auto plans = PlanBothWays(Metrics(), Metrics(), RequestFrom(when + "group_by: 'team'"),
                                  {"quality_score", "qa_load", "hops_per_call"});
  ASSERT_TRUE(plans.has_value()) << plans.error().message;
  ASSERT_EQ(plans->requests.size(), 1U);
  EXPECT_THAT(plans->requests[0].metrics(), ElementsAre("quality_score:all"));
  EXPECT_THAT(plans->requests[0].group_by(), ElementsAre("team"));
  EXPECT_THAT(
      plans->warnings,
      ElementsAre("group_by[0] = team: cannot be asked of qa_load, hops_per_call; left out"));

  const auto money = PlanBothWays(Metrics(), Metrics(), RequestFrom(when), {"revenue"});
  ASSERT_TRUE(money.has_value()) << money.error().message;
  EXPECT_THAT(money->requests[0].group_by(), ElementsAre("currency"));

  const auto curve = PlanBothWays(Metrics(), Metrics(), RequestFrom(when), {"service_level_curve"});
  ASSERT_TRUE(curve.has_value()) << curve.error().message;
  EXPECT_THAT(curve->requests[0].group_by(), ElementsAre("threshold_s"));

  const auto none = PlanBothWays(Metrics(), Metrics(), RequestFrom(when + "group_by: 'teem'"),
                                 {"quality_score", "evaluations"});
  ASSERT_FALSE(none.has_value());
  EXPECT_THAT(none.error().message, HasSubstr("did you mean team?"));
}

TEST(BothWays, JoinsByVariantBucketAndGroup) {
  const auto request = RequestFrom("group_by: 'team' grain: MONTH");
  const auto as_it_is = AnswerFrom(R"(
      rows { bucket_start: 1 bucket: '2026-03' dimensions: 'north' partial: true
             figures { value: 80 n: 4 } figures { empty: NO_DATA } }
      rows { bucket_start: 1 bucket: '2026-03' dimensions: 'south'
             figures { empty: HIDDEN_SMALL_N n: 3 } figures { value: 1 n: 3 } }
      meta { columns { metric: 'm' variant: 'a' unit: 'points' }
             columns { metric: 'm' variant: 'b' unit: 'points' } })");
  const auto as_if = AnswerFrom(R"(
      rows { bucket_start: 1 bucket: '2026-03' dimensions: 'north' partial: true
             figures { value: 7 n: 1 } figures { value: 60.5 n: 5 } }
      rows { bucket_start: 2 bucket: '2026-04' dimensions: 'west'
             figures { empty: NO_DATA } figures { value: 9 n: 2 } }
      meta { columns { metric: 'm' variant: 'c' unit: 'points' }
             columns { metric: 'm' variant: 'a' unit: 'points' } })");
  const auto both = JoinBothWays(request, as_it_is, as_if);
  ASSERT_TRUE(both.has_value()) << both.error().message;
  ASSERT_EQ(both->size(), 5U);
  const auto is = [&](size_t i, const char* variant, const char* team) {
    const BothFigures& one = (*both)[i];
    EXPECT_EQ(one.metric, "m") << i;
    EXPECT_EQ(one.variant, variant) << i;
    EXPECT_THAT(one.dimensions, ElementsAre("team")) << i;
    EXPECT_THAT(one.values, ElementsAre(team)) << i;
    return one;
  };
  const BothFigures north = is(0, "a", "north");
  EXPECT_EQ(north.as_it_is->n(), 4);
  EXPECT_EQ(north.as_if->n(), 5);
  EXPECT_EQ(north.change(), -19.5);
  EXPECT_TRUE(north.partial);
  EXPECT_FALSE(is(1, "a", "south").change().has_value());
  // The one way has no such group.
  const BothFigures west = is(2, "a", "west");
  EXPECT_EQ(west.bucket, "2026-04");
  EXPECT_FALSE(west.as_it_is.has_value());
  EXPECT_FALSE(west.change().has_value());
  // The other way has no such variant, and of the first one there is nothing to tell of the north.
  EXPECT_FALSE(is(3, "b", "south").as_if.has_value());
  EXPECT_EQ(is(4, "c", "north").as_if->value(), 7);
}

TEST(BothWays, FiguresOfTwoUnitsAreNotCompared) {
  const auto minutes = AnswerFrom("meta { columns { metric: 'm' unit: 'min' } }");
  const auto seconds = AnswerFrom("meta { columns { metric: 'm' unit: 's' } }");
  const auto both = JoinBothWays({}, minutes, seconds);
  ASSERT_FALSE(both.has_value());
  EXPECT_EQ(both.error().message,
            "m: unit is min as it is and s as if: the figures cannot be compared");
}

}  // namespace
}  // namespace clientele::query
