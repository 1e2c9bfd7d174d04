#include "app/query/print.h"

#include <fmt/core.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <vector>

#include "query/calendar.h"

namespace clientele::app {
namespace {

using query::v1::Column;
using query::v1::Figure;
using query::v1::ListMetricsResponse;
using query::v1::Meta;
using query::v1::QueryRequest;
using query::v1::QueryResponse;
using query::v1::Row;

// Values come from events: what a terminal would obey is shown as "?".
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

// Characters of UTF-8 text.
size_t Width(const std::string& text) {
  return static_cast<size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string NameOf(const Column& column) {
  return column.variant().empty() ? column.metric() : column.metric() + ":" + column.variant();
}

std::string Number(double value, const std::string& unit) {
  if (unit == "share") return fmt::format("{:.1f}", value * 100);
  if (unit == "count") return fmt::format("{:.0f}", value);
  return fmt::format("{:.1f}", value);
}

std::string UnitOf(const std::string& unit) {
  if (unit == "share") return " %";
  return unit == "count" ? "" : " " + unit;
}

std::string EmptyName(Figure::Empty empty) {
  switch (empty) {
    case Figure::NO_DATA:
      return "no data";
    case Figure::NOT_APPLICABLE:
      return "not applicable";
    case Figure::HIDDEN_SMALL_N:
      return "hidden, small n";
    case Figure::IMMATURE:
      return "immature";
    default:
      return "";
  }
}

std::string Cell(const Figure& figure, const Column& column) {
  if (!figure.has_value()) return EmptyName(figure.empty());
  std::string text = Number(figure.value(), column.unit()) + UnitOf(column.unit());
  if (figure.has_low()) {
    text += fmt::format(" [{}, {}]", Number(figure.low(), column.unit()),
                        Number(figure.high(), column.unit()));
  }
  return column.unit() == "count" ? text : text + fmt::format("  n {}", figure.n());
}

// 2026-11-01T08:00:00+03:00 as short as the grain allows.
std::string BucketName(const Row& row, QueryRequest::Grain grain) {
  switch (grain) {
    case QueryRequest::MINUTE:
    case QueryRequest::QUARTER_HOUR:
    case QueryRequest::HALF_HOUR:
    case QueryRequest::HOUR:
      return row.bucket().substr(0, 10) + " " + row.bucket().substr(11, 5) +
             row.bucket().substr(std::min<size_t>(19, row.bucket().size()));
    case QueryRequest::MONTH:
    case QueryRequest::QUARTER:
      return row.bucket().substr(0, 7);
    case QueryRequest::YEAR:
      return row.bucket().substr(0, 4);
    default:
      return row.bucket().substr(0, 10);
  }
}

using Lines = std::vector<std::vector<std::string>>;

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

std::string Footer(const QueryResponse& response) {
  const Meta& meta = response.meta();
  const auto zone = query::Zone::Find(meta.time_zone());
  std::string text;
  for (const Column& column : meta.columns()) {
    std::string parameters;
    for (const auto& [name, value] : std::map<std::string, std::string>(
             column.parameters().begin(), column.parameters().end())) {
      parameters += fmt::format(", {} = {}", name, value);
    }
    text += fmt::format("{}: {}, version {}{}\n", NameOf(column), column.title_en(),
                        column.version(), parameters);
  }
  text += fmt::format("mark {} of {}, {}; {} rows read in {:.0f} ms\n", meta.mark_id(),
                      zone ? zone->Format(meta.known_at()) : std::to_string(meta.known_at()),
                      meta.time_zone(), meta.rows_read(), meta.elapsed_ms());
  for (const std::string& warning : meta.warnings()) text += fmt::format("note: {}\n", warning);
  return text;
}

std::string Quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

std::string Joined(const std::vector<std::string>& fields) {
  std::string line;
  for (size_t i = 0; i < fields.size(); ++i) line += (i == 0 ? "" : ",") + Quoted(fields[i]);
  return line + "\r\n";
}

bool HasGrain(const QueryRequest& request) {
  return request.grain() != QueryRequest::GRAIN_UNSPECIFIED;
}

// Of what has none: all other groups, or all groups.
std::vector<std::string> DimensionsOf(const QueryRequest& request, const Row& row) {
  if (row.kind() == Row::KIND_UNSPECIFIED)
    return {row.dimensions().begin(), row.dimensions().end()};
  return std::vector<std::string>(static_cast<size_t>(request.group_by_size()),
                                  row.kind() == Row::OTHER ? "(other)" : "(total)");
}

// Of a table without a single figure that counts something.
std::string WhyEmpty(const QueryRequest& request, const QueryResponse& response) {
  for (const Row& row : response.rows()) {
    for (const Figure& figure : row.figures()) {
      // The cell tells the reason, a note below the rest of it.
      if (figure.empty() == Figure::NOT_APPLICABLE || figure.empty() == Figure::IMMATURE) return {};
    }
  }
  const char* const text = response.rows().empty() && !response.meta().warnings().empty()
                               ? "no figures from {} to {}: see the notes below\n"
                               : "nothing happened from {} to {} that these metrics count\n";
  return fmt::format(fmt::runtime(text), request.from(), request.to());
}

}  // namespace

std::string ToTable(const QueryRequest& request, const QueryResponse& response) {
  Lines lines(1);
  if (HasGrain(request)) lines[0].push_back(QueryRequest::Grain_Name(request.grain()));
  std::ranges::transform(lines[0], lines[0].begin(), [](std::string name) {
    std::ranges::transform(name, name.begin(), [](char c) { return static_cast<char>(c | 0x20); });
    return name;
  });
  lines[0].insert(lines[0].end(), request.group_by().begin(), request.group_by().end());
  for (const Column& column : response.meta().columns()) lines[0].push_back(NameOf(column));
  bool any = false;
  for (const Row& row : response.rows()) {
    auto& line = lines.emplace_back();
    if (HasGrain(request)) line.push_back(BucketName(row, request.grain()));
    for (const std::string& value : DimensionsOf(request, row)) line.push_back(Shown(value));
    for (int i = 0; i < row.figures_size(); ++i) {
      line.push_back(Cell(row.figures(i), response.meta().columns(i)));
      any = any || row.figures(i).n() > 0;
    }
    if (row.partial()) line.emplace_back("(partial)");
  }
  std::string text = InLine(lines);
  if (!any) text += WhyEmpty(request, response);
  return text + "\n" + Footer(response);
}

std::string ToCsv(const QueryRequest& request, const QueryResponse& response) {
  std::vector<std::string> header;
  if (HasGrain(request)) header.emplace_back("bucket");
  header.insert(header.end(), request.group_by().begin(), request.group_by().end());
  for (const Column& column : response.meta().columns()) {
    for (const char* part : {"", "_n", "_low", "_high", "_empty"}) {
      header.push_back(NameOf(column) + part);
    }
  }
  header.emplace_back("partial");
  std::string text = Joined(header);
  const auto number = [](bool has, double value) {
    return has ? fmt::format("{}", value) : std::string();
  };
  for (const Row& row : response.rows()) {
    std::vector<std::string> line;
    if (HasGrain(request)) line.push_back(row.bucket());
    const auto dimensions = DimensionsOf(request, row);
    line.insert(line.end(), dimensions.begin(), dimensions.end());
    for (const Figure& figure : row.figures()) {
      line.push_back(number(figure.has_value(), figure.value()));
      line.push_back(std::to_string(figure.n()));
      line.push_back(number(figure.has_low(), figure.low()));
      line.push_back(number(figure.has_high(), figure.high()));
      line.push_back(figure.has_value() ? "" : Figure::Empty_Name(figure.empty()));
    }
    line.emplace_back(row.partial() ? "true" : "false");
    text += Joined(line);
  }
  return text;
}

std::string ToJson(const QueryResponse& response) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.preserve_proto_field_names = true;
  std::string text;
  // Fails only for Any of unknown types; there is none here.
  (void)google::protobuf::util::MessageToJsonString(response, &text, options);
  return text;
}

std::string ToTable(const ListMetricsResponse& response) {
  Lines lines = {{"metric", "unit", "by", "parameters", "title"}};
  for (const auto& metric : response.metrics()) {
    std::string by;
    for (const std::string& name : metric.dimensions()) by += (by.empty() ? "" : ",") + name;
    std::string parameters;
    for (const auto& parameter : metric.parameters()) {
      parameters += fmt::format("{}{}={}", parameters.empty() ? "" : ",", parameter.id(),
                                parameter.default_value());
    }
    lines.push_back({metric.id(), metric.unit(), by, parameters, metric.title_en()});
    if (metric.variants_size() < 2) continue;
    for (const auto& variant : metric.variants()) {
      lines.push_back(
          {fmt::format("  :{}{}", variant.id(), variant.is_default() ? " (default)" : ""), "", "",
           "", variant.title_en()});
    }
  }
  return InLine(lines);
}

}  // namespace clientele::app
