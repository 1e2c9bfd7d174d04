// What customers say and what they were promised, into rows (README.md): questions of surveys,
// public reviews, promises that came due, and all interactions, of which some are complaints and
// referrals. Made by the registry; const, any thread.
#pragma once

#include <memory>

#include "projections/projection.h"

namespace clientele::projections::voice {

[[nodiscard]] std::unique_ptr<const Projection> MakeVoice();

}  // namespace clientele::projections::voice
