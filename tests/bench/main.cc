// clientele_bench: what tests/bench/run measures with, apart from the product itself.
#include <fmt/core.h>

#include "tests/bench/steps.h"

int main(int argc, char** argv) {
  namespace bench = clientele::bench;
  CLI::App root("Steps of the benchmark; tests/bench/run calls them");
  root.require_subcommand(1);
  bench::Step chosen;
  bench::AddPayload(root, chosen);
  bench::AddStream(root, chosen);
  bench::AddVisible(root, chosen);
  bench::AddCapture(root, chosen);
  bench::AddProduce(root, chosen);
  bench::AddInsert(root, chosen);
  bench::AddAsk(root, chosen);
  bench::AddMetrics(root, chosen);
  CLI11_PARSE(root, argc, argv);
  if (const auto done = chosen(); !done) {
    fmt::print(stderr, "clientele_bench: {}\n", done.error().message);
    return 1;
  }
  return 0;
}
