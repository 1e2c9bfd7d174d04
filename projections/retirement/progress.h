// How far an index has come in each partition, and its bytes as the index stores them. Pure
// functions, any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace clientele::projections::retirement {

struct Progress {
  uint64_t next = 0;
  uint64_t floor = 0;  // states that only decisions below it need may be gone
};
using ProgressMap = std::map<int32_t, Progress>;  // by partition

// The record's key, the first of all.
inline constexpr std::string_view kProgressKey{"\0", 1};

// Nothing for a partition that it does not name.
[[nodiscard]] Progress ProgressOf(const ProgressMap& progress, int32_t partition);

[[nodiscard]] std::string WriteProgress(const ProgressMap& progress);
// False, and anything in `progress`, if the bytes are none.
[[nodiscard]] bool ReadProgress(std::string_view bytes, ProgressMap& progress);

}  // namespace clientele::projections::retirement
