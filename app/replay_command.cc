#include "app/replay_command.h"

#include <fmt/core.h>
#include <sys/resource.h>

#include <chrono>
#include <thread>

#include "app/as_if/as_if.h"
#include "app/as_if/print.h"
#include "app/query/refusal.h"
#include "app/replay_options.h"
#include "app/stop_signals.h"
#include "app/store_address.h"
#include "base/kill_point.h"
#include "base/log.h"
#include "kafka/producer.h"
#include "projections/registry.h"
#include "projections/replay/control.h"
#include "projections/replay/holder.h"
#include "projections/replay/replay.h"

namespace clientele::app {
namespace {

namespace replay = projections::replay;
namespace runner = projections::runner;
using base::Code;

// Where its replays keep their indexes, and what one at a time has open.
std::string FolderOf(const base::Config& config, const std::string& projection) {
  return config.data_dir + "/replay/" + projection;
}

// Prints how things are: whenever the phase changes, and every other second.
class ProgressPrinter {
 public:
  void operator()(const std::string& phase, const std::string& text) {
    const auto now = std::chrono::steady_clock::now();
    if (phase == phase_ && now < printed_ + kBetween) return;
    phase_ = phase;
    printed_ = now;
    fmt::print(stderr, "{}: {}\n", phase, text);
  }

 private:
  static constexpr std::chrono::seconds kBetween{2};
  std::string phase_;
  std::chrono::steady_clock::time_point printed_;
};

std::string JsonOf(const replay::Outcome& outcome) {
  std::string differences;
  for (const std::string& one : outcome.differences) {
    differences += (differences.empty() ? "" : ",") + base::JsonString(one);
  }
  return fmt::format(
      R"({{"version":"{}","equal":{},"switched":{},"restricted":{},"rows":{},"mark":{},)"
      R"("built_s":{:.3f},"proof_s":{:.3f},"differences":[{}]}})",
      outcome.version.ToString(), outcome.equal, outcome.switched, outcome.restricted, outcome.rows,
      outcome.mark, outcome.built_s, outcome.proof_s, differences);
}

int Told(const replay::Outcome& outcome) {
  for (const std::string& one : outcome.differences) fmt::print(stderr, "difference: {}\n", one);
  fmt::print("{}\n", JsonOf(outcome));
  if (outcome.restricted && outcome.rows == 0 && outcome.differences.empty()) {
    fmt::print(stderr,
               "clientele: nothing is proved: no row of {} is of what --from, --to and "
               "--where ask for\n",
               outcome.version.projection);
    return 1;
  }
  if (outcome.equal || outcome.switched) return 0;
  if (!outcome.restricted) {
    fmt::print(stderr,
               "clientele: {0} differs from what queries read, which is not changed: if {0} is "
               "right, give the same command with --accept-differences, else --cancel it\n",
               outcome.version.ToString());
  }
  return 1;
}

// What a replay works with, real ones.
struct Tools {
  base::SystemClock clock;
  base::Metrics metrics;
  std::unique_ptr<clickhouse::Store> store;
  std::unique_ptr<kafka::Producer> producer;
  std::unique_ptr<kafka::LogReader> reader;
  runner::LogIdentity log;
};

base::Status Open(const base::Config& config, Tools& tools) {
  tools.store = clickhouse::OpenHttpStore(StoreAddress(config));
  auto producer = kafka::OpenProducer(config.kafka, tools.metrics);
  if (!producer) return tl::unexpected(producer.error());
  tools.producer = *std::move(producer);
  auto reader = kafka::OpenLogReader(config.kafka);
  if (!reader) return tl::unexpected(reader.error());
  tools.reader = *std::move(reader);
  // Without keys: it checks the log and never begins one.
  auto log = runner::EnsureGenesis(*tools.reader, *tools.producer, tools.clock,
                                   static_cast<int32_t>(config.kafka.partitions), "");
  if (!log) return tl::unexpected(log.error());
  tools.log = *std::move(log);
  return {};
}

// Asks for a stop when the process is asked to end. Made before any other thread.
class StopOnSignals {
 public:
  StopOnSignals()
      : stops_(BlockStopSignals()),
        signals_([this](const std::stop_token& ended) { Wait(ended); }) {}

  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }

 private:
  void Wait(const std::stop_token& ended) {
    pthread_setname_np(pthread_self(), "replay-signals");
    const timespec wait{0, 200'000'000};
    while (!ended.stop_requested()) {
      if (sigtimedwait(&stops_, nullptr, &wait) >= 0) stop_.request_stop();
    }
  }

  const sigset_t stops_;
  std::stop_source stop_;
  const std::jthread signals_;
};

int RunReplay(const base::Config& config, const ReplayOptions& options) {
  auto wanted = ToWanted(options);
  if (!wanted) return PrintError(wanted.error());
  base::SetLogLevel(base::LogLevelOf(config.log_level));
  base::WarnOfBroken();
  const StopOnSignals stop;
  // What is live goes first where both want the same processor.
  constexpr int kNice = 10;
  setpriority(PRIO_PROCESS, 0, kNice);
  Tools tools;
  if (auto opened = Open(config, tools); !opened) return PrintError(opened.error());
  runner::Parts parts{.store = *tools.store,
                      .producer = *tools.producer,
                      .log_reader = *tools.reader,
                      .open_log =
                          [&] {
                            return kafka::OpenEventLog(config.kafka, kafka::kEventsTopic,
                                                       "clientele.replay", tools.metrics);
                          },
                      .clock = tools.clock,
                      .metrics = tools.metrics,
                      .config = config.runner,
                      .index_folder = FolderOf(config, options.projection),
                      .log = tools.log,
                      .projections = projections::AllProjections()};
  auto opened = replay::Replay::Open(std::move(parts), *std::move(wanted), ProgressPrinter());
  if (!opened) return PrintError(opened.error());
  const auto outcome = (*opened)->Run(stop.token());
  return outcome ? Told(*outcome) : PrintError(outcome.error());
}

int RunWhatIf(const base::Config& config, const ReplayOptions& options) {
  base::SetLogLevel(base::LogLevelOf(config.log_level));
  const StopOnSignals stop;
  const auto catalogue = query::Catalogue::Embedded();
  if (!catalogue) return PrintError(catalogue.error());
  const auto store = clickhouse::OpenHttpStore(StoreAddress(config));
  const runner::Projections code = projections::AllProjections();
  const base::SystemClock clock;
  AsIfQuestion question;
  question.projection = options.projection;
  question.as_if = options.as_if;
  question.figures.by = options.by;
  question.figures.from = options.from;
  question.figures.to = options.to;
  question.figures.where = options.where;
  question.figures.time_zone = options.time_zone;
  question.tenant = options.tenant.empty() ? config.ingest.default_tenant : options.tenant;
  question.version = options.version;
  auto outcome =
      RunAsIf(question, {*catalogue, code, *store, clock, FolderOf(config, options.projection)},
              stop.token());
  if (!outcome) return PrintError(InOptions(outcome.error(), question.figures));
  for (std::string& warning : outcome->answers.warnings) {
    warning = InOptions(warning, question.figures);
  }
  fmt::print("{}", options.format == "json"  ? ToJson(*outcome)
                   : options.format == "csv" ? ToCsv(*outcome)
                                             : ToTable(*outcome));
  if (options.format != "csv") return 0;
  for (const std::string& warning : outcome->answers.warnings) {
    fmt::print(stderr, "note: {}\n", warning);
  }
  return 0;
}

int Done(const base::Result<runner::VersionName>& version, const char* what) {
  if (!version) return PrintError(version.error());
  fmt::print("{} {}\n", version->ToString(), what);
  return 0;
}

int Done(const base::Status& done, const runner::VersionName& version, const char* what) {
  return Done(done ? base::Result<runner::VersionName>(version) : tl::unexpected(done.error()),
              what);
}

// And which process will see it.
int DoneAndWho(clickhouse::Store& store, const base::Result<runner::VersionName>& version,
               const char* what) {
  if (const int failed = Done(version, what); failed != 0) return failed;
  const auto who = replay::WhoReplays(store, version->projection);
  if (!who) return PrintError(who.error());
  fmt::print("{}\n", *who);
  return 0;
}

int Run(const base::Config& config, const ReplayOptions& options) {
  const base::SystemClock clock;
  const auto store = clickhouse::OpenHttpStore(StoreAddress(config));
  const std::string& name = options.projection;
  if (options.status) {
    const auto text = replay::DescribeVersions(*store, name);
    if (!text) return PrintError(text.error());
    if (text->empty()) {
      return PrintError({base::Code::kNotFound,
                         fmt::format("{}: the store has no version of such a projection", name),
                         {}});
    }
    fmt::print("{}", *text);
    return 0;
  }
  if (options.pause) {
    return DoneAndWho(*store, replay::PauseReplay(*store, clock, name), "is paused");
  }
  if (options.resume) {
    return DoneAndWho(*store, replay::ResumeReplay(*store, clock, name, options.rate),
                      "is paused no more");
  }
  if (options.cancel) {
    return Done(replay::CancelReplay(*store, clock, name, FolderOf(config, name)), "is cancelled");
  }
  if (options.roll_back) {
    const runner::VersionName version{name, *options.roll_back};
    return Done(replay::SwitchTo(*store, clock, version), version, "is what queries read");
  }
  if (options.drop) {
    const runner::VersionName version{name, *options.drop};
    return Done(replay::DropVersion(*store, clock, version), version, "is dropped");
  }
  return options.as_if.empty() ? RunReplay(config, options) : RunWhatIf(config, options);
}

}  // namespace

void AddReplay(CLI::App& root, CommandLine& line) {
  CLI::App* command = root.add_subcommand(
      "replay", "Build a projection anew from the log beside the live tables, prove it, switch");
  const auto options = std::make_shared<ReplayOptions>();
  AddReplayOptions(*command, *options);
  command->callback([&line, command, options] {
    CheckReplayOptions(*command);
    line.run = [&line, options] {
      const auto config = line.Load();
      return config ? Run(*config, *options) : PrintError(config.error());
    };
  });
  command->footer(
      "clientele replay calls\n"
      "clientele replay calls --rate 20000\n"
      "clientele replay calls --status\n"
      "clientele replay calls --roll-back 1\n"
      "clientele replay calls --where tenant=main --from 2026-11-01\n"
      "clientele replay quality --as-if scorecard=v2 --by team\n"
      "clientele replay journeys --as-if journey_model=v2 --by journey_step\n"
      "Started again after any end it goes on where it was. A part of the log (--from, --to,\n"
      "--where) is compared with what queries read, and never read itself. What figures would "
      "have\n"
      "been (--as-if) changes nothing that is read; its tables stay until --drop.");
}

}  // namespace clientele::app
