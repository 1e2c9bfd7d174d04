#include "engine/request.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/uuid.h"

namespace clientele::engine {
namespace {

namespace http = boost::beast::http;

constexpr std::string_view kDefaultFormat = "TabSeparated";
constexpr size_t kQueryIdBytes = 256;

// Of clients that speak to a server with sessions and progress: without a meaning here.
constexpr std::array<std::string_view, 10> kIgnored = {
    "session_id", "session_timeout",   "session_check", "close_session", "quota_key",
    "stacktrace", "wait_end_of_query", "buffer_size",   "role",          "client_protocol_version"};

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string_view Header(const http::fields& headers, std::string_view name) {
  const auto found = headers.find({name.data(), name.size()});
  if (found == headers.end()) return {};
  return {found->value().data(), found->value().size()};
}

bool ReadBasic(std::string_view value, Request& out) {
  constexpr std::string_view kBasic = "Basic ";
  if (!value.starts_with(kBasic)) return false;
  value.remove_prefix(kBasic.size());
  std::string plain(value.size() + 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(plain.data()),
                                   reinterpret_cast<const unsigned char*>(value.data()),
                                   static_cast<int>(value.size()));
  if (size < 0) return false;
  plain.resize(static_cast<size_t>(size));
  for (const char c :
       {value.size() > 0 ? value.back() : ' ', value.size() > 1 ? value[value.size() - 2] : ' '}) {
    if (c == '=' && !plain.empty()) plain.pop_back();
  }
  const size_t colon = plain.find(':');
  if (colon == std::string::npos) return false;
  out.user = plain.substr(0, colon);
  out.password = plain.substr(colon + 1);
  out.credentials_given = true;
  return true;
}

std::optional<EngineError> ReadCredentials(const http::fields& headers, Request& out) {
  const std::string_view authorization = Header(headers, "Authorization");
  if (!authorization.empty() && !ReadBasic(authorization, out)) {
    return MakeError(error_code::kAuthenticationFailed,
                     "Authorization: only the Basic scheme is understood");
  }
  const std::string_view user = Header(headers, "X-ClickHouse-User");
  const std::string_view key = Header(headers, "X-ClickHouse-Key");
  if (!user.empty() || !key.empty()) {
    out.user = std::string(user);
    out.password = std::string(key);
    out.credentials_given = true;
  }
  return std::nullopt;
}

std::optional<EngineError> ReadSetting(std::string name, std::string value,
                                       const RequestRules& rules, Request& out) {
  if (name == "compress" || name == "decompress") {
    const bool on = value != "0" && value != "false" && !value.empty();
    if (on) (name == "compress" ? out.answer_coding : out.body_coding) = Coding::kBlocks;
    return std::nullopt;
  }
  if (std::find(kIgnored.begin(), kIgnored.end(), name) != kIgnored.end()) return std::nullopt;
  if (!rules.settings.contains(name)) {
    return MakeError(error_code::kUnknownSetting,
                     fmt::format("Setting {} is neither a builtin setting nor started with the "
                                 "prefix 'SQL_' registered for user-defined settings",
                                 name));
  }
  if (name == "log_comment") return std::nullopt;  // carries the query id here
  if (name == "allow_introspection_functions") {
    return MakeError(error_code::kConstraint,
                     fmt::format("Setting {} should not be changed", name));
  }
  int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  const bool is_number = error == std::errc() && end == value.data() + value.size();
  if (name == "max_memory_usage" &&
      (!is_number || number > rules.max_memory_usage || number <= 0)) {
    return MakeError(error_code::kConstraint,
                     fmt::format("Setting max_memory_usage: {} must be from 1 to {}", value,
                                 rules.max_memory_usage));
  }
  if (name == "queue_max_wait_ms" && is_number && number > 0) {
    out.queue_patience = std::chrono::milliseconds(std::min<int64_t>(number, 600'000));
  }
  out.settings.emplace_back(std::move(name), std::move(value));
  return std::nullopt;
}

std::optional<EngineError> ReadPair(std::string_view raw, const RequestRules& rules, Request& out,
                                    std::string& header_format) {
  const size_t equals = std::min(raw.find('='), raw.size());
  auto name = UrlDecode(raw.substr(0, equals));
  auto value = UrlDecode(equals < raw.size() ? raw.substr(equals + 1) : std::string_view());
  if (!name || !value) {
    return MakeError(error_code::kBadArguments,
                     fmt::format("URL: {}: broken escape", raw.substr(0, 100)));
  }
  if (*name == "query") {
    out.query += (out.query.empty() ? "" : "\n") + *value;
  } else if (*name == "query_id") {
    out.query_id = std::move(*value);
  } else if (*name == "database") {
    out.database = std::move(*value);
  } else if (*name == "default_format") {
    header_format = std::move(*value);
  } else if (*name == "user" || *name == "password") {
    (*name == "user" ? out.user : out.password) = std::move(*value);
    out.credentials_given = true;
  } else if (name->starts_with("param_")) {
    out.parameters.emplace_back(name->substr(6), std::move(*value));
  } else {
    return ReadSetting(std::move(*name), std::move(*value), rules, out);
  }
  return std::nullopt;
}

// What HTTP's headers say of the bodies; ClickHouse's own blocks go before.
std::optional<EngineError> ReadCodings(const http::fields& headers, Request& out) {
  const auto wished = std::find_if(
      out.settings.begin(), out.settings.end(),
      [](const NameValue& setting) { return setting.first == "enable_http_compression"; });
  const bool allowed = wished == out.settings.end() || wished->second != "0";
  if (allowed && out.answer_coding == Coding::kIdentity) {
    out.answer_coding = ChooseCoding(Header(headers, "Accept-Encoding"));
  }
  const std::string_view name = Header(headers, "Content-Encoding");
  const auto coding = ParseCoding(name);
  if (!coding || (*coding != Coding::kIdentity && out.body_coding == Coding::kBlocks)) {
    return MakeError(error_code::kNotImplemented,
                     fmt::format("Content-Encoding: {} must be one of gzip, deflate, zstd, lz4, "
                                 "and none with decompress=1",
                                 name));
  }
  if (*coding != Coding::kIdentity) out.body_coding = *coding;
  return std::nullopt;
}

bool IsFormatName(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// What must hold of the whole.
std::optional<EngineError> Check(Request& out) {
  if (out.query_id.empty()) out.query_id = base::RandomUuid().ToString();
  const bool printable = std::all_of(out.query_id.begin(), out.query_id.end(),
                                     [](char c) { return c >= ' ' && c < 0x7f; });
  if (out.query_id.size() > kQueryIdBytes || !printable) {
    out.query_id = base::RandomUuid().ToString();
    return MakeError(
        error_code::kBadArguments,
        fmt::format("query_id: must be at most {} printable characters", kQueryIdBytes));
  }
  if (!IsFormatName(out.format)) {
    return MakeError(
        error_code::kBadArguments,
        fmt::format("default_format: {} is no format's name", out.format.substr(0, 64)));
  }
  if (out.database.find_first_of(std::string_view("\0`\\\n", 4)) != std::string::npos) {
    return MakeError(error_code::kBadArguments, "database: no such name is possible");
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> UrlDecode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

std::optional<EngineError> ReadRequest(http::verb method, std::string_view target,
                                       const http::fields& headers, const RequestRules& rules,
                                       Request& out) {
  out.read_only = method == http::verb::get || method == http::verb::head;
  out.head_only = method == http::verb::head;
  const size_t mark = std::min(target.find('?'), target.size());
  out.path = std::string(target.substr(0, mark));
  out.database = std::string(Header(headers, "X-ClickHouse-Database"));
  out.query_id = std::string(Header(headers, "X-ClickHouse-Query-Id"));
  if (auto error = ReadCredentials(headers, out)) return error;
  std::string default_format;
  std::string_view rest = mark < target.size() ? target.substr(mark + 1) : std::string_view();
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('&'), rest.size());
    if (end > 0) {
      if (auto error = ReadPair(rest.substr(0, end), rules, out, default_format)) {
        static_cast<void>(Check(out));
        return error;
      }
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  out.format = !default_format.empty() ? default_format
                                       : std::string(Header(headers, "X-ClickHouse-Format"));
  out.format_given = !out.format.empty();
  if (!out.format_given) out.format = std::string(kDefaultFormat);
  if (auto error = ReadCodings(headers, out)) return error;
  if (Header(headers, "Content-Type").starts_with("multipart/")) {
    return MakeError(error_code::kNotImplemented,
                     "multipart bodies (external tables) are not served");
  }
  return Check(out);
}

std::string_view ContentType(std::string_view format) {
  const auto begins = [&](std::string_view prefix) { return format.starts_with(prefix); };
  if (format == "JSONEachRow" || format == "JSONLines" || format == "NDJSON" ||
      format.find("EachRow") != std::string_view::npos) {
    return "application/x-ndjson; charset=UTF-8";
  }
  if (begins("JSON") || begins("PrettyJSON")) return "application/json; charset=UTF-8";
  if (begins("CSV")) {
    return format == "CSVWithNames" ? "text/csv; charset=UTF-8; header=present"
                                    : "text/csv; charset=UTF-8; header=absent";
  }
  if (begins("TabSeparated") || begins("TSV")) return "text/tab-separated-values; charset=UTF-8";
  if (begins("XML")) return "application/xml; charset=UTF-8";
  if (begins("Pretty") || begins("Vertical") || begins("Values") || begins("SQLInsert")) {
    return "text/plain; charset=UTF-8";
  }
  if (begins("Markdown")) return "text/markdown; charset=UTF-8";
  if (begins("Parquet")) return "application/vnd.apache.parquet";
  if (begins("Arrow")) return "application/vnd.apache.arrow.stream";
  return "application/octet-stream";
}

}  // namespace clientele::engine
