#include "query/schema.h"

#include <algorithm>
#include <charconv>

#include "query/rows_query.h"

namespace clientele::query {
namespace {

// What stands behind a table's name.
constexpr std::string_view kVersion = "_v{version}";
constexpr std::string_view kBlank = " \n\t";

std::string_view Trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
  return text.substr(0, text.find_last_not_of(kBlank) + 1);
}

// Of a text that is not empty: its name, which may stand in back-ticks, and its type. An index is
// none.
void AddColumn(std::string_view text, ColumnTypes& columns) {
  const size_t end = std::min(text.find_first_of(kBlank), text.size());
  std::string_view name = text.substr(0, end);
  if (name == "INDEX") return;
  if (name.size() > 2 && name.front() == '`') name = name.substr(1, name.size() - 2);
  columns.emplace(name, Trimmed(text.substr(end)));
}

// The list in the parentheses that `rest` begins with; they are taken from it.
ColumnTypes TakeColumns(std::string_view& rest) {
  ColumnTypes columns;
  int depth = 0;
  bool quoted = false;
  size_t begin = 1;
  for (size_t at = 0; at < rest.size(); ++at) {
    const char c = rest[at];
    if (c == '\'') quoted = !quoted;
    if (quoted) continue;
    if (c == '(') ++depth;
    if (c == ')') --depth;
    const bool closed = c == ')' && depth == 0;
    if (!closed && !(c == ',' && depth == 1)) continue;
    const std::string_view item = Trimmed(rest.substr(begin, at - begin));
    if (!item.empty()) AddColumn(item, columns);
    begin = at + 1;
    if (closed) break;
  }
  rest.remove_prefix(std::min(begin, rest.size()));
  return columns;
}

}  // namespace

Schema ReadSchema(std::string_view sql) {
  const std::string text = WithoutComments(sql);
  std::string_view rest = text;
  Schema schema;
  for (size_t at = rest.find(kVersion); at != std::string_view::npos; at = rest.find(kVersion)) {
    const std::string_view before = rest.substr(0, at);
    const std::string_view name = before.substr(before.find_last_of(kBlank) + 1);
    rest.remove_prefix(at + kVersion.size());
    rest.remove_prefix(std::min(rest.find('('), rest.size()));
    schema.emplace(name.substr(name.find('.') + 1), TakeColumns(rest));
  }
  return schema;
}

EnumValues EnumValuesOf(std::string_view type) {
  EnumValues values;
  if (!type.starts_with("Enum8(") && !type.starts_with("Enum16(")) return values;
  for (size_t open = type.find('\''); open != std::string_view::npos; open = type.find('\'')) {
    const size_t close = type.find('\'', open + 1);
    const size_t number = type.find_first_of("-0123456789", std::min(close, type.size()));
    if (number == std::string_view::npos) break;
    int64_t value = 0;
    std::from_chars(type.data() + number, type.data() + type.size(), value);
    values.emplace(type.substr(open + 1, close - open - 1), value);
    type.remove_prefix(number);
  }
  return values;
}

}  // namespace clientele::query
