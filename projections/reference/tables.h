// The tables of reference, by number in the order of Tables(). Pure; any thread.
#pragma once

#include <cstddef>
#include <vector>

#include "projections/projection.h"

namespace clientele::projections::reference {

enum TableNumber : size_t {
  kStaff,
  kTargets,
  kServiceTargets,
  kIncidents,
  kIncidentScopes,
  kCalendars,
  kCalendarHours,
  kCalendarHolidays,
  kScorecards,
  kScorecardCriteria,
  kScorecardLevels,
  kScorecardBands,
  kSamplingPlans,
  kSamplingTerms,
  kIncentivePlans,
  kIncentiveComponents,
  kJourneySteps,
  kJourneyMatches,
};

[[nodiscard]] std::vector<Table> Tables();

}  // namespace clientele::projections::reference
