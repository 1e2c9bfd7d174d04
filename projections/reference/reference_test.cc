// Which rows the company's facts about itself give, and that any bytes that decode give rows that
// fit.
#include "projections/reference/reference.h"

#include <gmock/gmock.h>
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <tuple>

#include "projections/projected.h"
#include "projections/reference/tables.h"

namespace clientele::projections::reference {
namespace {

using event::v1::Channel;
using event::v1::Event;
using event::v1::Scorecard;
using event::v1::ServiceTarget;
using event::v1::Touchpoint;
using testing::Each;

using Numbers = std::vector<int64_t>;
using Counts = std::vector<uint64_t>;
using Reals = std::vector<double>;
using Texts = std::vector<std::string>;

const Projection& Reference() {
  static const auto projection = MakeReference();
  return *projection;
}

clickhouse::Block Rows(const Event& event, TableNumber table) {
  return ReadBack(BlocksOf(Reference(), event)[table]);
}

Event Told(const std::string& payload) {
  return EventOf(R"({"tenant":"main","occurred_at":"1",)" + payload + "}");
}

const char* const kCard = R"("scorecard":{"scorecard_id":"sc","version":2,"title":"Calls",
    "method":"BINARY","valid_from":"7000000","sections":[
    {"title":"talk","criteria":[
      {"criterion_id":"greets","title":"Greets","weight":10,"critical":true,"levels":[
        {"level":"yes","title":"by name","value":1},{"level":"no","title":"does not"}]}]},
    {"title":"rules","criteria":[
      {"criterion_id":"protects","fatal":true,"levels":[{"level":"yes","value":3}]}]}],
    "bands":[{"name":"works","from":76,"to":101}]})";

TEST(Reference, StaffHasTheirPlaceInParts) {
  Event event = Told(R"("staff":{"employee_id":"anna","unit_path":"kontur/moscow/sales/north",
      "display_name":{"sealed":{"ciphertext":"AAAA"}},"role":"agent","line":2,"hired_at":"5000000",
      "left_at":"6000000","state":"SUSPENDED","valid_from":"7000000"})");
  const auto row = Rows(event, kStaff);
  ASSERT_EQ(row.rows, 1U);
  EXPECT_EQ(row.Get<std::string>("employee_id"), Texts{"anna"});
  EXPECT_EQ(row.Get<std::string>("unit_path"), Texts{"kontur/moscow/sales/north"});
  EXPECT_EQ(row.Get<std::string>("role"), Texts{"agent"});
  EXPECT_EQ(row.Get<uint64_t>("line"), Counts{2});
  EXPECT_EQ(row.Get<int64_t>("hired_at"), Numbers{5'000'000});
  EXPECT_EQ(row.Get<int64_t>("left_at"), Numbers{6'000'000});
  EXPECT_EQ(row.Get<int64_t>("state"), Numbers{event::v1::Staff::SUSPENDED});
  EXPECT_EQ(row.Get<int64_t>("valid_from"), Numbers{7'000'000});
  const std::tuple<const char*, const char*, const char*, const char*> paths[] = {
      {"kontur/moscow/sales/north", "moscow", "sales", "north"},
      {"kontur/moscow/sales/first/north", "moscow", "sales", "north"},
      {"kontur/moscow/north", "moscow", "", "north"},
      {"kontur/north", "", "", "north"},
      {"north", "", "", "north"},
      {"", "", "", ""},
      {"//", "", "", ""}};
  for (const auto& [path, branch, department, team] : paths) {
    event.mutable_staff()->set_unit_path(path);
    const auto of_path = Rows(event, kStaff);
    EXPECT_EQ(of_path.Get<std::string>("branch"), Texts{branch}) << path;
    EXPECT_EQ(of_path.Get<std::string>("department"), Texts{department}) << path;
    EXPECT_EQ(of_path.Get<std::string>("team_id"), Texts{team}) << path;
  }
}

// All rows of a table, then those of the next.
TEST(Reference, AScorecardIsRowsOfItsParts) {
  const Event event = Told(kCard);
  const auto card = Rows(event, kScorecards);
  EXPECT_EQ(card.Get<uint64_t>("row"), Counts{0});
  EXPECT_EQ(card.Get<std::string>("scorecard_id"), Texts{"sc"});
  EXPECT_EQ(card.Get<uint64_t>("scorecard_version"), Counts{2});
  EXPECT_EQ(card.Get<std::string>("title"), Texts{"Calls"});
  EXPECT_EQ(card.Get<int64_t>("method"), Numbers{Scorecard::BINARY});
  EXPECT_EQ(card.Get<int64_t>("valid_from"), Numbers{7'000'000});
  const auto criteria = Rows(event, kScorecardCriteria);
  EXPECT_EQ(criteria.Get<uint64_t>("row"), (Counts{1, 2}));
  EXPECT_EQ(criteria.Get<uint64_t>("criterion"), (Counts{1, 2}));
  EXPECT_EQ(criteria.Get<std::string>("criterion_id"), (Texts{"greets", "protects"}));
  EXPECT_EQ(criteria.Get<std::string>("section"), (Texts{"talk", "rules"}));
  EXPECT_EQ(criteria.Get<double>("weight"), (Reals{10, 1}));
  EXPECT_EQ(criteria.Get<uint64_t>("fatal"), (Counts{0, 1}));
  EXPECT_EQ(criteria.Get<uint64_t>("critical"), (Counts{1, 0}));
  EXPECT_EQ(criteria.Get<double>("maximum"), (Reals{1, 3}));
  EXPECT_THAT(criteria.Get<int64_t>("method"), Each(Scorecard::BINARY));
  const auto levels = Rows(event, kScorecardLevels);
  EXPECT_EQ(levels.Get<uint64_t>("row"), (Counts{3, 4, 5}));
  EXPECT_EQ(levels.Get<std::string>("criterion_id"), (Texts{"greets", "greets", "protects"}));
  EXPECT_EQ(levels.Get<std::string>("level"), (Texts{"yes", "no", "yes"}));
  EXPECT_EQ(levels.Get<double>("worth"), (Reals{1, 0, 3}));
  const auto bands = Rows(event, kScorecardBands);
  EXPECT_EQ(bands.Get<uint64_t>("row"), Counts{6});
  EXPECT_EQ(bands.Get<std::string>("band"), Texts{"works"});
  EXPECT_EQ(bands.Get<double>("score_from"), Reals{76});
  EXPECT_EQ(bands.Get<double>("score_to"), Reals{101});
}

TEST(Reference, APlanIsRowsOfItsTermsOrComponents) {
  const Event sampling = Told(R"("sampling_plan":{"plan_id":"sp","version":1,"share":0.1,
      "frame":[{"dimension":"queue","values":["sales","support"]},{"dimension":"end",
      "values":["ANSWERED"]}],"strata":["team"],"period":"WEEK","seed":"18446744073709551615"})");
  const auto plan = Rows(sampling, kSamplingPlans);
  EXPECT_EQ(plan.Get<double>("share"), Reals{0.1});
  EXPECT_EQ(plan.Get<uint64_t>("count"), Counts{0});
  EXPECT_EQ(plan.Get<uint64_t>("seed"), Counts{std::numeric_limits<uint64_t>::max()});
  const auto terms = Rows(sampling, kSamplingTerms);
  EXPECT_EQ(terms.Get<int64_t>("term_kind"), (Numbers{1, 1, 1, 2}));
  EXPECT_EQ(terms.Get<uint64_t>("term"), (Counts{1, 1, 2, 1}));
  EXPECT_EQ(terms.Get<std::string>("dimension"), (Texts{"queue", "queue", "end", "team"}));
  EXPECT_EQ(terms.Get<std::string>("value"), (Texts{"sales", "support", "ANSWERED", ""}));

  const Event incentive = Told(R"("incentive_plan":{"plan_id":"ip","version":3,
      "audience":"LEAD","fixed_minor":"700","currency":"EUR","components":[
      {"metric":"quality_score","scope":"TEAM","amount_minor":"90","floor":0,"penalty_minor":"5"},
      {"metric":"aht","scope":"OWN","cap":300}]})");
  EXPECT_EQ(Rows(incentive, kIncentivePlans).Get<int64_t>("fixed_minor"), Numbers{700});
  const auto components = Rows(incentive, kIncentiveComponents);
  EXPECT_EQ(components.Get<uint64_t>("component"), (Counts{1, 2}));
  EXPECT_EQ(components.Get<std::string>("metric"), (Texts{"quality_score", "aht"}));
  EXPECT_EQ(components.Get<uint64_t>("floor_told"), (Counts{1, 0}));
  EXPECT_EQ(components.Get<uint64_t>("cap_told"), (Counts{0, 1}));
  EXPECT_EQ(components.Get<double>("cap"), (Reals{0, 300}));
  EXPECT_EQ(components.Get<int64_t>("penalty_minor"), (Numbers{5, 0}));
}

TEST(Reference, AJourneyModelIsStepsBeforeTheirParts) {
  const Event event = Told(R"("journey_model":{"model_id":"jm","version":1,"title":"Purchase",
      "steps":[{"step_id":"order","owner_role":"sales","norm":{"max_ms_to_next":"1800000"},
      "matches":[{"kind":20,"touchpoint_kind":"ORDER"},{"kind":21,"channel":"PHONE"}],
      "steps":[{"step_id":"cart","matches":[{"attribute":"shop","attribute_value":"12"}]}]},
      {"step_id":"delivery"}]})");
  const auto steps = Rows(event, kJourneySteps);
  EXPECT_EQ(steps.Get<uint64_t>("step"), (Counts{1, 2, 3}));
  EXPECT_EQ(steps.Get<std::string>("step_id"), (Texts{"order", "cart", "delivery"}));
  EXPECT_EQ(steps.Get<std::string>("parent_step_id"), (Texts{"", "order", ""}));
  EXPECT_EQ(steps.Get<uint64_t>("depth"), (Counts{1, 2, 1}));
  EXPECT_EQ(steps.Get<int64_t>("norm_ms"), (Numbers{1'800'000, 0, 0}));
  EXPECT_THAT(steps.Get<std::string>("model_title"), Each("Purchase"));
  const auto matches = Rows(event, kJourneyMatches);
  EXPECT_EQ(matches.Get<uint64_t>("row"), (Counts{3, 4, 5}));
  EXPECT_EQ(matches.Get<uint64_t>("step"), (Counts{1, 1, 2}));
  EXPECT_EQ(matches.Get<std::string>("step_id"), (Texts{"order", "order", "cart"}));
  EXPECT_EQ(matches.Get<uint64_t>("match"), (Counts{1, 2, 1}));
  EXPECT_EQ(matches.Get<uint64_t>("event_kind"), (Counts{20, 21, 0}));
  EXPECT_EQ(matches.Get<int64_t>("touchpoint_kind"), (Numbers{Touchpoint::ORDER, 0, 0}));
  EXPECT_EQ(matches.Get<int64_t>("channel"), (Numbers{0, Channel::PHONE, 0}));
  EXPECT_EQ(matches.Get<std::string>("attribute_value"), (Texts{"", "", "12"}));
}

// What is not told has the value that it then means.
TEST(Reference, TargetsHaveTheirDefaults) {
  Event event = Told(R"("service_target":{"team_id":"north","valid_from":"7000000"})");
  auto row = Rows(event, kServiceTargets);
  EXPECT_EQ(row.Get<std::string>("queue_id"), Texts{""});
  EXPECT_EQ(row.Get<std::string>("team_id"), Texts{"north"});
  EXPECT_EQ(row.Get<int64_t>("threshold_ms"), Numbers{20'000});
  EXPECT_EQ(row.Get<int64_t>("short_abandon_ms"), Numbers{5'000});
  EXPECT_EQ(row.Get<uint64_t>("target_share_told"), Counts{0});
  EXPECT_EQ(row.Get<int64_t>("policy"), Numbers{ServiceTarget::WITHOUT_SHORT_ABANDONED});
  event.mutable_service_target()->set_threshold_ms(0);
  event.mutable_service_target()->set_target_share(0);
  event.mutable_service_target()->set_policy(ServiceTarget::ANSWERED);
  row = Rows(event, kServiceTargets);
  EXPECT_EQ(row.Get<int64_t>("threshold_ms"), Numbers{0});
  EXPECT_EQ(row.Get<uint64_t>("target_share_told"), Counts{1});
  EXPECT_EQ(row.Get<int64_t>("policy"), Numbers{ServiceTarget::ANSWERED});

  const auto target = Rows(Told(R"("target":{"metric":"aht","scope":{"kind":"TEAM","id":"north"},
      "value":0,"period":{"from":"5000000","to":"6000000"}})"),
                           kTargets);
  EXPECT_EQ(target.Get<int64_t>("scope_kind"), Numbers{event::v1::Scope::TEAM});
  EXPECT_EQ(target.Get<std::string>("scope_id"), Texts{"north"});
  EXPECT_EQ(target.Get<uint64_t>("value_told"), Counts{1});
  EXPECT_EQ(target.Get<int64_t>("period_to"), Numbers{6'000'000});
}

TEST(Reference, ACalendarAndAnIncident) {
  const Event calendar = Told(R"("calendar":{"calendar_id":"c","version":4,
      "time_zone":"Europe/Berlin","weekly_hours":[{"weekday":1,"from_minute":540,"to_minute":1080}],
      "holidays":[{"day":"2026-05-01","title":"May Day"}],"valid_from":"7000000"})");
  EXPECT_EQ(Rows(calendar, kCalendars).Get<std::string>("time_zone"), Texts{"Europe/Berlin"});
  const auto hours = Rows(calendar, kCalendarHours);
  EXPECT_EQ(hours.Get<uint64_t>("weekday"), Counts{1});
  EXPECT_EQ(hours.Get<uint64_t>("from_minute"), Counts{540});
  EXPECT_EQ(hours.Get<uint64_t>("to_minute"), Counts{1'080});
  const auto holidays = Rows(calendar, kCalendarHolidays);
  EXPECT_EQ(holidays.Get<std::string>("day"), Texts{"2026-05-01"});
  EXPECT_EQ(holidays.Get<uint64_t>("to_minute"), Counts{0});

  const Event incident = Told(R"("incident":{"incident_id":"i","title":"Outage","from":"5000000",
      "channels":["PHONE","WEB"],"teams":["north"]})");
  const auto whole = Rows(incident, kIncidents);
  EXPECT_EQ(whole.Get<int64_t>("incident_to"), Numbers{0});  // it goes on
  EXPECT_EQ(whole.Get<uint64_t>("all_channels"), Counts{0});
  const auto scopes = Rows(incident, kIncidentScopes);
  EXPECT_EQ(scopes.Get<int64_t>("channel"), (Numbers{Channel::PHONE, Channel::WEB, 0}));
  EXPECT_EQ(scopes.Get<std::string>("team_id"), (Texts{"", "", "north"}));
  const auto everywhere = Rows(Told(R"("incident":{"incident_id":"i"})"), kIncidents);
  EXPECT_EQ(everywhere.Get<uint64_t>("all_channels"), Counts{1});
  EXPECT_EQ(everywhere.Get<uint64_t>("all_teams"), Counts{1});
}

TEST(Reference, WhatAColumnCannotHoldIsNotTold) {
  Event event = Told(kCard);
  Scorecard& card = *event.mutable_scorecard();
  card.set_method(static_cast<Scorecard::Method>(4));
  card.set_valid_from(std::numeric_limits<int64_t>::max());
  auto& criterion = *card.mutable_sections(0)->mutable_criteria(0);
  criterion.set_weight(std::numeric_limits<double>::quiet_NaN());
  criterion.mutable_levels(0)->set_value(std::numeric_limits<double>::infinity());
  criterion.mutable_levels(1)->set_value(-1);
  card.mutable_sections(1)->mutable_criteria(0)->set_weight(1e300);
  const auto criteria = Rows(event, kScorecardCriteria);
  EXPECT_EQ(criteria.Get<int64_t>("method"), (Numbers{0, 0}));
  EXPECT_EQ(criteria.Get<double>("weight"), (Reals{0, 1e6}));
  EXPECT_EQ(criteria.Get<double>("maximum"), (Reals{0, 3}));
  EXPECT_EQ(criteria.Get<int64_t>("valid_from"), (Numbers{0, 0}));
  EXPECT_EQ(Rows(event, kScorecardLevels).Get<double>("worth"), (Reals{0, 0, 3}));

  const auto target = Rows(Told(R"("target":{"metric":"aht","value":"NaN"})"), kTargets);
  EXPECT_EQ(target.Get<uint64_t>("value_told"), Counts{0});
  EXPECT_EQ(target.Get<double>("value"), Reals{0});
}

// Bytes flipped at random: whatever still decodes gives whole rows.
TEST(Reference, AnyBytesThatDecodeGiveWholeRows) {
  const std::string good = Told(kCard).SerializeAsString();
  const google::protobuf::LogSilencer quiet;  // of bytes that do not decode
  std::mt19937 random(20260328);
  int decoded = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = good;
    for (int change = 0; change < 3; ++change) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    Event event;
    if (!event.ParseFromString(bytes)) continue;
    size_t rows = 0;
    for (const auto& block : BlocksOf(Reference(), event)) rows += ReadBack(block).rows;
    decoded += rows > 0 ? 1 : 0;
  }
  EXPECT_GT(decoded, 1'000);
}

}  // namespace
}  // namespace clientele::projections::reference
