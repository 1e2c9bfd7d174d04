// The runner's mark thread: waits for the board, makes versions that have caught up active, writes
// marks, and looks every few seconds at how far behind everything is. Owned by the runner.
#pragma once

#include <atomic>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "projections/runner/active_versions.h"
#include "projections/runner/mark_board.h"
#include "projections/runner/marks.h"
#include "projections/runner/probe.h"
#include "projections/runner/version_watch.h"

namespace clientele::projections::runner {

class MarkKeeper {
 public:
  // `active`: what queries read now; `watch` sees when that changes. `crowded` is set while tables
  // have too many parts.
  MarkKeeper(FencedStore& store, kafka::Producer& producer, kafka::LogReader& reader,
             const base::Clock& clock, MarkBoard& board, Probe& probe, ActiveVersions active,
             VersionWatch& watch, std::atomic<bool>& crowded, std::chrono::milliseconds patience);

  // Before Run: MarkWriter::Start.
  [[nodiscard]] base::Status Start() { return marks_.Start(); }
  // As MarkWriter says. Any thread.
  [[nodiscard]] bool restored() const { return marks_.restored(); }
  // Until a stop, or the error that must end the process.
  [[nodiscard]] base::Status Run(std::stop_token stop);

 private:
  void FollowSwitches();
  // A version that now serves is what queries read, if they read none of its projection yet.
  [[nodiscard]] base::Status Activate(const std::vector<VersionName>& joined, std::stop_token stop);
  // Tells how far behind tables and merges are; what cannot be asked is left for the next time.
  void Observe(const std::vector<uint64_t>& next);

  FencedStore& store_;
  kafka::LogReader& reader_;
  const base::Clock& clock_;
  MarkBoard& board_;
  Probe& probe_;
  MarkWriter marks_;
  ActiveVersions active_;
  VersionWatch& watch_;
  std::atomic<bool>& crowded_;
  const std::chrono::milliseconds patience_;
};

}  // namespace clientele::projections::runner
