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
                           OnChange on_change)
    : store_(store),
      clock_(clock),
      board_(board),
      projections_(projections),
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
  std::set<VersionName> ready;
  bool gone = false;
  for (const auto& [name, row] : *versions) {
    if (projected_.contains(name)) {
      gone = gone || row.gone();
    } else if (row.state == VersionState::kReady && CodeOf(projections_, row) != nullptr) {
      ready.insert(name);
    }
  }
  const std::set<VersionName> join = Reached(ready);
  if (!gone && join.empty()) return;
  base::LogInfo("versions have changed, the projections start again",
                {{"to_be_joined", join.size()}});
  std::exchange(on_change_, nullptr)(join);
}

std::set<VersionName> VersionWatch::Reached(const std::set<VersionName>& ready) {
  std::set<VersionName> reached;
  if (ready.empty()) {
    board_.LetFloorsGo();
    waits_since_.reset();
    return reached;
  }
  WarnOfWaiting(ready);
  const std::vector<uint64_t> floors = board_.HoldFloors();
  const auto ledgers = ReadLedgers(store_);
  if (!ledgers) return reached;
  for (const VersionName& name : ready) {
    if (ledgers->contains(name) && Covers(*ledgers, name, floors)) reached.insert(name);
  }
  return reached;
}

void VersionWatch::WarnOfWaiting(const std::set<VersionName>& ready) {
  const int64_t now = clock_.NowMicros();
  if (!waits_since_) waits_since_ = warned_at_ = now;
  if (now < warned_at_ + kBetweenWarnings) return;
  warned_at_ = now;
  for (const VersionName& name : ready) {
    base::LogWarning(
        "a version is ready and not taken over: the entity index forgets nothing meanwhile; let "
        "its replay go on, or cancel it",
        {{"version", name.ToString()}, {"minutes", (now - *waits_since_) / kMinute}});
  }
}

}  // namespace clientele::projections::runner
