// The readable log: one row in events_v1 for every decodable record, ordered like the log
// (README.md). Made by the registry; const, any thread.
#pragma once

#include <memory>

#include "projections/projection.h"

namespace clientele::projections::events {

[[nodiscard]] std::unique_ptr<const Projection> MakeEvents();

}  // namespace clientele::projections::events
