// Metrics that verify has no formula for: their figures come of several rows set in order or
// joined, or are parts of such. The oracle in tests/oracle computes them from the same events.
// Constants.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace clientele::verify {

inline constexpr std::array<std::string_view, 68> kLeftToOracle = {
    "acquisition_to_retention_ratio",
    "active_customers",
    "attempts_to_reach",
    "backlog",
    "band_share",
    "bot_containment",
    "business_first_response",
    "business_first_response_quantile",
    "business_resolution_time",
    "business_resolution_time_quantile",
    "business_response_time",
    "business_response_time_quantile",
    "business_time_to_substantive",
    "business_time_to_substantive_quantile",
    "cac",
    "calls_per_hour",
    "cart_abandonment",
    "channel_switch",
    "churn_rate",
    "cost_by_purpose",
    "cost_per_contact",
    "cost_per_evaluation",
    "criterion_error_rate",
    "crr",
    "evaluations",
    "fcr",
    "fcr_matrix",
    "fcr_survey",
    "first_response",
    "first_response_quantile",
    "grr",
    "headcount",
    "journeys",
    "kept_customers",
    "lead_time",
    "leavers",
    "new_customers",
    "norm_compliance",
    "not_applicable_rate",
    "nrr",
    "occupancy",
    "omnichannel_share",
    "out_of_hours_share",
    "proactive_share",
    "purchases_per_customer",
    "qa_cost",
    "qa_coverage",
    "quality_score",
    "queue_depth",
    "reactivated",
    "relay_rounds",
    "repeat_purchase_rate",
    "repeat_rate",
    "response_time",
    "response_time_quantile",
    "retention_cost_per_customer",
    "revenue_at_risk",
    "sampling_weighted_score",
    "service_level_curve",
    "service_level_target",
    "tenure",
    "time_in_state",
    "time_to_reach",
    "time_to_substantive",
    "time_to_substantive_quantile",
    "turnover",
    "unanswered_rate",
    "unscored_answers",
};

[[nodiscard]] constexpr bool IsLeftToOracle(std::string_view metric) {
  return std::ranges::find(kLeftToOracle, metric) != kLeftToOracle.end();
}

}  // namespace clientele::verify
