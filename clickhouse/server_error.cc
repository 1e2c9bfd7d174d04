#include "clickhouse/server_error.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace clientele::clickhouse {

namespace {

using base::Code;

constexpr std::string_view kMark = "Code: ";
constexpr size_t kMostText = 2'000;

// The error that begins at the beginning of `text`.
std::optional<ServerError> ErrorAt(std::string_view text) {
  // Between the number and the exception's name: ". ", or ", e.displayText() = ".
  constexpr size_t kMostBetween = 24;
  int code = 0;
  const char* const begin = text.data() + kMark.size();
  const auto [end, error] = std::from_chars(begin, text.data() + text.size(), code);
  if (error != std::errc() || end == begin) return std::nullopt;
  const std::string_view rest = text.substr(static_cast<size_t>(end - text.data()), kMostBetween);
  if (rest.find("DB::") == std::string_view::npos) return std::nullopt;
  text = text.substr(0, kMostText);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  return ServerError{code, std::string(text)};
}

struct Meaning {
  Code code;
  std::vector<int> numbers;
};

// Everything else is INTERNAL.
const std::vector<Meaning>& Meanings() {
  static const std::vector<Meaning> meanings = {
      // Unknown table or database, table dropped.
      {Code::kNotFound, {60, 81, 218}},
      // Such a table or database is there.
      {Code::kAlreadyExists, {57, 82}},
      // Timeout, too slow.
      {Code::kDeadlineExceeded, {159, 160}},
      {Code::kCancelled, {394}},
      // Too many rows, queries, connections, bytes; memory, disk, threads, limits; parts to merge.
      {Code::kResourceExhausted, {158, 173, 202, 203, 241, 243, 252, 290, 307, 396, 439}},
      // Readonly, grants.
      {Code::kPermissionDenied, {164, 497}},
      // Users and passwords.
      {Code::kUnauthenticated, {192, 193, 194, 516}},
      // A statement with this id runs.
      {Code::kAborted, {216}},
      // Stopped on the way: socket timeout, network error, shutdown.
      {Code::kUnknown, {209, 210, 236}},
      // Syntax, names, types, values, settings, parameters.
      {Code::kInvalidArgument,
       {6,   8,   10,  15,  16,  20,  26,  27,  36,  38,  41,  42,  43,  44,
        46,  47,  48,  50,  53,  62,  63,  69,  70,  72,  73,  115, 117, 130,
        131, 184, 190, 215, 349, 352, 353, 376, 386, 441, 452, 456, 457, 691}},
  };
  return meanings;
}

Code CodeOf(const ServerError& error) {
  // TOO_MANY_PARTS of one insert: no waiting for merges heals it.
  if (error.code == 252 && error.text.find("for single INSERT") != std::string::npos) {
    return Code::kInvalidArgument;
  }
  for (const Meaning& meaning : Meanings()) {
    if (std::ranges::find(meaning.numbers, error.code) != meaning.numbers.end()) {
      return meaning.code;
    }
  }
  return Code::kInternal;
}

}  // namespace

std::optional<ServerError> FindServerError(std::string_view text) {
  for (size_t at = text.find(kMark); at != std::string_view::npos; at = text.find(kMark, at + 1)) {
    if (auto error = ErrorAt(text.substr(at))) return error;
  }
  return std::nullopt;
}

std::optional<ServerError> FindTaggedError(std::string_view text, std::string_view tag) {
  if (tag.empty()) return std::nullopt;
  const std::string mark = fmt::format("__exception__\r\n{}\r\n", tag);
  const size_t at = text.rfind(mark);
  if (at == std::string_view::npos) return std::nullopt;
  text = text.substr(at + mark.size());
  // "<text>\n<its length> <tag>\r\n__exception__"
  text = text.substr(0, text.rfind(fmt::format(" {}\r\n", tag)));
  text = text.substr(0, text.rfind('\n'));
  if (auto error = FindServerError(text)) return error;
  return ServerError{0, std::string(text.substr(0, kMostText))};
}

base::Error ToError(const ServerError& error) { return {CodeOf(error), error.text, {}}; }

}  // namespace clientele::clickhouse
