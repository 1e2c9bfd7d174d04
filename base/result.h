// Errors as values. Result<T> is what every fallible function of ours returns; exceptions stay
// inside the adapters that meet them. Codes are gRPC's, so an error needs no translation at the
// edge. Messages: lower case, name the object and the value, say what to do.
#pragma once

#include <fmt/format.h>

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace clientele::base {

// The values are those of grpc::StatusCode.
enum class Code {
  kCancelled = 1,
  kUnknown = 2,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kAlreadyExists = 6,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kFailedPrecondition = 9,
  kAborted = 10,
  kOutOfRange = 11,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kDataLoss = 15,
  kUnauthenticated = 16,
};

struct Error {
  Code code = Code::kUnknown;
  std::string message;
  // The input field that broke a rule, as named in the .proto, config or file; else empty.
  std::string field;
};

template <typename T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

// Return Fail(Code::kNotFound, "topic {}: not found", name).
template <typename... Args>
[[nodiscard]] tl::unexpected<Error> Fail(Code code, fmt::format_string<Args...> format,
                                         Args&&... args) {
  return tl::unexpected<Error>(
      Error{code, fmt::format(format, std::forward<Args>(args)...), std::string()});
}

// The same for a field of the input.
template <typename... Args>
[[nodiscard]] tl::unexpected<Error> FailField(std::string field, fmt::format_string<Args...> format,
                                              Args&&... args) {
  return tl::unexpected<Error>(Error{
      Code::kInvalidArgument, fmt::format(format, std::forward<Args>(args)...), std::move(field)});
}

}  // namespace clientele::base
