#include "app/import/mapping.h"

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "base/zone_name.h"

namespace clientele::app {
namespace {

using base::FailField;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// Microseconds since the epoch, by the names that the proto gives to moments.
bool IsMoment(const FieldDescriptor& field) {
  return field.type() == FieldDescriptor::TYPE_INT64 &&
         (field.name().ends_with("_at") || field.name() == "from" || field.name() == "to" ||
          field.name() == "valid_from");
}

// Reads one mapping file against the columns of one data file; keeps the file's name for messages.
class Loader {
 public:
  Loader(std::string path, const std::vector<std::string>& columns)
      : path_(std::move(path)), columns_(columns) {}

  base::Result<Mapping> Load();
  base::Result<Mapping> LoadHead();

 private:
  template <typename... Args>
  tl::unexpected<base::Error> Wrong(const std::string& key, fmt::format_string<Args...> format,
                                    Args&&... args) {
    return FailField(key, "{}: {}: {}", path_, key,
                     fmt::format(format, std::forward<Args>(args)...));
  }
  base::Status Parse();
  base::Status OnlyKeys(const toml::table& table, const std::string& where,
                        const std::set<std::string_view>& known);
  base::Result<int> Column(const std::string& key, const std::string& name);
  base::Result<Template> ParseTemplate(const std::string& key, const std::string& text);
  base::Result<std::vector<Condition>> Conditions(const std::string& key, const toml::node* node);
  base::Result<Condition> OneCondition(const std::string& key, const toml::table& table);
  base::Status ParsePath(const std::string& key, FieldRule& rule);
  base::Status ParseStep(const std::string& key, std::string name, const Descriptor* message,
                         FieldRule::Step& step);
  base::Status CheckValues(const FieldRule& rule);
  base::Status CheckEvent(const std::string& key, const EventRule& rule);
  base::Result<FieldRule> Field(const std::string& path, const toml::node& node);
  base::Status FieldTable(const std::string& key, const toml::table& table, FieldRule& rule);
  base::Status Value(const std::string& key, const toml::table& table, FieldRule& rule);
  base::Status Plus(const std::string& key, const toml::table& table, FieldRule& rule);
  base::Result<DurationUnit> Unit(const std::string& key, const std::string& name);
  base::Result<EventRule> Event(const std::string& key, const toml::table& table);

  std::string path_;
  const std::vector<std::string>& columns_;
  toml::table table_;
  std::string time_format_;
};

base::Status Loader::Parse() {
  try {
    table_ = toml::parse_file(path_);
  } catch (const toml::parse_error& failure) {
    return FailField("", "{}: line {}: {}", path_, failure.source().begin.line,
                     failure.description());
  }
  return OnlyKeys(table_, "",
                  {"name", "delimiter", "encoding", "time_zone", "time_format", "event"});
}

base::Status Loader::OnlyKeys(const toml::table& table, const std::string& where,
                              const std::set<std::string_view>& known) {
  for (const auto& [key, node] : table) {
    if (!known.contains(key.str())) {
      return Wrong(where + std::string(key.str()), "there is no such key");
    }
  }
  return {};
}

base::Result<int> Loader::Column(const std::string& key, const std::string& name) {
  const auto found = std::ranges::find(columns_, name);
  if (found == columns_.end()) {
    return Wrong(key, "the file has no column \"{}\"; it has: {}", name, fmt::join(columns_, ", "));
  }
  if (std::find(found + 1, columns_.end(), name) != columns_.end()) {
    return Wrong(key, "the file has the column \"{}\" more than once: which one is not clear",
                 name);
  }
  return static_cast<int>(found - columns_.begin());
}

base::Result<Template> Loader::ParseTemplate(const std::string& key, const std::string& text) {
  Template result;
  size_t i = 0;
  while (i < text.size()) {
    const size_t open = text.find('{', i);
    if (open != i) result.parts.push_back({text.substr(i, open - i), -1});
    if (open == std::string::npos) break;
    const size_t close = text.find('}', open);
    if (close == std::string::npos) return Wrong(key, "\"{}\": a {{ is never closed", text);
    const auto column = Column(key, text.substr(open + 1, close - open - 1));
    if (!column) return tl::unexpected(column.error());
    result.parts.push_back({"", *column});
    i = close + 1;
  }
  return result;
}

base::Result<Condition> Loader::OneCondition(const std::string& key, const toml::table& table) {
  if (auto known = OnlyKeys(table, key + ".", {"column", "is", "not", "empty"}); !known) {
    return tl::unexpected(known.error());
  }
  Condition condition;
  const auto column = Column(key, table["column"].value_or(std::string()));
  if (!column) return tl::unexpected(column.error());
  condition.column = *column;
  const toml::node* values = table.get("is");
  if (table.contains("not")) {
    values = table.get("not");
    condition.negated = true;
  }
  if (table.contains("empty")) condition.negated = table["empty"].value_or(false);
  if (values == nullptr) return condition;
  if (const auto one = values->value<std::string>()) condition.values.push_back(*one);
  if (const auto* many = values->as_array()) {
    for (const auto& value : *many) condition.values.push_back(value.value_or(std::string()));
  }
  if (condition.values.empty()) return Wrong(key, "must be a string or a list of strings");
  return condition;
}

base::Result<std::vector<Condition>> Loader::Conditions(const std::string& key,
                                                        const toml::node* node) {
  std::vector<Condition> conditions;
  if (node == nullptr) return conditions;
  std::vector<const toml::table*> tables;
  if (const auto* one = node->as_table()) tables.push_back(one);
  if (const auto* many = node->as_array()) {
    for (const auto& item : *many) tables.push_back(item.as_table());
  }
  if (tables.empty() || std::ranges::count(tables, nullptr) > 0) {
    return Wrong(key, "must be {{column = .., is = ..}} or a list of such");
  }
  for (const toml::table* table : tables) {
    auto condition = OneCondition(key, *table);
    if (!condition) return tl::unexpected(condition.error());
    conditions.push_back(std::move(*condition));
  }
  return conditions;
}

// One part of a path: "legs[0]".
base::Status Loader::ParseStep(const std::string& key, std::string name, const Descriptor* message,
                               FieldRule::Step& step) {
  if (const size_t bracket = name.find('['); bracket != std::string::npos) {
    const char* const first = name.data() + bracket + 1;
    const auto [after, error] = std::from_chars(first, name.data() + name.size(), step.index);
    if (error != std::errc() || *after != ']' || step.index < 0) {
      return Wrong(key, "[index] must be a number");
    }
    name.resize(bracket);
  }
  step.field = message == nullptr ? nullptr : message->FindFieldByName(name);
  if (step.field == nullptr) {
    return Wrong(key, "{} has no field \"{}\"",
                 message == nullptr ? "a plain value" : message->name(), name);
  }
  if (step.field->is_map()) return {};
  if (step.field->is_repeated() != (step.index >= 0)) {
    return Wrong(key, "{} {}", name,
                 step.index >= 0 ? "is not repeated" : "is repeated: name its [index]");
  }
  return {};
}

base::Status Loader::ParsePath(const std::string& key, FieldRule& rule) {
  const Descriptor* message = event::v1::Event::descriptor();
  size_t begin = 0;
  while (begin <= rule.path.size()) {
    const size_t end = std::min(rule.path.find('.', begin), rule.path.size());
    FieldRule::Step& step = rule.steps.emplace_back();
    if (auto good = ParseStep(key, rule.path.substr(begin, end - begin), message, step); !good) {
      return good;
    }
    message = step.field->message_type();
    begin = end + 1;
    if (!step.field->is_map()) continue;
    // What follows is the pair's name, dots and all.
    if (begin >= rule.path.size()) return Wrong(key, "is a map: name one of its pairs");
    step.key = rule.path.substr(begin);
    rule.steps.push_back({message->map_value(), -1, ""});
    return {};
  }
  if (message != nullptr) return Wrong(key, "is a whole message: name a field of it");
  return {};
}

// What can be seen without a row: fixed values of enums and flags.
base::Status Loader::CheckValues(const FieldRule& rule) {
  std::vector<std::string> values;
  for (const auto& [from, to] : rule.map) values.push_back(to);
  if (rule.map.empty() && rule.value.parts.size() == 1 && rule.value.parts[0].column < 0) {
    values.push_back(rule.value.parts[0].text);
  }
  const FieldDescriptor* field = rule.steps.back().field;
  for (const std::string& value : values) {
    const bool flag = field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL;
    if (flag && value != "true" && value != "false") {
      return Wrong(rule.path, "\"{}\": must be true or false", value);
    }
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_ENUM || value.empty()) continue;
    const auto* names = field->enum_type();
    if (names->FindValueByName(value) != nullptr) continue;
    std::vector<std::string> known;
    for (int i = 1; i < names->value_count(); ++i) known.push_back(names->value(i)->name());
    return Wrong(rule.path, "\"{}\": must be one of {}", value, fmt::join(known, ", "));
  }
  return {};
}

// Every event tells one thing, and can be told again: without an id of its own, importing the same
// file twice would count it twice.
base::Status Loader::CheckEvent(const std::string& key, const EventRule& rule) {
  const auto* payloads = event::v1::Event::descriptor()->FindOneofByName("payload");
  std::set<std::string_view> told;
  bool own_id = false;
  for (const FieldRule& field : rule.fields) {
    const auto* first = field.steps.front().field;
    if (first->containing_oneof() == payloads) told.insert(first->name());
    own_id = own_id || field.path == "event_id" || field.path == "source.external_id";
  }
  if (told.size() != 1) {
    return Wrong(key, "tells {} things ({}): must be one", told.size(), fmt::join(told, ", "));
  }
  if (!own_id) return Wrong(key, "must have source.external_id: it tells a row that comes again");
  return {};
}

base::Result<DurationUnit> Loader::Unit(const std::string& key, const std::string& name) {
  if (name == "ms") return DurationUnit::kMilliseconds;
  if (name == "s") return DurationUnit::kSeconds;
  if (name == "min") return DurationUnit::kMinutes;
  if (name == "hh:mm:ss") return DurationUnit::kClock;
  return Wrong(key, "unit \"{}\": must be ms, s, min or hh:mm:ss", name);
}

base::Status Loader::Value(const std::string& key, const toml::table& table, FieldRule& rule) {
  std::string text;
  if (const auto column = table["column"].value<std::string>()) {
    text = "{" + *column + "}";
  } else if (const auto whole = table["template"].value<std::string>()) {
    text = *whole;
  } else if (const auto constant = table["constant"].value<std::string>()) {
    rule.value.parts.push_back({*constant, -1});
    return {};
  } else {
    return Wrong(key, "must name a column, a template or a constant");
  }
  auto parsed = ParseTemplate(key, text);
  if (!parsed) return tl::unexpected(parsed.error());
  rule.value = std::move(*parsed);
  return {};
}

base::Status Loader::Plus(const std::string& key, const toml::table& table, FieldRule& rule) {
  const auto* terms = table["plus"].as_array();
  if (terms == nullptr) return {};
  for (const auto& term : *terms) {
    const auto* inner = term.as_table();
    if (inner == nullptr) return Wrong(key, "plus: must be a list of {{column = .., unit = ..}}");
    const auto column = Column(key, (*inner)["column"].value_or(std::string()));
    if (!column) return tl::unexpected(column.error());
    const auto unit = Unit(key, (*inner)["unit"].value_or(std::string("s")));
    if (!unit) return tl::unexpected(unit.error());
    rule.plus.push_back({*column, *unit});
  }
  return {};
}

base::Status Loader::FieldTable(const std::string& key, const toml::table& table, FieldRule& rule) {
  if (auto known = OnlyKeys(table, key + ".",
                            {"column", "template", "constant", "map", "required", "time_format",
                             "unit", "scale", "plus", "when"});
      !known) {
    return known;
  }
  if (auto value = Value(key, table, rule); !value) return value;
  if (auto plus = Plus(key, table, rule); !plus) return plus;
  rule.required = table["required"].value_or(false);
  rule.time_format = table["time_format"].value_or(time_format_);
  if (const auto* map = table["map"].as_table()) {
    for (const auto& [from, to] : *map) {
      rule.map.emplace(from.str(), to.value_or(std::string()));
    }
  }
  if (const auto name = table["unit"].value<std::string>()) {
    const auto unit = Unit(key, *name);
    if (!unit) return tl::unexpected(unit.error());
    rule.unit = *unit;
    rule.kind = FieldRule::Kind::kDuration;
  }
  if (const auto scale = table["scale"].value<double>()) {
    rule.scale = *scale;
    rule.kind = FieldRule::Kind::kScaled;
  }
  auto when = Conditions(key + ".when", table.get("when"));
  if (!when) return tl::unexpected(when.error());
  rule.when = std::move(*when);
  return {};
}

base::Result<FieldRule> Loader::Field(const std::string& path, const toml::node& node) {
  FieldRule rule;
  rule.path = path;
  if (auto parsed = ParsePath(path, rule); !parsed) return tl::unexpected(parsed.error());
  if (const auto constant = node.value_exact<std::string>()) {
    rule.value.parts.push_back({*constant, -1});
    if (auto good = CheckValues(rule); !good) return tl::unexpected(good.error());
    return rule;
  }
  const auto* table = node.as_table();
  if (table == nullptr) return Wrong(path, "must be a string (a constant) or a table");
  if (auto read = FieldTable(path, *table, rule); !read) return tl::unexpected(read.error());
  const bool moment =
      IsMoment(*rule.steps.back().field) || (path == "revision" && table->contains("time_format"));
  if (moment && rule.kind == FieldRule::Kind::kPlain) {
    rule.kind = FieldRule::Kind::kMoment;
    if (rule.time_format.empty()) return Wrong(path, "a moment needs a time_format");
  }
  if (auto good = CheckValues(rule); !good) return tl::unexpected(good.error());
  return rule;
}

base::Result<EventRule> Loader::Event(const std::string& key, const toml::table& table) {
  if (auto known = OnlyKeys(table, key + ".", {"when", "fields"}); !known) {
    return tl::unexpected(known.error());
  }
  EventRule rule;
  auto when = Conditions(key + ".when", table.get("when"));
  if (!when) return tl::unexpected(when.error());
  rule.when = std::move(*when);
  const auto* fields = table["fields"].as_table();
  if (fields == nullptr || fields->empty()) return Wrong(key + ".fields", "must name the fields");
  for (const auto& [path, node] : *fields) {
    auto field = Field(std::string(path.str()), node);
    if (!field) return tl::unexpected(field.error());
    rule.fields.push_back(std::move(*field));
  }
  // [0] before [1]: repeated fields are made in order.
  std::ranges::sort(rule.fields, {}, &FieldRule::path);
  if (auto good = CheckEvent(key, rule); !good) return tl::unexpected(good.error());
  return rule;
}

base::Result<Mapping> Loader::LoadHead() {
  if (auto parsed = Parse(); !parsed) return tl::unexpected(parsed.error());
  Mapping mapping;
  mapping.name = table_["name"].value_or(path_);
  const std::string delimiter = table_["delimiter"].value_or(std::string(","));
  if (delimiter.size() != 1) return Wrong("delimiter", "\"{}\": must be one character", delimiter);
  mapping.delimiter = delimiter[0];
  mapping.encoding = table_["encoding"].value_or(std::string("UTF-8"));
  const std::string zone = table_["time_zone"].value_or(std::string("UTC"));
  try {
    if (!base::IsZoneOfTheMachine(zone)) mapping.time_zone = date::locate_zone(zone);
  } catch (const std::exception&) {  // there is none of that name
  }
  if (mapping.time_zone == nullptr) {
    return Wrong("time_zone", "\"{}\": there is no such IANA time zone", zone);
  }
  time_format_ = table_["time_format"].value_or(std::string());
  return mapping;
}

base::Result<Mapping> Loader::Load() {
  auto mapping = LoadHead();
  if (!mapping) return mapping;
  const auto* events = table_["event"].as_array();
  if (events == nullptr || events->empty())
    return Wrong("event", "must have at least one [[event]]");
  for (size_t i = 0; i < events->size(); ++i) {
    const std::string key = fmt::format("event[{}]", i);
    const auto* table = (*events)[i].as_table();
    if (table == nullptr) return Wrong(key, "must be a table");
    auto event = Event(key, *table);
    if (!event) return tl::unexpected(event.error());
    mapping->events.push_back(std::move(*event));
  }
  return mapping;
}

}  // namespace

base::Result<Mapping> LoadMapping(const std::string& path,
                                  const std::vector<std::string>& columns) {
  return Loader(path, columns).Load();
}

base::Result<Mapping> LoadMappingHead(const std::string& path) {
  const std::vector<std::string> none;
  return Loader(path, none).LoadHead();
}

}  // namespace clientele::app
