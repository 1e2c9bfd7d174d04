#include "projections/retirement/rule.h"

namespace clientele::projections::retirement {

namespace {

Step Retract(const Telling& retraction, const State& state) {
  const uint64_t bar = uint64_t{retraction.revision} + 1;
  // A telling that counts is above the old bar, so a lower retraction takes nothing back.
  if (bar <= state.bar) return {{Cause::kRetraction, 0}, std::nullopt};
  if (state.counting != 0 && state.revision >= bar) {
    return {{Cause::kRetraction, 0}, State{retraction.offset, state.counting, state.revision, bar}};
  }
  // Nothing takes its place: every other telling has a lower revision, which is barred too.
  return {{Cause::kRetraction, state.counting}, State{retraction.offset, 0, 0, bar}};
}

}  // namespace

Step Apply(const Telling& telling, const State& state) {
  if (telling.retraction) return Retract(telling, state);
  const bool one_counts = state.counting != 0;
  if (one_counts && telling.revision == state.revision) {
    return {{Cause::kDuplicate, 0}, std::nullopt};
  }
  if (telling.revision < state.bar || (one_counts && telling.revision < state.revision)) {
    return {{Cause::kStale, 0}, std::nullopt};
  }
  return {{one_counts ? Cause::kCorrection : Cause::kTold, state.counting},
          State{telling.offset, telling.offset + 1, telling.revision, state.bar}};
}

}  // namespace clientele::projections::retirement
