// Every projection of this build, one line each. Explicit: nothing registers itself.
#pragma once

#include <memory>
#include <vector>

#include "projections/projection.h"

namespace clientele::projections {

[[nodiscard]] std::vector<std::unique_ptr<const Projection>> AllProjections();

}  // namespace clientele::projections
