#include "app/query/cells.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "query/calendar.h"
#include "query/request.h"

namespace clientele::app {
namespace {

using query::v1::Column;
using query::v1::Condition;
using query::v1::Filter;
using query::v1::QueryRequest;
using query::v1::Row;

// The dimension that tells what amounts in minor units are in.
constexpr std::string_view kCurrency = "currency";

// ISO 4217: where a whole one has not 100 minor units.
constexpr std::array<std::string_view, 16> kWithoutMinor = {
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
    "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"};
constexpr std::array<std::string_view, 7> kOfThousands = {"BHD", "IQD", "JOD", "KWD",
                                                          "LYD", "OMR", "TND"};

int DecimalsOf(std::string_view currency) {
  if (std::ranges::find(kWithoutMinor, currency) != kWithoutMinor.end()) return 0;
  return std::ranges::find(kOfThousands, currency) == kOfThousands.end() ? 2 : 3;
}

bool IsCode(std::string_view currency) {
  return currency.size() == 3 &&
         std::ranges::all_of(currency, [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::string OnlyCurrency(const Filter& filter) {
  return filter.dimension() == kCurrency && filter.values_size() == 1 ? filter.values(0) : "";
}

// That the rows of which it holds have; empty if they may have others.
std::string OnlyCurrency(const Condition& condition) {
  if (condition.has_one_of()) return OnlyCurrency(condition.one_of());
  if (condition.has_equal() && condition.equal().dimension() == kCurrency) {
    return condition.equal().value();
  }
  std::string currency;
  for (const Condition& part : condition.all().conditions()) {
    if (currency.empty()) currency = OnlyCurrency(part);
  }
  return currency;
}

// h:mm:ss of seconds.
std::string Clock(double seconds) {
  const auto whole = static_cast<int64_t>(std::llround(std::abs(seconds)));
  return fmt::format("{}{}:{:02}:{:02}", seconds < 0 && whole > 0 ? "-" : "", whole / 3'600,
                     whole / 60 % 60, whole % 60);
}

// Characters of UTF-8 text.
size_t Width(const std::string& text) {
  return static_cast<size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string Quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

}  // namespace

std::string Shown(const std::string& text) {
  std::string shown;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0);
    // U+0080..U+009F: the same commands in one character.
    const bool high = byte == 0xc2 && next >= 0x80 && next < 0xa0;
    shown += byte < 0x20 || byte == 0x7f || high ? '?' : text[i];
    i += high ? 1 : 0;
  }
  return shown.empty() ? "(none)" : shown;
}

std::string NameOf(const Column& column) {
  return query::NameOf(column.metric(), column.variant());
}

Shape ShapeOf(const std::string& unit, const std::string& currency, double size) {
  if (unit == "share") return {.unit = unit, .factor = 100, .behind = " %", .decimals = 1};
  if (unit == "percent") return {.unit = unit, .behind = " %"};
  if (unit == "count" || unit == "ratio") return {.unit = unit, .behind = {}};
  if (unit == "per_100") return {.unit = unit, .behind = " per 100"};
  if (unit == "minor" && !currency.empty()) {
    const int decimals = DecimalsOf(currency);
    return {.unit = currency,
            .factor = std::pow(10, -decimals),
            .behind = " " + currency,
            .decimals = decimals};
  }
  if (unit != "s" && unit != "min") return {.unit = unit, .behind = " " + unit};
  constexpr double kMinute = 60;
  constexpr double kLeastMinutes = 2 * kMinute;
  constexpr double kLeastClock = 120 * kMinute;
  const double seconds = unit == "s" ? 1 : kMinute;  // of one of the unit
  if (std::abs(size) * seconds >= kLeastClock) {
    return {.unit = "s", .factor = seconds, .behind = {}, .clock = true};
  }
  if (std::abs(size) * seconds >= kLeastMinutes) {
    return {.unit = "min", .factor = seconds / kMinute, .behind = " min"};
  }
  return {.unit = "s", .factor = seconds, .behind = " s"};
}

std::string Number(double value, const Shape& shape) {
  value *= shape.factor;
  if (shape.clock) return Clock(value);
  if (shape.decimals >= 0) return fmt::format("{:.{}f}", value, shape.decimals);
  if (shape.unit == "count" && value == std::round(value)) return fmt::format("{:.0f}", value);
  // Of a small one three digits that count.
  const double size = std::abs(value);
  const int decimals = size == 0 || size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4;
  return fmt::format("{:.{}f}", value, decimals);
}

bool IsPercentage(const std::string& unit) { return unit == "share" || unit == "percent"; }

std::string Signed(double value, const Shape& shape) {
  const std::string size = Number(std::abs(value), shape);
  if (size.find_first_of("123456789") == std::string::npos) return size;
  return (value < 0 ? "-" : "+") + size;
}

std::string SignedPercent(double value) { return Signed(value, ShapeOf("share", "", value)); }

std::string CurrencyOf(const std::vector<std::string>& dimensions,
                       const std::vector<std::string>& values) {
  for (size_t i = 0; i < std::min(dimensions.size(), values.size()); ++i) {
    if (dimensions[i] == kCurrency && IsCode(values[i])) return values[i];
  }
  return {};
}

std::string CurrencyOf(const QueryRequest& request, const Row& row) {
  std::string currency = CurrencyOf({request.group_by().begin(), request.group_by().end()},
                                    {row.dimensions().begin(), row.dimensions().end()});
  for (const Filter& filter : request.filters()) {
    if (currency.empty()) currency = OnlyCurrency(filter);
  }
  if (currency.empty()) currency = OnlyCurrency(request.where());
  return IsCode(currency) ? currency : std::string();
}

std::string KnownAt(int64_t micros, const std::string& time_zone) {
  const auto zone = query::Zone::Find(time_zone);
  return zone ? zone->Format(micros) : std::to_string(micros);
}

bool HasGrain(const QueryRequest& request) {
  return request.grain() != QueryRequest::GRAIN_UNSPECIFIED;
}

std::vector<std::string> DimensionsOf(const QueryRequest& request, const Row& row) {
  if (row.kind() == Row::KIND_UNSPECIFIED)
    return {row.dimensions().begin(), row.dimensions().end()};
  return std::vector<std::string>(static_cast<size_t>(request.group_by_size()),
                                  row.kind() == Row::OTHER ? "(other)" : "(total)");
}

std::string EmptyName(query::v1::Figure::Empty empty) {
  switch (empty) {
    case query::v1::Figure::NO_DATA:
      return "no data";
    case query::v1::Figure::NOT_APPLICABLE:
      return "not applicable";
    case query::v1::Figure::HIDDEN_SMALL_N:
      return "hidden, small n";
    case query::v1::Figure::IMMATURE:
      return "immature";
    default:
      return "";
  }
}

std::string EmptyName(query::v1::PlanAttainment::Empty empty) {
  switch (empty) {
    case query::v1::PlanAttainment::NO_TARGET:
      return "no target";
    case query::v1::PlanAttainment::OTHER_PERIOD:
      return "target of another period";
    case query::v1::PlanAttainment::OTHER_SCOPE:
      return "no target can be of it";
    case query::v1::PlanAttainment::SEVERAL_TARGETS:
      return "several targets";
    default:
      return "";
  }
}

std::string CsvLine(const std::vector<std::string>& fields) {
  std::string line;
  for (size_t i = 0; i < fields.size(); ++i) line += (i == 0 ? "" : ",") + Quoted(fields[i]);
  return line + "\r\n";
}

std::string InLine(const Lines& lines) {
  std::vector<size_t> widths;
  for (const auto& line : lines) {
    widths.resize(std::max(widths.size(), line.size()));
    for (size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], Width(line[i]));
  }
  std::string text;
  for (const auto& line : lines) {
    std::string out;
    for (size_t i = 0; i < line.size(); ++i) {
      out += line[i] + std::string(widths[i] - Width(line[i]) + 2, ' ');
    }
    out.erase(out.find_last_not_of(' ') + 1);
    text += out + "\n";
  }
  return text;
}

}  // namespace clientele::app
