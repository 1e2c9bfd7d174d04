// How an error message shows a value that may be long. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/utf8.h"

namespace clientele::query {

// Not more than its begin.
[[nodiscard]] inline std::string Shortened(std::string_view value) {
  constexpr size_t kMostBytes = 64;
  return std::string(base::Utf8Beginning(value, kMostBytes));
}

}  // namespace clientele::query
