// ClickHouse's errors as its HTTP server shows them: "Code: N. DB::Exception: text (NAME) (version
// V (official build))", the status that goes with a code, and the form of an error that comes after
// the status line. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace clientele::engine {

namespace error_code {
inline constexpr int kBadArguments = 36;
inline constexpr int kNotImplemented = 48;
inline constexpr int kSyntaxError = 62;
inline constexpr int kUnknownSetting = 115;
inline constexpr int kTimeoutExceeded = 159;
inline constexpr int kQueryIsTooLarge = 229;
inline constexpr int kReadonly = 164;
inline constexpr int kTooManySimultaneousQueries = 202;
inline constexpr int kSocketTimeout = 209;
inline constexpr int kNetworkError = 210;
inline constexpr int kSameQueryId = 216;
inline constexpr int kAborted = 236;
inline constexpr int kDecompress = 271;
inline constexpr int kCancelled = 394;
inline constexpr int kConstraint = 452;
inline constexpr int kAccessDenied = 497;
inline constexpr int kAuthenticationFailed = 516;
inline constexpr int kUnknownException = 1002;
}  // namespace error_code

struct EngineError {
  int code = error_code::kUnknownException;
  std::string text;  // ends with " (NAME)"
};

// Of one of our own codes; adds its name unless `text` ends with one.
[[nodiscard]] EngineError MakeError(int code, std::string text);
// Of the library's text, which may repeat its own beginning and end.
[[nodiscard]] EngineError ParseEngineError(std::string_view text);

// The whole line, line break included.
[[nodiscard]] std::string ErrorBody(const EngineError& error, std::string_view version);
// HTTP status.
[[nodiscard]] unsigned StatusOf(int code);
// What is appended to a body whose status line said 200: found by the tag in the header
// X-ClickHouse-Exception-Tag.
[[nodiscard]] std::string LateErrorBody(const EngineError& error, std::string_view version,
                                        std::string_view tag);

// What Body's errors are to a client.
[[nodiscard]] EngineError FromBody(const base::Error& error);

}  // namespace clientele::engine
