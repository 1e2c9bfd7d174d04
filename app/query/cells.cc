#include "app/query/cells.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace clientele::app {
namespace {

using query::v1::Column;
using query::v1::QueryRequest;
using query::v1::Row;

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
  return column.variant().empty() ? column.metric() : column.metric() + ":" + column.variant();
}

std::string Number(double value, const std::string& unit) {
  if (unit == "share") return fmt::format("{:.1f}", value * 100);
  if (unit == "count" && value == std::round(value)) return fmt::format("{:.0f}", value);
  // Of a small one three digits that count.
  const double size = std::abs(value);
  const int decimals = size == 0 || size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4;
  return fmt::format("{:.{}f}", value, decimals);
}

std::string UnitOf(const std::string& unit) {
  if (unit == "share") return " %";
  return unit == "count" ? "" : " " + unit;
}

std::string Signed(double value, const std::string& unit) {
  const std::string size = Number(std::abs(value), unit);
  if (size.find_first_of("123456789") == std::string::npos) return size;
  return (value < 0 ? "-" : "+") + size;
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
