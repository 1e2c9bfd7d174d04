// Rows of what the company says of itself, worked out a second time, against what the projection
// makes of the same tellings.
#include "verify/reference_rows.h"

#include <cmath>
#include <limits>

#include "projections/reference/reference.h"
#include "verify/rows_fixture.h"

namespace clientele::verify {
namespace {

using event::v1::Channel;
using event::v1::Event;
using event::v1::JourneyStep;
using event::v1::Touchpoint;

// Values that a column cannot hold are among them.
double AnyReal(std::mt19937_64& random) {
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  constexpr double kSome[] = {0.0, -0.0, -1, 1e6, 1e6 + 1, 1e16, -1e16, kInfinite, -kInfinite};
  const uint64_t choice = random() % 16;
  if (choice == 15) return std::nan("");
  return choice < std::size(kSome) ? kSome[choice] : static_cast<double>(random() % 1'000) / 7;
}

uint32_t AnyCount(std::mt19937_64& random) {
  constexpr uint32_t kSome[] = {0, 255, 256, 65'535, 65'536, UINT32_MAX};
  return random() % 2 == 0 ? kSome[random() % std::size(kSome)]
                           : static_cast<uint32_t>(random() % 100);
}

void FillOrganisation(std::mt19937_64& random, Event& event) {
  constexpr const char* kPaths[] = {"",        "kontur",    "kontur/lone", "kontur/b/team",
                                    "k/b/d/t", "k/b/d/s/t", "/",           "//",
                                    "k//d/t",  "k/b/"};
  switch (random() % 3) {
    case 0: {
      auto& staff = *event.mutable_staff();
      staff.set_employee_id("anna");
      staff.set_unit_path(kPaths[random() % std::size(kPaths)]);
      staff.set_role("agent");
      staff.set_line(AnyCount(random));
      staff.set_hired_at(AnyMoment(random));
      staff.set_left_at(AnyMoment(random));
      staff.set_state(static_cast<event::v1::Staff::State>(random() % 6));
      staff.set_valid_from(AnyMoment(random));
      break;
    }
    case 1: {
      auto& target = *event.mutable_target();
      target.set_metric("aht");
      target.mutable_scope()->set_kind(static_cast<event::v1::Scope::Kind>(random() % 7));
      target.mutable_scope()->set_id("north");
      if (random() % 4 != 0) target.set_value(AnyReal(random));
      target.mutable_period()->set_from(AnyMoment(random));
      target.mutable_period()->set_to(AnyMoment(random));
      break;
    }
    default: {
      auto& target = *event.mutable_service_target();
      random() % 2 == 0 ? target.set_queue_id("sales") : target.set_team_id("north");
      if (random() % 2 == 0) target.set_threshold_ms(AnyAmount(random));
      if (random() % 2 == 0) target.set_target_share(AnyReal(random));
      if (random() % 2 == 0) target.set_short_abandon_ms(AnyAmount(random));
      target.set_queue_limit(AnyCount(random));
      target.set_policy(static_cast<event::v1::ServiceTarget::Policy>(random() % 7));
      target.set_valid_from(AnyMoment(random));
    }
  }
}

void FillTimes(std::mt19937_64& random, Event& event) {
  if (random() % 2 == 0) {
    auto& incident = *event.mutable_incident();
    incident.set_incident_id("i-1");
    incident.set_title("outage");
    incident.set_from(AnyMoment(random));
    incident.set_to(AnyMoment(random));
    for (uint64_t i = random() % 4; i > 0; --i) {
      incident.add_channels(static_cast<Channel::Value>(random() % 15));
    }
    for (uint64_t i = random() % 4; i > 0; --i) incident.add_teams("t-" + std::to_string(i));
    return;
  }
  auto& calendar = *event.mutable_calendar();
  calendar.set_calendar_id("c");
  calendar.set_version(AnyCount(random));
  calendar.set_time_zone("Europe/Berlin");
  calendar.set_valid_from(AnyMoment(random));
  for (uint64_t i = random() % 8; i > 0; --i) {
    auto& hours = *calendar.add_weekly_hours();
    hours.set_weekday(AnyCount(random));
    hours.set_from_minute(AnyCount(random));
    hours.set_to_minute(AnyCount(random));
  }
  for (uint64_t i = random() % 4; i > 0; --i) {
    auto& holiday = *calendar.add_holidays();
    holiday.set_day("2026-05-0" + std::to_string(i));
    holiday.set_title("holiday");
    holiday.set_from_minute(AnyCount(random));
    holiday.set_to_minute(AnyCount(random));
  }
}

void FillScorecard(std::mt19937_64& random, Event& event) {
  auto& card = *event.mutable_scorecard();
  card.set_scorecard_id("sc");
  card.set_version(AnyCount(random));
  card.set_title("Calls");
  card.set_method(static_cast<event::v1::Scorecard::Method>(random() % 6));
  card.set_valid_from(AnyMoment(random));
  for (uint64_t i = random() % 3; i > 0; --i) {
    auto& section = *card.add_sections();
    section.set_title("s-" + std::to_string(i));
    for (uint64_t j = random() % 4; j > 0; --j) {
      auto& criterion = *section.add_criteria();
      criterion.set_criterion_id("c-" + std::to_string(10 * i + j));
      criterion.set_title("criterion");
      if (random() % 4 != 0) criterion.set_weight(AnyReal(random));
      criterion.set_fatal(random() % 2 == 0);
      criterion.set_critical(random() % 2 == 0);
      for (uint64_t k = random() % 4; k > 0; --k) {
        auto& level = *criterion.add_levels();
        level.set_level("l-" + std::to_string(k));
        level.set_title("level");
        level.set_value(AnyReal(random));
      }
    }
  }
  for (uint64_t i = random() % 4; i > 0; --i) {
    auto& band = *card.add_bands();
    band.set_name("b-" + std::to_string(i));
    band.set_from(AnyReal(random));
    band.set_to(AnyReal(random));
  }
}

void FillPlan(std::mt19937_64& random, Event& event) {
  if (random() % 2 == 0) {
    auto& plan = *event.mutable_sampling_plan();
    plan.set_plan_id("sp");
    plan.set_version(AnyCount(random));
    for (uint64_t i = random() % 3; i > 0; --i) {
      auto& term = *plan.add_frame();
      term.set_dimension("queue");
      for (uint64_t j = random() % 3; j > 0; --j) term.add_values("q-" + std::to_string(j));
    }
    for (uint64_t i = random() % 3; i > 0; --i) plan.add_strata("team");
    random() % 2 == 0 ? plan.set_share(AnyReal(random)) : plan.set_count(AnyCount(random));
    plan.set_period(static_cast<event::v1::SamplingPlan::PeriodUnit>(random() % 6));
    plan.set_seed(random());
    plan.set_valid_from(AnyMoment(random));
    return;
  }
  auto& plan = *event.mutable_incentive_plan();
  plan.set_plan_id("ip");
  plan.set_version(AnyCount(random));
  plan.set_audience(static_cast<event::v1::IncentivePlan::Audience>(random() % 6));
  plan.set_fixed_minor(AnyAmount(random));
  plan.set_currency("EUR");
  plan.set_valid_from(AnyMoment(random));
  for (uint64_t i = random() % 3; i > 0; --i) {
    auto& component = *plan.add_components();
    component.set_metric("aht");
    component.set_scope(static_cast<event::v1::IncentiveComponent::Scope>(random() % 5));
    component.set_amount_minor(AnyAmount(random));
    if (random() % 2 == 0) component.set_floor(AnyReal(random));
    if (random() % 2 == 0) component.set_cap(AnyReal(random));
    component.set_penalty_minor(AnyAmount(random));
  }
}

void FillStep(std::mt19937_64& random, int depth, JourneyStep& step) {
  step.set_step_id("s-" + std::to_string(random() % 1'000));
  step.set_title("step");
  step.set_owner_role("sales");
  step.set_script("scripts/step");
  if (random() % 2 == 0) step.mutable_norm()->set_max_ms_to_next(AnyAmount(random));
  for (uint64_t i = random() % 3; i > 0; --i) {
    auto& match = *step.add_matches();
    match.set_kind(AnyCount(random));
    match.set_touchpoint_kind(static_cast<Touchpoint::Kind>(random() % 26));
    match.set_channel(static_cast<Channel::Value>(random() % 15));
    match.set_topic("topic");
    match.set_attribute("shop");
    match.set_attribute_value("12");
  }
  for (uint64_t i = depth > 0 ? random() % 3 : 0; i > 0; --i) {
    FillStep(random, depth - 1, *step.add_steps());
  }
}

void FillModel(std::mt19937_64& random, Event& event) {
  auto& model = *event.mutable_journey_model();
  model.set_model_id("jm");
  model.set_version(AnyCount(random));
  model.set_title("Purchase");
  model.set_valid_from(AnyMoment(random));
  for (uint64_t i = random() % 4; i > 0; --i) FillStep(random, 3, *model.add_steps());
}

Event AnyReference(std::mt19937_64& random) {
  Event event;
  event.set_tenant("main");
  event.set_occurred_at(1'800'000'000'000'000);
  event.set_purpose(static_cast<Event::Purpose>(random() % 6));
  constexpr void (*kFill[])(std::mt19937_64&, Event&) = {FillOrganisation, FillTimes, FillScorecard,
                                                         FillPlan, FillModel};
  kFill[random() % std::size(kFill)](random, event);
  return event;
}

TEST(ReferenceRows, AreThoseOfTheProjection) {
  std::mt19937_64 random(9);
  const auto reference = projections::reference::MakeReference();
  for (int i = 0; i < 10'000; ++i) {
    const Event event = AnyReference(random);
    ExpectRows(*reference, event);
    ASSERT_FALSE(testing::Test::HasFailure()) << event.DebugString();
  }
}

TEST(ReferenceRows, APatternHasTheColumnsOfItsRows) {
  std::mt19937_64 random(10);
  for (int i = 0; i < 500; ++i) {
    const Event event = AnyReference(random);
    for (const PartRows& rows : RowsOf(event)) {
      Row row;
      TellingRow(rows.part, event, rows.first_row, row);
      const Row pattern = PatternOf(rows.part);
      EXPECT_TRUE(std::ranges::equal(row.cells(), pattern.cells(), {}, &Cell::name, &Cell::name));
    }
  }
}

}  // namespace
}  // namespace clientele::verify
