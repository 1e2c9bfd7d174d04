// The outer layer of a request, taken apart without decoding its events: so that wrong bytes in one
// event touch that event alone. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace clientele::ingest {

struct RawRequest {
  uint64_t first_sequence = 0;           // streams only
  std::vector<std::string_view> events;  // serialised; views into the request's bytes
};

// Of a serialised PublishRequest or PublishStreamRequest. INVALID_ARGUMENT: no such message, or
// more than kMostEvents events.
inline constexpr size_t kMostEvents = 1'000;
[[nodiscard]] base::Result<RawRequest> SplitRequest(std::string_view bytes);
[[nodiscard]] base::Result<RawRequest> SplitStreamRequest(std::string_view bytes);

}  // namespace clientele::ingest
