// Which rows of which tables a counting telling has, and what each must say, for every projection
// that is checked. Pure functions, any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "clientele/event/v1/event.pb.h"
#include "verify/row.h"

namespace clientele::verify {

// The tables whose rows are compared, one by one.
enum class Part : uint8_t {
  kEvents,
  kQuarantine,
  kCalls,
  kCallLegs,
  kCustomerFacts,
  kOrderItems,
  kCustomerProfiles,
  kCosts,
  kInitiatives,
  kExchangeRates,
  kTouches,
  kIdentityEdges,
  kSurveyQuestions,
  kReviews,
  kPromises,
  kPromisedAmounts,
  kInteractions,
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
  kEvaluations,
  kEvaluationItems,
  kAgentStates,
  kTrainings,
  kContacts,
  kCases,
  kCaseMoments,
};
inline constexpr size_t kParts = 42;

// A table of tellings' rows: clientele.<table>_v<version>.
struct PartTable {
  Part part;
  std::string_view projection;
  std::string_view table;
};
inline constexpr std::array kPartTables = {
    PartTable{Part::kCalls, "calls", "calls"},
    PartTable{Part::kCallLegs, "calls", "call_legs"},
    PartTable{Part::kCustomerFacts, "retention", "customer_facts"},
    PartTable{Part::kOrderItems, "retention", "order_items"},
    PartTable{Part::kCustomerProfiles, "retention", "customer_profiles"},
    PartTable{Part::kCosts, "roi", "costs"},
    PartTable{Part::kInitiatives, "roi", "initiatives"},
    PartTable{Part::kExchangeRates, "roi", "exchange_rates"},
    PartTable{Part::kTouches, "roi", "touches"},
    PartTable{Part::kIdentityEdges, "identity", "identity_edges"},
    PartTable{Part::kSurveyQuestions, "voice", "survey_questions"},
    PartTable{Part::kReviews, "voice", "reviews"},
    PartTable{Part::kPromises, "voice", "promises"},
    PartTable{Part::kPromisedAmounts, "voice", "promised_amounts"},
    PartTable{Part::kInteractions, "voice", "interactions"},
    PartTable{Part::kStaff, "reference", "staff"},
    PartTable{Part::kTargets, "reference", "targets"},
    PartTable{Part::kServiceTargets, "reference", "service_targets"},
    PartTable{Part::kIncidents, "reference", "incidents"},
    PartTable{Part::kIncidentScopes, "reference", "incident_scopes"},
    PartTable{Part::kCalendars, "reference", "calendars"},
    PartTable{Part::kCalendarHours, "reference", "calendar_hours"},
    PartTable{Part::kCalendarHolidays, "reference", "calendar_holidays"},
    PartTable{Part::kScorecards, "reference", "scorecards"},
    PartTable{Part::kScorecardCriteria, "reference", "scorecard_criteria"},
    PartTable{Part::kScorecardLevels, "reference", "scorecard_levels"},
    PartTable{Part::kScorecardBands, "reference", "scorecard_bands"},
    PartTable{Part::kSamplingPlans, "reference", "sampling_plans"},
    PartTable{Part::kSamplingTerms, "reference", "sampling_terms"},
    PartTable{Part::kIncentivePlans, "reference", "incentive_plans"},
    PartTable{Part::kIncentiveComponents, "reference", "incentive_components"},
    PartTable{Part::kJourneySteps, "reference", "journey_steps"},
    PartTable{Part::kJourneyMatches, "reference", "journey_matches"},
    PartTable{Part::kEvaluations, "quality", "evaluations"},
    PartTable{Part::kEvaluationItems, "quality", "evaluation_items"},
    PartTable{Part::kAgentStates, "workforce", "agent_states"},
    PartTable{Part::kTrainings, "workforce", "trainings"},
    PartTable{Part::kContacts, "journeys", "contacts"},
    PartTable{Part::kCases, "cases", "cases"},
    PartTable{Part::kCaseMoments, "cases", "case_moments"},
};

// Rows of a telling in one table; their numbers are first_row, first_row + 1, ..
struct PartRows {
  Part part = Part::kCalls;
  uint32_t first_row = 0;
  uint32_t rows = 0;
};
// None twice; none of 0 rows.
[[nodiscard]] std::vector<PartRows> RowsOf(const event::v1::Event& telling);
// The row with this number of the telling, of this table.
void TellingRow(Part part, const event::v1::Event& telling, uint32_t row_number, Row& row);
// A row with the table's columns, whatever it says.
[[nodiscard]] Row PatternOf(Part part);

}  // namespace clientele::verify
