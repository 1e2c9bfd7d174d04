// The options of `clientele replay`, and what a replay is asked for by them.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "projections/replay/wanted.h"

namespace clientele::app {

struct ReplayOptions {
  std::string projection;
  std::string from;
  std::string to;
  std::vector<std::string> where;
  std::optional<uint64_t> rate;
  std::optional<uint32_t> version;
  bool accept_differences = false;
  // A question what figures would have been.
  std::vector<std::string> as_if;
  std::vector<std::string> by;
  std::string time_zone = "UTC";
  std::string tenant;
  std::string format = "table";
  // Steering.
  bool status = false;
  bool pause = false;
  bool resume = false;
  bool cancel = false;
  std::optional<uint32_t> roll_back;
  std::optional<uint32_t> drop;
};

// `options` must outlive the command.
void AddReplayOptions(CLI::App& command, ReplayOptions& options);

// Once the command is parsed: throws CLI::ExcludesError where options of building, or of a question
// what figures would have been, stand beside one that steers. As `excludes` of each of them would,
// but then the help would name all of them behind every one.
void CheckReplayOptions(const CLI::App& command);

// INVALID_ARGUMENT names the option, its value and the rule.
[[nodiscard]] base::Result<projections::replay::Wanted> ToWanted(const ReplayOptions& options);

}  // namespace clientele::app
