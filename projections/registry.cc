#include "projections/registry.h"

#include "projections/calls/calls.h"
#include "projections/events/events.h"

namespace clientele::projections {

std::vector<std::unique_ptr<const Projection>> AllProjections() {
  std::vector<std::unique_ptr<const Projection>> all;
  all.push_back(events::MakeEvents());
  all.push_back(calls::MakeCalls());
  return all;
}

}  // namespace clientele::projections
