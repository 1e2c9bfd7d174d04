#include "verify/telling_rows.h"

#include "verify/case_rows.h"
#include "verify/contact_rows.h"
#include "verify/cost_rows.h"
#include "verify/customer_rows.h"
#include "verify/reference_rows.h"
#include "verify/score_rows.h"
#include "verify/ties.h"
#include "verify/voice_rows.h"
#include "verify/wanted_rows.h"
#include "verify/workforce_rows.h"

namespace clientele::verify {

using event::v1::Event;

namespace {

// One of each of its tables at most, numbered from 0 in this order.
void AddVoiceRows(const Event& telling, std::vector<PartRows>& rows) {
  const auto kept = KeptOf(telling);
  uint32_t next = 0;
  const auto add = [&](Part part, bool has) {
    if (has) rows.push_back({part, next++, 1});
  };
  add(Part::kSurveyQuestions, telling.has_survey());
  add(Part::kInteractions, IsInteraction(telling));
  add(Part::kReviews, IsReview(telling));
  add(Part::kPromises, kept.has_value());
  add(Part::kPromisedAmounts, kept && kept->amount_promised);
}

// Of the telling's rows of reference in this table; 0 if it has none.
uint32_t FirstRowOf(Part part, const Event& telling) {
  for (const PartRows& rows : ReferenceRowsOf(telling)) {
    if (rows.part == part) return rows.first_row;
  }
  return 0;
}

}  // namespace

std::vector<PartRows> RowsOf(const Event& telling) {
  std::vector<PartRows> rows;
  const auto add = [&](Part part, uint32_t first_row, uint32_t count) {
    if (count > 0) rows.push_back({part, first_row, count});
  };
  if (telling.has_call()) {
    add(Part::kCalls, 0, 1);
    add(Part::kCallLegs, 1, static_cast<uint32_t>(telling.call().legs_size()));
  }
  if (IsCustomerFact(telling)) {
    add(Part::kCustomerFacts, 0, 1);
    add(Part::kOrderItems, 1, OrderItemCount(telling.touchpoint()));
  }
  if (telling.has_customer_profile()) add(Part::kCustomerProfiles, 0, 1);
  if (telling.has_cost()) add(Part::kCosts, 0, 1);
  if (telling.has_initiative()) add(Part::kInitiatives, 0, 1);
  if (telling.has_exchange_rate()) add(Part::kExchangeRates, 0, 1);
  if (IsTouch(telling)) add(Part::kTouches, 0, 1);
  add(Part::kIdentityEdges, 0, static_cast<uint32_t>(TiesOf(telling).size()));
  AddVoiceRows(telling, rows);
  if (telling.has_score()) {
    add(Part::kEvaluations, 0, 1);
    add(Part::kEvaluationItems, 1, static_cast<uint32_t>(telling.score().items_size()));
  }
  const auto reference = ReferenceRowsOf(telling);
  rows.insert(rows.end(), reference.begin(), reference.end());
  if (telling.has_agent_state()) add(Part::kAgentStates, 0, 1);
  if (telling.has_training()) add(Part::kTrainings, 0, 1);
  if (IsContact(telling)) add(Part::kContacts, 0, 1);
  if (telling.has_case_()) {
    add(Part::kCases, 0, 1);
    add(Part::kCaseMoments, 1, CaseMomentCount(telling.case_()));
  }
  return rows;
}

void TellingRow(Part part, const Event& telling, uint32_t row_number, Row& row) {
  switch (part) {
    case Part::kEvents:
    case Part::kQuarantine:
      return;
    case Part::kCalls:
      CallRow(telling, row);
      return;
    case Part::kCallLegs:
      LegRow(telling, static_cast<int>(row_number) - 1, row);
      return;
    case Part::kCustomerFacts:
      CustomerFactRow(telling, row);
      return;
    case Part::kOrderItems:
      OrderItemRow(telling, static_cast<int>(row_number) - 1, row);
      return;
    case Part::kCustomerProfiles:
      CustomerProfileRow(telling, row);
      return;
    case Part::kCosts:
      CostRow(telling, row);
      return;
    case Part::kInitiatives:
      InitiativeRow(telling, row);
      return;
    case Part::kExchangeRates:
      ExchangeRateRow(telling, row);
      return;
    case Part::kTouches:
      TouchRow(telling, row);
      return;
    case Part::kIdentityEdges:
      IdentityEdgeRow(telling, row_number, row);
      return;
    case Part::kSurveyQuestions:
      SurveyQuestionRow(telling, row);
      return;
    case Part::kReviews:
      ReviewRow(telling, row);
      return;
    case Part::kPromises:
      PromiseRow(telling, row);
      return;
    case Part::kPromisedAmounts:
      PromisedAmountRow(telling, row);
      return;
    case Part::kInteractions:
      InteractionRow(telling, row);
      return;
    case Part::kEvaluations:
      EvaluationRow(telling, row);
      return;
    case Part::kEvaluationItems:
      EvaluationItemRow(telling, static_cast<int>(row_number) - 1, row);
      return;
    case Part::kAgentStates:
      AgentStateRow(telling, row);
      return;
    case Part::kTrainings:
      TrainingRow(telling, row);
      return;
    case Part::kContacts:
      ContactRow(telling, row);
      return;
    case Part::kCases:
      CaseRow(telling, row);
      return;
    case Part::kCaseMoments:
      CaseMomentRow(telling, row_number - 1, row);
      return;
    default:
      ReferenceRow(part, telling, row_number - FirstRowOf(part, telling), row);
      return;
  }
}

Row PatternOf(Part part) {
  static const Event event;
  static const Event call = [] {
    Event of;
    of.mutable_call()->add_legs();
    return of;
  }();
  Row row;
  switch (part) {
    case Part::kEvents:
      EventRow(event, 0, 0, "", row);
      return row;
    case Part::kQuarantine:
      QuarantineRow("", 0, row);
      return row;
    default:
      TellingRow(part, part == Part::kCallLegs ? call : event, 1, row);
      return row;
  }
}

}  // namespace clientele::verify
