// Definitions that figures are asked with instead of those in force: a version of scorecards or of
// journey models, bands of scores, a metric file. Plain values and pure functions; any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace clientele::query {

// This version stands for every version of the scorecard or journey model.
struct VersionChoice {
  std::string id;  // empty: of every one that has this version
  uint32_t version = 0;
};

// Scores in [from, to).
struct ScoreBand {
  std::string name;
  double from = 0;
  double to = 0;
};

// These stand for the bands of every version of the scorecard.
struct BandsChoice {
  std::string scorecard;  // empty: of every one
  std::vector<ScoreBand> bands;
};

// This file stands for the one of its metric.
struct MetricChoice {
  std::string path;
  std::string text;
  std::string id;
};

struct AsIf {
  std::optional<VersionChoice> scorecard;
  std::optional<VersionChoice> journey_model;
  std::optional<BandsChoice> bands;
  std::optional<MetricChoice> metric;
  // By kind what is chosen, such as "scorecard=2", and all of it. The same for the same
  // definitions: files by their names and what is in them.
  std::map<std::string, std::string> choices;
  std::string text;
};

using ReadFile = std::function<base::Result<std::string>(const std::string& path)>;

// scorecard=[ID:]VERSION (2 or v2), journey_model=[ID:]VERSION, bands=FILE, metric=FILE; one or
// more, none of a kind twice. INVALID_ARGUMENT names the option, its value and the rule, or the
// file, its key and the rule; or what `read` fails with.
[[nodiscard]] base::Result<AsIf> ParseAsIf(const std::vector<std::string>& wanted,
                                           const ReadFile& read);

// (id of a scorecard or journey model, version).
using DefinitionVersions = std::vector<std::pair<std::string, uint64_t>>;

// The scorecards whose versions the chosen one stands for, of those that are told; none without a
// choice. NOT_FOUND: there is no such scorecard or version; names the nearest, or those that there
// are. So for the scorecard of bands.
[[nodiscard]] base::Result<std::vector<std::string>> ChooseScorecards(
    const AsIf& as_if, const DefinitionVersions& told);
// The same of journey models.
[[nodiscard]] base::Result<std::vector<std::string>> ChooseJourneyModels(
    const AsIf& as_if, const DefinitionVersions& told);

}  // namespace clientele::query
