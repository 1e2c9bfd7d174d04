// For the tests of this folder: small histories of one entity, all of them, and what each of their
// events must do by the rule read naively: which telling counts is found anew from the whole
// history at every prefix.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "projections/retirement/rule.h"

namespace clientele::projections::retirement {

// One event of a history.
struct Word {
  uint32_t revision = 0;
  bool retraction = false;
};
using History = std::vector<Word>;

// All histories of 1 to `most_words` words of revisions below `revisions`: every order of every
// choice, repeats included.
std::vector<History> AllHistories(size_t most_words, uint32_t revisions);

// Where the counting telling of the first `length` words is; none counts: no value.
std::optional<size_t> CountingTelling(const History& history, size_t length);

// What each word must do, if word i stands at offset offsets[i].
std::vector<Decision> Naive(const History& history, const std::vector<uint64_t>& offsets);

}  // namespace clientele::projections::retirement
