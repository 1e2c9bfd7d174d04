#include "app/verify_command.h"

#include <fmt/core.h>

#include <limits>

#include "app/publish/progress.h"
#include "app/store_address.h"
#include "verify/verify.h"

namespace clientele::app {
namespace {

constexpr int kCouldNotCheck = 2;

struct VerifyWanted {
  verify::Options options;
  int64_t wait_s = 0;
  size_t most = 20;
  bool json = false;
};

int CouldNotCheck(const base::Error& error) {
  (void)PrintError(error);
  return kCouldNotCheck;
}

int Run(const base::Config& config, VerifyWanted wanted) {
  verify::Options& options = wanted.options;
  options.wait = std::chrono::seconds(wanted.wait_s);
  options.address_given = !options.address.empty();
  if (!options.address_given) options.address = config.grpc.listen;
  Progress progress("verify", "records", 0);
  uint64_t done = 0;
  options.on_progress = [&](uint64_t records, uint64_t total) {
    done = records;
    if (records % 1'000 != 0) return;
    progress.SetTotal(total);
    progress.Show(records);
  };
  const auto store = clickhouse::OpenHttpStore(StoreAddress(config));
  verify::Report report(wanted.most);
  const auto verified = verify::Verify(config.kafka, *store, options, report);
  if (done > 0) progress.Finish(done);
  // What was found until an error is told, too.
  const bool begun = report.records > 0 || !report.equal();
  if (verified || begun) fmt::print("{}", wanted.json ? report.Json() : report.Text());
  if (!verified) return CouldNotCheck(verified.error());
  if (!report.equal()) return 1;
  if (!report.complete) {
    fmt::print(stderr, "clientele: not every projection was checked, see the notes\n");
    return kCouldNotCheck;
  }
  if (report.figures_checked || !options.figures) return 0;
  fmt::print(stderr, "clientele: figures were not checked (--no-figures: do without)\n");
  return kCouldNotCheck;
}

}  // namespace

void AddVerify(CLI::App& root, CommandLine& line) {
  CLI::App* command = root.add_subcommand(
      "verify", "Read the whole log and compare tables, ledgers and figures with it, at one mark");
  const auto wanted = std::make_shared<VerifyWanted>();
  command->add_option("--mark", wanted->options.mark, "The mark's id; default: the newest")
      ->check(CLI::Range(uint64_t{0}, uint64_t{std::numeric_limits<int64_t>::max()}));
  command
      ->add_option("--wait", wanted->wait_s,
                   "Wait up to so many seconds for a mark that covers what the log holds now")
      ->check(CLI::Range(0, 86'400))
      ->excludes("--mark");
  command
      ->add_option("--acknowledged", wanted->options.acknowledged_file,
                   "File of acknowledged events: event_id, or event_id,partition,offset, a line")
      ->check(CLI::ExistingFile);
  CLI::Option* const address = command->add_option(
      "--address", wanted->options.address, "host:port of the query service; default: grpc.listen");
  command
      ->add_flag("!--no-figures", wanted->options.figures,
                 "Do not check figures: no query service is needed")
      ->excludes(address);
  command->add_option("--most", wanted->most, "Differences to list of each invariant")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_flag("--json", wanted->json, "Print one JSON document");
  command->footer(
      "Exit status: 0 all is equal, 1 there are differences, 2 it could not check all: what it\n"
      "found is printed.");
  command->callback([&line, wanted] {
    line.run = [&line, wanted] {
      const auto config = line.Load();
      return config ? Run(*config, *wanted) : CouldNotCheck(config.error());
    };
  });
}

}  // namespace clientele::app
