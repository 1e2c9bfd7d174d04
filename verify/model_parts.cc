#include "verify/model_parts.h"

#include <algorithm>
#include <string_view>

#include "verify/cells.h"

namespace clientele::verify {
namespace {

using event::v1::Event;
using event::v1::IncentivePlan;
using event::v1::JourneyMatch;
using event::v1::JourneyStep;
using event::v1::SamplingPlan;
using event::v1::Scorecard;
using event::v1::ScorecardCriterion;
using event::v1::ScorecardLevel;

constexpr int64_t kMethods = 3;
constexpr int64_t kYearMs = 366LL * 24 * 3'600'000;

// Every part with what it is part of, in the order of the rows.
struct Criterion {
  const ScorecardCriterion* criterion = &ScorecardCriterion::default_instance();
  std::string_view section;
};
struct Level {
  const ScorecardLevel* level = &ScorecardLevel::default_instance();
  std::string_view criterion;
};
struct Term {
  int64_t kind = 1;
  int64_t number = 0;
  std::string_view dimension;
  std::string_view value;
};
struct Step {
  const JourneyStep* step = &JourneyStep::default_instance();
  std::string_view parent;
  size_t depth = 0;
};
struct Match {
  const JourneyMatch* match = &JourneyMatch::default_instance();
  std::string_view step;
  size_t step_number = 0;
  size_t number = 0;
};

std::vector<Criterion> CriteriaOf(const Scorecard& card) {
  std::vector<Criterion> all;
  for (const auto& section : card.sections()) {
    for (const auto& criterion : section.criteria()) all.push_back({&criterion, section.title()});
  }
  return all;
}

std::vector<Level> LevelsOf(const Scorecard& card) {
  std::vector<Level> all;
  for (const auto& [criterion, section] : CriteriaOf(card)) {
    for (const auto& level : criterion->levels()) {
      all.push_back({&level, criterion->criterion_id()});
    }
  }
  return all;
}

std::vector<Term> TermsOf(const SamplingPlan& plan) {
  std::vector<Term> all;
  for (int term = 0; term < plan.frame_size(); ++term) {
    for (const auto& value : plan.frame(term).values()) {
      all.push_back({1, term + 1, plan.frame(term).dimension(), value});
    }
  }
  for (int term = 0; term < plan.strata_size(); ++term) {
    all.push_back({2, term + 1, plan.strata(term), ""});
  }
  return all;
}

void Walk(const JourneyStep& step, std::string_view parent, size_t depth, std::vector<Step>& all) {
  all.push_back({&step, parent, depth});
  for (const auto& part : step.steps()) Walk(part, step.step_id(), depth + 1, all);
}

std::vector<Step> StepsOf(const Event& event) {
  std::vector<Step> all;
  for (const auto& step : event.journey_model().steps()) Walk(step, "", 1, all);
  return all;
}

std::vector<Match> MatchesOf(const Event& event) {
  std::vector<Match> all;
  size_t step_number = 0;
  for (const Step& of : StepsOf(event)) {
    ++step_number;
    size_t number = 0;
    for (const auto& match : of.step->matches()) {
      all.push_back({&match, of.step->step_id(), step_number, ++number});
    }
  }
  return all;
}

template <typename T>
T At(const std::vector<T>& all, int place) {
  const auto at = static_cast<size_t>(place);
  return at < all.size() ? all[at] : T{};
}

double Worth(double value) { return Between(value, 0, 1e6); }

double GreatestWorth(const ScorecardCriterion& criterion) {
  double greatest = 0;
  for (const auto& level : criterion.levels()) {
    if (Worth(level.value()) > greatest) greatest = Worth(level.value());
  }
  return greatest;
}

Row& CardHead(const Scorecard& card, Row& row) {
  return row.Text("scorecard_id", card.scorecard_id())
      .Number("scorecard_version", card.version())
      .Number("valid_from", Moment(card.valid_from()));
}

void CardRow(const Scorecard& card, Row& row) {
  CardHead(card, row).Text("title", card.title()).Number("method", UpTo(card.method(), kMethods));
}

void CriterionRow(const Scorecard& card, int place, Row& row) {
  const Criterion of = At(CriteriaOf(card), place);
  const ScorecardCriterion& criterion = *of.criterion;
  CardHead(card, row)
      .Number("method", UpTo(card.method(), kMethods))
      .Number("criterion", Most(static_cast<size_t>(place) + 1))
      .Text("criterion_id", criterion.criterion_id())
      .Text("title", criterion.title())
      .Text("section", of.section)
      .Real("weight", criterion.has_weight() ? Worth(criterion.weight()) : 1)
      .Number("fatal", criterion.fatal() ? 1 : 0)
      .Number("critical", criterion.critical() ? 1 : 0)
      .Real("maximum", GreatestWorth(criterion));
}

void LevelRow(const Scorecard& card, int place, Row& row) {
  const Level of = At(LevelsOf(card), place);
  CardHead(card, row)
      .Text("criterion_id", of.criterion)
      .Text("level", of.level->level())
      .Text("title", of.level->title())
      .Real("worth", Worth(of.level->value()));
}

void BandRow(const Scorecard& card, int place, Row& row) {
  const auto& band = PlaceOf(card.bands(), place);
  CardHead(card, row)
      .Text("band", band.name())
      .Real("score_from", Worth(band.from()))
      .Real("score_to", Worth(band.to()));
}

Row& SamplingHead(const SamplingPlan& plan, Row& row) {
  return row.Text("plan_id", plan.plan_id())
      .Number("plan_version", plan.version())
      .Number("valid_from", Moment(plan.valid_from()));
}

void SamplingRow(const SamplingPlan& plan, Row& row) {
  SamplingHead(plan, row)
      .Real("share", Between(plan.share(), 0, 1))
      .Number("count", plan.count())
      .Number("period", UpTo(plan.period(), 3))
      .Number("seed", static_cast<int64_t>(plan.seed()));
}

void TermRow(const SamplingPlan& plan, int place, Row& row) {
  const Term term = At(TermsOf(plan), place);
  SamplingHead(plan, row)
      .Number("term_kind", term.kind)
      .Number("term", Most(static_cast<size_t>(term.number)))
      .Text("dimension", term.dimension)
      .Text("value", term.value);
}

Row& IncentiveHead(const IncentivePlan& plan, Row& row) {
  return row.Text("plan_id", plan.plan_id())
      .Number("plan_version", plan.version())
      .Text("currency", plan.currency())
      .Number("valid_from", Moment(plan.valid_from()));
}

void IncentiveRow(const IncentivePlan& plan, Row& row) {
  IncentiveHead(plan, row)
      .Number("audience", UpTo(plan.audience(), 3))
      .Number("fixed_minor", Minor(plan.fixed_minor()));
}

void ComponentRow(const IncentivePlan& plan, int place, Row& row) {
  const auto& component = PlaceOf(plan.components(), place);
  IncentiveHead(plan, row)
      .Number("component", Most(static_cast<size_t>(place) + 1))
      .Text("metric", component.metric())
      .Number("scope", UpTo(component.scope(), 2))
      .Number("amount_minor", Minor(component.amount_minor()))
      .Number("floor_told", component.has_floor() && IsNumber(component.floor()) ? 1 : 0)
      .Real("floor", Between(component.floor(), -kMostFigure, kMostFigure))
      .Number("cap_told", component.has_cap() && IsNumber(component.cap()) ? 1 : 0)
      .Real("cap", Between(component.cap(), -kMostFigure, kMostFigure))
      .Number("penalty_minor", Minor(component.penalty_minor()));
}

Row& ModelHead(const Event& event, Row& row) {
  const auto& model = event.journey_model();
  return row.Text("model_id", model.model_id())
      .Number("model_version", model.version())
      .Number("valid_from", Moment(model.valid_from()));
}

void StepRow(const Event& event, int place, Row& row) {
  const Step of = At(StepsOf(event), place);
  const int64_t norm_ms = of.step->norm().max_ms_to_next();
  ModelHead(event, row)
      .Text("model_title", event.journey_model().title())
      .Number("step", Most(static_cast<size_t>(place) + 1))
      .Text("step_id", of.step->step_id())
      .Text("parent_step_id", of.parent)
      .Number("depth", static_cast<int64_t>(std::min<size_t>(of.depth, 255)))
      .Text("title", of.step->title())
      .Text("owner_role", of.step->owner_role())
      .Text("script", of.step->script())
      .Number("norm_ms", norm_ms < 0 ? 0 : std::min(norm_ms, kYearMs));
}

void MatchRow(const Event& event, int place, Row& row) {
  const Match of = At(MatchesOf(event), place);
  const JourneyMatch& match = *of.match;
  ModelHead(event, row)
      .Number("step", Most(of.step_number))
      .Text("step_id", of.step)
      .Number("match", Most(of.number))
      .Number("event_kind", UpTo(match.kind(), 65'535))
      .Number("touchpoint_kind", UpTo(match.touchpoint_kind(), kTouchpointKinds))
      .Number("channel", UpTo(match.channel(), kChannels))
      .Text("topic", match.topic())
      .Text("attribute", match.attribute())
      .Text("attribute_value", match.attribute_value());
}

template <typename T>
int Size(const std::vector<T>& all) {
  return static_cast<int>(all.size());
}

}  // namespace

std::vector<std::pair<Part, int>> ModelPartsOf(const Event& telling) {
  if (telling.has_scorecard()) {
    const Scorecard& card = telling.scorecard();
    return {{Part::kScorecards, 1},
            {Part::kScorecardCriteria, Size(CriteriaOf(card))},
            {Part::kScorecardLevels, Size(LevelsOf(card))},
            {Part::kScorecardBands, card.bands_size()}};
  }
  if (telling.has_sampling_plan()) {
    return {{Part::kSamplingPlans, 1},
            {Part::kSamplingTerms, Size(TermsOf(telling.sampling_plan()))}};
  }
  if (telling.has_incentive_plan()) {
    return {{Part::kIncentivePlans, 1},
            {Part::kIncentiveComponents, telling.incentive_plan().components_size()}};
  }
  if (telling.has_journey_model()) {
    return {{Part::kJourneySteps, Size(StepsOf(telling))},
            {Part::kJourneyMatches, Size(MatchesOf(telling))}};
  }
  return {};
}

void ModelPartRow(Part part, const Event& telling, int place, Row& row) {
  switch (part) {
    case Part::kScorecards:
      CardRow(telling.scorecard(), row);
      return;
    case Part::kScorecardCriteria:
      CriterionRow(telling.scorecard(), place, row);
      return;
    case Part::kScorecardLevels:
      LevelRow(telling.scorecard(), place, row);
      return;
    case Part::kScorecardBands:
      BandRow(telling.scorecard(), place, row);
      return;
    case Part::kSamplingPlans:
      SamplingRow(telling.sampling_plan(), row);
      return;
    case Part::kSamplingTerms:
      TermRow(telling.sampling_plan(), place, row);
      return;
    case Part::kIncentivePlans:
      IncentiveRow(telling.incentive_plan(), row);
      return;
    case Part::kIncentiveComponents:
      ComponentRow(telling.incentive_plan(), place, row);
      return;
    case Part::kJourneySteps:
      StepRow(telling, place, row);
      return;
    case Part::kJourneyMatches:
      MatchRow(telling, place, row);
      return;
    default:
      return;
  }
}

}  // namespace clientele::verify
