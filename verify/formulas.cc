// Each metric's own formula over plain sums, written down a second time on purpose.
#include <array>
#include <span>

#include "verify/contact_figures.h"
#include "verify/figures.h"

namespace clientele::verify {
namespace {

Wanted OfRecorded(int64_t part_ms, const MarkSums& marks) {
  return {Share(part_ms, marks.recorded_ms).value, Number(marks.recorded)};
}

// A answered, B abandoned, B_s of them short, F flowed out: offered = A + B + F.
constexpr std::array kCallFormulas = {
    Formula{"calls_offered", "", [](const Sums& s) { return Count(s.offered); }},
    Formula{"calls_answered", "", [](const Sums& s) { return Count(s.answered); }},
    Formula{"calls_abandoned", "", [](const Sums& s) { return Count(s.abandoned); }},
    Formula{"calls_handled", "", [](const Sums& s) { return Count(s.answered); }},
    Formula{"calls_flowed_out", "any", [](const Sums& s) { return Count(s.flowed_out); }},
    Formula{"calls_flowed_out", "voicemail", [](const Sums& s) { return Count(s.voicemail); }},
    Formula{"calls_flowed_out", "callback", [](const Sums& s) { return Count(s.callback); }},
    Formula{"service_level", "over_answered",
            [](const Sums& s) { return Share(s.in_time, s.answered); }},
    Formula{"service_level", "over_answered_and_abandoned",
            [](const Sums& s) { return Share(s.in_time, s.answered + s.abandoned); }},
    Formula{"service_level", "without_short",
            [](const Sums& s) {
              return Share(s.in_time, s.answered + s.abandoned - s.short_abandoned);
            }},
    Formula{
        "service_level", "over_offered",
        [](const Sums& s) { return Share(s.in_time, s.answered + s.abandoned + s.flowed_out); }},
    Formula{"abandon_rate", "of_offered",
            [](const Sums& s) { return Share(s.abandoned, s.offered); }},
    Formula{"abandon_rate", "without_short",
            [](const Sums& s) {
              return Share(s.abandoned - s.short_abandoned, s.offered - s.short_abandoned);
            }},
    Formula{"asa", "", [](const Sums& s) { return Seconds(s.wait_ms, s.waited); }},
    Formula{"wait_time", "",
            [](const Sums& s) { return Seconds(s.offered_wait_ms, s.offered_waited); }},
    Formula{"transfer_rate", "", [](const Sums& s) { return Share(s.transferred, s.worked); }},
    Formula{"hops_per_call", "", [](const Sums& s) { return Mean(Number(s.hops), s.worked); }},
    Formula{"asa_quantile", "p50",
            [](const Sums& s) { return PercentileSeconds(s.answered_waits_ms, 50); }},
    Formula{"asa_quantile", "p90",
            [](const Sums& s) { return PercentileSeconds(s.answered_waits_ms, 90); }},
    Formula{"asa_quantile", "p99",
            [](const Sums& s) { return PercentileSeconds(s.answered_waits_ms, 99); }},
    Formula{"callers", "offered", [](const Sums& s) { return Distinct(s.customers); }},
    Formula{"callers", "answered", [](const Sums& s) { return Distinct(s.answered_customers); }},
    Formula{"aht", "",
            [](const Sums& s) { return Seconds(s.talk_ms + s.hold_ms + s.wrap_ms, s.worked); }},
    Formula{"talk_time", "", [](const Sums& s) { return Seconds(s.talk_ms, s.worked); }},
    Formula{"hold_time", "", [](const Sums& s) { return Seconds(s.hold_ms, s.worked); }},
    Formula{"wrap_time", "", [](const Sums& s) { return Seconds(s.wrap_ms, s.worked); }},
    Formula{"hold_share", "",
            [](const Sums& s) {
              const Wanted hold = Share(s.hold_ms, s.talk_ms + s.hold_ms + s.wrap_ms);
              return Wanted{hold.value, Number(s.worked)};
            }},
    Formula{"blocked_rate", "", [](const Sums& s) { return Share(s.blocked, s.attempts); }},
    Formula{"connect_rate", "", [](const Sums& s) { return Share(s.connected, s.dialled); }},
    Formula{"hand_offs", "", [](const Sums& s) { return Count(s.hand_offs); }},
    Formula{"fcr_flag", "", [](const Sums& s) { return Share(s.marks.resolved, s.marks.flagged); }},
    Formula{"first_line_share", "handled",
            [](const Sums& s) { return Share(s.marks.first_line_alone, s.marks.lines_known); }},
    Formula{"first_line_share", "solved",
            [](const Sums& s) {
              return Share(s.marks.resolved_by_first_line, s.marks.flagged_with_line);
            }},
    Formula{"talk_share", "agent",
            [](const Sums& s) { return OfRecorded(s.marks.agent_ms, s.marks); }},
    Formula{"talk_share", "customer",
            [](const Sums& s) { return OfRecorded(s.marks.customer_ms, s.marks); }},
    Formula{"silence_share", "",
            [](const Sums& s) { return OfRecorded(s.marks.silence_ms, s.marks); }},
};

Wanted MarginOf(const Sums& s) {
  return TotalOfTold(Number(s.margin_minor), s.margins, s.purchases + s.returns);
}

constexpr std::array kMoneyFormulas = {
    Formula{"revenue", "",
            [](const Sums& s) {
              return Total(s.purchased_minor + s.returned_minor, s.purchases + s.returns);
            }},
    Formula{"margin", "", MarginOf},
    Formula{"orders", "", [](const Sums& s) { return Distinct(s.orders); }},
    Formula{"average_check", "",
            [](const Sums& s) {
              const double orders = *Distinct(s.orders).value;
              const Wanted check =
                  Mean(Number(s.purchased_minor + s.returned_minor), static_cast<int64_t>(orders));
              return Wanted{check.value, orders};
            }},
    Formula{"returns", "", [](const Sums& s) { return Total(-s.returned_minor, s.returns); }},
    Formula{"payments", "", [](const Sums& s) { return Total(s.paid_minor, s.payments); }},
    Formula{"cost", "", [](const Sums& s) { return Total(s.cost_minor, s.costs); }},
    Formula{"roi", "",
            [](const Sums& s) {
              const Wanted margin = MarginOf(s);
              if (!margin.value) return Wanted{{}, Number(s.costs), margin.untold};
              const Wanted roi = Mean(*margin.value - Number(s.cost_minor), s.cost_minor);
              return Wanted{roi.value, Number(s.costs), margin.untold};
            }},
    Formula{"planned_cost", "", [](const Sums& s) { return Total(s.planned_minor, s.plans); }},
    Formula{"promise_gap_amount", "", PromisedAmountGap},
};

constexpr std::array kCountFormulas = {
    Formula{"touches", "", [](const Sums& s) { return Count(s.touches); }},
    Formula{"churned", "", [](const Sums& s) { return Distinct(s.churned_customers); }},
    Formula{"service_churn_share", "",
            [](const Sums& s) { return Share(s.churned_for_service, s.churned_with_reason); }},
    Formula{"dispute_rate", "",
            [](const Sums& s) { return Share(s.scores.disputed, s.scores.handed_in); }},
    Formula{"overturn_rate", "of_decided",
            [](const Sums& s) { return Share(s.scores.overturned, s.scores.decided); }},
    Formula{"overturn_rate", "of_evaluations",
            [](const Sums& s) { return Share(s.scores.overturned, s.scores.handed_in); }},
    Formula{"qa_load", "", [](const Sums& s) { return Count(s.scores.done); }},
    Formula{"qa_time", "",
            [](const Sums& s) {
              return TotalOfTold(Number(s.scores.spent_ms) / 60'000, s.scores.timed, s.scores.done);
            }},
    Formula{"trainings", "", [](const Sums& s) { return Count(s.trainings.trainings); }},
    Formula{"training_pass_rate", "",
            [](const Sums& s) { return Share(s.trainings.passed, s.trainings.decided); }},
    Formula{"training_score", "",
            [](const Sums& s) {
              return Mean(Number(s.trainings.score_billionths) / 1'000'000'000, s.trainings.scored);
            }},
};

std::span<const Formula> FormulasOf(Family family) {
  switch (family) {
    case Family::kCalls:
      return kCallFormulas;
    case Family::kMoney:
      return kMoneyFormulas;
    case Family::kVoice:
      return VoiceFormulas();
    case Family::kCounts:
      break;
  }
  return kCountFormulas;
}

}  // namespace

std::optional<Wanted> FigureOf(std::string_view metric, std::string_view variant,
                               const Sums& sums) {
  if (const auto figure = ContactFigureOf(metric, variant, sums.contacts)) return figure;
  for (const Family family : kFamilies) {
    for (const Formula& formula : FormulasOf(family)) {
      if (formula.metric == metric && formula.variant == variant) return formula.of(sums);
    }
  }
  return std::nullopt;
}

std::optional<Family> FamilyOf(std::string_view metric) {
  if (const auto family = ContactFamilyOf(metric)) return family;
  for (const Family family : kFamilies) {
    for (const Formula& formula : FormulasOf(family)) {
      if (formula.metric == metric) return family;
    }
  }
  return std::nullopt;
}

bool MeansNothingByQueue(std::string_view metric) { return metric == "blocked_rate"; }

bool IsKnownAhead(std::string_view metric) { return metric == "cost" || metric == "planned_cost"; }

}  // namespace clientele::verify
