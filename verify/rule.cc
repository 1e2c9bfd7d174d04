#include "verify/rule.h"

#include <algorithm>

namespace clientele::verify {

Decision Entity::Take(uint64_t offset, uint32_t revision, bool retraction) {
  const uint64_t before = counting();
  if (retraction) {
    bar_ = std::max(bar_, uint64_t{revision} + 1);
  } else if (best_ == 0 || revision > revision_) {
    best_ = offset + 1;
    revision_ = revision;
  }
  const uint64_t after = counting();
  Decision decision;
  decision.counts = after == offset + 1;
  if (before != after) decision.takes_back = before;
  if (retraction) {
    decision.cause = Cause::kRetraction;
  } else if (decision.counts) {
    decision.cause = before == 0 ? Cause::kTold : Cause::kCorrection;
  } else {
    decision.cause = after != 0 && revision == revision_ ? Cause::kDuplicate : Cause::kStale;
  }
  return decision;
}

}  // namespace clientele::verify
