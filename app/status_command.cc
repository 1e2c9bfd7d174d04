#include "app/status_command.h"

#include <fmt/core.h>

#include <condition_variable>
#include <mutex>

#include "app/health.h"
#include "app/log_position.h"

namespace clientele::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

struct Wanted {
  int64_t wait_s = 0;
  bool caught_up = false;
};

bool Serving(const base::Config& config, bool print) {
  bool all = true;
  for (const char* service : {kIngestService, kMetricsService}) {
    const Health health = AskHealth(config.grpc.listen, service, seconds(2));
    if (print) fmt::print("{:<40} {}\n", service, HealthName(health));
    all = all && (health == Health::kServing || health == Health::kUnknownService);
  }
  return all;
}

bool CaughtUp(const base::Config& config, bool print) {
  const auto reader = kafka::OpenLogReader(config.kafka);
  const auto position =
      reader ? ReadLogPosition(**reader, static_cast<int32_t>(config.kafka.partitions))
             : tl::unexpected(reader.error());
  if (!position) {
    if (print) fmt::print("{:<40} {}\n", "log", position.error().message);
    return false;
  }
  if (print) {
    fmt::print("{:<40} {} records, {} not yet in the newest mark\n", "log", position->records,
               position->behind);
  }
  return position->behind == 0 && position->known_at > 0;
}

int Run(const base::Config& config, const Wanted& wanted) {
  std::mutex mutex;
  std::condition_variable never;
  const auto until = steady_clock::now() + seconds(wanted.wait_s);
  const auto good = [&](bool print) {
    const bool serving = Serving(config, print);
    return (!wanted.caught_up || CaughtUp(config, print)) && serving;
  };
  bool reached = good(false);
  std::unique_lock lock(mutex);
  while (!reached && steady_clock::now() < until) {
    never.wait_for(lock, milliseconds(200));
    reached = good(false);
  }
  reached = Serving(config, true) && reached;
  const bool caught_up = CaughtUp(config, true);
  return reached && (!wanted.caught_up || caught_up) ? 0 : 1;
}

}  // namespace

void AddStatus(CLI::App& root, CommandLine& line) {
  CLI::App* command = root.add_subcommand(
      "status", "Say whether every service serves and how far the newest mark is behind the log");
  const auto wanted = std::make_shared<Wanted>();
  command->add_option("--wait", wanted->wait_s, "Wait up to so many seconds for it")
      ->check(CLI::Range(0, 86'400));
  command->add_flag("--caught-up", wanted->caught_up, "Everything in the log is in a mark, too");
  command->callback([&line, wanted] {
    line.run = [&line, wanted] {
      const auto config = line.Load();
      return config ? Run(*config, *wanted) : PrintError(config.error());
    };
  });
}

}  // namespace clientele::app
