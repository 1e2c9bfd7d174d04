#include "app/query/refusal.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace clientele::app {
namespace {

constexpr std::string_view kParameter = "parameters.";
constexpr std::string_view kKnownAt = "known_at";

// By fields of the request.
constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kOptions = {{
    {"metrics", "metrics"},
    {"from", "--from"},
    {"to", "--to"},
    {"time_zone", "--tz"},
    {"grain", "--grain"},
    {"group_by", "--by"},
    {"filters", "--where"},
    {"where", "--where"},
    {"mark_id", "--mark"},
    {kKnownAt, "--known-at"},
    {"parameters", "--param"},
    {"limit", "--limit"},
    {"compare", "--compare"},
    {"week_start", "--week-start"},
    {"fiscal_start_month", "--fiscal-start-month"},
    {"top", "--top"},
    {"top.by", "--top-by"},
    {"plan_attainment", "--plan-attainment"},
    {"tell_apart", "--apart"},
    {"tell_apart.difference", "--difference"},
}};

// Empty if the path is none of a field.
std::string OptionOf(std::string_view path) {
  if (path.starts_with(kParameter)) {
    return fmt::format("--param {}", path.substr(kParameter.size()));
  }
  const auto option = [](std::string_view field) {
    const auto found =
        std::ranges::find(kOptions, field, [](const auto& one) { return one.first; });
    return std::string(found == kOptions.end() ? std::string_view() : found->second);
  };
  std::string whole = option(path);
  return whole.empty() ? option(path.substr(0, path.find_first_of(".["))) : whole;
}

}  // namespace

std::string InOptions(const std::string& message, const QueryArguments& arguments) {
  const size_t colon = std::min(message.find(": "), message.size());
  const std::string_view path = std::string_view(message).substr(0, message.find(" = "));
  const size_t end = std::min(path.size(), colon);
  const std::string option = OptionOf(path.substr(0, end));
  if (option.empty()) return message;
  // A moment is given as civil time and asked for in microseconds.
  if (path == kKnownAt) {
    return fmt::format("{} = {}{}", option, arguments.known_at, message.substr(colon));
  }
  return option + message.substr(end);
}

base::Error InOptions(base::Error error, const QueryArguments& arguments) {
  error.message = InOptions(error.message, arguments);
  return error;
}

}  // namespace clientele::app
