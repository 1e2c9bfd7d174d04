// What columns of several projections have in common: money and channels. Pure; any thread.
#pragma once

#include <algorithm>
#include <cstdint>

namespace clientele::projections {

// Of event.v1.Channel.
inline constexpr const char* kChannelType =
    "Enum8('UNSPECIFIED' = 0, 'PHONE' = 1, 'SMS' = 2, 'EMAIL' = 3, 'CHAT' = 4, 'MESSENGER' = 5, "
    "'WEB' = 6, 'FORM' = 7, 'STORE' = 8, 'FIELD' = 9, 'SOCIAL' = 10, 'AD' = 11, 'OTHER' = 12)";

// Money in minor units, cut to +-10^15, which is the most that an event may tell.
[[nodiscard]] constexpr int64_t AmountMinor(int64_t amount_minor) {
  constexpr int64_t kMost = 1'000'000'000'000'000;
  return std::clamp(amount_minor, -kMost, kMost);
}

}  // namespace clientele::projections
