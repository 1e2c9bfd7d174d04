#include "app/query_command.h"

#include <fmt/core.h>
#include <grpcpp/grpcpp.h>

#include "app/query/arguments.h"
#include "app/query/print.h"
#include "app/query/refusal.h"
#include "app/query_options.h"
#include "app/tenant_option.h"
#include "base/clock.h"
#include "clientele/query/v1/query.grpc.pb.h"
#include "query/top.h"

namespace clientele::app {
namespace {

using query::v1::MetricsService;

struct QueryWanted {
  QueryArguments arguments;
  std::string address;  // empty: grpc.listen
  std::string tenant;
  std::string format = "table";
  int64_t timeout_s = 30;
  bool list = false;
};

std::unique_ptr<MetricsService::Stub> Connect(const QueryWanted& wanted) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  return MetricsService::NewStub(
      grpc::CreateCustomChannel(wanted.address, grpc::InsecureChannelCredentials(), arguments));
}

void Prepare(const QueryWanted& wanted, grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(wanted.timeout_s));
  if (!wanted.tenant.empty()) context.AddMetadata("clientele-tenant", wanted.tenant);
}

int Failed(const QueryWanted& wanted, const grpc::Status& status) {
  const auto code = static_cast<base::Code>(status.error_code());
  std::string message = InOptions(status.error_message(), wanted.arguments);
  if (code == base::Code::kDeadlineExceeded) {
    message = fmt::format("no answer within {} s: wait longer by --timeout, or ask for less",
                          wanted.timeout_s);
  }
  // Wrong arguments speak for themselves; anything else needs to say whom was asked.
  if (code != base::Code::kInvalidArgument) message = wanted.address + ": " + message;
  return PrintError({code, message, {}});
}

int List(const QueryWanted& wanted) {
  grpc::ClientContext context;
  Prepare(wanted, context);
  query::v1::ListMetricsResponse response;
  const grpc::Status status = Connect(wanted)->ListMetrics(&context, {}, &response);
  if (!status.ok()) return Failed(wanted, status);
  fmt::print("{}", ToTable(response));
  return 0;
}

int Query(const QueryWanted& wanted) {
  const auto request = ToRequest(wanted.arguments, base::SystemClock().NowMicros());
  if (!request) return PrintError(request.error());
  grpc::ClientContext context;
  Prepare(wanted, context);
  query::v1::QueryResponse response;
  const grpc::Status status = Connect(wanted)->Query(&context, *request, &response);
  if (!status.ok()) return Failed(wanted, status);
  if (wanted.format == "json") {
    fmt::print("{}", ToJson(response));
  } else if (wanted.format == "csv") {
    fmt::print("{}", ToCsv(*request, response));
    for (const std::string& sentence : PairsInWords(*request, response)) {
      fmt::print(stderr, "note: {}\n", sentence);
    }
    for (const std::string& warning : response.meta().warnings()) {
      fmt::print(stderr, "note: {}\n", warning);
    }
  } else {
    fmt::print("{}", ToTable(*request, response));
  }
  return 0;
}

void AddQueryOptions(CLI::App& command, QueryWanted& wanted) {
  QueryArguments& arguments = wanted.arguments;
  AddQueryArguments(command, arguments);
  CLI::Option* const top =
      command
          .add_option("--top", arguments.top,
                      "So many of the greatest groups, in that order, the others as one, and the "
                      "total")
          ->check(CLI::Range(uint32_t{1}, query::kMostGroups))
          ->needs(command.get_option("--by"));
  command.add_option("--top-by", arguments.top_by, "The metric that decides; default: the first")
      ->needs(top);
  command.add_flag("--top-smallest", arguments.top_smallest, "The smallest groups instead")
      ->needs(top);
  command
      .add_option("--apart", arguments.apart,
                  "Two values of --by, e.g. anna,boris: whether their means over the whole range "
                  "can be told apart, and how many more observations of each it takes")
      ->delimiter(',')
      ->allow_extra_args(false);
  command.add_option("--difference", arguments.difference,
                     "With --apart: the difference to be told, in the metric's unit; default: the "
                     "present one");
  command.add_flag("--plan-attainment", arguments.plan_attainment,
                   "The target of each figure beside it, and how much of it is reached");
  command.add_option("--known-at", arguments.known_at, "As it was known then: civil time in --tz");
  command.add_option("--mark", arguments.mark, "As it was known at the mark of this id");
  command
      .add_option("--format", wanted.format,
                  "table, csv or json: csv and json have every number as it is stored")
      ->check(CLI::IsMember({"table", "csv", "json"}))
      ->capture_default_str();
  command.add_option("--address", wanted.address,
                     "host:port of the query service; default: grpc.listen");
  AddTenant(command, wanted.tenant, "Tenant; empty: the server's default");
  command.add_option("--timeout", wanted.timeout_s, "Seconds to wait for the answer")
      ->check(CLI::Range(1, 3'600))
      ->capture_default_str();
  command.add_flag("--list", wanted.list, "List the metrics instead");
}

}  // namespace

void AddQuery(CLI::App& root, CommandLine& line) {
  CLI::App* command = root.add_subcommand("query", "Ask for figures");
  const auto wanted = std::make_shared<QueryWanted>();
  AddQueryOptions(*command, *wanted);
  command->footer(
      WhereHelp() +
      "\nclientele query service_level abandon_rate aht --by queue --tz Europe/Moscow\n"
      "clientele query service_level:all --param threshold_ms=30000 --from 2026-11-01 --grain "
      "week\n"
      "clientele query service_level_curve --by threshold_s --grain none\n"
      "clientele query quality_score --by employee --apart anna,boris --difference 5\n"
      "clientele query calls_offered --from 2026-11-01 --to 2026-12-01 --grain none --compare "
      "previous-period\n"
      "clientele query quality_score --by team --from 2026-11-01 --to 2026-12-01 --grain month "
      "--plan-attainment");
  command->callback([&line, wanted] {
    if (wanted->arguments.metrics.empty() && !wanted->list) {
      throw CLI::RequiredError("metrics, or --list,");
    }
    line.run = [&line, wanted] {
      const auto config = line.Load();
      if (!config) return PrintError(config.error());
      if (wanted->address.empty()) wanted->address = config->grpc.listen;
      return wanted->list ? List(*wanted) : Query(*wanted);
    };
  });
}

}  // namespace clientele::app
