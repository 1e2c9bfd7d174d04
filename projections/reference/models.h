// Rows of models with parts: scorecards, plans, journey models. Of each all rows of one table stand
// before those of the next. Pure and total; any thread.
#pragma once

#include "clientele/event/v1/event.pb.h"
#include "projections/projection.h"

namespace clientele::projections::reference {

// The card, then its criteria, then their levels, then its bands.
void WriteScorecard(const event::v1::Scorecard& card, RowSink& rows);
// The plan, then its terms: a row a value of the frame, then a row a stratum.
void WriteSamplingPlan(const event::v1::SamplingPlan& plan, RowSink& rows);
// The plan, then its components.
void WriteIncentivePlan(const event::v1::IncentivePlan& plan, RowSink& rows);
// The steps, each before its parts, then what they match.
void WriteJourneyModel(const event::v1::JourneyModel& model, RowSink& rows);

}  // namespace clientele::projections::reference
