#include "app/query/print.h"

#include <fmt/core.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "app/query/arguments.h"
#include "app/query/cells.h"
#include "app/query/sparkline.h"
#include "query/calendar.h"

namespace clientele::app {
namespace {

using query::v1::Column;
using query::v1::Compared;
using query::v1::Figure;
using query::v1::ListMetricsResponse;
using query::v1::Meta;
using query::v1::Pair;
using query::v1::PlanAttainment;
using query::v1::QueryRequest;
using query::v1::QueryResponse;
using query::v1::Row;

// What the figure leaves out.
std::string LeftOut(const Figure& figure) {
  std::string text;
  if (figure.untold() > 0) text += fmt::format(", {} untold", figure.untold());
  if (figure.immature() > 0) text += fmt::format(", {} immature", figure.immature());
  return text;
}

std::string Cell(const Figure& figure, const Column& column, const std::string& currency) {
  if (!figure.has_value()) return EmptyName(figure.empty()) + LeftOut(figure);
  const Shape shape = ShapeOf(column.unit(), currency, figure.value());
  std::string text = Number(figure.value(), shape) + shape.behind;
  if (figure.has_low()) {
    text += fmt::format(" [{}, {}]", Number(figure.low(), shape), Number(figure.high(), shape));
  }
  // What was counted is its own n.
  const bool counted =
      column.unit() == "count" && figure.value() == static_cast<double>(figure.n());
  return (counted ? text : text + fmt::format("  n {}", figure.n())) + LeftOut(figure);
}

// The change since the earlier figure, and that figure.
std::string Change(const Compared& compared, const Column& column, const std::string& currency) {
  const bool is_percentage = IsPercentage(column.unit());
  const Shape shape = ShapeOf(column.unit(), currency,
                              std::max(std::abs(compared.value()), std::abs(compared.change())));
  const std::string earlier = compared.has_value() ? Number(compared.value(), shape) + shape.behind
                                                   : EmptyName(compared.empty());
  if (!compared.has_change()) return "earlier: " + earlier;
  std::string text = Signed(compared.change(), shape);
  text += is_percentage ? " points" : shape.behind;
  if (compared.has_change_low()) {
    text += fmt::format(" [{}, {}]", Signed(compared.change_low(), shape),
                        Signed(compared.change_high(), shape));
  }
  if (!is_percentage && compared.has_relative_change()) {
    text += fmt::format(" ({} %)", SignedPercent(compared.relative_change()));
  }
  text += " from " + earlier;
  return compared.apart() == Compared::NO ? text + ", cannot be told apart" : text;
}

// What it takes to tell two groups apart.
std::string Needed(const QueryRequest& request, const Pair& pair, const Column& column,
                   const std::string& currency) {
  switch (pair.empty()) {
    case Pair::TOO_FEW:
      return fmt::format("n {} and {}, too few: must be 2 or more of each", pair.first().n(),
                         pair.first().compared().n());
    case Pair::HIDDEN_SMALL_N:
      return fmt::format("n {} and {}, {}", pair.first().n(), pair.first().compared().n(),
                         EmptyName(Figure::HIDDEN_SMALL_N));
    case Pair::NO_DIFFERENCE:
      return "no number of observations tells so small a difference";
    case Pair::NOT_APPLICABLE:
      return EmptyName(Figure::NOT_APPLICABLE);
    default:
      break;
  }
  if (!request.tell_apart().has_difference()) {
    if (pair.needed() == 0) return "can be told apart";
    return fmt::format("{} more of each tell such a difference with a power of 80 %",
                       pair.needed());
  }
  const double difference = request.tell_apart().difference();
  const Shape shape = ShapeOf(column.unit(), currency, difference);
  return fmt::format("{} more of each tell a difference of {}{} with a power of 80 %",
                     pair.needed(), Number(difference, shape),
                     IsPercentage(column.unit()) ? " points" : shape.behind);
}

// How much of its target the figure reaches, and that target.
std::string Reached(const PlanAttainment& attainment, const Column& column,
                    const std::string& currency) {
  if (!attainment.has_target()) return EmptyName(attainment.empty());
  const Shape shape = ShapeOf(column.unit(), currency, attainment.target());
  const std::string target = Number(attainment.target(), shape) + shape.behind;
  if (!attainment.has_value()) return "target: " + target;
  const Shape share = ShapeOf("share", "", attainment.value());
  std::string text = Number(attainment.value(), share) + share.behind;
  if (attainment.has_low()) {
    text +=
        fmt::format(" [{}, {}]", Number(attainment.low(), share), Number(attainment.high(), share));
  }
  return text + " of " + target;
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

// Whether a figure of the column, or an earlier one, has no data.
bool LacksData(const QueryResponse& response, int column) {
  return std::ranges::any_of(response.rows(), [&](const Row& row) {
    const Figure& figure = row.figures(column);
    return figure.empty() == Figure::NO_DATA || figure.compared().empty() == Figure::NO_DATA;
  });
}

std::string Footer(const QueryResponse& response) {
  const Meta& meta = response.meta();
  std::string text;
  for (int i = 0; i < meta.columns_size(); ++i) {
    const Column& column = meta.columns(i);
    std::string parameters;
    for (const auto& [name, value] : std::map<std::string, std::string>(
             column.parameters().begin(), column.parameters().end())) {
      parameters += fmt::format(", {} = {}", name, value);
    }
    text += fmt::format("{}: {}, version {}{}\n", NameOf(column), column.title_en(),
                        column.version(), parameters);
    if (!column.empty().empty() && LacksData(response, i)) {
      text += fmt::format("  no data: {}\n", column.empty());
    }
  }
  text += fmt::format("mark {} of {}, {}; {} rows read in {:.0f} ms\n", meta.mark_id(),
                      KnownAt(meta.known_at(), meta.time_zone()), meta.time_zone(),
                      meta.rows_read(), meta.elapsed_ms());
  if (!meta.compared_from().empty()) {
    text += fmt::format("compared with {} to {}\n", meta.compared_from(), meta.compared_to());
  }
  for (const std::string& warning : meta.warnings()) text += fmt::format("note: {}\n", warning);
  return text;
}

// Which way a metric is to go.
std::string Better(Column::Direction direction) {
  switch (direction) {
    case Column::UP_GOOD:
      return "up";
    case Column::DOWN_GOOD:
      return "down";
    default:
      return "-";
  }
}

// Whether the range begins after the mark.
bool LiesAhead(const QueryRequest& request, const Meta& meta) {
  const auto zone = query::Zone::Find(meta.time_zone());
  const auto from = query::ParseCivil("from", request.from());
  return zone && from && zone->ToInstant(*from) > meta.known_at();
}

// Of a table without a single figure that counts something.
std::string WhyEmpty(const QueryRequest& request, const QueryResponse& response) {
  for (const Row& row : response.rows()) {
    for (const Figure& figure : row.figures()) {
      // The cell tells the reason, a note below the rest of it.
      if (figure.empty() == Figure::NOT_APPLICABLE || figure.empty() == Figure::IMMATURE) return {};
    }
  }
  const char* const text = LiesAhead(request, response.meta())
                               ? "nothing is known yet from {} to {}: that lies after the mark\n"
                           : response.rows().empty() && !response.meta().warnings().empty()
                               ? "no figures from {} to {}: see the notes below\n"
                               : "nothing happened from {} to {} that these metrics count\n";
  return fmt::format(fmt::runtime(text), request.from(), request.to());
}

std::string CsvNumber(bool has, double value) {
  return has ? fmt::format("{}", value) : std::string();
}

std::vector<std::string> CsvFields(const PlanAttainment& attainment) {
  return {CsvNumber(attainment.has_target(), attainment.target()),
          CsvNumber(attainment.has_value(), attainment.value()),
          CsvNumber(attainment.has_low(), attainment.low()),
          CsvNumber(attainment.has_high(), attainment.high()),
          attainment.has_value() ? "" : PlanAttainment::Empty_Name(attainment.empty())};
}

// Of the figure itself, then of the earlier one and the change.
std::vector<std::string> CsvFields(const Figure& figure, bool compares) {
  const auto fields = [&](const auto& of) {
    return std::vector<std::string>{CsvNumber(of.has_value(), of.value()),
                                    std::to_string(of.n()),
                                    CsvNumber(of.has_low(), of.low()),
                                    CsvNumber(of.has_high(), of.high()),
                                    of.has_value() ? "" : Figure::Empty_Name(of.empty()),
                                    std::to_string(of.untold()),
                                    std::to_string(of.immature())};
  };
  std::vector<std::string> all = fields(figure);
  if (!compares) return all;
  const Compared& compared = figure.compared();
  for (std::string& field : fields(compared)) all.push_back(std::move(field));
  all.push_back(CsvNumber(compared.has_change(), compared.change()));
  all.push_back(CsvNumber(compared.has_change_low(), compared.change_low()));
  all.push_back(CsvNumber(compared.has_change_high(), compared.change_high()));
  all.push_back(CsvNumber(compared.has_relative_change(), compared.relative_change()));
  all.push_back(compared.apart() == Compared::APART_UNSPECIFIED
                    ? ""
                    : Compared::Apart_Name(compared.apart()));
  return all;
}

}  // namespace

std::string ToTable(const QueryRequest& request, const QueryResponse& response) {
  Lines lines(1);
  if (HasGrain(request)) lines[0].push_back(GrainName(request.grain()));
  lines[0].insert(lines[0].end(), request.group_by().begin(), request.group_by().end());
  for (const Column& column : response.meta().columns()) {
    lines[0].push_back(NameOf(column));
    if (request.has_compare()) lines[0].emplace_back("change");
    if (request.plan_attainment()) lines[0].emplace_back("plan_attainment");
  }
  bool any = false;
  for (const Row& row : response.rows()) {
    auto& line = lines.emplace_back();
    if (HasGrain(request)) line.push_back(BucketName(row, request.grain()));
    for (const std::string& value : DimensionsOf(request, row)) line.push_back(Shown(value));
    const std::string currency = CurrencyOf(request, row);
    for (int i = 0; i < row.figures_size(); ++i) {
      const Figure& figure = row.figures(i);
      line.push_back(Cell(figure, response.meta().columns(i), currency));
      if (request.has_compare()) {
        line.push_back(Change(figure.compared(), response.meta().columns(i), currency));
      }
      if (request.plan_attainment()) {
        line.push_back(Reached(figure.plan_attainment(), response.meta().columns(i), currency));
      }
      any = any || figure.n() > 0 || figure.untold() > 0 || figure.compared().n() > 0;
    }
    if (row.partial()) line.emplace_back("(partial)");
    if (row.compared_partial() && !row.partial()) line.emplace_back("(earlier one partial)");
  }
  std::string text = InLine(lines);
  if (!any) text += WhyEmpty(request, response);
  text += SparklineTable(request, response);
  const auto pairs = PairsInWords(request, response);
  if (!pairs.empty()) text += "\n";
  for (const std::string& sentence : pairs) text += sentence + "\n";
  return text + "\n" + Footer(response);
}

std::vector<std::string> PairsInWords(const QueryRequest& request, const QueryResponse& response) {
  std::vector<std::string> sentences;
  const std::string currency = CurrencyOf(request, Row());
  for (int i = 0; i < response.pairs_size(); ++i) {
    const Pair& pair = response.pairs(i);
    const Column& column = response.meta().columns(i);
    const Compared& compared = pair.first().compared();
    const std::string change =
        compared.has_change() ? Change(compared, column, currency) + "; " : std::string();
    sentences.push_back(fmt::format(
        "{} of {} against {}: {}{}", NameOf(column), Shown(request.tell_apart().first()),
        Shown(request.tell_apart().second()), change, Needed(request, pair, column, currency)));
  }
  return sentences;
}

std::string ToCsv(const QueryRequest& request, const QueryResponse& response) {
  const bool compares = request.has_compare();
  std::vector<std::string> header;
  if (HasGrain(request)) header.emplace_back("bucket");
  header.insert(header.end(), request.group_by().begin(), request.group_by().end());
  std::vector<const char*> parts = {"", "_n", "_low", "_high", "_empty", "_untold", "_immature"};
  if (compares) {
    parts.insert(parts.end(), {"_earlier", "_earlier_n", "_earlier_low", "_earlier_high",
                               "_earlier_empty", "_earlier_untold", "_earlier_immature", "_change",
                               "_change_low", "_change_high", "_relative_change", "_apart"});
  }
  if (request.plan_attainment()) {
    parts.insert(parts.end(), {"_target", "_plan_attainment", "_plan_attainment_low",
                               "_plan_attainment_high", "_plan_attainment_empty"});
  }
  parts.insert(parts.end(), {"_unit", "_version"});
  const Meta& meta = response.meta();
  for (const Column& column : meta.columns()) {
    for (const char* part : parts) header.push_back(NameOf(column) + part);
  }
  header.emplace_back("partial");
  if (compares) header.insert(header.end(), {"compared_bucket", "compared_partial"});
  header.insert(header.end(), {"mark_id", "known_at", "time_zone"});
  const std::string known_at = KnownAt(meta.known_at(), meta.time_zone());
  std::string text = CsvLine(header);
  for (const Row& row : response.rows()) {
    std::vector<std::string> line;
    if (HasGrain(request)) line.push_back(row.bucket());
    const auto dimensions = DimensionsOf(request, row);
    line.insert(line.end(), dimensions.begin(), dimensions.end());
    for (int i = 0; i < row.figures_size(); ++i) {
      for (std::string& field : CsvFields(row.figures(i), compares)) {
        line.push_back(std::move(field));
      }
      if (request.plan_attainment()) {
        for (std::string& field : CsvFields(row.figures(i).plan_attainment())) {
          line.push_back(std::move(field));
        }
      }
      line.push_back(meta.columns(i).unit());
      line.push_back(std::to_string(meta.columns(i).version()));
    }
    line.emplace_back(row.partial() ? "true" : "false");
    if (compares) {
      line.push_back(row.compared_bucket());
      line.emplace_back(row.compared_partial() ? "true" : "false");
    }
    line.insert(line.end(), {std::to_string(meta.mark_id()), known_at, meta.time_zone()});
    text += CsvLine(line);
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
  Lines lines = {{"metric", "title", "kind", "unit", "better", "parameters", "by"}};
  for (const auto& metric : response.metrics()) {
    std::string by;
    for (const std::string& name : metric.dimensions()) by += (by.empty() ? "" : ",") + name;
    std::string parameters;
    for (const auto& parameter : metric.parameters()) {
      parameters += fmt::format("{}{}={}", parameters.empty() ? "" : ",", parameter.id(),
                                parameter.default_value());
    }
    lines.push_back({metric.id(), metric.title_en(), metric.kind(), metric.unit(),
                     Better(metric.direction()), parameters, by});
    if (metric.variants_size() < 2) continue;
    for (const auto& variant : metric.variants()) {
      lines.push_back(
          {fmt::format("  :{}{}", variant.id(), variant.is_default() ? " (default)" : ""),
           "  " + variant.title_en()});
    }
  }
  return InLine(lines);
}

}  // namespace clientele::app
