#include "projections/retirement/history.h"

namespace clientele::projections::retirement {

std::vector<History> AllHistories(size_t most_words, uint32_t revisions) {
  std::vector<History> all;
  std::vector<History> longest(1);
  for (size_t words = 0; words < most_words; ++words) {
    std::vector<History> longer;
    for (const History& history : longest) {
      for (uint32_t revision = 0; revision < revisions; ++revision) {
        for (const bool retraction : {false, true}) {
          longer.push_back(history);
          longer.back().push_back({revision, retraction});
        }
      }
    }
    all.insert(all.end(), longer.begin(), longer.end());
    longest = std::move(longer);
  }
  return all;
}

std::optional<size_t> CountingTelling(const History& history, size_t length) {
  std::optional<size_t> best;
  for (size_t i = 0; i < length; ++i) {
    if (history[i].retraction) continue;
    bool barred = false;
    for (size_t j = 0; j < length; ++j) {
      barred |= history[j].retraction && history[j].revision >= history[i].revision;
    }
    if (!barred && (!best || history[i].revision > history[*best].revision)) best = i;
  }
  return best;
}

std::vector<Decision> Naive(const History& history, const std::vector<uint64_t>& offsets) {
  std::vector<Decision> decisions;
  for (size_t i = 0; i < history.size(); ++i) {
    const std::optional<size_t> before = CountingTelling(history, i);
    const std::optional<size_t> after = CountingTelling(history, i + 1);
    Decision decision;
    if (before && before != after) decision.takes_back = offsets[*before] + 1;
    if (history[i].retraction) {
      decision.cause = Cause::kRetraction;
    } else if (after == i) {
      decision.cause = before ? Cause::kCorrection : Cause::kTold;
    } else {
      const bool same = before && history[*before].revision == history[i].revision;
      decision.cause = same ? Cause::kDuplicate : Cause::kStale;
    }
    decisions.push_back(decision);
  }
  return decisions;
}

}  // namespace clientele::projections::retirement
