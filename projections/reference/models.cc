#include "projections/reference/models.h"

#include <string_view>
#include <vector>

#include "projections/column_values.h"
#include "projections/real_values.h"
#include "projections/reference/tables.h"
#include "projections/shared_columns.h"

namespace clientele::projections::reference {
namespace {

using event::v1::Channel;
using event::v1::IncentiveComponent;
using event::v1::IncentivePlan;
using event::v1::JourneyMatch;
using event::v1::JourneyModel;
using event::v1::JourneyStep;
using event::v1::SamplingPlan;
using event::v1::Scorecard;
using event::v1::ScorecardCriterion;
using event::v1::ScorecardSection;
using event::v1::Touchpoint;

// The most that an event may tell: of a weight or level, of a norm.
constexpr double kMostWorth = 1e6;
constexpr int64_t kMostNormMs = int64_t{366} * 86'400'000;

enum TermKind : int8_t { kFrame = 1, kStratum = 2 };

double Worth(double value) { return RealOr0(value, 0, kMostWorth); }

double MaximumOf(const ScorecardCriterion& criterion) {
  double maximum = 0;
  for (const auto& level : criterion.levels()) maximum = std::max(maximum, Worth(level.value()));
  return maximum;
}

template <typename Model>
RowWriter& AddModel(const std::string& id, const Model& model, RowWriter&& row) {
  return row.Add(id).Add(model.version());
}

void WriteCriterion(const Scorecard& card, const ScorecardSection& section,
                    const ScorecardCriterion& criterion, uint64_t number, RowSink& rows) {
  AddModel(card.scorecard_id(), card, rows.Begin(kScorecardCriteria))
      .Add(EnumOr0(card.method(), Scorecard::FOUR_LEVEL))
      .Add(CountUpToMost<uint16_t>(number))
      .Add(criterion.criterion_id())
      .Add(criterion.title())
      .Add(section.title())
      .Add(criterion.has_weight() ? Worth(criterion.weight()) : 1)
      .Add(static_cast<uint8_t>(criterion.fatal()))
      .Add(static_cast<uint8_t>(criterion.critical()))
      .Add(MaximumOf(criterion))
      .Add(MomentOr0(card.valid_from()))
      .End();
}

void WriteLevels(const Scorecard& card, const ScorecardCriterion& criterion, RowSink& rows) {
  for (const auto& level : criterion.levels()) {
    AddModel(card.scorecard_id(), card, rows.Begin(kScorecardLevels))
        .Add(criterion.criterion_id())
        .Add(level.level())
        .Add(level.title())
        .Add(Worth(level.value()))
        .Add(MomentOr0(card.valid_from()))
        .End();
  }
}

void WriteTerm(const SamplingPlan& plan, TermKind kind, int number, const std::string& dimension,
               std::string_view value, RowSink& rows) {
  AddModel(plan.plan_id(), plan, rows.Begin(kSamplingTerms))
      .Add(static_cast<int8_t>(kind))
      .Add(CountUpToMost<uint16_t>(static_cast<uint64_t>(number)))
      .Add(dimension)
      .Add(value)
      .Add(MomentOr0(plan.valid_from()))
      .End();
}

struct Step {
  const JourneyStep* step = nullptr;
  std::string_view parent;
  uint64_t depth = 0;
};
using Steps = google::protobuf::RepeatedPtrField<JourneyStep>;

// A step, then its parts. The parser bounds how deep they are nested.
void AddSteps(const Steps& steps, std::string_view parent, uint64_t depth, std::vector<Step>& all) {
  for (const JourneyStep& step : steps) {
    all.push_back({&step, parent, depth});
    AddSteps(step.steps(), step.step_id(), depth + 1, all);
  }
}

void WriteStep(const JourneyModel& model, const Step& of, uint64_t number, RowSink& rows) {
  const JourneyStep& step = *of.step;
  AddModel(model.model_id(), model, rows.Begin(kJourneySteps))
      .Add(model.title())
      .Add(CountUpToMost<uint16_t>(number))
      .Add(step.step_id())
      .Add(of.parent)
      .Add(CountUpToMost<uint8_t>(of.depth))
      .Add(step.title())
      .Add(step.owner_role())
      .Add(step.script())
      .Add(std::clamp<int64_t>(step.norm().max_ms_to_next(), 0, kMostNormMs))
      .Add(MomentOr0(model.valid_from()))
      .End();
}

void WriteMatches(const JourneyModel& model, const JourneyStep& step, uint64_t number,
                  RowSink& rows) {
  uint64_t match_number = 0;
  for (const JourneyMatch& match : step.matches()) {
    AddModel(model.model_id(), model, rows.Begin(kJourneyMatches))
        .Add(CountUpToMost<uint16_t>(number))
        .Add(step.step_id())
        .Add(CountUpToMost<uint16_t>(++match_number))
        .Add(NumberOr0<uint16_t>(match.kind()))
        .Add(EnumOr0(match.touchpoint_kind(), Touchpoint::OTHER))
        .Add(EnumOr0(match.channel(), Channel::OTHER))
        .Add(match.topic())
        .Add(match.attribute())
        .Add(match.attribute_value())
        .Add(MomentOr0(model.valid_from()))
        .End();
  }
}

}  // namespace

void WriteScorecard(const Scorecard& card, RowSink& rows) {
  AddModel(card.scorecard_id(), card, rows.Begin(kScorecards))
      .Add(card.title())
      .Add(EnumOr0(card.method(), Scorecard::FOUR_LEVEL))
      .Add(MomentOr0(card.valid_from()))
      .End();
  uint64_t number = 0;
  for (const ScorecardSection& section : card.sections()) {
    for (const ScorecardCriterion& criterion : section.criteria()) {
      WriteCriterion(card, section, criterion, ++number, rows);
    }
  }
  for (const ScorecardSection& section : card.sections()) {
    for (const auto& criterion : section.criteria()) WriteLevels(card, criterion, rows);
  }
  for (const auto& band : card.bands()) {
    AddModel(card.scorecard_id(), card, rows.Begin(kScorecardBands))
        .Add(band.name())
        .Add(Worth(band.from()))
        .Add(Worth(band.to()))
        .Add(MomentOr0(card.valid_from()))
        .End();
  }
}

void WriteSamplingPlan(const SamplingPlan& plan, RowSink& rows) {
  AddModel(plan.plan_id(), plan, rows.Begin(kSamplingPlans))
      .Add(RealOr0(plan.share(), 0, 1))
      .Add(plan.count())
      .Add(EnumOr0(plan.period(), SamplingPlan::MONTH))
      .Add(plan.seed())
      .Add(MomentOr0(plan.valid_from()))
      .End();
  int number = 0;
  for (const auto& term : plan.frame()) {
    ++number;
    for (const auto& value : term.values()) {
      WriteTerm(plan, kFrame, number, term.dimension(), value, rows);
    }
  }
  number = 0;
  for (const auto& dimension : plan.strata()) {
    WriteTerm(plan, kStratum, ++number, dimension, {}, rows);
  }
}

void WriteIncentivePlan(const IncentivePlan& plan, RowSink& rows) {
  AddModel(plan.plan_id(), plan, rows.Begin(kIncentivePlans))
      .Add(EnumOr0(plan.audience(), IncentivePlan::LEAD))
      .Add(AmountMinor(plan.fixed_minor()))
      .Add(plan.currency())
      .Add(MomentOr0(plan.valid_from()))
      .End();
  uint64_t number = 0;
  for (const IncentiveComponent& component : plan.components()) {
    const bool floor = component.has_floor() && std::isfinite(component.floor());
    const bool cap = component.has_cap() && std::isfinite(component.cap());
    AddModel(plan.plan_id(), plan, rows.Begin(kIncentiveComponents))
        .Add(CountUpToMost<uint16_t>(++number))
        .Add(component.metric())
        .Add(EnumOr0(component.scope(), IncentiveComponent::TEAM))
        .Add(plan.currency())
        .Add(AmountMinor(component.amount_minor()))
        .Add(static_cast<uint8_t>(floor))
        .Add(RealOr0(component.floor(), -kMostFigure, kMostFigure))
        .Add(static_cast<uint8_t>(cap))
        .Add(RealOr0(component.cap(), -kMostFigure, kMostFigure))
        .Add(AmountMinor(component.penalty_minor()))
        .Add(MomentOr0(plan.valid_from()))
        .End();
  }
}

void WriteJourneyModel(const JourneyModel& model, RowSink& rows) {
  std::vector<Step> steps;
  AddSteps(model.steps(), {}, 1, steps);
  uint64_t number = 0;
  for (const Step& step : steps) WriteStep(model, step, ++number, rows);
  number = 0;
  for (const Step& step : steps) WriteMatches(model, *step.step, ++number, rows);
}

}  // namespace clientele::projections::reference
