// What is spent and planned, published rates of exchange, and the contacts that could bring a
// purchase, into rows (README.md). Made by the registry; const, any thread.
#pragma once

#include <memory>

#include "projections/projection.h"

namespace clientele::projections::roi {

[[nodiscard]] std::unique_ptr<const Projection> MakeRoi();

}  // namespace clientele::projections::roi
