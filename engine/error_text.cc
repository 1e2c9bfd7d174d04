#include "engine/error_text.h"

#include <fmt/format.h>

#include <charconv>

namespace clientele::engine {
namespace {

constexpr std::string_view kCodeMark = "Code: ";
constexpr std::string_view kExceptionMark = ". DB::Exception: ";

std::string_view NameOf(int code) {
  switch (code) {
    case error_code::kBadArguments:
      return "BAD_ARGUMENTS";
    case error_code::kNotImplemented:
      return "NOT_IMPLEMENTED";
    case error_code::kSyntaxError:
      return "SYNTAX_ERROR";
    case error_code::kUnknownSetting:
      return "UNKNOWN_SETTING";
    case error_code::kTimeoutExceeded:
      return "TIMEOUT_EXCEEDED";
    case error_code::kReadonly:
      return "READONLY";
    case error_code::kQueryIsTooLarge:
      return "QUERY_IS_TOO_LARGE";
    case error_code::kTooManySimultaneousQueries:
      return "TOO_MANY_SIMULTANEOUS_QUERIES";
    case error_code::kSocketTimeout:
      return "SOCKET_TIMEOUT";
    case error_code::kNetworkError:
      return "NETWORK_ERROR";
    case error_code::kSameQueryId:
      return "QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING";
    case error_code::kAborted:
      return "ABORTED";
    case error_code::kDecompress:
      return "CANNOT_DECOMPRESS";
    case error_code::kCancelled:
      return "QUERY_WAS_CANCELLED";
    case error_code::kConstraint:
      return "SETTING_CONSTRAINT_VIOLATION";
    case error_code::kAccessDenied:
      return "ACCESS_DENIED";
    case error_code::kAuthenticationFailed:
      return "AUTHENTICATION_FAILED";
    default:
      return "UNKNOWN_EXCEPTION";
  }
}

// "Code: 62. DB::Exception: " at the beginning of `text`: its length, and the code; 0 if none.
size_t PrefixLength(std::string_view text, int& code) {
  if (!text.starts_with(kCodeMark)) return 0;
  const char* const begin = text.data() + kCodeMark.size();
  int number = 0;
  const auto [end, error] = std::from_chars(begin, text.data() + text.size(), number);
  if (error != std::errc()) return 0;
  const size_t at = static_cast<size_t>(end - text.data());
  if (!text.substr(at).starts_with(kExceptionMark)) return 0;
  code = number;
  return at + kExceptionMark.size();
}

}  // namespace

EngineError MakeError(int code, std::string text) {
  const std::string name = fmt::format(" ({})", NameOf(code));
  if (!text.ends_with(name)) text += name;
  return {code, std::move(text)};
}

EngineError ParseEngineError(std::string_view text) {
  EngineError error;
  while (const size_t length = PrefixLength(text, error.code)) text.remove_prefix(length);
  if (const size_t at = text.find(" (version "); at != std::string_view::npos) {
    text = text.substr(0, at);
  }
  while (text.ends_with('\n') || text.ends_with('.')) text.remove_suffix(1);
  error.text = std::string(text);
  if (!error.text.ends_with(')')) error.text += fmt::format(" ({})", NameOf(error.code));
  return error;
}

std::string ErrorBody(const EngineError& error, std::string_view version) {
  return fmt::format("Code: {}. DB::Exception: {} (version {} (official build))\n", error.code,
                     error.text, version);
}

unsigned StatusOf(int code) {
  switch (code) {
    case 194:
      return 401;  // REQUIRED_PASSWORD
    case 192:
    case 193:
    case 497:
    case 512:
    case 516:
      return 403;  // users, grants
    case 6:
    case 8:
    case 15:
    case 25:
    case 26:
    case 27:
    case 36:
    case 37:
    case 38:
    case 41:
    case 44:
    case 53:
    case 62:
    case 72:
    case 117:
    case 123:
    case 167:
    case 168:
    case 223:
    case 321:
    case 376:
    case 427:
    case 441:
    case 675:
    case 676:
      return 400;  // parsing, types
    case 46:
    case 47:
    case 50:
    case 56:
    case 60:
    case 63:
    case 73:
    case 78:
    case 81:
    case 115:
    case 152:
    case 336:
    case 511:
      return 404;  // unknown names
    case 159:
      return 408;  // TIMEOUT_EXCEEDED
    case 381:
      return 411;  // HTTP_LENGTH_REQUIRED
    case 229:
      return 413;  // QUERY_IS_TOO_LARGE
    case 779:
      return 415;  // UNSUPPORTED_MEDIA_TYPE
    case 48:
      return 501;  // NOT_IMPLEMENTED
    case 76:
    case 202:
    case 209:
    case 236:
    case 439:
      return 503;  // busy, ending
    default:
      return 500;
  }
}

std::string LateErrorBody(const EngineError& error, std::string_view version,
                          std::string_view tag) {
  const std::string text = ErrorBody(error, version);
  return fmt::format("\r\n__exception__\r\n{}\r\n{}{} {}\r\n__exception__\r\n", tag, text,
                     text.size(), tag);
}

EngineError FromBody(const base::Error& error) {
  switch (error.code) {
    case base::Code::kResourceExhausted:
      return MakeError(error_code::kQueryIsTooLarge, error.message);
    case base::Code::kDeadlineExceeded:
      return MakeError(error_code::kSocketTimeout, error.message);
    case base::Code::kInvalidArgument:
      return MakeError(error_code::kDecompress, error.message);
    default:
      return MakeError(error_code::kNetworkError, error.message);
  }
}

}  // namespace clientele::engine
