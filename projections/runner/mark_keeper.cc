#include "projections/runner/mark_keeper.h"

#include "base/log.h"
#include "base/patience.h"
#include "projections/runner/crowded_parts.h"

namespace clientele::projections::runner {

namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kBetweenObservations{5'000};
constexpr std::chrono::milliseconds kLongestWait{1'000};

}  // namespace

MarkKeeper::MarkKeeper(FencedStore& store, kafka::Producer& producer, kafka::LogReader& reader,
                       const base::Clock& clock, MarkBoard& board, Probe& probe,
                       ActiveVersions active, VersionWatch& watch, std::atomic<bool>& crowded,
                       std::chrono::milliseconds patience)
    : store_(store),
      reader_(reader),
      clock_(clock),
      board_(board),
      probe_(probe),
      marks_(store, producer, reader, clock, patience),
      active_(std::move(active)),
      watch_(watch),
      crowded_(crowded),
      patience_(patience) {}

base::Status MarkKeeper::Run(std::stop_token stop) {
  auto observed = steady_clock::time_point::min();
  while (const auto state = board_.Wait(stop, kLongestWait)) {
    FollowSwitches();
    if (auto activated = Activate(state->joined, stop); !activated) return activated;
    std::map<std::string, uint32_t> versions;
    for (const auto& [projection, active] : active_) versions[projection] = active.version;
    if (auto advanced = marks_.Advance(state->next, versions, stop); !advanced) return advanced;
    if (const auto& last = marks_.last()) probe_.MarkWritten(last->id, last->known_at);
    if (steady_clock::now() < observed + kBetweenObservations) continue;
    Observe(state->next);
    observed = steady_clock::now();
  }
  return {};
}

void MarkKeeper::FollowSwitches() {
  const auto read = watch_.TakeActive();
  if (!read) return;
  for (const auto& [projection, version] : *read) {
    ActiveVersion& known = active_[projection];
    // It may have been read before the last one was written here.
    if (version.latest_switch >= known.latest_switch) known = version;
  }
}

base::Status MarkKeeper::Activate(const std::vector<VersionName>& joined, std::stop_token stop) {
  ActiveVersions added;
  for (const VersionName& version : joined) {
    base::LogInfo("version has caught up and serves", {{"version", version.ToString()}});
    if (version == QuarantineName() || active_.contains(version.projection)) continue;
    ActiveVersion& one = added[version.projection];
    one = {std::max(one.version, version.version), 1};
  }
  base::Patience patience(patience_, stop);
  auto written = base::KeepTrying(patience, "active versions not written yet",
                                  [&] { return WriteActiveVersions(store_, clock_, added); });
  if (!written) return written;
  active_.merge(added);
  return {};
}

void MarkKeeper::Observe(const std::vector<uint64_t>& next) {
  if (const auto parts = CountCrowdedParts(store_.store())) {
    crowded_ = *parts >= kCrowdedParts;
    probe_.CrowdedParts(static_cast<double>(*parts));
  }
  const auto bounds = reader_.BoundsOfAll(kafka::kEventsTopic,
                                          kafka::PartitionsOf(static_cast<int32_t>(next.size())));
  if (!bounds) return;
  for (const auto& [partition, bound] : *bounds) {
    const auto end = static_cast<uint64_t>(bound.end.value);
    const uint64_t reached = next[static_cast<size_t>(partition.value)];
    probe_.Lag(partition.value, end > reached ? static_cast<double>(end - reached) : 0);
  }
}

}  // namespace clientele::projections::runner
