#include "query/metric_file.h"

#include <algorithm>

#include "query/file_keys.h"

namespace clientele::query {
namespace {

// "answered + abandoned - short_abandoned".
std::vector<Term> ReadTerms(FileKeys& keys, std::string_view key) {
  std::vector<Term> terms;
  std::string word;
  std::string text = keys.Text(key) + ' ';
  int sign = 1;
  bool name_next = true;
  for (const char c : text) {
    if (c != ' ') {
      word += c;
      continue;
    }
    if (word.empty()) continue;
    if (name_next) {
      terms.push_back({sign, word});
    } else if (word != "+" && word != "-") {
      keys.Broken(key, fmt::format("has {}, must be counts or sums joined by + and -", word));
    }
    sign = word == "-" ? -1 : 1;
    name_next = !name_next;
    word.clear();
  }
  if (name_next) keys.Broken(key, "must not end in + or -");
  return terms;
}

// Every name must be a count of every source or, of a ratio of sums, a sum.
void CheckTerms(FileKeys& keys, std::string_view key, const std::vector<Term>& terms, bool of_sums,
                const Metric& metric) {
  for (const Term& term : terms) {
    for (const Source& source : metric.sources) {
      if (of_sums ? source.sums.contains(term.name) : source.counts.contains(term.name)) continue;
      keys.Broken(key, fmt::format("has {}, which is no {} of every from", term.name,
                                   of_sums ? "sum" : "count"));
    }
  }
}

void ReadRatio(FileKeys& keys, const Metric& metric, Variant& variant) {
  variant.numerator = ReadTerms(keys, "numerator");
  variant.denominator = ReadTerms(keys, "denominator");
  // The first name tells which sort all of them are.
  if (!variant.numerator.empty() && !metric.sources.empty()) {
    const std::string& first = variant.numerator.front().name;
    const Source& source = metric.sources.front();
    variant.of_sums = source.sums.contains(first) && !source.counts.contains(first);
  }
  CheckTerms(keys, "numerator", variant.numerator, variant.of_sums, metric);
  CheckTerms(keys, "denominator", variant.denominator, variant.of_sums, metric);
  variant.observation_size = keys.Number("observation_size", false);
  if (variant.observation_size < 0) {
    keys.Broken("observation_size", "must be a number from 1 on");
  } else if (variant.observation_size > 0 && !variant.of_sums) {
    keys.Broken("observation_size", "must be of a ratio of sums");
  }
  variant.immature = keys.Text("immature", false);
  if (variant.immature.empty()) return;
  if (variant.of_sums) keys.Broken("immature", "must be of a ratio of counts");
  CheckTerms(keys, "immature", {{1, variant.immature}}, false, metric);
}

// `may_be_untold`: a row may leave the measure out.
std::map<std::string, Measure> ReadMeasures(FileKeys& parent, std::string_view key,
                                            bool may_be_untold) {
  std::map<std::string, Measure> measures;
  parent.Each(key, [&](std::string name, FileKeys& keys) {
    Measure& measure = measures[name];
    measure.of = keys.Text("of");
    measure.where = keys.Text("where", false);
    if (may_be_untold) measure.told = keys.Text("told", false);
  });
  return measures;
}

void ReadSources(FileKeys& parent, Metric& metric) {
  for (const toml::table* table : parent.Tables("from")) {
    FileKeys keys(fmt::format("{}: from", parent.where()), *table);
    Source source;
    source.table = keys.Name("table");
    source.time = keys.Name("time");
    source.population = keys.Text("population");
    source.dimensions = keys.Texts("dimensions", true);
    source.counts = keys.NamedTexts("counts");
    source.sums = ReadMeasures(keys, "sums", metric.kind == Kind::kSum);
    source.values = ReadMeasures(keys, "values", false);
    parent.Inherit(keys);
    metric.sources.push_back(std::move(source));
  }
}

// The name of a sum or value of every source.
std::string ReadMeasureName(FileKeys& keys, std::string_view key, const Metric& metric,
                            std::map<std::string, Measure> Source::* measures,
                            std::string_view what) {
  std::string name = keys.Name(key);
  for (const Source& source : metric.sources) {
    if (!(source.*measures).contains(name)) {
      keys.Broken(key, fmt::format("must be a {} of every from", what));
    }
  }
  return name;
}

// With the metric whose n is that of the figure: what it divides by, unless the file names one.
Formula ReadFormulaText(FileKeys& keys, std::string_view key) {
  auto formula = ParseFormula(keys.Text(key));
  const std::string observed = keys.Text("n", false);
  if (!formula) {
    keys.Broken(key, formula.error().message);
    return {};
  }
  const auto part = std::ranges::find(formula->parts, observed);
  if (part != formula->parts.end()) {
    formula->observed = static_cast<size_t>(part - formula->parts.begin());
  } else if (!observed.empty()) {
    keys.Broken("n", "must be one of the metrics of the formula");
  } else if (!formula->observed) {
    keys.Broken("n", "is missing, as the formula does not divide by one metric alone");
  }
  return std::move(*formula);
}

void ReadFormula(FileKeys& keys, const Metric& metric, Variant& variant) {
  switch (metric.kind) {
    case Kind::kCount:
      variant.numerator = ReadTerms(keys, "count");
      CheckTerms(keys, "count", variant.numerator, false, metric);
      return;
    case Kind::kRatio:
    case Kind::kDistribution:
      ReadRatio(keys, metric, variant);
      return;
    case Kind::kSum:
      variant.sum = ReadMeasureName(keys, "sum", metric, &Source::sums, "sum");
      return;
    case Kind::kMean:
      variant.sum = ReadMeasureName(keys, "mean", metric, &Source::sums, "sum");
      return;
    case Kind::kDistinct:
      variant.value = ReadMeasureName(keys, "distinct", metric, &Source::values, "value");
      return;
    case Kind::kQuantile:
      variant.value = ReadMeasureName(keys, "quantile", metric, &Source::values, "value");
      variant.level = keys.Level("level");
      return;
    case Kind::kDerived:
      variant.formula = ReadFormulaText(keys, "formula");
      return;
  }
}

IntervalMethod ReadInterval(FileKeys& keys) {
  return keys.OneOf<IntervalMethod>("interval",
                                    {{"none", IntervalMethod::kNone},
                                     {"wilson", IntervalMethod::kWilson},
                                     {"adjusted_wald", IntervalMethod::kAdjustedWald},
                                     {"t", IntervalMethod::kStudent},
                                     {"order_statistics", IntervalMethod::kOrderStatistics}});
}

// Whether the variant's interval can be computed from its figures.
bool FitsInterval(Kind kind, const Variant& variant) {
  const bool of_counts = IsRatio(kind) && !variant.of_sums;
  switch (variant.interval) {
    case IntervalMethod::kNone:
      return true;
    case IntervalMethod::kWilson:
      return of_counts;
    case IntervalMethod::kAdjustedWald:
      return of_counts && variant.numerator.size() == 2 && variant.numerator[1].sign < 0 &&
             variant.denominator.size() == 1;
    case IntervalMethod::kStudent:
      return kind == Kind::kMean;
    case IntervalMethod::kOrderStatistics:
      return kind == Kind::kQuantile;
  }
  return false;
}

void ReadVariants(FileKeys& parent, Metric& metric) {
  const auto tables = parent.Tables("variants");
  for (const toml::table* table : tables) {
    FileKeys keys(fmt::format("{}: variants", parent.where()), *table);
    Variant variant;
    if (tables.size() > 1) {
      variant.id = keys.Name("id");
      variant.title = keys.ReadTitle("title", true);
      variant.is_default = keys.Flag("default");
      if (variant.id == kAllVariants) keys.Broken("id", "must not be all, which means every one");
    } else {
      variant.is_default = true;
    }
    ReadFormula(keys, metric, variant);
    const bool has_own = !keys.Text("interval", false).empty();
    variant.interval = has_own ? ReadInterval(keys) : metric.interval;
    if (!FitsInterval(metric.kind, variant)) {
      (has_own ? keys : parent)
          .Broken("interval",
                  "must be wilson for a ratio or distribution of counts, adjusted_wald for (a - b) "
                  "/ c of counts, t for a mean, order_statistics for a quantile, or none");
    }
    variant.applicable = keys.Texts("applicable", false);
    parent.Inherit(keys);
    metric.variants.push_back(std::move(variant));
  }
  if (std::ranges::count_if(metric.variants, &Variant::is_default) != 1) {
    parent.Broken("variants", "must have one with default = true");
  }
}

void ReadParameters(FileKeys& parent, Metric& metric) {
  parent.Each("parameters", [&](std::string name, FileKeys& keys) {
    Parameter parameter;
    parameter.id = name;
    parameter.default_value = keys.Number("default");
    parameter.min = keys.Number("min");
    parameter.max = keys.Number("max");
    parameter.unit = keys.Text("unit");
    parameter.title = {keys.Text("en"), keys.Text("ru")};
    if (parameter.default_value < parameter.min || parameter.default_value > parameter.max) {
      keys.Broken("default", "must lie within min and max");
    }
    metric.parameters[name] = std::move(parameter);
  });
}

// What makes the table's rows, if a query does: its text is another file's.
std::optional<RowsQuery> ReadRows(FileKeys& keys) {
  RowsQuery rows{keys.Text("rows", false), {}, keys.Texts("reads", false)};
  if (rows.file.empty() && rows.reads.empty()) return std::nullopt;
  if (rows.reads.empty()) keys.Broken("rows", "must have reads beside it");
  if (!rows.file.ends_with(".sql") || rows.file.find('/') != std::string::npos) {
    keys.Broken("rows", "must be the name of a file beside this one that ends in .sql");
  }
  return rows;
}

// The dimension's column of the table's rows, or of what they look up.
void ReadColumn(FileKeys& keys, const Table& table, Dimension& dimension) {
  const bool looked_up = !keys.Text("looked_up", false).empty();
  if (looked_up) dimension.looked_up = keys.Name("looked_up");
  dimension.told = !looked_up || !keys.Text("column", false).empty();
  dimension.column = dimension.told ? keys.Name("column") : dimension.looked_up;
  if (!looked_up) return;
  if (!table.look_up) keys.Broken("looked_up", "must have a look_up beside the dimensions");
  const std::string type = keys.Text("type", false);
  if (!type.empty() && type != "text") keys.Broken("looked_up", "must be of the type text");
}

// Of a dimension whose values are points of distributions.
void ReadPoints(FileKeys& keys, Dimension& dimension) {
  constexpr int64_t kMostPoints = 1'000;
  dimension.last_point = keys.Number("last_point", false);
  dimension.point_size = keys.Number("point_size", dimension.last_point != 0);
  if (dimension.last_point < 0 || dimension.last_point > kMostPoints) {
    keys.Broken("last_point", fmt::format("must be a number 1..{}", kMostPoints));
  }
  if (dimension.last_point != 0 && dimension.point_size < 1) {
    keys.Broken("point_size", "must be a number from 1 on");
  }
  if (dimension.last_point == 0 && dimension.point_size != 0) {
    keys.Broken("point_size", "must have a last_point beside it");
  }
}

}  // namespace

FileContent<Table> ReadTable(std::string_view path, std::string_view text) {
  const auto parsed = ParseFile(path, text);
  if (!parsed) return {{}, {parsed.error().message}};
  FileKeys keys{std::string(path), *parsed};
  Table table;
  table.id = keys.Name("id");
  table.projection = keys.Name("projection");
  table.rows = ReadRows(keys);
  table.times = keys.Texts("times", true);
  keys.Each("spans", [&](std::string name, FileKeys& part) {
    if (std::ranges::find(table.times, name) == table.times.end()) {
      part.Broken("from", "must be of a span that is one of times");
    }
    if (table.rows) part.Broken("from", "must not be of a table that has rows");
    table.spans[name] = {part.Name("from"), part.Name("to")};
  });
  keys.Each("look_up", [&](std::string name, FileKeys& part) {
    if (table.look_up) keys.Broken("look_up", "must be of one table");
    if (!table.spans.empty()) keys.Broken("look_up", "must not be of a table that has spans");
    table.look_up = LookUp{std::move(name), part.Name("by"), part.Name("at")};
  });
  table.conditions = keys.NamedTexts("conditions");
  keys.Each("dimensions", [&](std::string name, FileKeys& part) {
    Dimension dimension;
    dimension.id = name;
    ReadColumn(part, table, dimension);
    dimension.named_person = part.Flag("named_person");
    dimension.result = part.Flag("result");
    dimension.unit_of_sums = part.Flag("unit_of_sums");
    ReadPoints(part, dimension);
    const std::string type = part.Text("type", false);
    if (!type.empty() && type != "text" && type != "number" && type != "enum") {
      part.Broken("type", "must be text, number or enum");
    }
    if (type == "number") dimension.type = DimensionType::kNumber;
    if (type == "enum") dimension.type = DimensionType::kEnum;
    if (dimension.last_point > 0 && dimension.type != DimensionType::kNumber) {
      part.Broken("type", "must be number where there is a last_point");
    }
    dimension.title = {part.Text("en"), part.Text("ru")};
    table.dimensions[name] = std::move(dimension);
  });
  return {std::move(table), keys.AllFaults()};
}

FileContent<Metric> ReadMetric(std::string_view path, std::string_view text) {
  Metric metric;
  metric.path = path;
  const auto parsed = ParseFile(path, text);
  if (!parsed) return {std::move(metric), {parsed.error().message}};
  FileKeys keys{std::string(path), *parsed};
  metric.id = keys.Name("id");
  const int64_t version = keys.Number("version");
  if (version < 1 || version > UINT32_MAX) keys.Broken("version", "must be a number from 1 on");
  metric.version = static_cast<uint32_t>(version);
  metric.kind = keys.OneOf<Kind>("kind", {{"count", Kind::kCount},
                                          {"sum", Kind::kSum},
                                          {"ratio", Kind::kRatio},
                                          {"mean", Kind::kMean},
                                          {"distinct", Kind::kDistinct},
                                          {"quantile", Kind::kQuantile},
                                          {"distribution", Kind::kDistribution},
                                          {"derived", Kind::kDerived}});
  metric.unit = keys.Text("unit");
  metric.scale = keys.Scale("scale");
  metric.direction = keys.OneOf<Direction>("direction", {{"up_good", Direction::kUpGood},
                                                         {"down_good", Direction::kDownGood},
                                                         {"neutral", Direction::kNeutral}});
  metric.interval = ReadInterval(keys);
  metric.title = keys.ReadTitle("title", true);
  metric.source = keys.Text("source");
  metric.owner = keys.Text("owner");
  metric.empty = keys.Text("empty");
  metric.applicable_with = keys.Text("applicable_with", false);
  metric.left_out = keys.Text("left_out", false);
  if (metric.kind != Kind::kDerived) {
    metric.not_applicable = keys.NamedTexts("not_applicable");
    metric.remarks = keys.NamedTexts("remarks");
    ReadParameters(keys, metric);
    ReadSources(keys, metric);
  }
  ReadVariants(keys, metric);
  return {std::move(metric), keys.AllFaults()};
}

}  // namespace clientele::query
