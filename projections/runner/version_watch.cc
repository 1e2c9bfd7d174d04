#include "projections/runner/version_watch.h"

#include <chrono>
#include <condition_variable>
#include <utility>

#include "base/log.h"
#include "projections/runner/version_plan.h"

namespace clientele::projections::runner {

namespace {

constexpr std::chrono::milliseconds kBetweenLooks{1'000};
constexpr int64_t kMinute = 60'000'000;  // microseconds
constexpr int64_t kBetweenWarnings = 5 * kMinute;

}  // namespace

VersionWatch::VersionWatch(clickhouse::Store& store, const base::Clock& clock, MarkBoard& board,
                           const Projections& projections, const std::vector<LiveVersion>& live,
                           const base::Uuid& log_id, OnChange on_change)
    : store_(store),
      clock_(clock),
      board_(board),
      projections_(projections),
      log_id_(log_id),
      on_change_(std::move(on_change)) {
  for (const LiveVersion& version : live) projected_.insert(version.name);
}

void VersionWatch::Run(std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  while (!stop.stop_requested()) {
    Look();
    never.wait_for(lock, stop, kBetweenLooks, [] { return false; });
  }
}

std::optional<ActiveVersions> VersionWatch::TakeActive() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(active_, std::nullopt);
}

void VersionWatch::Look() {
  auto active = ReadActiveVersions(store_);
  const auto versions = ReadVersions(store_);
  if (!active || !versions) return;
  {
    const std::scoped_lock lock(mutex_);
    active_ = *std::move(active);
  }
  if (on_change_ == nullptr) return;
  Ready ready;
  bool gone = false;
  for (const auto& [name, row] : *versions) {
    if (projected_.contains(name)) {
      gone = gone || row.gone();
    } else if (row.state == VersionState::kReady && CodeOf(projections_, row) != nullptr) {
      ready[name] = row.code_hash;
    }
  }
  const std::set<VersionName> join = Reached(ready);
  if (!gone && join.empty()) return;
  base::LogInfo("versions have changed, the projections start again",
                {{"to_be_joined", join.size()}});
  std::exchange(on_change_, nullptr)(join);
}

std::set<VersionName> VersionWatch::Reached(const Ready& ready) {
  std::set<VersionName> reached;
  const auto ledgers = ready.empty() ? base::Result<Ledgers>() : ReadLedgers(store_);
  if (!ledgers) return reached;
  const Ready ours = Ours(*ledgers, ready);
  if (ours.empty()) {
    board_.LetFloorsGo();
    waits_since_.reset();
    return reached;
  }
  WarnOfWaiting(ours);
  const std::vector<uint64_t> floors = board_.HoldFloors();
  for (const auto& [name, code_hash] : ours) {
    if (ledgers->contains(name) && Reaches(*ledgers, name, floors)) reached.insert(name);
  }
  return reached;
}

VersionWatch::Ready VersionWatch::Ours(const Ledgers& ledgers, const Ready& ready) {
  Ready ours;
  for (const auto& version : ready) {
    const auto checked = CheckLedgers(ledgers, log_id_, {version});
    if (checked) {
      ours.insert(version);
    } else if (refused_.insert(version.first).second) {
      base::LogWarning("a version is ready and never taken over: cancel it",
                       {{"version", version.first.ToString()}, {"error", checked.error().message}});
    }
  }
  return ours;
}

void VersionWatch::WarnOfWaiting(const Ready& ready) {
  const int64_t now = clock_.NowMicros();
  if (!waits_since_) waits_since_ = warned_at_ = now;
  if (now < warned_at_ + kBetweenWarnings) return;
  warned_at_ = now;
  for (const auto& [name, code_hash] : ready) {
    base::LogWarning(
        "a version is ready and not taken over: the entity index forgets nothing meanwhile; let "
        "its replay go on, or cancel it",
        {{"version", name.ToString()}, {"minutes", (now - *waits_since_) / kMinute}});
  }
}

}  // namespace clientele::projections::runner
