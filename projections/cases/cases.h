// Tickets and complaints as rows: what became of each in cases, its moments one by one in
// case_moments (README.md). Made by the registry; const, any thread.
#pragma once

#include <memory>

#include "projections/projection.h"

namespace clientele::projections::cases {

[[nodiscard]] std::unique_ptr<const Projection> MakeCases();

}  // namespace clientele::projections::cases
