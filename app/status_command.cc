#include "app/status_command.h"

#include <fmt/core.h>
#include <grpcpp/grpcpp.h>
#include <pthread.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "app/health.h"
#include "app/log_position.h"
#include "app/store_address.h"
#include "base/log.h"
#include "base/uuid.h"
#include "clientele/query/v1/query.grpc.pb.h"
#include "query/identities.h"

namespace clientele::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

// With all answers of one look, which are asked for side by side. Who waits has more time.
constexpr seconds kPatience(2);
constexpr seconds kPatienceOfWaiting(5);
constexpr seconds kPatienceWithNotes(10);

struct StatusWanted {
  int64_t wait_s = 0;
  bool caught_up = false;
};

milliseconds LeftOf(steady_clock::time_point until) {
  const auto left = std::chrono::duration_cast<milliseconds>(until - steady_clock::now());
  return std::max(left, milliseconds(1));
}

// The mark that queries are answered at.
base::Result<int64_t> MarkOfQueries(const std::string& address, steady_clock::time_point until) {
  query::v1::QueryRequest smallest;
  smallest.add_metrics("calls_offered");
  smallest.set_from("2000-01-01");
  smallest.set_to("2000-01-02");
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + LeftOf(until));
  query::v1::QueryResponse response;
  const auto stub = query::v1::MetricsService::NewStub(
      grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  const grpc::Status status = stub->Query(&context, smallest, &response);
  if (status.ok()) return response.meta().mark_id();
  return base::Fail(static_cast<base::Code>(status.error_code()), "{}", status.error_message());
}

// Whose queries of customers may be answered with notes.
base::Result<std::vector<std::string>> TenantsToLookAt(const base::Config& config,
                                                       steady_clock::time_point until) {
  const auto store = clickhouse::OpenHttpStore(StoreAddress(config));
  const query::Running running{"status-" + base::RandomUuid().ToString(), until, {}};
  const auto mark = query::MarkResolver(*store).Resolve({}, running);
  if (!mark) return tl::unexpected(mark.error());
  return query::Identities(*store).TenantsToLookAt(*mark, running);
}

// What queries of the tenant's customers are answered with besides, such as who is held apart.
base::Result<std::vector<std::string>> NotesOfCustomers(const std::string& address,
                                                        const std::string& tenant,
                                                        steady_clock::time_point until) {
  query::v1::QueryRequest customers;
  customers.add_metrics("callers");
  customers.set_from("2000-01-01");
  customers.set_to("2000-01-02");
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + LeftOf(until));
  context.AddMetadata("clientele-tenant", tenant);
  query::v1::QueryResponse response;
  const auto stub = query::v1::MetricsService::NewStub(
      grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  const grpc::Status status = stub->Query(&context, customers, &response);
  if (!status.ok()) {
    return base::Fail(static_cast<base::Code>(status.error_code()), "{}", status.error_message());
  }
  const auto& notes = response.meta().warnings();
  return std::vector<std::string>(notes.begin(), notes.end());
}

// What one look found.
struct Found {
  base::Result<LogPosition> log = LogPosition{};
  std::vector<std::pair<const char*, Health>> services;
  // Of a process that serves queries.
  std::optional<base::Result<int64_t>> mark_of_queries;

  [[nodiscard]] bool Serving() const {
    return std::ranges::all_of(services, [](const auto& service) {
      return service.second == Health::kServing || service.second == Health::kUnknownService;
    });
  }
  // Once the log has a mark, queries are answered.
  [[nodiscard]] bool Answering() const {
    return !mark_of_queries || *mark_of_queries || (log && log->known_at == 0);
  }
  // Everything in the log is in a mark, and queries are answered at it.
  [[nodiscard]] bool CaughtUp() const {
    return log && log->behind == 0 && log->known_at > 0 &&
           (!mark_of_queries || (*mark_of_queries && **mark_of_queries >= log->mark_id));
  }
};

base::Result<LogPosition> LogPositionOf(const base::KafkaConfig& config,
                                        steady_clock::time_point until) {
  const auto reader = kafka::OpenLogReader(config, until);
  if (!reader) return tl::unexpected(reader.error());
  return ReadLogPosition(**reader, static_cast<int32_t>(config.partitions));
}

// Everything is asked at the same time, so that what is away costs its patience once. A mark that
// is newer than the one that queries were answered at only means to look again.
Found Look(const base::Config& config, milliseconds patience) {
  const auto until = steady_clock::now() + patience;
  const std::string& address = config.grpc.listen;
  Found found;
  found.services = {{kIngestService, Health::kNoAnswer}, {kMetricsService, Health::kNoAnswer}};
  {
    const std::jthread log([&] {
      pthread_setname_np(pthread_self(), "status-log");
      found.log = LogPositionOf(config.kafka, until);
    });
    const std::jthread ingest([&] {
      pthread_setname_np(pthread_self(), "status-ingest");
      found.services.front().second = AskHealth(address, kIngestService, LeftOf(until));
    });
    Health& queries = found.services.back().second;
    queries = AskHealth(address, kMetricsService, LeftOf(until));
    if (queries == Health::kServing) found.mark_of_queries = MarkOfQueries(address, until);
  }
  return found;
}

void Print(const Found& found) {
  for (const auto& [service, health] : found.services) {
    fmt::print("{:<40} {}\n", service, HealthName(health));
  }
  if (found.log) {
    fmt::print("{:<40} {} records, {} not yet in the newest mark\n", "log", found.log->records,
               found.log->behind);
  } else {
    fmt::print("{:<40} {}\n", "log", found.log.error().message);
  }
  if (!found.mark_of_queries) return;
  if (!*found.mark_of_queries) {
    fmt::print("{:<40} {}\n", "queries", found.mark_of_queries->error().message);
  } else if (found.log && **found.mark_of_queries < found.log->mark_id) {
    fmt::print("{:<40} not yet answered at the newest mark\n", "queries");
  }
}

// Of every tenant.
void PrintCustomers(const base::Config& config) {
  const auto until = steady_clock::now() + kPatienceWithNotes;
  const auto tenants = TenantsToLookAt(config, until);
  if (!tenants) {
    fmt::print("{:<40} not looked at: {}\n", "customers", tenants.error().message);
    return;
  }
  for (const std::string& tenant : *tenants) {
    const std::string whose = "customers of " + tenant;
    const auto notes = NotesOfCustomers(config.grpc.listen, tenant, until);
    if (!notes) {
      fmt::print("{:<40} not looked at: {}\n", whose, notes.error().message);
      continue;
    }
    for (const std::string& note : *notes) fmt::print("{:<40} {}\n", whose, note);
  }
}

int Run(const base::Config& config, const StatusWanted& wanted) {
  // What is away is told by what is printed.
  base::SetLogLevel(base::LogLevel::kError);
  std::mutex mutex;
  std::condition_variable never;
  const auto until = steady_clock::now() + seconds(wanted.wait_s);
  const auto good = [&](const Found& found) {
    return found.Serving() && found.Answering() && (!wanted.caught_up || found.CaughtUp());
  };
  const milliseconds patience = wanted.wait_s > 0 ? kPatienceOfWaiting : kPatience;
  Found found = Look(config, patience);
  std::unique_lock lock(mutex);
  while (!good(found) && steady_clock::now() < until) {
    never.wait_for(lock, milliseconds(200));
    found = Look(config, patience);
  }
  Print(found);
  if (found.mark_of_queries && *found.mark_of_queries) PrintCustomers(config);
  return good(found) ? 0 : 1;
}

}  // namespace

void AddStatus(CLI::App& root, CommandLine& line) {
  CLI::App* command = root.add_subcommand(
      "status",
      "Say whether every service serves and queries are answered, how far the newest mark is "
      "behind the log, and of every tenant which pseudonyms are held apart and which customers "
      "have many");
  const auto wanted = std::make_shared<StatusWanted>();
  command->add_option("--wait", wanted->wait_s, "Wait up to so many seconds for it")
      ->check(CLI::Range(0, 86'400));
  command->add_flag("--caught-up", wanted->caught_up,
                    "Everything in the log is in a mark that queries are answered at, too");
  command->callback([&line, wanted] {
    line.run = [&line, wanted] {
      const auto config = line.Load();
      return config ? Run(*config, *wanted) : PrintError(config.error());
    };
  });
}

}  // namespace clientele::app
