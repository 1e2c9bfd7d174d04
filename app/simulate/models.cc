// The rest of Reference: models with parts.
#include <fmt/format.h>

#include <array>

#include "app/simulate/quality.h"
#include "app/simulate/reference.h"

namespace clientele::app::simulate {
namespace {

using event::v1::Channel;
using event::v1::Event;
using event::v1::IncentivePlan;
using event::v1::JourneyModel;
using event::v1::JourneyStep;
using event::v1::SamplingPlan;
using event::v1::Scorecard;
using event::v1::Touchpoint;

void AddLevel(event::v1::ScorecardCriterion& criterion, const char* level, const char* title,
              double value) {
  auto& added = *criterion.add_levels();
  added.set_level(level);
  added.set_title(title);
  added.set_value(value);
}

void AddBands(Scorecard& card) {
  struct Band {
    const char* name;
    double from;
    double to;
  };
  for (const Band& band :
       {Band{"suspended", 0, 46}, {"works and trains", 46, 76}, {"works", 76, 100}}) {
    auto& added = *card.add_bands();
    added.set_name(band.name);
    added.set_from(band.from);
    added.set_to(band.to);
  }
}

JourneyStep& AddStep(JourneyModel& model, const char* id, const char* title, const char* owner,
                     int64_t norm_minutes) {
  JourneyStep& step = *model.add_steps();
  step.set_step_id(id);
  step.set_title(title);
  step.set_owner_role(owner);
  step.set_script(fmt::format("scripts/{}.md", id));
  step.mutable_norm()->set_max_ms_to_next(norm_minutes * 60'000);
  return step;
}

void Match(JourneyStep& step, Touchpoint::Kind kind) {
  auto& match = *step.add_matches();
  match.set_kind(Event::kTouchpointFieldNumber);
  match.set_touchpoint_kind(kind);
}

}  // namespace

void Reference::TellScorecards() {
  TellScorecard(1, Before(), world_.timeline.Begin());
  const int64_t second = world_.timeline.Start(Quality::SecondVersionDay(world_.timeline));
  TellScorecard(2, second, world_.timeline.Begin());
  TellVisitScorecard();
}

// The second version weighs the solution more; criteria keep their ids.
void Reference::TellScorecard(uint32_t version, int64_t valid_from, int64_t known_at) {
  EventHandle event = world_.teller.Draft("qa", valid_from);
  Scorecard& card = *event->mutable_scorecard();
  card.set_scorecard_id(std::string(Quality::kCallCard));
  card.set_version(version);
  card.set_title("Разговор и переписка");
  card.set_method(Scorecard::FOUR_LEVEL);
  auto& talk = *card.add_sections();
  talk.set_title("Разговор");
  auto& rules = *card.add_sections();
  rules.set_title("Правила");
  for (const Quality::Criterion& criterion : Quality::Criteria()) {
    const bool rule = criterion.fatal || criterion.id == "records" || criterion.id == "hold_rules";
    auto& added = *(rule ? rules : talk).add_criteria();
    added.set_criterion_id(std::string(criterion.id));
    added.set_title(std::string(criterion.title));
    added.set_weight(criterion.weight + (version == 2 && criterion.id == "solution" ? 10 : 0));
    added.set_fatal(criterion.fatal);
    added.set_critical(criterion.critical);
    AddLevel(added, "max", "полностью", 1);
    AddLevel(added, "mid", "частично", 0.5);
    AddLevel(added, "min", "нет", 0);
  }
  AddBands(card);
  card.set_valid_from(valid_from);
  world_.teller.TellOnce(std::move(event), known_at);
}

void Reference::TellVisitScorecard() {
  EventHandle event = world_.teller.Draft("qa", Before());
  Scorecard& card = *event->mutable_scorecard();
  card.set_scorecard_id(std::string(Quality::kVisitCard));
  card.set_version(1);
  card.set_title("Тайный покупатель");
  card.set_method(Scorecard::WEIGHTED);
  auto& section = *card.add_sections();
  section.set_title("Визит");
  for (const auto& [id, title] :
       {std::pair{"entrance", "Встреча"}, {"advice", "Консультация"}, {"checkout", "Оформление"}}) {
    auto& criterion = *section.add_criteria();
    criterion.set_criterion_id(id);
    criterion.set_title(title);
    criterion.set_weight(1);
    AddLevel(criterion, "maximum", "наибольшее", 10);
  }
  AddBands(card);
  card.set_valid_from(Before());
  world_.teller.TellOnce(std::move(event), world_.timeline.Begin());
}

void Reference::TellSamplingPlan() {
  EventHandle event = world_.teller.Draft("qa", Before());
  SamplingPlan& plan = *event->mutable_sampling_plan();
  plan.set_plan_id(std::string(Quality::kSamplingPlan));
  plan.set_version(1);
  auto& term = *plan.add_frame();
  term.set_dimension("end");
  term.add_values("ANSWERED");
  plan.add_strata("team");
  plan.set_count(1);
  plan.set_period(SamplingPlan::DAY);
  plan.set_seed(world_.options.seed);
  plan.set_valid_from(Before());
  world_.teller.TellOnce(std::move(event), world_.timeline.Begin());
}

void Reference::TellIncentives() {
  TellIncentive("pay-agent", IncentivePlan::EMPLOYEE, 45'000'00);
  TellIncentive("pay-evaluator", IncentivePlan::EVALUATOR, 52'000'00);
  TellIncentive("pay-lead", IncentivePlan::LEAD, 70'000'00);
}

void Reference::TellIncentive(const char* id, IncentivePlan::Audience audience,
                              int64_t fixed_minor) {
  EventHandle event = world_.teller.Draft("hr", Before());
  IncentivePlan& plan = *event->mutable_incentive_plan();
  plan.set_plan_id(id);
  plan.set_version(1);
  plan.set_audience(audience);
  plan.set_fixed_minor(fixed_minor);
  plan.set_currency(kCurrency);
  const bool own = audience == IncentivePlan::EMPLOYEE;
  auto& quality = *plan.add_components();
  quality.set_metric("quality_score");
  quality.set_scope(own ? event::v1::IncentiveComponent::OWN : event::v1::IncentiveComponent::TEAM);
  quality.set_amount_minor(12'000'00);
  quality.set_floor(60);
  quality.set_cap(90);
  quality.set_penalty_minor(own ? 3'000'00 : 0);
  auto& level = *plan.add_components();
  level.set_metric(audience == IncentivePlan::EVALUATOR ? "qa_coverage" : "service_level");
  level.set_scope(event::v1::IncentiveComponent::TEAM);
  level.set_amount_minor(8'000'00);
  level.set_floor(0.05);
  level.set_cap(audience == IncentivePlan::EVALUATOR ? 0.1 : 0.85);
  plan.set_valid_from(Before());
  world_.teller.TellOnce(std::move(event), world_.timeline.Begin());
}

void Reference::TellJourneyModel() {
  EventHandle event = world_.teller.Draft("crm", Before());
  JourneyModel& model = *event->mutable_journey_model();
  model.set_model_id("purchase");
  model.set_version(1);
  model.set_title("От визита до отзыва");
  JourneyStep& visit = AddStep(model, "visit", "Визит", "marketing", 7 * 24 * 60);
  Match(visit, Touchpoint::VISIT);
  Match(visit, Touchpoint::STORE_VISIT);
  JourneyStep& order = AddStep(model, "order", "Заказ", "sales", 30);
  JourneyStep& cart = *order.add_steps();
  cart.set_step_id("cart");
  cart.set_title("Корзина");
  cart.set_owner_role("web");
  Match(cart, Touchpoint::CART);
  Match(order, Touchpoint::ORDER);
  Match(AddStep(model, "confirmation", "Подтверждение", "orders", 24 * 60),
        Touchpoint::ORDER_CONFIRMED);
  Match(AddStep(model, "delivery", "Доставка", "logistics", 14 * 24 * 60), Touchpoint::DELIVERY);
  JourneyStep& review = AddStep(model, "review", "Отзыв", "marketing", 2 * 24 * 60);
  auto& match = *review.add_matches();
  match.set_touchpoint_kind(Touchpoint::REVIEW);
  match.set_channel(Channel::WEB);
  model.set_valid_from(Before());
  world_.teller.TellOnce(std::move(event), world_.timeline.Begin());
}

}  // namespace clientele::app::simulate
