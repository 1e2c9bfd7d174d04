// What text may be: lengths in characters (code points), no NUL. Pure functions, any thread.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

namespace clientele::ingest::rules {

// Code points of valid UTF-8.
[[nodiscard]] inline size_t Characters(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

[[nodiscard]] inline bool TooLong(std::string_view text, size_t most) {
  return text.size() > most && Characters(text) > most;
}

[[nodiscard]] inline bool HasNul(std::string_view text) {
  return !text.empty() && std::memchr(text.data(), 0, text.size()) != nullptr;
}

// For messages: in quotes, at most 64 characters, control and broken bytes as \xNN.
[[nodiscard]] std::string Quoted(std::string_view text);

}  // namespace clientele::ingest::rules
