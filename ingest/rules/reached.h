// Moments that were reached: what has happened lies at most 5 minutes after the server's clock, as
// occurred_at does. Plans may lie ahead: valid_from, due_at, periods, contracts, initiatives, and
// Staff's moments; they are not looked at here. Pure functions, any thread.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "clientele/event/v1/event.pb.h"

namespace clientele::ingest::rules {

// How far a client's clock may be ahead of the server's, microseconds.
inline constexpr int64_t kMostAhead = 300'000'000;

// Paths are relative to the payload; `now` is received_at. After the kind's own rules.
[[nodiscard]] base::Status CheckReached(const event::v1::Event& event, int64_t now);

}  // namespace clientele::ingest::rules
