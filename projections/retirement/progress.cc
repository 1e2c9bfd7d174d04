#include "projections/retirement/progress.h"

#include "projections/retirement/states.h"

namespace clientele::projections::retirement {

Progress ProgressOf(const ProgressMap& progress, int32_t partition) {
  const auto found = progress.find(partition);
  return found == progress.end() ? Progress{} : found->second;
}

std::string WriteProgress(const ProgressMap& progress) {
  std::string bytes;
  for (const auto& [partition, one] : progress) {
    AppendVarint(static_cast<uint64_t>(partition), bytes);
    AppendVarint(one.next, bytes);
    AppendVarint(one.floor, bytes);
  }
  return bytes;
}

bool ReadProgress(std::string_view bytes, ProgressMap& progress) {
  progress.clear();
  while (!bytes.empty()) {
    uint64_t partition = 0;
    Progress one;
    if (!TakeVarint(bytes, partition) || !TakeVarint(bytes, one.next) ||
        !TakeVarint(bytes, one.floor)) {
      return false;
    }
    progress[static_cast<int32_t>(partition)] = one;
  }
  return true;
}

}  // namespace clientele::projections::retirement
