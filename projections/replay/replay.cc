#include "projections/replay/replay.h"

#include <filesystem>
#include <iterator>

#include "base/kill_point.h"
#include "base/log.h"
#include "base/patience.h"
#include "projections/replay/progress.h"
#include "projections/runner/crowded_parts.h"
#include "projections/runner/reserve.h"

namespace clientele::projections::replay {

namespace {

using base::Code;
using base::Fail;
using runner::VersionState;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr milliseconds kBetweenLooks{1'000};
constexpr milliseconds kBetweenPartLooks{5'000};
// A replay is at the log's end if it has what was there so long ago: of a log that grows, a batch
// is always on its way.
constexpr milliseconds kAtEnd{3'000};

// Of a version that is not to be proved yet.
std::string HowFar(const Progress& progress, VersionState state) {
  if (state == VersionState::kPaused) return progress.Done() + ", waits for --resume";
  if (state != VersionState::kReady) return progress.Text();
  return progress.Text() + "; waits for clientele run to take it over";
}

}  // namespace

Replay::Replay(runner::Parts parts, Wanted wanted, base::OwnedFolder folder, OnProgress on_progress)
    : folder_(std::move(folder)),
      parts_(std::move(parts)),
      wanted_(std::move(wanted)),
      on_progress_(std::move(on_progress)) {}

base::Result<Outcome> Replay::Run(const std::stop_token& stop) {
  const auto started = steady_clock::now();
  std::chrono::duration<double> built{0};
  if (row_.state == VersionState::kJoined) {
    if (wanted_.rate) on_progress_("joined", "is built: --rate holds nothing back any more");
  } else {
    base::Status done = Begin(stop);
    if (done && row_.state != VersionState::kJoined) done = Build(stop);
    // Whatever it ended with: nothing is written any more.
    workers_.clear();
    if (!done) return tl::unexpected(row_.gone() ? GivenUp() : done.error());
    built = steady_clock::now() - started;
  }
  // Of a process that is killed from here on the next one finds it.
  std::error_code ignored;
  std::filesystem::create_directories(parts_.index_folder, ignored);
  auto outcome = ProveAndSwitch(stop);
  if (!outcome) {
    // Who has given it up meanwhile has taken the tables away, too.
    static_cast<void>(ReadRow());
    return tl::unexpected(row_.gone() ? GivenUp() : outcome.error());
  }
  outcome->built_s = built.count();
  std::filesystem::remove_all(parts_.index_folder, ignored);
  return outcome;
}

base::Status Replay::Begin(const std::stop_token& stop) {
  base::Patience patience(base::kLongestOutage, stop);
  auto fence = base::KeepTrying(patience, "version not taken over yet", [&] {
    return runner::TakeOverReplay(parts_.store, parts_.producer, parts_.clock, parts_.log,
                                  row_.name);
  });
  if (!fence) return tl::unexpected(fence.error());
  store_.emplace(parts_.store, *std::move(fence));
  // What was read before the fence may be old. The runner writes that it has joined before it takes
  // the fence away: if that cannot be read here, this process is refused from then on.
  const bool begins = row_.change == 0;
  const auto known =
      base::KeepTrying(patience, "versions not read yet", [this] { return ReadRow(); });
  if (!known) return tl::unexpected(known.error());
  if (row_.state == VersionState::kJoined) return {};
  if (*known == begins || row_.gone() || row_.state == VersionState::kDone) {
    return Fail(Code::kAborted,
                "{}: another process has changed it meanwhile: give the same command again",
                row_.name.ToString());
  }
  if (begins || (wanted_.rate && *wanted_.rate != row_.rate)) {
    row_.rate = wanted_.rate.value_or(row_.rate);
    auto written = base::KeepTrying(patience, "version not written yet",
                                    [this] { return ChangeTo(row_.state); });
    if (!written) return written;
  }
  base::KillPoint("before-building");
  auto made = base::KeepTrying(patience, "tables not made yet", [this] {
    return runner::CreateTables(parts_.store, live_.front());
  });
  if (!made) return made;
  base::LogInfo(begins ? "replay begins" : "replay goes on",
                {{"version", row_.name.ToString()}, {"state", runner::StateName(row_.state)}});
  return StartWorkers();
}

base::Status Replay::StartWorkers() {
  auto ledgers = runner::ReadLedgers(parts_.store);
  if (!ledgers) return tl::unexpected(ledgers.error());
  ledgers_ = *std::move(ledgers);
  if (auto ours = runner::CheckLedgers(ledgers_, parts_.log.log_id, runner::CodeHashes(live_));
      !ours) {
    return ours;
  }
  probe_.emplace(parts_.metrics, parts_.log.partitions, live_.front().TableNames());
  board_.emplace(parts_.log.partitions, std::set{row_.name}, std::set<runner::VersionName>{});
  board_->Report(ledgers_);
  auto bounds = parts_.log_reader.BoundsOfAll(kafka::kEventsTopic,
                                              kafka::PartitionsOf(parts_.log.partitions));
  if (!bounds) return tl::unexpected(bounds.error());
  bounds_ = *std::move(bounds);
  valve_.Set(row_.state == VersionState::kPaused, row_.rate);
  parts_.open_log =
      [this,
       open = std::move(parts_.open_log)]() -> base::Result<std::unique_ptr<kafka::EventLog>> {
    auto log = open();
    if (!log) return log;
    return OpenValved(*std::move(log), valve_);
  };
  auto workers = runner::Worker::OpenAll(
      {parts_, live_, ledgers_, bounds_, *store_, *board_, *probe_, crowded_, payload_table_});
  if (!workers) return tl::unexpected(workers.error());
  workers_ = *std::move(workers);
  for (const auto& worker : workers_) {
    worker->Start([this](const base::Error& error) {
      const std::scoped_lock lock(mutex_);
      if (!failure_) failure_ = error;
      woken_.notify_all();
    });
  }
  return {};
}

base::Status Replay::Build(const std::stop_token& stop) {
  Progress progress;
  for (;;) {
    const auto done = Look();
    if (!done) return tl::unexpected(done.error());
    if (*done) return {};
    Ends written;
    for (int32_t p = 0; p < parts_.log.partitions; ++p) written.push_back(board_->Floor(p));
    if (row_.state == VersionState::kPaused) progress.Forget();
    progress.Add(steady_clock::now(), written, wanted_.restriction.none() ? ends_ : wanted_ends_);
    on_progress_(std::string(runner::StateName(row_.state)), HowFar(progress, row_.state));
    if (!WaitAMoment(stop)) return tl::unexpected(Stopped());
  }
}

base::Result<bool> Replay::Look() {
  std::optional<base::Error> failure;
  {
    const std::scoped_lock lock(mutex_);
    failure = failure_;
  }
  // A store that is away is the worker's to wait for.
  const auto known = ReadRow();
  if (row_.state == VersionState::kJoined) return true;
  if (row_.gone()) return tl::unexpected(GivenUp());
  if (failure) return tl::unexpected(*failure);
  if (!known) return false;
  valve_.Set(row_.state == VersionState::kPaused, row_.rate);
  const auto now = steady_clock::now();
  if (now >= looked_at_parts_ + kBetweenPartLooks) {
    looked_at_parts_ = now;
    crowded_ = runner::CountCrowdedParts(parts_.store).value_or(0) >= runner::kCrowdedParts;
  }
  ReadEnds();
  if (row_.state != VersionState::kBuilding) return false;
  if (!wanted_.restriction.none()) return Reached(wanted_ends_);
  ends_before_[now] = ends_;
  const auto after = ends_before_.upper_bound(now - kAtEnd);
  if (after != ends_before_.begin()) ends_before_.erase(ends_before_.begin(), std::prev(after));
  const auto& [since, before] = *ends_before_.begin();
  if (!Reached(ends_) && (since > now - kAtEnd || !Reached(before))) return false;
  auto written = ChangeTo(VersionState::kReady);
  base::KillPoint("after-ready");
  if (!written && !base::MayPass(written.error())) {
    return tl::unexpected(written.error());
  }
  return false;
}

base::Result<bool> Replay::ReadRow() {
  const auto versions = runner::ReadVersions(parts_.store);
  if (!versions) return tl::unexpected(versions.error());
  const auto found = versions->find(row_.name);
  if (found == versions->end()) return false;
  row_ = found->second;
  return true;
}

base::Status Replay::ChangeTo(VersionState state) {
  runner::VersionRow next = row_.ChangedTo(state);
  if (auto written = runner::WriteVersions(*store_, parts_.clock, {next}); !written) {
    return written;
  }
  row_ = std::move(next);
  return {};
}

void Replay::ReadEnds() {
  const auto bounds = parts_.log_reader.BoundsOfAll(kafka::kEventsTopic,
                                                    kafka::PartitionsOf(parts_.log.partitions));
  if (!bounds) return;
  Ends ends;
  for (const auto& [partition, bound] : *bounds) {
    ends.push_back(static_cast<uint64_t>(bound.end.value));
  }
  ends_ = std::move(ends);
}

bool Replay::Reached(const Ends& ends) const {
  for (size_t p = 0; p < ends.size(); ++p) {
    if (board_->Floor(static_cast<int32_t>(p)) < ends[p]) return false;
  }
  return true;
}

base::Error Replay::GivenUp() {
  workers_.clear();
  // What has joined is the runner's to drop.
  const base::Status dropped =
      row_.was_joined ? base::Status() : runner::DropGone(parts_.store, {{row_.name, row_}});
  if (!dropped) {
    base::LogWarning("tables not dropped yet", {{"error", dropped.error().message}});
  } else {
    // Who has given it up may have spent it.
    static_cast<void>(runner::FillReserve(parts_.store));
  }
  std::error_code ignored;
  std::filesystem::remove_all(parts_.index_folder, ignored);
  return {Code::kCancelled,
          fmt::format("{}: was {}", row_.name.ToString(), runner::StateName(row_.state)),
          std::string()};
}

bool Replay::WaitAMoment(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  woken_.wait_for(lock, stop, kBetweenLooks, [&] { return failure_.has_value(); });
  return !stop.stop_requested();
}

base::Error Replay::Stopped() const {
  return {Code::kCancelled,
          fmt::format("{}: stopped; the same command goes on from there", row_.name.ToString()),
          std::string()};
}

}  // namespace clientele::projections::replay
