// A replay: builds a version of a projection from the log's beginning in tables of its own beside
// the live ones, lets the runner take it over, proves that it equals what queries read, and makes
// them read it. Ended at any moment and started again it goes on from its ledger. Owned by the
// command `replay`, whose thread calls everything here; the workers' threads are their own.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/owned_folder.h"
#include "projections/replay/holder.h"
#include "projections/replay/proof.h"
#include "projections/replay/valve.h"
#include "projections/replay/wanted.h"
#include "projections/runner/runner.h"
#include "projections/runner/version_plan.h"
#include "projections/runner/worker.h"

namespace clientele::projections::replay {

struct Outcome {
  runner::VersionName version;
  bool restricted = false;
  bool equal = false;
  bool switched = false;
  uint64_t rows = 0;   // compared
  uint64_t mark = 0;   // that they were compared at
  double built_s = 0;  // of this process
  double proof_s = 0;
  std::vector<std::string> differences;
};

class Replay {
 public:
  // Told how things are, about once a second: "building", "1000 of 5000 offsets (20 %), ..."
  using OnProgress = std::function<void(const std::string& phase, const std::string& text)>;

  // `parts`: as the runner's; `index_folder` is the replay's own, of all versions of the
  // projection: what it holds of others is removed. FAILED_PRECONDITION if the store is of another
  // log, if another process has the folder open, or replays the projection elsewhere. Chooses the
  // version, checks the bounds and that a part of the log is one; writes nothing of it yet. If a
  // process has ended between the switch and its end, the version is that one: Run proves it once
  // more, against the one that queries read before.
  [[nodiscard]] static base::Result<std::unique_ptr<Replay>> Open(runner::Parts parts,
                                                                  Wanted wanted,
                                                                  OnProgress on_progress);
  // Until the end. CANCELLED: by a stop (the same call goes on later), or because the version was
  // given up; the message says which.
  [[nodiscard]] base::Result<Outcome> Run(const std::stop_token& stop);

 private:
  using Ends = std::vector<uint64_t>;  // by partition

  Replay(runner::Parts parts, Wanted wanted, base::OwnedFolder folder, OnProgress on_progress);

  // The steps of Open, once the version is chosen and nobody else replays it.
  [[nodiscard]] base::Status Prepare(const runner::VersionPlan& plan,
                                     const runner::ActiveVersions& active);
  [[nodiscard]] base::Status CheckBounds();
  // That there is anything in the part of the log that is asked for.
  [[nodiscard]] base::Status CheckPart(const runner::VersionPlan& plan,
                                       const runner::ActiveVersions& active,
                                       const runner::VersionName& events);
  // When the newest event that is projected was recorded, unix milliseconds.
  [[nodiscard]] base::Result<int64_t> NewestRecorded();
  // The phases.
  [[nodiscard]] base::Status Begin(const std::stop_token& stop);
  [[nodiscard]] base::Status StartWorkers();
  [[nodiscard]] base::Status Build(const std::stop_token& stop);
  [[nodiscard]] base::Result<Outcome> ProveAndSwitch(const std::stop_token& stop);
  [[nodiscard]] base::Status Switch(const std::stop_token& stop);

  // One look of Build. True: it is done.
  [[nodiscard]] base::Result<bool> Look();
  // What has become of the version; false: the store has no such version.
  [[nodiscard]] base::Result<bool> ReadRow();
  [[nodiscard]] base::Status ChangeTo(runner::VersionState state);
  void ReadEnds();
  [[nodiscard]] bool Reached(const Ends& ends) const;
  [[nodiscard]] base::Error GivenUp();

  [[nodiscard]] base::Result<std::optional<ProofMark>> CoveredMark();
  [[nodiscard]] base::Result<ProofMark> AwaitMark(const std::stop_token& stop);
  [[nodiscard]] base::Result<Verdict> ProveAt(const ProofMark& mark, const std::stop_token& stop);
  // As ProveAt; a store that is away meanwhile is waited for.
  [[nodiscard]] base::Result<Verdict> AwaitProof(const ProofMark& mark,
                                                 const std::stop_token& stop);
  // False on a stop.
  [[nodiscard]] bool WaitAMoment(const std::stop_token& stop);
  [[nodiscard]] base::Error Stopped() const;

  const base::OwnedFolder folder_;
  std::unique_ptr<Holder> holder_;
  runner::Parts parts_;
  const Wanted wanted_;
  const OnProgress on_progress_;
  runner::VersionRow row_;
  bool ended_ = false;                     // queries read it already: what is left is to say so
  std::vector<runner::LiveVersion> live_;  // this version alone
  std::string payload_table_;

  Valve valve_;
  std::optional<runner::FencedStore> store_;
  std::optional<runner::Probe> probe_;
  std::optional<runner::MarkBoard> board_;
  runner::Ledgers ledgers_;
  std::map<kafka::Partition, kafka::LogReader::Bounds> bounds_;
  std::atomic<bool> crowded_ = false;
  std::chrono::steady_clock::time_point looked_at_parts_;
  std::vector<std::unique_ptr<runner::Worker>> workers_;

  std::mutex mutex_;
  std::condition_variable_any woken_;
  std::optional<base::Error> failure_;
  Ends ends_;         // of the log, as last read
  Ends wanted_ends_;  // a part of the log ends here: as they were at the start
  std::map<std::chrono::steady_clock::time_point, Ends> ends_before_;
};

}  // namespace clientele::projections::replay
