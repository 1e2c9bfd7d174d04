#include "app/replay_command.h"

#include <fmt/core.h>
#include <sys/resource.h>

#include <chrono>
#include <limits>
#include <thread>

#include "app/as_if/as_if.h"
#include "app/as_if/print.h"
#include "app/query/refusal.h"
#include "app/stop_signals.h"
#include "app/store_address.h"
#include "app/tenant_option.h"
#include "base/log.h"
#include "kafka/producer.h"
#include "projections/registry.h"
#include "projections/replay/control.h"
#include "projections/replay/replay.h"
#include "query/calendar.h"

namespace clientele::app {
namespace {

namespace replay = projections::replay;
namespace runner = projections::runner;
using base::Code;

struct ReplayWanted {
  std::string projection;
  std::string from;
  std::string to;
  std::vector<std::string> where;
  std::optional<uint64_t> rate;
  std::optional<uint32_t> version;
  bool accept_differences = false;
  std::vector<std::string> as_if;
  std::vector<std::string> by;
  std::string time_zone = "UTC";
  std::string tenant;
  std::string format = "table";
  bool status = false;
  bool pause = false;
  bool resume = false;
  bool cancel = false;
  std::optional<uint32_t> roll_back;
  std::optional<uint32_t> drop;
};

// Where its replays keep their indexes, and what one at a time has open.
std::string FolderOf(const base::Config& config, const std::string& projection) {
  return config.data_dir + "/replay/" + projection;
}

base::Result<std::optional<int64_t>> ParseMoment(const char* option, std::string text) {
  if (text.empty()) return std::nullopt;
  if (text.ends_with('Z')) text.pop_back();
  const auto civil = query::ParseCivil(option, text);
  if (!civil) return tl::unexpected(civil.error());
  const auto zone = query::Zone::Find("UTC");
  if (!zone) return tl::unexpected(zone.error());
  return zone->ToInstant(*civil) / 1'000;
}

base::Result<replay::Wanted> WantedReplay(const ReplayWanted& wanted) {
  const auto from = ParseMoment("--from", wanted.from);
  if (!from) return tl::unexpected(from.error());
  const auto to = ParseMoment("--to", wanted.to);
  if (!to) return tl::unexpected(to.error());
  auto restriction = replay::MakeRestriction(*from, *to, wanted.where);
  if (!restriction) return tl::unexpected(restriction.error());
  return replay::Wanted{wanted.projection, *std::move(restriction), wanted.version, wanted.rate,
                        wanted.accept_differences};
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
  return outcome.equal || outcome.switched ? 0 : 1;
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

int RunReplay(const base::Config& config, const ReplayWanted& wanted) {
  auto asked = WantedReplay(wanted);
  if (!asked) return PrintError(asked.error());
  base::SetLogLevel(base::LogLevelOf(config.log_level));
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
                      .index_folder = FolderOf(config, wanted.projection),
                      .log = tools.log,
                      .projections = projections::AllProjections()};
  auto opened = replay::Replay::Open(std::move(parts), *std::move(asked), ProgressPrinter());
  if (!opened) return PrintError(opened.error());
  const auto outcome = (*opened)->Run(stop.token());
  return outcome ? Told(*outcome) : PrintError(outcome.error());
}

int RunWhatIf(const base::Config& config, const ReplayWanted& wanted) {
  base::SetLogLevel(base::LogLevelOf(config.log_level));
  const StopOnSignals stop;
  const auto catalogue = query::Catalogue::Embedded();
  if (!catalogue) return PrintError(catalogue.error());
  const auto store = clickhouse::OpenHttpStore(StoreAddress(config));
  const runner::Projections code = projections::AllProjections();
  const base::SystemClock clock;
  AsIfQuestion question;
  question.projection = wanted.projection;
  question.as_if = wanted.as_if;
  question.figures.by = wanted.by;
  question.figures.from = wanted.from;
  question.figures.to = wanted.to;
  question.figures.where = wanted.where;
  question.figures.time_zone = wanted.time_zone;
  question.tenant = wanted.tenant.empty() ? config.ingest.default_tenant : wanted.tenant;
  question.version = wanted.version;
  auto outcome =
      RunAsIf(question, {*catalogue, code, *store, clock, FolderOf(config, wanted.projection)},
              stop.token());
  if (!outcome) return PrintError(InOptions(outcome.error(), question.figures));
  for (std::string& warning : outcome->answers.warnings) {
    warning = InOptions(warning, question.figures);
  }
  fmt::print("{}", wanted.format == "json"  ? ToJson(*outcome)
                   : wanted.format == "csv" ? ToCsv(*outcome)
                                            : ToTable(*outcome));
  if (wanted.format != "csv") return 0;
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

int Run(const base::Config& config, const ReplayWanted& wanted) {
  const base::SystemClock clock;
  const auto store = clickhouse::OpenHttpStore(StoreAddress(config));
  const std::string& name = wanted.projection;
  if (wanted.status) {
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
  if (wanted.pause) return Done(replay::PauseReplay(*store, clock, name), "is paused");
  if (wanted.resume) {
    return Done(replay::ResumeReplay(*store, clock, name, wanted.rate), "goes on");
  }
  if (wanted.cancel) {
    return Done(replay::CancelReplay(*store, clock, name, FolderOf(config, name)), "is cancelled");
  }
  if (wanted.roll_back) {
    const runner::VersionName version{name, *wanted.roll_back};
    return Done(replay::SwitchTo(*store, clock, version), version, "is what queries read");
  }
  if (wanted.drop) {
    const runner::VersionName version{name, *wanted.drop};
    return Done(replay::DropVersion(*store, clock, version), version, "is dropped");
  }
  return wanted.as_if.empty() ? RunReplay(config, wanted) : RunWhatIf(config, wanted);
}

// Options of a question what figures would have been, and those of building that it does not take.
void AddAsIfOptions(CLI::App& command, CLI::App& build, ReplayWanted& wanted) {
  CLI::App* group = command.add_option_group(
      "as-if", "Ask what figures would have been, by month, in tables of their own");
  CLI::Option* as_if =
      group
          ->add_option("--as-if", wanted.as_if,
                       "scorecard=[ID:]VERSION, journey_model=[ID:]VERSION, bands=FILE or "
                       "metric=FILE, each once. --from and --to are then the figures' time in "
                       "--tz, --where is dimension=value")
          ->allow_extra_args(false);
  group->add_option("--by", wanted.by, "Dimensions to group by, e.g. team,employee")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->needs(as_if);
  group->add_option("--tz", wanted.time_zone, "IANA time zone; default: UTC")->needs(as_if);
  group->add_option("--format", wanted.format, "table, csv or json; default: table")
      ->check(CLI::IsMember({"table", "csv", "json"}))
      ->needs(as_if);
  AddTenant(*group, wanted.tenant, "Tenant; empty: the server's default");
  group->get_option("--tenant")->needs(as_if);
  for (const char* const name : {"--rate", "--accept-differences"}) {
    as_if->excludes(build.get_option(name));
  }
}

void AddReplayOptions(CLI::App& command, ReplayWanted& wanted) {
  constexpr int64_t kMostRate = 1'000'000'000;
  const CLI::Range kVersions(int64_t{1}, int64_t{std::numeric_limits<uint32_t>::max()});
  command.add_option("NAME", wanted.projection, "The projection, e.g. calls")->required();
  CLI::App* build = command.add_option_group("build", "Build a version");
  build->add_option("--from", wanted.from, "Only events recorded from this moment on (UTC)");
  build->add_option("--to", wanted.to, "Only events recorded before this moment (UTC)");
  build->add_option("--where", wanted.where, "Only events of tenant=, kind= or purpose=")
      ->allow_extra_args(false);
  build->add_option("--rate", wanted.rate, "At most so many events a second; 0: no limit")
      ->check(CLI::Range(int64_t{0}, kMostRate));
  build->add_option("--version", wanted.version, "The version's number; without it the next one")
      ->check(kVersions);
  build->add_flag("--accept-differences", wanted.accept_differences,
                  "Switch although the proof finds differences: the new code is right");
  AddAsIfOptions(command, *build, wanted);
  CLI::App* steer = command.add_option_group("steer", "Steer the replay under way, or versions");
  steer->require_option(0, 1);
  steer->add_flag("--status", wanted.status, "Print the versions");
  steer->add_flag("--pause", wanted.pause, "Let it wait");
  steer->add_flag("--resume", wanted.resume, "Let it go on (with --rate: at another rate)");
  steer->add_flag("--cancel", wanted.cancel, "Give it up and drop its tables");
  steer
      ->add_option("--roll-back", wanted.roll_back,
                   "Make queries read this version, which the projections still keep up")
      ->check(kVersions);
  steer->add_option("--drop", wanted.drop, "Drop this version, which queries do not read")
      ->check(kVersions);
  for (CLI::Option* const steering : steer->get_options()) {
    for (CLI::Option* const building : build->get_options()) {
      const bool go_on = steering->get_name() == "--resume" && building->get_name() == "--rate";
      if (!go_on) steering->excludes(building);
    }
    steering->excludes(command.get_option("--as-if"));
  }
}

}  // namespace

void AddReplay(CLI::App& root, CommandLine& line) {
  CLI::App* command = root.add_subcommand(
      "replay", "Build a projection anew from the log beside the live tables, prove it, switch");
  const auto wanted = std::make_shared<ReplayWanted>();
  AddReplayOptions(*command, *wanted);
  command->callback([&line, wanted] {
    line.run = [&line, wanted] {
      const auto config = line.Load();
      return config ? Run(*config, *wanted) : PrintError(config.error());
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
