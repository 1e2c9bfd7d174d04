// Calls into rows: one row a call in calls_v1, one row a leg in call_legs_v1 (README.md). Made by
// the registry; const, any thread.
#pragma once

#include <memory>

#include "projections/projection.h"

namespace clientele::projections::calls {

[[nodiscard]] std::unique_ptr<const Projection> MakeCalls();

}  // namespace clientele::projections::calls
