// How far merges are behind. Asked now and then by whoever writes; any thread.
#pragma once

#include <cstdint>
#include <optional>

#include "clickhouse/store.h"

namespace clientele::projections::runner {

// From here on inserts shall be larger, and fewer.
inline constexpr uint64_t kCrowdedParts = 300;

// Parts beyond one a month, of the table that has most of them; none if the store cannot say now.
[[nodiscard]] std::optional<uint64_t> CountCrowdedParts(clickhouse::Store& store);

}  // namespace clientele::projections::runner
