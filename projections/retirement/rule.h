// The telling rule: which of an entity's tellings counts, decided event by event. Pure functions,
// any thread. The counting telling is the one with the greatest revision above every retraction's
// revision; of equal ones the smallest offset. A retraction of revision r bars tellings of
// revisions up to r, whether they came before or come later.
//
// An event of a kind that this build does not know is decided like all others, for it names entity
// and revision as they do; its row in `events` says unknown instead of the cause given here. So a
// build that knows the kind decides the same, and a rebuild differs in nothing but that cause.
#pragma once

#include <cstdint>
#include <optional>

#include "base/hash.h"
#include "projections/projection.h"

namespace clientele::projections::retirement {

// One decodable record as the rule sees it.
struct Telling {
  base::Hash128 entity;  // of its Kafka key
  int32_t partition = 0;
  uint64_t offset = 0;
  uint32_t revision = 0;  // of a retraction: the greatest revision that it bars
  bool retraction = false;
};

// Of an event that is not the counting telling, the cause says why, as far as the state knows:
// kDuplicate: it has the revision of the telling that counts. kStale: a higher revision counts, or
// a retraction bars its own. So what is told again after it was corrected or retracted is stale,
// not a duplicate.
struct Decision {
  Cause cause = Cause::kTold;
  uint64_t takes_back = 0;  // offset + 1 of the telling that counted before and no longer does
  // It is the counting telling from this offset on.
  [[nodiscard]] bool counts() const { return cause == Cause::kTold || cause == Cause::kCorrection; }
  bool operator==(const Decision&) const = default;
};

// What an entity's events up to `offset` leave, until its next state. The default is that of an
// entity that nothing was told of.
struct State {
  uint64_t offset = 0;    // of the event that made it
  uint64_t counting = 0;  // offset + 1 of the counting telling; 0: none counts
  uint32_t revision = 0;  // of the counting telling; 0 if none counts
  uint64_t bar = 0;       // greatest revision retracted + 1: no revision below it counts; 0: none
  bool operator==(const State&) const = default;
};

struct Step {
  Decision decision;
  std::optional<State> next;  // none: the state stays as it is
};

// Decides an event by the state that the entity's events at smaller offsets left.
[[nodiscard]] Step Apply(const Telling& telling, const State& state);

}  // namespace clientele::projections::retirement
