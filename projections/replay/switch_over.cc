// The second half of a replay: the proof, and the switch of what queries read.
#include <algorithm>

#include "base/kill_point.h"
#include "base/log.h"
#include "base/patience.h"
#include "projections/replay/control.h"
#include "projections/replay/replay.h"
#include "projections/runner/marks.h"
#include "projections/runner/version_plan.h"

namespace clientele::projections::replay {

namespace {

using base::Code;
using base::Fail;
using runner::VersionState;
using std::chrono::steady_clock;

bool IsRead(clickhouse::Store& store, const runner::VersionName& version) {
  const auto active = runner::ReadActiveVersions(store);
  if (!active) return false;
  const auto read = active->find(version.projection);
  return read != active->end() && read->second.version == version.version;
}

}  // namespace

base::Result<std::optional<ProofMark>> Replay::CoveredMark() {
  const auto known = ReadRow();
  if (!known) return tl::unexpected(known.error());
  if (!*known) {
    return Fail(Code::kFailedPrecondition, "{}: the store has no such version any more",
                row_.name.ToString());
  }
  if (row_.gone()) return tl::unexpected(GivenUp());
  auto mark = ReadNewestMark(parts_.store);
  if (!mark && mark.error().code != Code::kNotFound) return tl::unexpected(mark.error());
  if (!mark) return std::nullopt;
  const auto ledgers = runner::ReadLedgers(parts_.store);
  if (!ledgers) return tl::unexpected(ledgers.error());
  if (wanted_.restriction.none()) {
    if (!runner::Reaches(*ledgers, row_.name, mark->next)) return std::nullopt;
    return *std::move(mark);
  }
  // A part of the log: all of it, and as far as its replay has read.
  if (!runner::Covers(mark->next, wanted_ends_)) return std::nullopt;
  const auto own = ledgers->find(row_.name);
  for (size_t p = 0; p < mark->next.size(); ++p) {
    const auto partition = static_cast<int32_t>(p);
    const bool begun = own != ledgers->end() && own->second.contains(partition);
    mark->next[p] = std::min(mark->next[p], begun ? own->second.at(partition).next_offset : 0);
  }
  return *std::move(mark);
}

base::Result<ProofMark> Replay::AwaitMark(const std::stop_token& stop) {
  for (;;) {
    auto mark = CoveredMark();
    if (!mark && (row_.gone() || !base::MayPass(mark.error()))) {
      return tl::unexpected(mark.error());
    }
    if (mark && *mark) return **std::move(mark);
    on_progress_("waiting", "for a mark that both versions cover (clientele run makes it)");
    if (!WaitAMoment(stop)) return tl::unexpected(Stopped());
  }
}

base::Result<Verdict> Replay::ProveAt(const ProofMark& mark, const std::stop_token& stop) {
  const auto versions = runner::ReadVersions(parts_.store);
  if (!versions) return tl::unexpected(versions.error());
  const auto active = runner::ReadActiveVersions(parts_.store);
  if (!active) return tl::unexpected(active.error());
  const auto read = active->find(row_.name.projection);
  if (read == active->end()) {
    return Fail(Code::kFailedPrecondition,
                "{}: nothing to compare with: queries read no version of {} yet; give the same "
                "command again when clientele run has caught up",
                row_.name.ToString(), row_.name.projection);
  }
  // If they read this one by now, then with the one before.
  const bool own = read->second.version == row_.name.version;
  const uint32_t with = own ? read->second.before : read->second.version;
  const auto live = versions->find({row_.name.projection, with});
  const Projection* const code =
      live == versions->end() ? nullptr : runner::CodeOf(parts_.projections, live->second);
  if (code == nullptr) {
    return Fail(Code::kFailedPrecondition,
                "{}: is compared with version {}, whose code this program does not have",
                row_.name.ToString(), with);
  }
  const runner::LiveVersion other = runner::LiveVersionOf(*code, with);
  return Prove(parts_.store, {other, live_.front(), wanted_.restriction, mark, payload_table_},
               stop, on_progress_);
}

base::Result<Verdict> Replay::AwaitProof(const ProofMark& mark, const std::stop_token& stop) {
  base::Patience patience(base::kLongestOutage, stop);
  auto verdict = base::KeepTrying(patience, "not proved yet", [&] { return ProveAt(mark, stop); });
  if (verdict || !base::MayPass(verdict.error())) return verdict;
  if (stop.stop_requested()) return tl::unexpected(Stopped());
  return Fail(verdict.error().code, "{}: is not proved: {}; the same command goes on from there",
              row_.name.ToString(), verdict.error().message);
}

base::Result<Outcome> Replay::ProveAndSwitch(const std::stop_token& stop) {
  if (ended_) {
    on_progress_("switched",
                 "queries read it already: proved once more; then the same command builds another");
  }
  const auto mark = AwaitMark(stop);
  if (!mark) return tl::unexpected(mark.error());
  const auto started = steady_clock::now();
  auto verdict = AwaitProof(*mark, stop);
  if (!verdict) return tl::unexpected(verdict.error());
  const std::chrono::duration<double> took = steady_clock::now() - started;
  Outcome outcome;
  outcome.version = row_.name;
  outcome.restricted = !wanted_.restriction.none();
  outcome.equal = verdict->equal();
  outcome.rows = verdict->rows;
  outcome.mark = mark->id;
  outcome.proof_s = took.count();
  outcome.differences = std::move(verdict->differences);
  base::KillPoint("after-proof");
  if (outcome.restricted) {
    base::Patience patience(base::kLongestOutage, stop);
    auto done = base::KeepTrying(patience, "version not written yet",
                                 [this] { return ChangeTo(VersionState::kDone); });
    if (!done) return tl::unexpected(done.error());
    return outcome;
  }
  if (!ended_) {
    if (!outcome.equal && !wanted_.accept_differences) return outcome;
    if (auto switched = Switch(stop); !switched) return tl::unexpected(switched.error());
  }
  outcome.switched = true;
  return outcome;
}

base::Status Replay::Switch(const std::stop_token& stop) {
  for (;;) {
    auto switched = SwitchTo(parts_.store, parts_.clock, row_.name);
    // Of one that failed the answer alone may be lost.
    if (switched || IsRead(parts_.store, row_.name)) {
      base::KillPoint("after-switch");
      return {};
    }
    if (!base::MayPass(switched.error())) return switched;
    base::LogWarning("not switched yet", {{"error", switched.error().message}});
    if (!WaitAMoment(stop)) return tl::unexpected(Stopped());
  }
}

}  // namespace clientele::projections::replay
