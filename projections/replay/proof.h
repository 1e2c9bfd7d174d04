// The proof that two versions of a projection hold the same: at one mark, per table, partition and
// month, the number of rows and two hashes of all of their columns; where they differ, the row keys
// and columns. Read-only; any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "clickhouse/store.h"
#include "projections/replay/restriction.h"
#include "projections/runner/live_version.h"

namespace clientele::projections::replay {

struct ProofMark {
  uint64_t id = 0;
  std::vector<uint64_t> next;
};

// NOT_FOUND if there is none.
[[nodiscard]] base::Result<ProofMark> ReadNewestMark(clickhouse::Store& store);

struct ProofWanted {
  const runner::LiveVersion& live;      // what queries read
  const runner::LiveVersion& replayed;  // what was built, of the restriction's part of the log
  Restriction restriction;
  ProofMark mark;
  std::string events_table;  // events_v1: tells the kind of an offset
};

struct Verdict {
  uint64_t rows = 0;  // compared, in the replayed version
  // What differs, in words; empty: they are equal. At most kMostDifferences, then how many more.
  std::vector<std::string> differences;
  [[nodiscard]] bool equal() const { return differences.empty(); }
};
inline constexpr size_t kMostDifferences = 100;

// Told what is compared next: "proof 1/2", "calls_v2 against calls_v1".
using OnStep = std::function<void(const std::string& phase, const std::string& text)>;

// Whether any table of a version holds a row of the restriction's part of the log at a mark.
[[nodiscard]] base::Result<bool> HoldsAny(clickhouse::Store& store,
                                          const runner::LiveVersion& version,
                                          const Restriction& restriction, const ProofMark& mark,
                                          const std::string& events_table);

// CANCELLED on a stop; else the store's errors.
[[nodiscard]] base::Result<Verdict> Prove(clickhouse::Store& store, const ProofWanted& wanted,
                                          const std::stop_token& stop, const OnStep& on_step);

}  // namespace clientele::projections::replay
