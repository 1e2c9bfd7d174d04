#include "app/metrics_command.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "app/metrics/explain.h"
#include "app/metrics/lint.h"
#include "app/metrics/markdown.h"
#include "app/query/print.h"
#include "app/query/refusal.h"
#include "app/query_options.h"
#include "app/tenant_option.h"
#include "base/clock.h"
#include "projections/registry.h"
#include "query/describe.h"

namespace clientele::app {
namespace {

int ListMetrics(bool markdown) {
  const auto catalogue = query::Catalogue::Embedded();
  if (!catalogue) return PrintError(catalogue.error());
  if (markdown) {
    fmt::print("{}", ToMarkdown(*catalogue));
    return 0;
  }
  query::v1::ListMetricsResponse list;
  query::Describe(*catalogue, list);
  fmt::print("{}", ToTable(list));
  return 0;
}

int LintFiles(const std::vector<std::string>& paths) {
  std::vector<MetricFile> files;
  for (const std::string& path : paths) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    std::error_code ignored;
    if (!file || !std::filesystem::is_regular_file(path, ignored))
      return PrintError({base::Code::kNotFound, path + ": cannot be read", path});
    files.push_back({path, text.str()});
  }
  const query::Faults faults = LintMetricFiles(files);
  for (const std::string& fault : faults) fmt::print("{}\n", fault);
  if (faults.empty()) fmt::print("no faults\n");
  return faults.empty() ? 0 : 1;
}

// What a store that begins with this build would know now.
query::Mark MarkOfBuild(int64_t now) {
  query::Mark mark;
  mark.known_at = now;
  for (const auto& projection : projections::AllProjections()) {
    uint32_t& version = mark.versions[std::string(projection->name())];
    version = std::max(version, projection->version());
  }
  return mark;
}

int ExplainFigures(const QueryArguments& arguments, const std::string& tenant) {
  const auto catalogue = query::Catalogue::Embedded();
  if (!catalogue) return PrintError(catalogue.error());
  const int64_t now = base::SystemClock().NowMicros();
  const auto request = ToRequest(arguments, now);
  if (!request) return PrintError(request.error());
  const auto text = Explain(*catalogue, *request, tenant, MarkOfBuild(now));
  if (!text) return PrintError(InOptions(text.error(), arguments));
  fmt::print("{}", *text);
  return 0;
}

void AddLint(CLI::App& metrics, CommandLine& line) {
  CLI::App* command = metrics.add_subcommand(
      "lint", "Check metric and table files: every fault with file, key, value and rule");
  const auto files = std::make_shared<std::vector<std::string>>();
  command->add_option("files", *files,
                      "Each in the place of the built-in file of its name; none: those alone");
  command->footer(
      "Exit status 1 if there is a fault.\n"
      "clientele metrics lint projections/calls/metrics/asa.toml "
      "projections/calls/metrics/tables/calls.toml");
  command->callback([&line, files] { line.run = [files] { return LintFiles(*files); }; });
}

struct ExplainWanted {
  QueryArguments arguments;
  std::string tenant = "main";
};

void AddExplain(CLI::App& metrics, CommandLine& line) {
  CLI::App* command = metrics.add_subcommand(
      "explain", "Tell how figures come about: definition, tables, SQL; asks no store");
  const auto wanted = std::make_shared<ExplainWanted>();
  AddQueryArguments(*command, wanted->arguments);
  AddTenant(*command, wanted->tenant, "Tenant; default: main");
  command->footer(
      WhereHelp() +
      "\nclientele metrics explain service_level --by queue --from 2026-11-01 --to 2026-12-01");
  command->callback([&line, wanted] {
    if (wanted->arguments.metrics.empty()) throw CLI::RequiredError("metrics");
    line.run = [wanted] { return ExplainFigures(wanted->arguments, wanted->tenant); };
  });
}

}  // namespace

void AddMetrics(CLI::App& root, CommandLine& line) {
  CLI::App* command = root.add_subcommand(
      "metrics", "List the metrics of this build, check metric files, explain figures");
  command->require_subcommand(0, 1);
  const auto markdown = std::make_shared<bool>(false);
  command->add_flag("--markdown", *markdown, "With their definitions, as docs/metrics.md");
  AddLint(*command, line);
  AddExplain(*command, line);
  command->callback([&line, command, markdown] {
    if (!command->get_subcommands().empty()) return;
    line.run = [markdown] { return ListMetrics(*markdown); };
  });
}

}  // namespace clientele::app
