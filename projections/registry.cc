#include "projections/registry.h"

#include "projections/calls/calls.h"
#include "projections/cases/cases.h"
#include "projections/events/events.h"
#include "projections/identity/identity.h"
#include "projections/journeys/journeys.h"
#include "projections/quality/quality.h"
#include "projections/reference/reference.h"
#include "projections/retention/retention.h"
#include "projections/roi/roi.h"
#include "projections/voice/voice.h"
#include "projections/workforce/workforce.h"

namespace clientele::projections {

std::vector<std::unique_ptr<const Projection>> AllProjections() {
  std::vector<std::unique_ptr<const Projection>> all;
  all.push_back(events::MakeEvents());
  all.push_back(calls::MakeCalls());
  all.push_back(retention::MakeRetention());
  all.push_back(roi::MakeRoi());
  all.push_back(identity::MakeIdentity());
  all.push_back(voice::MakeVoice());
  all.push_back(reference::MakeReference());
  all.push_back(quality::MakeQuality());
  all.push_back(workforce::MakeWorkforce());
  all.push_back(journeys::MakeJourneys());
  all.push_back(cases::MakeCases());
  return all;
}

}  // namespace clientele::projections
