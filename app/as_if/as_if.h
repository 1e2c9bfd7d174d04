// `clientele replay NAME --as-if ..`: what figures would have been with other definitions, at one
// mark, in tables of their own. The command's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/query/arguments.h"
#include "base/clock.h"
#include "base/result.h"
#include "clickhouse/store.h"
#include "projections/runner/ledger.h"
#include "projections/runner/live_version.h"
#include "query/both_ways.h"
#include "query/catalogue.h"

namespace clientele::app {

struct AsIfQuestion {
  std::string projection;
  std::vector<std::string> as_if;  // as ParseAsIf takes them
  // by, from, to, where and time_zone; without a range all months that the projection's rows are
  // of.
  QueryArguments figures;
  std::string tenant;
  std::optional<uint32_t> version;
};

struct AsIfTools {
  const query::Catalogue& catalogue;
  const projections::runner::Projections& projections;
  clickhouse::Store& store;
  const base::Clock& clock;
  std::string folder;  // as Replay::Open's
};

struct AsIfOutcome {
  projections::runner::VersionName version;
  std::vector<std::string> tables;  // clientele.<table>; the last one has the figures
  std::string text;                 // the definitions
  std::string tenant;
  query::Mark mark;
  std::string time_zone;
  query::BothAnswers answers;
};

// What is wrong with the question is said before anything is written. INVALID_ARGUMENT, NOT_FOUND
// (no such projection, scorecard, journey model, version or metric; the nearest is named),
// FAILED_PRECONDITION (another replay of the projection), CANCELLED by a stop, or the store's: then
// no table is left, and if the process dies the same question begins its tables anew.
[[nodiscard]] base::Result<AsIfOutcome> RunAsIf(const AsIfQuestion& question,
                                                const AsIfTools& tools,
                                                const std::stop_token& stop);

}  // namespace clientele::app
