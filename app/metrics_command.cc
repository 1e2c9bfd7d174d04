#include "app/metrics_command.h"

#include <fmt/core.h>

#include "app/metrics/markdown.h"
#include "app/query/print.h"
#include "query/describe.h"

namespace clientele::app {
namespace {

int Print(bool markdown) {
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

}  // namespace

void AddMetrics(CLI::App& root, CommandLine& line) {
  CLI::App* command = root.add_subcommand("metrics", "List the metrics of this build");
  const auto markdown = std::make_shared<bool>(false);
  command->add_flag("--markdown", *markdown, "With their definitions, as docs/metrics.md");
  command->callback([&line, markdown] { line.run = [markdown] { return Print(*markdown); }; });
}

}  // namespace clientele::app
