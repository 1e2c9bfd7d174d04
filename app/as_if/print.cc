#include "app/as_if/print.h"

#include <algorithm>
#include <optional>

#include "app/query/cells.h"
#include "base/log.h"
#include "query/request.h"

namespace clientele::app {
namespace {

using query::BothFigures;
using query::v1::Figure;

// Of any of the figures, in the order of the first that has them.
std::vector<std::string> DimensionsOf(const std::vector<BothFigures>& figures) {
  std::vector<std::string> names;
  for (const BothFigures& both : figures) {
    for (const std::string& name : both.dimensions) {
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

// None: the figure is not by this dimension.
std::optional<std::string> ValueOf(const BothFigures& both, const std::string& dimension) {
  const auto found = std::ranges::find(both.dimensions, dimension);
  if (found == both.dimensions.end()) return std::nullopt;
  return both.values[static_cast<size_t>(found - both.dimensions.begin())];
}

int64_t ObservationsOf(const std::optional<Figure>& figure) { return figure ? figure->n() : 0; }

Shape ShapeFor(const BothFigures& both, double value) {
  return ShapeOf(both.unit, CurrencyOf(both.dimensions, both.values), value);
}

std::string Cell(const std::optional<Figure>& figure, const BothFigures& both) {
  if (!figure) return EmptyName(Figure::NO_DATA);
  if (!figure->has_value()) return EmptyName(figure->empty());
  const Shape shape = ShapeFor(both, figure->value());
  return Number(figure->value(), shape) + shape.behind;
}

std::string ChangeOf(const BothFigures& both) {
  const auto change = both.change();
  if (!change) return "";
  const Shape shape = ShapeFor(both, *change);
  return Signed(*change, shape) + (IsPercentage(both.unit) ? " points" : shape.behind);
}

std::string Plain(std::optional<double> value) { return value ? fmt::format("{}", *value) : ""; }

std::optional<double> ValueOf(const std::optional<Figure>& figure) {
  if (!figure || !figure->has_value()) return std::nullopt;
  return figure->value();
}

// The name of why there is no value.
std::string WhyNone(const std::optional<Figure>& figure) {
  if (ValueOf(figure)) return "";
  return Figure::Empty_Name(figure ? figure->empty() : Figure::NO_DATA);
}

std::string JsonOf(const std::optional<Figure>& figure) {
  const auto number = [](std::string_view name, bool has, double value) {
    return has ? fmt::format(R"("{}":{},)", name, value) : std::string();
  };
  std::string text;
  if (figure) {
    text += number("value", figure->has_value(), figure->value());
    text += number("low", figure->has_low(), figure->low());
    text += number("high", figure->has_high(), figure->high());
  }
  if (!ValueOf(figure)) text += fmt::format(R"("empty":{},)", base::JsonString(WhyNone(figure)));
  return fmt::format(R"({{{}"n":{}}})", text, ObservationsOf(figure));
}

std::string JsonOf(const BothFigures& both) {
  std::string group;
  for (size_t i = 0; i < both.dimensions.size(); ++i) {
    group += fmt::format("{}{}:{}", i == 0 ? "" : ",", base::JsonString(both.dimensions[i]),
                         base::JsonString(both.values[i]));
  }
  const auto change = both.change();
  return fmt::format(
      R"({{"metric":{},"variant":{},"unit":{},"bucket":{},"partial":{},"dimensions":{{{}}},)"
      R"("as_it_is":{},"as_if":{}{}}})",
      base::JsonString(both.metric), base::JsonString(both.variant), base::JsonString(both.unit),
      base::JsonString(both.bucket), both.partial, group, JsonOf(both.as_it_is), JsonOf(both.as_if),
      change ? fmt::format(R"(,"change":{})", *change) : "");
}

std::string JsonOf(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ",") + base::JsonString(text);
  return "[" + list + "]";
}

}  // namespace

std::string ToTable(const AsIfOutcome& outcome) {
  const auto dimensions = DimensionsOf(outcome.answers.figures);
  Lines lines(1);
  lines[0] = {"metric", "month"};
  lines[0].insert(lines[0].end(), dimensions.begin(), dimensions.end());
  lines[0].insert(lines[0].end(), {"as it is", "as if", "change", "n", "n as if"});
  for (const BothFigures& both : outcome.answers.figures) {
    auto& line = lines.emplace_back();
    line = {query::NameOf(both.metric, both.variant), both.bucket.substr(0, 7)};
    for (const std::string& name : dimensions) {
      const auto value = ValueOf(both, name);
      line.push_back(value ? Shown(*value) : "");
    }
    line.insert(line.end(), {Cell(both.as_it_is, both), Cell(both.as_if, both), ChangeOf(both),
                             std::to_string(ObservationsOf(both.as_it_is)),
                             std::to_string(ObservationsOf(both.as_if))});
    if (both.partial) line.emplace_back("(partial)");
  }
  std::string text = InLine(lines);
  if (outcome.answers.figures.empty()) text += "no figure has a value, either way\n";
  text += fmt::format("\nas if {}: {}, tenant {}\nmark {} of {}, {}\n", outcome.text,
                      outcome.version.ToString(), outcome.tenant, outcome.mark.id,
                      KnownAt(outcome.mark.known_at, outcome.time_zone), outcome.time_zone);
  for (const std::string& table : outcome.tables) {
    text += fmt::format("table clientele.{}\n", table);
  }
  for (const std::string& warning : outcome.answers.warnings) {
    text += fmt::format("note: {}\n", warning);
  }
  return text;
}

std::string ToCsv(const AsIfOutcome& outcome) {
  const auto dimensions = DimensionsOf(outcome.answers.figures);
  std::vector<std::string> header = {"metric", "variant", "unit", "bucket"};
  header.insert(header.end(), dimensions.begin(), dimensions.end());
  header.insert(header.end(), {"partial", "as_it_is", "as_it_is_n", "as_it_is_empty", "as_if",
                               "as_if_n", "as_if_empty", "change", "mark"});
  std::string text = CsvLine(header);
  for (const BothFigures& both : outcome.answers.figures) {
    std::vector<std::string> line = {both.metric, both.variant, both.unit, both.bucket};
    for (const std::string& name : dimensions) line.push_back(ValueOf(both, name).value_or(""));
    line.emplace_back(both.partial ? "true" : "false");
    for (const auto* figure : {&both.as_it_is, &both.as_if}) {
      line.insert(line.end(), {Plain(ValueOf(*figure)), std::to_string(ObservationsOf(*figure)),
                               WhyNone(*figure)});
    }
    line.push_back(Plain(both.change()));
    line.push_back(std::to_string(outcome.mark.id));
    text += CsvLine(line);
  }
  return text;
}

std::string ToJson(const AsIfOutcome& outcome) {
  std::string figures;
  for (const BothFigures& both : outcome.answers.figures) {
    figures += (figures.empty() ? "" : ",\n") + JsonOf(both);
  }
  return fmt::format(
      R"({{"version":{},"as_if":{},"tenant":{},"mark_id":{},"known_at":{},"time_zone":{},)"
      R"("tables":{},"warnings":{},"figures":[)"
      "{}]}}\n",
      base::JsonString(outcome.version.ToString()), base::JsonString(outcome.text),
      base::JsonString(outcome.tenant), outcome.mark.id, outcome.mark.known_at,
      base::JsonString(outcome.time_zone), JsonOf(outcome.tables), JsonOf(outcome.answers.warnings),
      figures);
}

}  // namespace clientele::app
