#include "query/file_keys.h"

namespace clientele::query {
namespace {

// Of one value, not of a table or a list; empty if there is none.
std::string ValueText(const toml::node* node) {
  if (node == nullptr) return {};
  if (const auto text = node->value_exact<std::string>()) return *text;
  if (const auto number = node->value_exact<int64_t>()) return fmt::format("{}", *number);
  if (const auto number = node->value_exact<double>()) return fmt::format("{}", *number);
  if (const auto flag = node->value_exact<bool>()) return *flag ? "true" : "false";
  return {};
}

}  // namespace

std::string FileKeys::Text(std::string_view key, bool required) {
  const toml::node* node = Take(key, required);
  if (node == nullptr) return {};
  const auto value = node->value<std::string>();
  if (!value || (required && value->empty())) Broken(key, "must be a text that is not empty");
  return value.value_or("");
}

std::string FileKeys::Name(std::string_view key) {
  std::string name = Text(key);
  if (!IsName(name)) Broken(key, "must be a name of [a-z0-9_] that begins with a letter");
  return name;
}

std::vector<std::string> FileKeys::Texts(std::string_view key, bool required) {
  std::vector<std::string> texts;
  const toml::node* node = Take(key, required);
  if (node == nullptr) return texts;
  if (node->is_array()) {
    for (const toml::node& element : *node->as_array()) {
      texts.push_back(element.value<std::string>().value_or(""));
    }
  }
  if (texts.empty() || std::ranges::count(texts, "") > 0) Broken(key, "must be a list of texts");
  return texts;
}

std::map<std::string, std::string> FileKeys::NamedTexts(std::string_view key) {
  std::map<std::string, std::string> texts;
  const toml::table* table = Table(key, false);
  if (table == nullptr) return texts;
  for (const auto& [name, node] : *table) {
    const auto text = node.value<std::string>();
    if (!IsName(name.str()) || !text || text->empty()) {
      Broken(key, fmt::format("has {}: must be a name and a text", name.str()));
      continue;
    }
    texts.emplace(name.str(), *text);
  }
  return texts;
}

Title FileKeys::ReadTitle(std::string_view key, bool required) {
  const toml::table* table = Table(key, required);
  if (table == nullptr) return {};
  FileKeys keys(fmt::format("{}: {}", where_, key), *table);
  Title title{keys.Text("en"), keys.Text("ru")};
  Inherit(keys);
  return title;
}

int64_t FileKeys::Number(std::string_view key, bool required) {
  const toml::node* node = Take(key, required);
  if (node == nullptr) return 0;
  const auto value = node->value_exact<int64_t>();
  if (!value) Broken(key, "must be a whole number");
  return value.value_or(0);
}

double FileKeys::Scale(std::string_view key) {
  const toml::node* node = Take(key, false);
  if (node == nullptr) return 1;
  const double value = node->value<double>().value_or(0);
  if (value <= 0) Broken(key, "must be a number above 0");
  return value;
}

double FileKeys::Level(std::string_view key) {
  const toml::node* node = Take(key, true);
  if (node == nullptr) return 0;
  const double value = node->value<double>().value_or(0);
  if (!(value > 0 && value <= 1)) Broken(key, "must be a number above 0, at most 1");
  return value;
}

double FileKeys::Real(std::string_view key, double least, double most) {
  const toml::node* node = Take(key, true);
  if (node == nullptr) return 0;
  const auto value = node->value<double>();
  if (!value || !(*value >= least && *value <= most)) {
    Broken(key, fmt::format("must be a number from {} to {}", least, most));
  }
  return value.value_or(0);
}

bool FileKeys::Flag(std::string_view key) {
  const toml::node* node = Take(key, false);
  if (node == nullptr) return false;
  if (!node->is_boolean()) Broken(key, "must be true or false");
  return node->value_or(false);
}

std::vector<const toml::table*> FileKeys::Tables(std::string_view key) {
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

void FileKeys::Broken(std::string_view key, const std::string& rule) {
  if (!broken_.emplace(key).second) return;
  const std::string value = rule.starts_with("must") ? ValueText(table_.get(key)) : std::string();
  faults_.push_back(value.empty() ? fmt::format("{}: {} {}", where_, key, rule)
                                  : fmt::format("{}: {} = {}: {}", where_, key, value, rule));
}

void FileKeys::Inherit(const FileKeys& part) {
  const Faults of_part = part.AllFaults();
  faults_.insert(faults_.end(), of_part.begin(), of_part.end());
}

Faults FileKeys::AllFaults() const {
  Faults faults = faults_;
  for (const auto& [key, node] : table_) {
    if (taken_.contains(key.str())) continue;
    faults.push_back(fmt::format("{}: {} is no key of this table", where_, key.str()));
  }
  return faults;
}

bool FileKeys::IsName(std::string_view text) {
  return !text.empty() && text.front() >= 'a' && text.front() <= 'z' &&
         std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

const toml::table* FileKeys::Table(std::string_view key, bool required) {
  const toml::node* node = Take(key, required);
  if (node == nullptr) return nullptr;
  if (!node->is_table()) Broken(key, "must be a table");
  return node->as_table();
}

const toml::node* FileKeys::Take(std::string_view key, bool required) {
  taken_.emplace(key);
  const toml::node* node = table_.get(key);
  if (node == nullptr && required) Broken(key, "is missing");
  return node;
}

base::Result<toml::table> ParseFile(std::string_view path, std::string_view text) {
  try {
    return toml::parse(text, path);
  } catch (const toml::parse_error& error) {
    return base::Fail(base::Code::kInvalidArgument, "{}:{}: {}", path, error.source().begin.line,
                      error.description());
  }
}

}  // namespace clientele::query
