#include "clickhouse/parameters.h"

#include <charconv>
#include <limits>

#include "clickhouse/store.h"

namespace clientele::clickhouse {

namespace {

using base::Code;
using base::Fail;

// The position behind the literal or comment that begins at `at`; `at` itself if none does.
size_t SkipQuoted(std::string_view sql, size_t at) {
  const char quote = sql[at];
  if (quote == '\'' || quote == '"' || quote == '`') {
    for (size_t i = at + 1; i < sql.size(); ++i) {
      if (sql[i] == '\\') {
        ++i;
      } else if (sql[i] == quote) {
        return i + 1;
      }
    }
    return sql.size();
  }
  const std::string_view rest = sql.substr(at);
  if (rest.starts_with("--")) return std::min(sql.find('\n', at), sql.size());
  if (rest.starts_with("/*")) {
    const size_t end = sql.find("*/", at + 2);
    return end == std::string_view::npos ? sql.size() : end + 2;
  }
  return at;
}

bool IsString(std::string_view type) {
  for (const std::string_view wrapper : {"LowCardinality(", "Nullable("}) {
    if (type.starts_with(wrapper)) type.remove_prefix(wrapper.size());
  }
  return type.empty() || type.starts_with("String") || type.starts_with("FixedString");
}

std::string Escape(std::string_view value) {
  std::string escaped;
  escaped.reserve(value.size() + 8);
  for (const char c : value) {
    switch (c) {
      case '\\':
        escaped += "\\\\";
        break;
      case '\t':
        escaped += "\\t";
        break;
      case '\n':
        escaped += "\\n";
        break;
      case '\r':
        escaped += "\\r";
        break;
      case '\0':
        escaped += "\\0";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

template <typename T>
bool Fits(std::string_view value) {
  T number{};
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  return error == std::errc() && end == value.data() + value.size();
}

// True for every type that is no integer.
bool FitsInteger(std::string_view type, std::string_view value) {
  if (type == "UInt8") return Fits<uint8_t>(value);
  if (type == "UInt16") return Fits<uint16_t>(value);
  if (type == "UInt32") return Fits<uint32_t>(value);
  if (type == "UInt64") return Fits<uint64_t>(value);
  if (type == "Int8") return Fits<int8_t>(value);
  if (type == "Int16") return Fits<int16_t>(value);
  if (type == "Int32") return Fits<int32_t>(value);
  if (type == "Int64") return Fits<int64_t>(value);
  return true;
}

}  // namespace

std::string_view ParameterType(std::string_view sql, std::string_view name) {
  for (size_t i = 0; i < sql.size();) {
    if (const size_t after = SkipQuoted(sql, i); after > i) {
      i = after;
      continue;
    }
    const std::string_view rest = sql.substr(i++);
    if (!rest.starts_with('{') || !rest.substr(1).starts_with(name) ||
        !rest.substr(1 + name.size()).starts_with(':')) {
      continue;
    }
    const size_t begin = name.size() + 2;
    const size_t end = rest.find('}', begin);
    return end == std::string_view::npos ? std::string_view() : rest.substr(begin, end - begin);
  }
  return {};
}

base::Result<std::string> EncodeParameter(std::string_view name, std::string_view type,
                                          std::string_view value) {
  if (IsString(type)) return Escape(value);
  if (!FitsInteger(type, value)) {
    return Fail(Code::kInvalidArgument, "parameter {}: {:.64} is not a {}", name, value, type);
  }
  return std::string(value);
}

std::string ArrayParameter(const std::vector<std::string>& values) {
  std::string text = "[";
  for (const std::string& value : values) {
    if (text.size() > 1) text += ',';
    text += '\'';
    for (const char c : Escape(value)) {
      if (c == '\'') text += '\\';
      text += c;
    }
    text += '\'';
  }
  return text + ']';
}

std::string ArrayParameter(const std::vector<uint64_t>& values) {
  std::string text = "[";
  for (const uint64_t value : values) {
    if (text.size() > 1) text += ',';
    text += std::to_string(value);
  }
  return text + ']';
}

}  // namespace clientele::clickhouse
