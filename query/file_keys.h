// Keys of a catalogue's file, taken out one by one: every rule that was broken is remembered with
// the place of the key and its value, and a key that nobody asked for breaks one too. One thread at
// a time.
#pragma once

#include <toml++/toml.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "query/catalogue.h"

namespace clientele::query {

// Of one table of the file; where a key is missing or wrong it gives an empty value.
class FileKeys {
 public:
  // `where` stands before what is said of its keys; `table` must outlive this.
  FileKeys(std::string where, const toml::table& table) : where_(std::move(where)), table_(table) {}

  std::string Text(std::string_view key, bool required = true);
  // Of [a-z0-9_], from a letter on.
  std::string Name(std::string_view key);
  std::vector<std::string> Texts(std::string_view key, bool required);
  // Texts by name.
  std::map<std::string, std::string> NamedTexts(std::string_view key);
  Title ReadTitle(std::string_view key, bool required);
  // 0 if it is not there and need not be.
  int64_t Number(std::string_view key, bool required = true);
  // Above 0; 1 if it is not there.
  double Scale(std::string_view key);
  // Above 0 and below 1.
  double Level(std::string_view key);
  // From `least` to `most`.
  double Real(std::string_view key, double least, double most);
  // False if it is not there.
  bool Flag(std::string_view key);

  template <typename T>
  T OneOf(std::string_view key, const std::map<std::string, T>& choices) {
    const std::string text = Text(key);
    const auto found = choices.find(text);
    if (found != choices.end()) return found->second;
    std::string names;
    for (const auto& [name, value] : choices) names += (names.empty() ? "" : ", ") + name;
    Broken(key, "must be one of " + names);
    return T{};
  }

  // One or more.
  std::vector<const toml::table*> Tables(std::string_view key);
  // Calls `read(name, keys)` for every table of the table `key`.
  template <typename Read>
  void Each(std::string_view key, const Read& read) {
    const toml::table* table = Table(key, false);
    if (table == nullptr) return;
    for (const auto& [name, node] : *table) {
      if (!IsName(name.str()) || !node.is_table()) {
        Broken(key, fmt::format("has {}: must be a name and a table", name.str()));
        continue;
      }
      FileKeys keys(fmt::format("{}: {}.{}", where_, key, name.str()), *node.as_table());
      read(std::string(name.str()), keys);
      Inherit(keys);
    }
  }

  // Of a key the first rule is told: others follow from it. One that begins with "must" is told
  // with the key's value.
  void Broken(std::string_view key, const std::string& rule);
  // What a part of this table broke.
  void Inherit(const FileKeys& part);
  // None if no rule was broken.
  [[nodiscard]] Faults AllFaults() const;
  [[nodiscard]] const std::string& where() const { return where_; }

 private:
  static bool IsName(std::string_view text);
  const toml::table* Table(std::string_view key, bool required);
  const toml::node* Take(std::string_view key, bool required);

  const std::string where_;
  const toml::table& table_;
  std::set<std::string, std::less<>> taken_;
  std::set<std::string, std::less<>> broken_;
  Faults faults_;
};

// The file's table. INVALID_ARGUMENT names path and line.
[[nodiscard]] base::Result<toml::table> ParseFile(std::string_view path, std::string_view text);

}  // namespace clientele::query
