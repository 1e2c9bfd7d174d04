// Rules of Scorecard, SamplingPlan, IncentivePlan and JourneyModel.
#include <set>
#include <type_traits>
#include <vector>

#include "base/entity.h"
#include "clientele/event/v1/event.pb.h"
#include "clientele/event/v1/model_facts.pb.h"
#include "ingest/rules/kinds.h"
#include "ingest/rules/values.h"

namespace clientele::ingest::rules {
namespace {

using event::v1::FrameTerm;
using event::v1::IncentiveComponent;
using event::v1::IncentivePlan;
using event::v1::JourneyMatch;
using event::v1::JourneyModel;
using event::v1::JourneyNorm;
using event::v1::JourneyStep;
using event::v1::SamplingPlan;
using event::v1::Scorecard;
using event::v1::ScorecardBand;
using event::v1::ScorecardCriterion;
using event::v1::ScorecardLevel;
using event::v1::ScorecardSection;

constexpr int kMostSteps = 256;
constexpr int kMostStepDepth = 4;

constexpr Rule<ScorecardLevel> kLevelRules[] = {
    Text<"level", &ScorecardLevel::level, 64, kRequired>,
    Text<"title", &ScorecardLevel::title>,
    Number<"value", &ScorecardLevel::value, 0, 1'000'000>,
};
constexpr Rule<ScorecardCriterion> kCriterionRules[] = {
    Id<"criterion_id", &ScorecardCriterion::criterion_id, kRequired>,
    Text<"title", &ScorecardCriterion::title>,
    Number<"weight", &ScorecardCriterion::weight, 0, 1'000'000>,
    Each<"levels", ScorecardCriterion, ScorecardLevel, &ScorecardCriterion::levels, kLevelRules, 0,
         16>,
};
constexpr Rule<ScorecardSection> kSectionRules[] = {
    Text<"title", &ScorecardSection::title>,
    Each<"criteria", ScorecardSection, ScorecardCriterion, &ScorecardSection::criteria,
         kCriterionRules, 1, 128>,
};
constexpr Rule<ScorecardBand> kBandRules[] = {
    Text<"name", &ScorecardBand::name, 64, kRequired>,
    Number<"from", &ScorecardBand::from, 0, 100>,
    Number<"to", &ScorecardBand::to, 0, 101>,
    Above<"from", &ScorecardBand::from, "to", &ScorecardBand::to>,
};

Status NoCriterionTwice(const Scorecard& card) {
  std::set<std::string_view> seen;
  for (int i = 0; i < card.sections_size(); ++i) {
    for (int k = 0; k < card.sections(i).criteria_size(); ++k) {
      const std::string& id = card.sections(i).criteria(k).criterion_id();
      if (!seen.insert(id).second) {
        return FailField(fmt::format("sections[{}].criteria[{}].criterion_id", i, k),
                         "{}: is there twice", Quoted(id));
      }
    }
  }
  return {};
}

Status BandsRise(const Scorecard& card) {
  for (int i = 1; i < card.bands_size(); ++i) {
    if (card.bands(i).from() < card.bands(i - 1).to()) {
      return FailField(fmt::format("bands[{}].from", i),
                       "{}: overlaps the band before, which ends "
                       "at {}",
                       card.bands(i).from(), card.bands(i - 1).to());
    }
  }
  return {};
}

constexpr Rule<Scorecard> kScorecardRules[] = {
    Id<"scorecard_id", &Scorecard::scorecard_id, kRequired>,
    Range<"version", &Scorecard::version, 1, kMostVersion>,
    Text<"title", &Scorecard::title>,
    Choice<"method", &Scorecard::method, Scorecard::Method_IsValid, kRequired>,
    Each<"sections", Scorecard, ScorecardSection, &Scorecard::sections, kSectionRules, 1, 64>,
    NoCriterionTwice,
    Each<"bands", Scorecard, ScorecardBand, &Scorecard::bands, kBandRules, 0, 16>,
    BandsRise,
    Moment<"valid_from", &Scorecard::valid_from, kRequired>,
};

constexpr Rule<FrameTerm> kFrameRules[] = {
    Text<"dimension", &FrameTerm::dimension, 64, kRequired>,
    Texts<"values", FrameTerm, &FrameTerm::values, kMostId, 1, 256>,
};

Status ShareOrCount(const SamplingPlan& plan) {
  if (plan.amount_case() == SamplingPlan::AMOUNT_NOT_SET) {
    return FailField("share", "not set: a share or a count is required");
  }
  if (plan.has_count()) return CheckRange("count", plan.count(), 1, 10'000);
  if (plan.share() > 0 && plan.share() <= 1) return {};
  return FailField("share", "{}: must be above 0, at most 1", plan.share());
}

constexpr Rule<SamplingPlan> kSamplingPlanRules[] = {
    Id<"plan_id", &SamplingPlan::plan_id, kRequired>,
    Range<"version", &SamplingPlan::version, 1, kMostVersion>,
    Each<"frame", SamplingPlan, FrameTerm, &SamplingPlan::frame, kFrameRules, 0, 32>,
    Texts<"strata", SamplingPlan, &SamplingPlan::strata, 64, 0, 8>,
    ShareOrCount,
    Choice<"period", &SamplingPlan::period, SamplingPlan::PeriodUnit_IsValid, kRequired>,
    Moment<"valid_from", &SamplingPlan::valid_from, kRequired>,
};

Status Floor(const IncentiveComponent& component) {
  return CheckNumber("floor", component.floor(), -kMostFigure, kMostFigure);
}
Status Cap(const IncentiveComponent& component) {
  return CheckNumber("cap", component.cap(), -kMostFigure, kMostFigure);
}
Status CapAboveFloor(const IncentiveComponent& component) {
  if (!component.has_floor() || !component.has_cap() || component.cap() > component.floor()) {
    return {};
  }
  return FailField("cap", "{}: must be above floor {}", component.cap(), component.floor());
}
constexpr Rule<IncentiveComponent> kComponentRules[] = {
    Text<"metric", &IncentiveComponent::metric, 64, kRequired>,
    Choice<"scope", &IncentiveComponent::scope, IncentiveComponent::Scope_IsValid, kRequired>,
    Minor<"amount_minor", &IncentiveComponent::amount_minor>,
    Floor,
    Cap,
    CapAboveFloor,
    Minor<"penalty_minor", &IncentiveComponent::penalty_minor>,
};
constexpr Rule<IncentivePlan> kIncentivePlanRules[] = {
    Id<"plan_id", &IncentivePlan::plan_id, kRequired>,
    Range<"version", &IncentivePlan::version, 1, kMostVersion>,
    Choice<"audience", &IncentivePlan::audience, IncentivePlan::Audience_IsValid, kRequired>,
    Minor<"fixed_minor", &IncentivePlan::fixed_minor>,
    Currency<"currency", &IncentivePlan::currency, kRequired>,
    Each<"components", IncentivePlan, IncentiveComponent, &IncentivePlan::components,
         kComponentRules, 0, 32>,
    Moment<"valid_from", &IncentivePlan::valid_from, kRequired>,
};

Status MatchKind(const JourneyMatch& match) {
  if (match.kind() == 0 || base::KindName(match.kind()) != "unknown") return {};
  return FailField("kind", "{}: must be the field number of a payload in Event, or 0",
                   match.kind());
}
Status MatchesSomething(const JourneyMatch& match) {
  const bool given = match.kind() != 0 || match.touchpoint_kind() != 0 || match.channel() != 0 ||
                     !match.topic().empty() || !match.attribute().empty();
  if (given) return {};
  return FailField("kind", "not set: a match needs at least one field");
}
Status AttributeValue(const JourneyMatch& match) {
  if (match.attribute().empty() == match.attribute_value().empty()) return {};
  return FailField("attribute_value", "{}: attribute and attribute_value go together",
                   Quoted(match.attribute_value()));
}
constexpr Rule<JourneyMatch> kMatchRules[] = {
    MatchKind,
    Choice<"touchpoint_kind", &JourneyMatch::touchpoint_kind, event::v1::Touchpoint::Kind_IsValid>,
    Choice<"channel", &JourneyMatch::channel, Channel::Value_IsValid>,
    Text<"topic", &JourneyMatch::topic>,
    Text<"attribute", &JourneyMatch::attribute, 64>,
    Text<"attribute_value", &JourneyMatch::attribute_value>,
    AttributeValue,
    MatchesSomething,
};
constexpr Rule<JourneyNorm> kNormRules[] = {
    Range<"max_ms_to_next", &JourneyNorm::max_ms_to_next, 1, int64_t{366} * kDayMs>,
};
// Without the steps within: Steps walks them.
constexpr Rule<JourneyStep> kStepRules[] = {
    Id<"step_id", &JourneyStep::step_id, kRequired>,
    Text<"title", &JourneyStep::title>,
    Id<"owner_role", &JourneyStep::owner_role, kRequired>,
    Text<"script", &JourneyStep::script, 512>,
    Each<"matches", JourneyStep, JourneyMatch, &JourneyStep::matches, kMatchRules, 0, 32>,
    Inside<"norm", &JourneyStep::has_norm, &JourneyStep::norm, kNormRules>,
};

Status WalkSteps(const google::protobuf::RepeatedPtrField<JourneyStep>& steps, int depth,
                 std::set<std::string_view>& seen) {
  if (depth > kMostStepDepth && !steps.empty()) {
    return FailField("steps", "{} deep: must be nested at most {} deep", depth, kMostStepDepth);
  }
  for (int i = 0; i < steps.size(); ++i) {
    const std::string name = fmt::format("steps[{}]", i);
    Status status = Apply<JourneyStep>(kStepRules, steps[i]);
    if (status && !seen.insert(steps[i].step_id()).second) {
      status = FailField("step_id", "{}: is there twice", Quoted(steps[i].step_id()));
    }
    if (status && seen.size() > static_cast<size_t>(kMostSteps)) {
      status = FailField("step_id", "{}: the model has more than {} steps",
                         Quoted(steps[i].step_id()), kMostSteps);
    }
    if (status) status = WalkSteps(steps[i].steps(), depth + 1, seen);
    if (!status) return Within(name, std::move(status.error()));
  }
  return {};
}

Status Steps(const JourneyModel& model) {
  Status status = CheckCount("steps", model.steps_size(), 1, kMostSteps);
  if (!status) return status;
  std::set<std::string_view> seen;
  return WalkSteps(model.steps(), 1, seen);
}

// A step, or a part of one, with what names it; each stands before its parts.
struct PlacedStep {
  std::string name;
  int depth = 0;
  const JourneyStep* step = nullptr;
};

void Place(const google::protobuf::RepeatedPtrField<JourneyStep>& steps, const std::string& whole,
           int depth, std::vector<PlacedStep>& placed) {
  for (int i = 0; i < steps.size(); ++i) {
    const std::string name = fmt::format("{}steps[{}]", whole, i);
    placed.push_back({name, depth, &steps[i]});
    Place(steps[i].steps(), name + ".", depth + 1, placed);
  }
}

// The kind of events that fit it; 0 = any. Calls have neither a kind of touchpoint nor attributes.
uint32_t KindOf(const JourneyMatch& match) {
  if (match.kind() != 0) return match.kind();
  const bool of_touchpoints = match.touchpoint_kind() != 0 || !match.attribute().empty();
  return of_touchpoints ? uint32_t{event::v1::Event::kTouchpointFieldNumber} : 0U;
}

// Whether an event can fit both: it can unless they differ in what both ask for.
bool FitTogether(const JourneyMatch& one, const JourneyMatch& other) {
  const auto differ = [](const auto& a, const auto& b) {
    const std::remove_cvref_t<decltype(a)> any{};
    return a != any && b != any && a != b;
  };
  return !differ(KindOf(one), KindOf(other)) &&
         !differ(one.touchpoint_kind(), other.touchpoint_kind()) &&
         !differ(one.channel(), other.channel()) && !differ(one.topic(), other.topic()) &&
         (one.attribute() != other.attribute() ||
          !differ(one.attribute_value(), other.attribute_value()));
}

Status MatchesApart(const PlacedStep& one, const PlacedStep& other) {
  for (int i = 0; i < other.step->matches_size(); ++i) {
    for (int k = 0; k < one.step->matches_size(); ++k) {
      if (!FitTogether(one.step->matches(k), other.step->matches(i))) continue;
      return FailField(fmt::format("{}.matches[{}]", other.name, i),
                       "of step {}: an event can fit it and {}.matches[{}] of step {}: two steps "
                       "must differ in a field that both give, unless one is a part of the other",
                       Quoted(other.step->step_id()), one.name, k, Quoted(one.step->step_id()));
    }
  }
  return {};
}

// An event is one step at most. Of a step and its parts it is the deepest.
Status StepsApart(const JourneyModel& model) {
  std::vector<PlacedStep> placed;
  Place(model.steps(), "", 1, placed);
  for (size_t one = 0; one < placed.size(); ++one) {
    size_t other = one + 1;
    while (other < placed.size() && placed[other].depth > placed[one].depth) ++other;
    for (; other < placed.size(); ++other) {
      if (Status apart = MatchesApart(placed[one], placed[other]); !apart) return apart;
    }
  }
  return {};
}

constexpr Rule<JourneyModel> kJourneyModelRules[] = {
    Id<"model_id", &JourneyModel::model_id, kRequired>,
    Range<"version", &JourneyModel::version, 1, kMostVersion>,
    Text<"title", &JourneyModel::title>,
    Steps,
    StepsApart,
    Moment<"valid_from", &JourneyModel::valid_from, kRequired>,
};

}  // namespace

Status CheckScorecard(const event::v1::Event& event) {
  return Apply<Scorecard>(kScorecardRules, event.scorecard());
}
Status CheckSamplingPlan(const event::v1::Event& event) {
  return Apply<SamplingPlan>(kSamplingPlanRules, event.sampling_plan());
}
Status CheckIncentivePlan(const event::v1::Event& event) {
  return Apply<IncentivePlan>(kIncentivePlanRules, event.incentive_plan());
}
Status CheckJourneyModel(const event::v1::Event& event) {
  return Apply<JourneyModel>(kJourneyModelRules, event.journey_model());
}

}  // namespace clientele::ingest::rules
