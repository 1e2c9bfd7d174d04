// What the company says of itself, into rows that queries join as they were when a fact occurred
// (README.md): who works where, scorecards, plans, journey models, targets, hours, incidents. Made
// by the registry; const, any thread.
#pragma once

#include <memory>

#include "projections/projection.h"

namespace clientele::projections::reference {

[[nodiscard]] std::unique_ptr<const Projection> MakeReference();

}  // namespace clientele::projections::reference
