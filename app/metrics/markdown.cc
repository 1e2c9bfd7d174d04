#include "app/metrics/markdown.h"

#include <fmt/format.h>

#include <map>

namespace clientele::app {
namespace {

using query::Metric;
using query::Source;
using query::Term;
using query::Title;
using query::Variant;

constexpr std::string_view kHead = R"(# Metrics

Made by `clientele metrics --markdown` from the metric files beside the projections
(`projections/*/metrics/`); a test compares. How to add one: CONTRIBUTING.md.

Every figure comes with n, its 95 % interval where it is a sample, the mark that it was computed at
and the version of its definition. No data is no value with a reason, never 0. Ratios over several
groups are pooled; totals are computed, not added up. Figures of named people with n < 10 are
hidden, and others without which those could be computed; counts are hidden by results alone.
Conditions and sums are written in the words of the tables at the end.
)";

std::string Both(const Title& title) { return fmt::format("{} · {}", title.en, title.ru); }

std::string_view Better(const Metric& metric) {
  switch (metric.direction) {
    case query::Direction::kUpGood:
      return "higher";
    case query::Direction::kDownGood:
      return "lower";
    case query::Direction::kNeutral:
      break;
  }
  return "neither";
}

std::string_view Interval(query::IntervalMethod method) {
  switch (method) {
    case query::IntervalMethod::kWilson:
      return "Wilson";
    case query::IntervalMethod::kAdjustedWald:
      return "adjusted Wald";
    case query::IntervalMethod::kStudent:
      return "Student's t";
    case query::IntervalMethod::kOrderStatistics:
      return "order statistics";
    case query::IntervalMethod::kNone:
      break;
  }
  return "none";
}

std::string Terms(const std::vector<Term>& terms) {
  std::string text;
  for (const Term& term : terms) {
    text += text.empty() ? (term.sign < 0 ? "-" : "") : (term.sign < 0 ? " - " : " + ");
    text += term.name;
  }
  return text;
}

// What n counts where it is neither the denominator nor the number of rows.
std::string Observations(const Variant& variant) {
  const auto& formula = variant.formula;
  if (formula.observed) return "; n: " + formula.parts[*formula.observed];
  if (variant.observation_size == 0) return {};
  return fmt::format("; n: {} / {}, rounded up", Terms(variant.denominator),
                     variant.observation_size);
}

std::string Formula(const Metric& metric, const Variant& variant) {
  const auto whole = [](const std::vector<Term>& terms) {
    return terms.size() > 1 ? fmt::format("({})", Terms(terms)) : Terms(terms);
  };
  switch (metric.kind) {
    case query::Kind::kCount:
      return Terms(variant.numerator);
    case query::Kind::kSum:
      return fmt::format("sum of {}", variant.sum);
    case query::Kind::kRatio:
      return fmt::format("{} / {}", whole(variant.numerator), whole(variant.denominator));
    case query::Kind::kDistribution:
      return fmt::format("{} up to the point / {}", whole(variant.numerator),
                         whole(variant.denominator));
    case query::Kind::kMean:
      return fmt::format("mean of {}", variant.sum);
    case query::Kind::kDistinct:
      return fmt::format("distinct values of {}", variant.value);
    case query::Kind::kQuantile:
      return fmt::format("the ceil({} n)-th smallest of n values of {}", variant.level,
                         variant.value);
    case query::Kind::kDerived:
      return variant.formula.text;
  }
  return {};
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// Expressions may hold back-ticks themselves.
std::string Code(std::string_view expression) {
  return expression.find('`') == std::string_view::npos ? fmt::format("`{}`", expression)
                                                        : fmt::format("`` {} ``", expression);
}

// Where it is computed from.
std::string From(const Source& source) {
  std::string text = fmt::format("* From `{}` at `{}`, rows with {}; by {}.\n", source.table,
                                 source.time, Code(source.population), Joined(source.dimensions));
  for (const auto& [name, condition] : source.counts) {
    text += fmt::format("  * {} = rows with {}\n", name, Code(condition));
  }
  for (const auto* measures : {&source.sums, &source.values}) {
    for (const auto& [name, measure] : *measures) {
      text += fmt::format("  * {} = {}", name, Code(measure.of));
      text += measure.where.empty() ? "\n" : fmt::format(" of rows with {}\n", Code(measure.where));
    }
  }
  return text;
}

// Where rows leave dimensions out, or never tell them.
std::string LookedUpIn(const query::Table& table) {
  std::vector<std::string> names;
  for (const auto& [name, dimension] : table.dimensions) {
    if (dimension.looked_up.empty()) continue;
    names.push_back(name + (dimension.told ? " where it is not told" : ""));
  }
  const query::LookUp& look_up = *table.look_up;
  return fmt::format("* Looked up in table {}, of the same {}, as it was at {}: {}.\n",
                     look_up.table, look_up.by, look_up.at, fmt::join(names, ", "));
}

std::string Section(const query::Table& table) {
  std::string text = fmt::format("\n## Table {}\n", table.id);
  if (table.rows) {
    text += fmt::format("Made of {} by the query\n\n```sql\n{}\n```\n\n", Joined(table.rows->reads),
                        table.rows->sql);
  } else {
    text += fmt::format("Of projection `{}`.\n\n", table.projection);
  }
  for (const auto& [name, dimension] : table.dimensions) {
    text +=
        fmt::format("* Dimension {}: {}{}.\n", name, Both(dimension.title),
                    dimension.named_person   ? std::string("; names people")
                    : dimension.result       ? std::string("; says how something was judged")
                    : dimension.unit_of_sums ? std::string("; sums are in units of it")
                    : dimension.last_point > 0
                        ? fmt::format("; the points 0 to {} of distributions, of {} of {} each",
                                      dimension.last_point, dimension.point_size, dimension.column)
                        : std::string());
  }
  if (table.look_up) text += LookedUpIn(table);
  for (const auto& [name, span] : table.spans) {
    text += fmt::format("* Time {}: [{}, {}), over whose days sums are spread evenly.\n", name,
                        span.from, span.to);
  }
  for (const auto& [name, condition] : table.conditions) {
    text += fmt::format("* {} = {}\n", name, Code(condition));
  }
  return text;
}

}  // namespace

std::string Definition(const query::Metric& metric) {
  std::string text =
      fmt::format("\n## {}\n{}. Version {}; {}, in {}; better: {}; interval: {}.\n\n", metric.id,
                  Both(metric.title), metric.version, query::KindName(metric.kind), metric.unit,
                  Better(metric), Interval(metric.interval));
  for (const Variant& variant : metric.variants) {
    if (metric.variants.size() == 1) {
      text += fmt::format("* {}{}\n", Formula(metric, variant), Observations(variant));
      continue;
    }
    text += fmt::format("* `{}:{}`{}: {} ({}){}", metric.id, variant.id,
                        variant.is_default ? ", the default" : "", Formula(metric, variant),
                        Both(variant.title), Observations(variant));
    const bool has_own = variant.interval != metric.interval;
    text += has_own ? fmt::format("; interval: {}\n", Interval(variant.interval)) : "\n";
  }
  for (const Source& source : metric.sources) text += From(source);
  for (const auto& [id, parameter] : metric.parameters) {
    text += fmt::format("* Parameter `{}`: {}; {} {} unless set, {} to {}.\n", id,
                        Both(parameter.title), parameter.default_value, parameter.unit,
                        parameter.min, parameter.max);
  }
  for (const auto& [dimension, reason] : metric.not_applicable) {
    text += fmt::format("* Not by {}: {}.\n", dimension, reason);
  }
  for (const auto& [dimension, remark] : metric.remarks) {
    text += fmt::format("* By {} it is {}.\n", dimension, remark);
  }
  text += fmt::format("* No value: {}.\n", metric.empty);
  text += fmt::format("* Definition: {}. Owner: {}.\n", metric.source, metric.owner);
  return text;
}

std::string ToMarkdown(const query::Catalogue& catalogue) {
  std::string text(kHead);
  text += "\n| metric | title | unit | better | interval | by |\n|---|---|---|---|---|---|\n";
  std::map<std::string, const query::Table*> tables;
  std::string sections;
  for (const auto& [id, metric] : catalogue.metrics()) {
    text += fmt::format("| [{0}](#{0}) | {1} | {2} | {3} | {4} | {5} |\n", id, Both(metric.title),
                        metric.unit, Better(metric), Interval(metric.interval),
                        Joined(metric.Dimensions()));
    sections += Definition(metric);
    for (const Source& source : metric.sources) {
      const query::Table& table = catalogue.TableOf(source);
      tables.emplace(table.id, &table);
    }
  }
  text += sections;
  for (const auto& [id, table] : tables) text += Section(*table);
  return text;
}

}  // namespace clientele::app
