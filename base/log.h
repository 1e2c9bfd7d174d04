// Logs: one JSON line on standard error each, a fixed message plus fields. ERROR means that
// someone must act. Thread-safe; lines are never mixed.
//
//   base::LogInfo("batch inserted", {{"projection", "calls"}, {"rows", rows}});
#pragma once

#include <fmt/format.h>

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>

namespace clientele::base {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// One field of a line. Numbers and booleans are written bare, everything else as a JSON string.
struct LogField {
  LogField(std::string_view field_name, bool value);
  template <typename T>
    requires std::integral<T> || std::floating_point<T>
  LogField(std::string_view field_name, T value)
      : name(field_name), json(fmt::format("{}", value)) {}
  LogField(std::string_view field_name, std::string_view value);
  LogField(std::string_view field_name, const char* value)
      : LogField(field_name, std::string_view(value)) {}
  LogField(std::string_view field_name, const std::string& value)
      : LogField(field_name, std::string_view(value)) {}

  std::string_view name;
  std::string json;
};

using LogFields = std::initializer_list<LogField>;

// Lines below this level are left out; kInfo at start.
void SetLogLevel(LogLevel level);
// Of log_level in the configuration: debug, info, warning, error; anything else is kInfo.
[[nodiscard]] LogLevel LogLevelOf(std::string_view name);
void Log(LogLevel level, std::string_view message, LogFields fields);

inline void LogDebug(std::string_view message, LogFields fields = {}) {
  Log(LogLevel::kDebug, message, fields);
}
inline void LogInfo(std::string_view message, LogFields fields = {}) {
  Log(LogLevel::kInfo, message, fields);
}
inline void LogWarning(std::string_view message, LogFields fields = {}) {
  Log(LogLevel::kWarning, message, fields);
}
inline void LogError(std::string_view message, LogFields fields = {}) {
  Log(LogLevel::kError, message, fields);
}

// `text` as a JSON string, quotes included; bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string JsonString(std::string_view text);

}  // namespace clientele::base
