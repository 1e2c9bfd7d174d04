#include "app/simulate_command.h"

#include <fmt/core.h>

#include <atomic>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <optional>

#include "app/simulate/event_file.h"
#include "app/simulate/publish_sink.h"
#include "app/simulate/simulation.h"
#include "app/simulate/truth_report.h"
#include "app/tenant_option.h"
#include "base/clock.h"

namespace clientele::app {
namespace {

constexpr int kCustomersAtScaleOne = 20'000;
constexpr size_t kBatchEvents = 1'000;
constexpr uint64_t kRefusalsShown = 5;

struct SimulateWanted {
  simulate::Options options;
  std::optional<int> customers;  // none: by the scale
  std::string out = "-";
  std::string truth;
  PublishClient::Options client;
  int64_t patience_s = 60;
  bool publish = false;
};

// `counts`: what became of the events, also if the server failed half-way.
base::Status Publish(simulate::Simulation& simulation, const PublishClient::Options& options,
                     PublishCounts& counts) {
  std::atomic<uint64_t> refused = 0;
  PublishClient client(options, [&refused](uint64_t, const event::v1::Event& event,
                                           const ingest::v1::EventResult& result) {
    if (refused++ >= kRefusalsShown) return;
    fmt::print(stderr, "\nrefused: {} {}: {}: {}\n", event.source().system(),
               event.source().external_id(), result.field(), result.reason());
  });
  Progress progress("sample company", "events", 0);
  simulate::PublishSink sink(client, progress);
  const base::Status made =
      simulation.Run(sink, [&sink](int done, int days) { sink.OnDay(done, days); });
  const auto finished = client.Finish();
  counts = client.counts();
  progress.Finish(counts.accepted);
  if (!made) return made;
  if (!finished) return tl::unexpected(finished.error());
  return {};
}

base::Status WriteTruth(const simulate::Simulation& simulation, const std::string& path) {
  std::ofstream file(path, std::ios::trunc | std::ios::binary);
  file << simulate::TruthJson(simulation);
  file.close();
  if (file) return {};
  return base::Fail(base::Code::kUnavailable, "{}: cannot be written: {}", path,
                    std::strerror(errno));
}

base::Result<std::unique_ptr<simulate::Simulation>> MakeSimulation(SimulateWanted wanted) {
  simulate::Options& options = wanted.options;
  const double customers = kCustomersAtScaleOne * options.scale;
  options.customers = wanted.customers.value_or(static_cast<int>(std::lround(customers)));
  const auto today = simulate::Timeline::DayAt(base::SystemClock().NowMicros(), options.zone);
  if (!today) return tl::unexpected(today.error());
  if (options.end.empty()) options.end = *today;
  auto simulation = simulate::Simulation::Make(options);
  if (simulation && options.end > *today) {
    return base::FailField("end", "end {}: must not be after today, {}: the future is not accepted",
                           options.end, *today);
  }
  return simulation;
}

base::Status WriteEvents(simulate::Simulation& simulation, const std::string& path) {
  auto file = simulate::EventFile::Open(path);
  if (!file) return tl::unexpected(file.error());
  if (auto made = simulation.Run(**file, {}); !made) return made;
  return (*file)->Close();
}

int Simulate(const SimulateWanted& wanted) {
  auto simulation = MakeSimulation(wanted);
  if (!simulation) return PrintError(simulation.error());
  PublishCounts counts;
  base::Status done = wanted.publish ? Publish(**simulation, wanted.client, counts)
                                     : WriteEvents(**simulation, wanted.out);
  if (done && !wanted.truth.empty()) done = WriteTruth(**simulation, wanted.truth);
  int status = 0;
  if (done) {
    const bool events_on_stdout = !wanted.publish && wanted.out == "-";
    fmt::print(events_on_stdout ? stderr : stdout, "{}", simulate::TruthText(**simulation));
  } else {
    status = PrintError(done.error());
  }
  if (wanted.publish) {
    fmt::print("{{\"accepted\":{},\"unknown\":{},\"rejected\":{}}}\n", counts.accepted,
               counts.unknown, counts.rejected);
  }
  return counts.unknown + counts.rejected > 0 ? 1 : status;
}

void AddCompanyOptions(CLI::App& command, SimulateWanted& wanted) {
  command.add_option("--seed", wanted.options.seed, "Another seed, another company")
      ->capture_default_str();
  command.add_option("--days", wanted.options.days, "Length, days")->capture_default_str();
  command.add_option("--end", wanted.options.end,
                     "Day after the last one, YYYY-MM-DD in the zone; default: today, so that the "
                     "sample reaches up to last midnight");
  command.add_option("--zone", wanted.options.zone, "Time zone of the company")
      ->capture_default_str();
  command
      .add_option("--scale", wanted.options.scale,
                  "Size: employees, calls and customers against the usual 60 and 20,000")
      ->capture_default_str();
  command.add_option("--customers", wanted.customers,
                     "Customers, where not by the scale; fewer make less of everything but staff");
}

}  // namespace

void AddSimulate(CLI::App& root, CommandLine& line) {
  CLI::App* command = root.add_subcommand(
      "simulate", "Make the events of a sample company, with known true values in them");
  const auto wanted = std::make_shared<SimulateWanted>();
  wanted->client.batch_events = kBatchEvents;
  AddCompanyOptions(*command, *wanted);
  CLI::Option* const out =
      command->add_option("--out", wanted->out,
                          "File for the events, one JSON object a line; .gz and .zst are "
                          "compressed; - for standard output");
  out->capture_default_str();
  command
      ->add_option("--publish", wanted->client.address,
                   "host:port of an ingest service: send the events there instead")
      ->excludes(out);
  AddTenant(*command, wanted->client.tenant,
            "With --publish: the tenant; empty: the server's default");
  command
      ->add_option("--patience", wanted->patience_s,
                   "With --publish: seconds to try again while the server does not answer")
      ->check(CLI::Range(0, 86'400))
      ->capture_default_str();
  command->add_option("--truth", wanted->truth, "File for the planted true values, as JSON");
  command->footer(
      "The same seed and options make the same events, byte for byte. --end is one of them: a run\n"
      "without it makes other events tomorrow; name the day that it printed to make the same "
      "again.\n"
      "The true values are printed at the end; with --publish the last line is JSON "
      "{\"accepted\":..,\"unknown\":..,\"rejected\":..}.");
  command->callback([&line, wanted, command] {
    wanted->publish = command->count("--publish") > 0;
    wanted->client.patience = std::chrono::seconds(wanted->patience_s);
    line.run = [wanted] { return Simulate(*wanted); };
  });
}

}  // namespace clientele::app
