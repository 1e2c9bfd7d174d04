// Evaluations of service against scorecards, into rows (README.md): the evaluations, and what was
// found of each criterion. Made by the registry; const, any thread.
#pragma once

#include <memory>

#include "projections/projection.h"

namespace clientele::projections::quality {

[[nodiscard]] std::unique_ptr<const Projection> MakeQuality();

}  // namespace clientele::projections::quality
