// Which pseudonyms are one customer, as events and links say, into rows of identity_edges
// (README.md). Made by the registry; const, any thread.
#pragma once

#include <memory>

#include "projections/projection.h"

namespace clientele::projections::identity {

[[nodiscard]] std::unique_ptr<const Projection> MakeIdentity();

}  // namespace clientele::projections::identity
