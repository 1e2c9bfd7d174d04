// The telling rule, read naively: of an entity's tellings the one with the greatest revision that
// no retraction bars counts; of equal ones the one with the smallest offset. Written apart from the
// projections on purpose. Pure values; one thread.
#pragma once

#include <cstdint>

namespace clientele::verify {

// The numbers are those of the tables' Enum8.
enum class Cause : int8_t {
  kNone = 0,
  kTold = 1,
  kCorrection = 2,
  kRetraction = 3,
  kDuplicate = 4,
  kStale = 5,
  kUnknown = 6,
};

struct Decision {
  Cause cause = Cause::kNone;
  uint64_t takes_back = 0;  // offset + 1 of the telling that counted before and no longer does
  bool counts = false;      // it is the counting telling from its offset on
};

// What is known of one entity: the best telling of all, barred or not, and how far tellings are
// barred. That is enough: bars only rise, and a bar that reaches the best one reaches all.
class Entity {
 public:
  // The entity's events must come by rising offset. `revision`: of a retraction the greatest that
  // it bars.
  Decision Take(uint64_t offset, uint32_t revision, bool retraction);
  // Offset + 1 of the telling that counts, 0 if none does.
  [[nodiscard]] uint64_t counting() const { return best_ != 0 && revision_ >= bar_ ? best_ : 0; }

 private:
  uint64_t best_ = 0;  // offset + 1
  uint64_t bar_ = 0;   // no revision below it counts
  uint32_t revision_ = 0;
};

}  // namespace clientele::verify
