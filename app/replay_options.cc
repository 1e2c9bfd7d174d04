#include "app/replay_options.h"

#include <algorithm>

#include "app/tenant_option.h"
#include "base/log.h"
#include "query/calendar.h"

namespace clientele::app {
namespace {

namespace replay = projections::replay;

std::string CheckName(const std::string& name) {
  const bool good = std::ranges::all_of(
      name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
  if (good && !name.empty()) return {};
  return base::JsonString(name) + " must be a name of a-z, 0-9 and _";
}

std::string CheckGiven(const std::string& text) {
  return text.empty() ? "is empty: must be a moment, or left out" : std::string();
}

// .250, .25 or .2 as milliseconds.
std::optional<int64_t> ParseFraction(std::string_view text) {
  constexpr size_t kMostDigits = 3;
  if (!text.starts_with('.')) return std::nullopt;
  text.remove_prefix(1);
  if (text.empty() || text.size() > kMostDigits) return std::nullopt;
  int64_t ms = 0;
  for (size_t i = 0; i < kMostDigits; ++i) {
    const char digit = i < text.size() ? text[i] : '0';
    if (digit < '0' || digit > '9') return std::nullopt;
    ms = ms * 10 + (digit - '0');
  }
  return ms;
}

// Milliseconds since the epoch.
base::Result<std::optional<int64_t>> ParseMoment(const char* option, const std::string& given) {
  if (given.empty()) return std::nullopt;
  constexpr size_t kWithSeconds = std::string_view("2026-11-01T08:00:00").size();
  std::string_view text = given;
  if (text.ends_with('Z')) text.remove_suffix(1);
  std::optional<int64_t> fraction = 0;
  if (text.size() > kWithSeconds) {
    fraction = ParseFraction(text.substr(kWithSeconds));
    text = text.substr(0, kWithSeconds);
  }
  const auto civil = query::ParseCivil(option, text);
  const auto zone = query::Zone::Find("UTC");
  if (!zone) return tl::unexpected(zone.error());
  if (civil && fraction) return zone->ToInstant(*civil) / 1'000 + *fraction;
  return base::FailField(option,
                         "{} {}: must be a moment in UTC such as 2026-11-01, 2026-11-01T08:00 or "
                         "2026-11-01T08:00:00.250Z, years 1971..2200",
                         option, given.substr(0, 64));
}

// Options of a question what figures would have been, and those of building that it does not take.
void AddAsIfOptions(CLI::App& command, CLI::App& build, ReplayOptions& options) {
  CLI::App* group = command.add_option_group(
      "as-if", "Ask what figures would have been, by month, in tables of their own");
  CLI::Option* as_if =
      group
          ->add_option("--as-if", options.as_if,
                       "scorecard=[ID:]VERSION, journey_model=[ID:]VERSION, bands=FILE or "
                       "metric=FILE, each once. --from and --to are then the figures' time in "
                       "--tz, --where is dimension=value")
          ->allow_extra_args(false);
  group->add_option("--by", options.by, "Dimensions to group by, e.g. team,employee")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->needs(as_if);
  group->add_option("--tz", options.time_zone, "IANA time zone; default: UTC")->needs(as_if);
  group->add_option("--format", options.format, "table, csv or json; default: table")
      ->check(CLI::IsMember({"table", "csv", "json"}))
      ->needs(as_if);
  AddTenant(*group, options.tenant, "Tenant; empty: the server's default");
  group->get_option("--tenant")->needs(as_if);
  for (const char* const name : {"--rate", "--accept-differences"}) {
    as_if->excludes(build.get_option(name));
  }
}

}  // namespace

void AddReplayOptions(CLI::App& command, ReplayOptions& options) {
  constexpr int64_t kMostRate = 1'000'000'000;
  const CLI::Range kVersions(int64_t{1}, int64_t{replay::kGreatestVersion});
  command.add_option("NAME", options.projection, "The projection, e.g. calls")
      ->required()
      ->check(CheckName);
  CLI::App* build =
      command.add_option_group("build", "Build a version; not beside an option that steers");
  build->add_option("--from", options.from, "Only events recorded from this moment on (UTC)")
      ->check(CheckGiven);
  build->add_option("--to", options.to, "Only events recorded before this moment (UTC)")
      ->check(CheckGiven);
  build->add_option("--where", options.where, "Only events of tenant=, kind= or purpose=")
      ->allow_extra_args(false);
  build
      ->add_option("--rate", options.rate,
                   "At most so many events a second; 0: no limit. Of a version that is built "
                   "already it has no effect")
      ->check(CLI::Range(int64_t{0}, kMostRate));
  build
      ->add_option("--version", options.version,
                   "The version's number; without it the one under way, else the next")
      ->check(kVersions);
  build->add_flag("--accept-differences", options.accept_differences,
                  "Switch although the proof finds differences: the new code is right");
  AddAsIfOptions(command, *build, options);
  CLI::App* steer = command.add_option_group("steer", "Steer the replay under way, or versions");
  steer->require_option(0, 1);
  steer->add_flag("--status", options.status, "Print the versions");
  steer->add_flag("--pause", options.pause, "Let it wait");
  steer->add_flag("--resume", options.resume, "Let it go on (with --rate: at another rate)");
  steer->add_flag("--cancel", options.cancel, "Give it up and drop its tables");
  steer
      ->add_option("--roll-back", options.roll_back,
                   "Make queries read this version, which the projections still keep up")
      ->check(kVersions);
  steer->add_option("--drop", options.drop, "Drop this version, which queries do not read")
      ->check(kVersions);
}

void CheckReplayOptions(const CLI::App& command) {
  const auto given = [](const CLI::Option* option) { return option->count() > 0; };
  const CLI::App& steer = *command.get_option_group("steer");
  const CLI::App& build = *command.get_option_group("build");
  for (const CLI::Option* const steering : steer.get_options(given)) {
    for (const CLI::Option* const building : build.get_options(given)) {
      const bool go_on = steering->get_name() == "--resume" && building->get_name() == "--rate";
      if (!go_on) throw CLI::ExcludesError(steering->get_name(), building->get_name());
    }
    if (given(command.get_option("--as-if"))) {
      throw CLI::ExcludesError(steering->get_name(), "--as-if");
    }
  }
}

base::Result<replay::Wanted> ToWanted(const ReplayOptions& options) {
  const auto from = ParseMoment("--from", options.from);
  if (!from) return tl::unexpected(from.error());
  const auto to = ParseMoment("--to", options.to);
  if (!to) return tl::unexpected(to.error());
  auto restriction = replay::MakeRestriction(*from, *to, options.where);
  if (!restriction) return tl::unexpected(restriction.error());
  return replay::Wanted{options.projection, *std::move(restriction), options.version, options.rate,
                        options.accept_differences};
}

}  // namespace clientele::app
