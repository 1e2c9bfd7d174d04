// Every contact of a customer with the company, on any channel, as one row of contacts (README.md).
// Made by the registry; const, any thread.
#pragma once

#include <memory>

#include "projections/projection.h"

namespace clientele::projections::journeys {

[[nodiscard]] std::unique_ptr<const Projection> MakeJourneys();

}  // namespace clientele::projections::journeys
