// The rules of every kind: one function a kind, each in the file of its facts. Paths are relative
// to the payload. Pure functions, any thread.
#pragma once

#include "base/result.h"
#include "clientele/event/v1/event.pb.h"

namespace clientele::ingest::rules {

using base::Status;

[[nodiscard]] Status CheckTouchpoint(const event::v1::Event& event);
[[nodiscard]] Status CheckCall(const event::v1::Event& event);
[[nodiscard]] Status CheckCase(const event::v1::Event& event);
[[nodiscard]] Status CheckScore(const event::v1::Event& event);
[[nodiscard]] Status CheckSurvey(const event::v1::Event& event);
[[nodiscard]] Status CheckCustomerProfile(const event::v1::Event& event);
[[nodiscard]] Status CheckIdentityLink(const event::v1::Event& event);
[[nodiscard]] Status CheckRetraction(const event::v1::Event& event);
[[nodiscard]] Status CheckCost(const event::v1::Event& event);
[[nodiscard]] Status CheckInitiative(const event::v1::Event& event);
[[nodiscard]] Status CheckAgentState(const event::v1::Event& event);
[[nodiscard]] Status CheckStaff(const event::v1::Event& event);
[[nodiscard]] Status CheckTraining(const event::v1::Event& event);
[[nodiscard]] Status CheckScorecard(const event::v1::Event& event);
[[nodiscard]] Status CheckSamplingPlan(const event::v1::Event& event);
[[nodiscard]] Status CheckIncentivePlan(const event::v1::Event& event);
[[nodiscard]] Status CheckJourneyModel(const event::v1::Event& event);
[[nodiscard]] Status CheckTarget(const event::v1::Event& event);
[[nodiscard]] Status CheckCalendar(const event::v1::Event& event);
[[nodiscard]] Status CheckServiceTarget(const event::v1::Event& event);
[[nodiscard]] Status CheckIncident(const event::v1::Event& event);
[[nodiscard]] Status CheckExchangeRate(const event::v1::Event& event);

}  // namespace clientele::ingest::rules
