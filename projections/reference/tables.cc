#include "projections/reference/tables.h"

#include "projections/shared_columns.h"

namespace clientele::projections::reference {
namespace {

constexpr const char* kName = "LowCardinality(String)";
constexpr const char* kText = "String";
constexpr const char* kMoment = "DateTime64(6, 'UTC')";
constexpr const char* kReal = "Float64";
constexpr const char* kByte = "UInt8";
constexpr const char* kNumber = "UInt16";
constexpr const char* kVersion = "UInt32";
constexpr const char* kWhole = "Int64";
constexpr const char* kMethodType =
    "Enum8('UNSPECIFIED' = 0, 'BINARY' = 1, 'WEIGHTED' = 2, 'FOUR_LEVEL' = 3)";
constexpr const char* kTouchpointType =
    "Enum8('UNSPECIFIED' = 0, 'VISIT' = 1, 'MESSAGE' = 2, 'FORM' = 3, 'WIDGET' = 4, "
    "'STORE_VISIT' = 5, 'MEETING' = 6, 'DEMO' = 7, 'PROPOSAL' = 8, 'CART' = 9, 'ORDER' = 10, "
    "'ORDER_CONFIRMED' = 11, 'PURCHASE' = 12, 'PAYMENT' = 13, 'CONTRACT' = 14, 'DELIVERY' = 15, "
    "'RETURN' = 16, 'ONBOARDING' = 17, 'COMPLAINT' = 18, 'REVIEW' = 19, 'REFERRAL' = 20, "
    "'NOTE' = 21, 'CHURN' = 22, 'OTHER' = 23)";

Table StaffTable() {
  return {
      .name = "staff",
      .lineage = Lineage::kTelling,
      .columns = {{"employee_id", kName},
                  {"unit_path", kName},
                  {"branch", kName},
                  {"department", kName},
                  {"team_id", kName},
                  {"role", kName},
                  {"line", kByte},
                  {"hired_at", kMoment},
                  {"left_at", kMoment},
                  {"state", "Enum8('UNSPECIFIED' = 0, 'WORKING' = 1, 'SUSPENDED' = 2, 'LEFT' = 3)"},
                  {"valid_from", kMoment}}};
}

Table TargetsTable() {
  return {.name = "targets",
          .lineage = Lineage::kTelling,
          .columns = {
              {"metric", kName},
              {"scope_kind",
               "Enum8('UNSPECIFIED' = 0, 'COMPANY' = 1, 'UNIT' = 2, 'TEAM' = 3, 'EMPLOYEE' = 4)"},
              {"scope_id", kName},
              {"value_told", kByte},
              {"value", kReal},
              {"period_from", kMoment},
              {"period_to", kMoment}}};
}

Table ServiceTargetsTable() {
  return {.name = "service_targets",
          .lineage = Lineage::kTelling,
          .columns = {{"queue_id", kName},
                      {"team_id", kName},
                      {"threshold_ms", kWhole},
                      {"target_share_told", kByte},
                      {"target_share", kReal},
                      {"short_abandon_ms", kWhole},
                      {"queue_limit", kVersion},
                      {"policy",
                       "Enum8('UNSPECIFIED' = 0, 'ANSWERED' = 1, 'WITH_ABANDONED' = 2, "
                       "'WITHOUT_SHORT_ABANDONED' = 3, 'WITH_FLOWED_OUT' = 4)"},
                      {"valid_from", kMoment}}};
}

Table IncidentsTable() {
  return {.name = "incidents",
          .lineage = Lineage::kTelling,
          .columns = {{"incident_id", kText},
                      {"title", kText},
                      {"incident_from", kMoment},
                      {"incident_to", kMoment},
                      {"all_channels", kByte},
                      {"all_teams", kByte}}};
}

Table IncidentScopesTable() {
  return {.name = "incident_scopes",
          .lineage = Lineage::kTelling,
          .columns = {{"incident_id", kText},
                      {"incident_from", kMoment},
                      {"incident_to", kMoment},
                      {"channel", kChannelType},
                      {"team_id", kName}}};
}

Table CalendarsTable() {
  return {.name = "calendars",
          .lineage = Lineage::kTelling,
          .columns = {{"calendar_id", kName},
                      {"calendar_version", kVersion},
                      {"time_zone", kName},
                      {"valid_from", kMoment}}};
}

Table CalendarHoursTable() {
  return {.name = "calendar_hours",
          .lineage = Lineage::kTelling,
          .columns = {{"calendar_id", kName},
                      {"calendar_version", kVersion},
                      {"time_zone", kName},
                      {"weekday", kByte},
                      {"from_minute", kNumber},
                      {"to_minute", kNumber},
                      {"valid_from", kMoment}}};
}

Table CalendarHolidaysTable() {
  return {.name = "calendar_holidays",
          .lineage = Lineage::kTelling,
          .columns = {{"calendar_id", kName},
                      {"calendar_version", kVersion},
                      {"time_zone", kName},
                      {"day", kText},
                      {"title", kText},
                      {"from_minute", kNumber},
                      {"to_minute", kNumber},
                      {"valid_from", kMoment}}};
}

Table ScorecardsTable() {
  return {.name = "scorecards",
          .lineage = Lineage::kTelling,
          .columns = {{"scorecard_id", kName},
                      {"scorecard_version", kVersion},
                      {"title", kText},
                      {"method", kMethodType},
                      {"valid_from", kMoment}}};
}

Table ScorecardCriteriaTable() {
  return {.name = "scorecard_criteria",
          .lineage = Lineage::kTelling,
          .columns = {{"scorecard_id", kName},
                      {"scorecard_version", kVersion},
                      {"method", kMethodType},
                      {"criterion", kNumber},
                      {"criterion_id", kName},
                      {"title", kText},
                      {"section", kText},
                      {"weight", kReal},
                      {"fatal", kByte},
                      {"critical", kByte},
                      {"maximum", kReal},
                      {"valid_from", kMoment}}};
}

Table ScorecardLevelsTable() {
  return {.name = "scorecard_levels",
          .lineage = Lineage::kTelling,
          .columns = {{"scorecard_id", kName},
                      {"scorecard_version", kVersion},
                      {"criterion_id", kName},
                      {"level", kName},
                      {"title", kText},
                      {"worth", kReal},
                      {"valid_from", kMoment}}};
}

Table ScorecardBandsTable() {
  return {.name = "scorecard_bands",
          .lineage = Lineage::kTelling,
          .columns = {{"scorecard_id", kName},
                      {"scorecard_version", kVersion},
                      {"band", kName},
                      {"score_from", kReal},
                      {"score_to", kReal},
                      {"valid_from", kMoment}}};
}

Table SamplingPlansTable() {
  return {.name = "sampling_plans",
          .lineage = Lineage::kTelling,
          .columns = {{"plan_id", kName},
                      {"plan_version", kVersion},
                      {"share", kReal},
                      {"count", kVersion},
                      {"period", "Enum8('UNSPECIFIED' = 0, 'DAY' = 1, 'WEEK' = 2, 'MONTH' = 3)"},
                      {"seed", "UInt64"},
                      {"valid_from", kMoment}}};
}

Table SamplingTermsTable() {
  return {.name = "sampling_terms",
          .lineage = Lineage::kTelling,
          .columns = {{"plan_id", kName},
                      {"plan_version", kVersion},
                      {"term_kind", "Enum8('FRAME' = 1, 'STRATUM' = 2)"},
                      {"term", kNumber},
                      {"dimension", kName},
                      {"value", kText},
                      {"valid_from", kMoment}}};
}

Table IncentivePlansTable() {
  return {.name = "incentive_plans",
          .lineage = Lineage::kTelling,
          .columns = {
              {"plan_id", kName},
              {"plan_version", kVersion},
              {"audience", "Enum8('UNSPECIFIED' = 0, 'EMPLOYEE' = 1, 'EVALUATOR' = 2, 'LEAD' = 3)"},
              {"fixed_minor", kWhole},
              {"currency", kName},
              {"valid_from", kMoment}}};
}

Table IncentiveComponentsTable() {
  return {.name = "incentive_components",
          .lineage = Lineage::kTelling,
          .columns = {{"plan_id", kName},
                      {"plan_version", kVersion},
                      {"component", kNumber},
                      {"metric", kName},
                      {"scope", "Enum8('UNSPECIFIED' = 0, 'OWN' = 1, 'TEAM' = 2)"},
                      {"currency", kName},
                      {"amount_minor", kWhole},
                      {"floor_told", kByte},
                      {"floor", kReal},
                      {"cap_told", kByte},
                      {"cap", kReal},
                      {"penalty_minor", kWhole},
                      {"valid_from", kMoment}}};
}

Table JourneyStepsTable() {
  return {.name = "journey_steps",
          .lineage = Lineage::kTelling,
          .columns = {{"model_id", kName},
                      {"model_version", kVersion},
                      {"model_title", kText},
                      {"step", kNumber},
                      {"step_id", kName},
                      {"parent_step_id", kName},
                      {"depth", kByte},
                      {"title", kText},
                      {"owner_role", kName},
                      {"script", kText},
                      {"norm_ms", kWhole},
                      {"valid_from", kMoment}}};
}

Table JourneyMatchesTable() {
  return {.name = "journey_matches",
          .lineage = Lineage::kTelling,
          .columns = {{"model_id", kName},
                      {"model_version", kVersion},
                      {"step", kNumber},
                      {"step_id", kName},
                      {"match", kNumber},
                      {"event_kind", kNumber},
                      {"touchpoint_kind", kTouchpointType},
                      {"channel", kChannelType},
                      {"topic", kName},
                      {"attribute", kName},
                      {"attribute_value", kText},
                      {"valid_from", kMoment}}};
}

}  // namespace

std::vector<Table> Tables() {
  return {StaffTable(),           TargetsTable(),
          ServiceTargetsTable(),  IncidentsTable(),
          IncidentScopesTable(),  CalendarsTable(),
          CalendarHoursTable(),   CalendarHolidaysTable(),
          ScorecardsTable(),      ScorecardCriteriaTable(),
          ScorecardLevelsTable(), ScorecardBandsTable(),
          SamplingPlansTable(),   SamplingTermsTable(),
          IncentivePlansTable(),  IncentiveComponentsTable(),
          JourneyStepsTable(),    JourneyMatchesTable()};
}

}  // namespace clientele::projections::reference
