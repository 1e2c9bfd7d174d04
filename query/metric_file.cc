#include "query/metric_file.h"

#include <toml++/toml.h>

#include <algorithm>
#include <set>

namespace clientele::query {
namespace {

// Takes keys out of one TOML table and remembers the first rule that was broken; a key that nobody
// asked for is an error too.
class Keys {
 public:
  Keys(std::string where, const toml::table& table) : where_(std::move(where)), table_(table) {}

  std::string Text(std::string_view key, bool required = true) {
    const toml::node* node = Take(key, required);
    if (node == nullptr) return {};
    const auto value = node->value<std::string>();
    if (!value || (required && value->empty())) Broken(key, "must be a text that is not empty");
    return value.value_or("");
  }

  int64_t Number(std::string_view key) {
    const toml::node* node = Take(key, true);
    if (node == nullptr) return 0;
    const auto value = node->value_exact<int64_t>();
    if (!value) Broken(key, "must be a whole number");
    return value.value_or(0);
  }

  double Scale(std::string_view key) {
    const toml::node* node = Take(key, false);
    if (node == nullptr) return 1;
    const double value = node->value<double>().value_or(0);
    if (value <= 0) Broken(key, "must be a number above 0");
    return value;
  }

  double Level(std::string_view key) {
    const toml::node* node = Take(key, true);
    if (node == nullptr) return 0;
    const double value = node->value<double>().value_or(0);
    if (!(value > 0 && value < 1)) Broken(key, "must be a number above 0 and below 1");
    return value;
  }

  bool Flag(std::string_view key) {
    const toml::node* node = Take(key, false);
    if (node == nullptr) return false;
    if (!node->is_boolean()) Broken(key, "must be true or false");
    return node->value_or(false);
  }

  std::vector<std::string> Texts(std::string_view key, bool required) {
    std::vector<std::string> texts;
    const toml::node* node = Take(key, required);
    if (node == nullptr) return texts;
    if (node->is_array()) {
      for (const toml::node& element : *node->as_array()) {
        texts.push_back(element.value<std::string>().value_or(""));
      }
    }
    if (texts.empty() || std::ranges::count(texts, "") > 0) {
      Broken(key, "must be a list of texts");
    }
    return texts;
  }

  template <typename T>
  T OneOf(std::string_view key, const std::map<std::string, T>& choices) {
    const std::string text = Text(key);
    const auto found = choices.find(text);
    if (found != choices.end()) return found->second;
    std::string names;
    for (const auto& [name, value] : choices) names += (names.empty() ? "" : ", ") + name;
    Broken(key, "is " + text + ", must be one of " + names);
    return T{};
  }

  const toml::table* Sub(std::string_view key, bool required = false) {
    const toml::node* node = Take(key, required);
    if (node == nullptr) return nullptr;
    if (!node->is_table()) Broken(key, "must be a table");
    return node->as_table();
  }

  std::vector<const toml::table*> Subs(std::string_view key) {
    std::vector<const toml::table*> tables;
    const toml::node* node = Take(key, true);
    if (node == nullptr) return tables;
    if (const toml::array* array = node->as_array()) {
      for (const toml::node& element : *array) {
        if (element.is_table()) tables.push_back(element.as_table());
      }
    }
    if (tables.empty()) Broken(key, "must be one or more tables");
    return tables;
  }

  void Broken(std::string_view key, const std::string& rule) {
    if (error_.empty()) error_ = fmt::format("{}: {} {}", where_, key, rule);
  }
  // What a part of this table broke.
  void Inherit(const Keys& part) {
    if (error_.empty()) error_ = part.Error();
  }
  [[nodiscard]] std::string Error() const {
    if (!error_.empty()) return error_;
    for (const auto& [key, node] : table_) {
      if (!taken_.contains(key.str())) {
        return fmt::format("{}: {} is no key of this table", where_, key.str());
      }
    }
    return {};
  }
  [[nodiscard]] const std::string& where() const { return where_; }

 private:
  const toml::node* Take(std::string_view key, bool required) {
    taken_.emplace(key);
    const toml::node* node = table_.get(key);
    if (node == nullptr && required) Broken(key, "is missing");
    return node;
  }

  const std::string where_;
  const toml::table& table_;
  std::set<std::string, std::less<>> taken_;
  std::string error_;
};

bool IsName(std::string_view text) {
  return !text.empty() && text.front() >= 'a' && text.front() <= 'z' &&
         std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

std::string Name(Keys& keys, std::string_view key) {
  std::string name = keys.Text(key);
  if (!IsName(name)) keys.Broken(key, "must be a name of [a-z0-9_] that begins with a letter");
  return name;
}

Title ReadTitle(Keys& parent, std::string_view key, bool required) {
  const toml::table* table = parent.Sub(key, required);
  if (table == nullptr) return {};
  Keys keys(fmt::format("{}: {}", parent.where(), key), *table);
  Title title{keys.Text("en"), keys.Text("ru")};
  parent.Inherit(keys);
  return title;
}

// Calls `read(name, keys)` for every sub-table of `key`.
template <typename Read>
void Each(Keys& parent, std::string_view key, const Read& read) {
  const toml::table* table = parent.Sub(key);
  if (table == nullptr) return;
  for (const auto& [name, node] : *table) {
    if (!IsName(name.str()) || !node.is_table()) {
      parent.Broken(key, fmt::format("has {}: must be a name and a table", name.str()));
      continue;
    }
    Keys keys(fmt::format("{}: {}.{}", parent.where(), key, name.str()), *node.as_table());
    read(std::string(name.str()), keys);
    parent.Inherit(keys);
  }
}

std::map<std::string, std::string> NamedTexts(Keys& parent, std::string_view key) {
  std::map<std::string, std::string> texts;
  const toml::table* table = parent.Sub(key);
  if (table == nullptr) return texts;
  for (const auto& [name, node] : *table) {
    const auto text = node.value<std::string>();
    if (!IsName(name.str()) || !text || text->empty()) {
      parent.Broken(key, fmt::format("has {}: must be a name and a text", name.str()));
      continue;
    }
    texts.emplace(name.str(), *text);
  }
  return texts;
}

// "answered + abandoned - short_abandoned"; every name must be a count of every source.
std::vector<Term> ReadTerms(Keys& keys, std::string_view key, const Metric& metric) {
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
      for (const Source& source : metric.sources) {
        if (!source.counts.contains(word)) {
          keys.Broken(key, fmt::format("has {}, which is no count of every from", word));
        }
      }
    } else if (word != "+" && word != "-") {
      keys.Broken(key, fmt::format("has {}, must be counts joined by + and -", word));
    }
    sign = word == "-" ? -1 : 1;
    name_next = !name_next;
    word.clear();
  }
  if (name_next) keys.Broken(key, "must not end in + or -");
  return terms;
}

std::map<std::string, Measure> ReadMeasures(Keys& parent, std::string_view key) {
  std::map<std::string, Measure> measures;
  Each(parent, key, [&](std::string name, Keys& keys) {
    measures[name] = {keys.Text("of"), keys.Text("where", false)};
  });
  return measures;
}

void ReadSources(Keys& parent, Metric& metric) {
  for (const toml::table* table : parent.Subs("from")) {
    Keys keys(fmt::format("{}: from", parent.where()), *table);
    Source source;
    source.table = Name(keys, "table");
    source.time = Name(keys, "time");
    source.population = keys.Text("population");
    source.dimensions = keys.Texts("dimensions", true);
    source.counts = NamedTexts(keys, "counts");
    source.sums = ReadMeasures(keys, "sums");
    source.values = ReadMeasures(keys, "values");
    parent.Inherit(keys);
    metric.sources.push_back(std::move(source));
  }
}

// The name of a sum or value of every source.
std::string ReadMeasureName(Keys& keys, std::string_view key, const Metric& metric,
                            std::map<std::string, Measure> Source::* measures,
                            std::string_view what) {
  std::string name = Name(keys, key);
  for (const Source& source : metric.sources) {
    if (!(source.*measures).contains(name)) {
      keys.Broken(key, fmt::format("must be a {} of every from", what));
    }
  }
  return name;
}

Formula ReadFormulaText(Keys& keys, std::string_view key) {
  auto formula = ParseFormula(keys.Text(key));
  if (formula) return std::move(*formula);
  keys.Broken(key, formula.error().message);
  return {};
}

void ReadFormula(Keys& keys, const Metric& metric, Variant& variant) {
  switch (metric.kind) {
    case Kind::kCount:
      variant.numerator = ReadTerms(keys, "count", metric);
      return;
    case Kind::kRatio:
      variant.numerator = ReadTerms(keys, "numerator", metric);
      variant.denominator = ReadTerms(keys, "denominator", metric);
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

void ReadVariants(Keys& parent, Metric& metric) {
  const auto tables = parent.Subs("variants");
  for (const toml::table* table : tables) {
    Keys keys(fmt::format("{}: variants", parent.where()), *table);
    Variant variant;
    if (tables.size() > 1) {
      variant.id = Name(keys, "id");
      variant.title = ReadTitle(keys, "title", true);
      variant.is_default = keys.Flag("default");
      if (variant.id == kAllVariants) keys.Broken("id", "must not be all, which means every one");
    } else {
      variant.is_default = true;
    }
    ReadFormula(keys, metric, variant);
    variant.applicable = keys.Texts("applicable", false);
    parent.Inherit(keys);
    metric.variants.push_back(std::move(variant));
  }
  if (std::ranges::count_if(metric.variants, &Variant::is_default) != 1) {
    parent.Broken("variants", "must have one with default = true");
  }
}

void ReadParameters(Keys& parent, Metric& metric) {
  Each(parent, "parameters", [&](std::string name, Keys& keys) {
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

template <typename T>
base::Result<T> Finish(const Keys& keys, T value) {
  const std::string error = keys.Error();
  if (!error.empty()) return base::Fail(base::Code::kInvalidArgument, "{}", error);
  return value;
}

base::Result<toml::table> Parse(std::string_view path, std::string_view text) {
  try {
    return toml::parse(text, path);
  } catch (const toml::parse_error& error) {
    return base::Fail(base::Code::kInvalidArgument, "{}:{}: {}", path, error.source().begin.line,
                      error.description());
  }
}

}  // namespace

base::Result<Table> ReadTable(std::string_view path, std::string_view text) {
  const auto parsed = Parse(path, text);
  if (!parsed) return tl::unexpected(parsed.error());
  Keys keys{std::string(path), *parsed};
  Table table;
  table.id = Name(keys, "id");
  table.projection = Name(keys, "projection");
  table.times = keys.Texts("times", true);
  Each(keys, "spans", [&](std::string name, Keys& part) {
    if (std::ranges::find(table.times, name) == table.times.end()) {
      part.Broken("from", "must be of a span that is one of times");
    }
    table.spans[name] = {Name(part, "from"), Name(part, "to")};
  });
  table.conditions = NamedTexts(keys, "conditions");
  Each(keys, "dimensions", [&](std::string name, Keys& part) {
    Dimension dimension;
    dimension.id = name;
    dimension.column = Name(part, "column");
    dimension.named_person = part.Flag("named_person");
    dimension.unit_of_sums = part.Flag("unit_of_sums");
    const std::string type = part.Text("type", false);
    if (!type.empty() && type != "text" && type != "number" && type != "enum") {
      part.Broken("type", "must be text, number or enum");
    }
    if (type == "number") dimension.type = DimensionType::kNumber;
    if (type == "enum") dimension.type = DimensionType::kEnum;
    dimension.title = {part.Text("en"), part.Text("ru")};
    table.dimensions[name] = std::move(dimension);
  });
  return Finish(keys, std::move(table));
}

base::Result<Metric> ReadMetric(std::string_view path, std::string_view text) {
  const auto parsed = Parse(path, text);
  if (!parsed) return tl::unexpected(parsed.error());
  Keys keys{std::string(path), *parsed};
  Metric metric;
  metric.id = Name(keys, "id");
  const int64_t version = keys.Number("version");
  if (version < 1 || version > UINT32_MAX) keys.Broken("version", "must be a number from 1 on");
  metric.version = static_cast<uint32_t>(version);
  metric.kind = keys.OneOf<Kind>("kind", {{"count", Kind::kCount},
                                          {"sum", Kind::kSum},
                                          {"ratio", Kind::kRatio},
                                          {"mean", Kind::kMean},
                                          {"distinct", Kind::kDistinct},
                                          {"quantile", Kind::kQuantile},
                                          {"derived", Kind::kDerived}});
  metric.unit = keys.Text("unit");
  metric.scale = keys.Scale("scale");
  metric.direction = keys.OneOf<Direction>("direction", {{"up_good", Direction::kUpGood},
                                                         {"down_good", Direction::kDownGood},
                                                         {"neutral", Direction::kNeutral}});
  metric.interval = keys.OneOf<IntervalMethod>("interval", {{"none", IntervalMethod::kNone},
                                                            {"wilson", IntervalMethod::kWilson},
                                                            {"t", IntervalMethod::kStudent}});
  metric.title = ReadTitle(keys, "title", true);
  metric.source = keys.Text("source");
  metric.owner = keys.Text("owner");
  metric.empty = keys.Text("empty");
  if (metric.kind != Kind::kDerived) {
    metric.not_applicable = NamedTexts(keys, "not_applicable");
    metric.remarks = NamedTexts(keys, "remarks");
    ReadParameters(keys, metric);
    ReadSources(keys, metric);
  }
  ReadVariants(keys, metric);
  const bool fits = (metric.interval == IntervalMethod::kNone) ||
                    (metric.interval == IntervalMethod::kWilson && metric.kind == Kind::kRatio) ||
                    (metric.interval == IntervalMethod::kStudent && metric.kind == Kind::kMean);
  if (!fits) keys.Broken("interval", "must be wilson for a ratio, t for a mean, or none");
  return Finish(keys, std::move(metric));
}

}  // namespace clientele::query
