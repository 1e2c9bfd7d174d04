// Sees what others do to the versions while a runner runs: a switch of what queries read, a version
// that is ready to be taken over, one that was dropped. For the last two the runner has to start
// again. Owned by the runner; Run has a thread of its own, so that a store that is busy with
// queries delays no mark.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>

#include "projections/runner/active_versions.h"
#include "projections/runner/live_version.h"
#include "projections/runner/mark_board.h"

namespace clientele::projections::runner {

class VersionWatch {
 public:
  // Called once at most: the runner shall be started anew, with these versions to be joined.
  using OnChange = std::function<void(const std::set<VersionName>& join)>;

  // `live`: what the runner projects, of the log `log_id`. All must outlive this.
  VersionWatch(clickhouse::Store& store, const base::Clock& clock, MarkBoard& board,
               const Projections& projections, const std::vector<LiveVersion>& live,
               const base::Uuid& log_id, OnChange on_change);

  // Looks about once a second, until a stop. What cannot be read is left for the next time. While a
  // version is ready, the index keeps what the runner needs to go on from where it is now; once the
  // version is that far, it shall join. One that does not get there is warned of every five
  // minutes; one that was built of another log never joins, which is told once.
  void Run(std::stop_token stop);
  // What queries read, if it was read since the last call. Any thread.
  [[nodiscard]] std::optional<ActiveVersions> TakeActive();

 private:
  // With the hash of the code that makes them.
  using Ready = std::map<VersionName, std::string>;

  void Look();
  // Those of `ready` that may be joined now.
  [[nodiscard]] std::set<VersionName> Reached(const Ready& ready);
  // Those of `ready` whose tables are of this log.
  [[nodiscard]] Ready Ours(const Ledgers& ledgers, const Ready& ready);
  void WarnOfWaiting(const Ready& ready);

  clickhouse::Store& store_;
  const base::Clock& clock_;
  MarkBoard& board_;
  const Projections& projections_;
  std::set<VersionName> projected_;
  const base::Uuid log_id_;
  OnChange on_change_;
  std::set<VersionName> refused_;       // told of
  std::optional<int64_t> waits_since_;  // a version is ready; microseconds
  int64_t warned_at_ = 0;
  std::mutex mutex_;
  std::optional<ActiveVersions> active_;
};

}  // namespace clientele::projections::runner
