// ClickHouse's errors: found in what its HTTP server says, and turned into ours. Private to this
// folder; pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace clientele::clickhouse {

struct ServerError {
  int code = 0;
  std::string text;  // from "Code: " on, at most 2,000 bytes
};

// The first "Code: N. DB::Exception: .." (before 2020: "Code: N, e.displayText() = DB::Exception:
// ..") in a text.
[[nodiscard]] std::optional<ServerError> FindServerError(std::string_view text);

// The error that a server appended to an answer after it had said 200: behind a line with the tag
// of its header X-ClickHouse-Exception-Tag.
[[nodiscard]] std::optional<ServerError> FindTaggedError(std::string_view text,
                                                         std::string_view tag);

// As store.h says.
[[nodiscard]] base::Error ToError(const ServerError& error);

}  // namespace clientele::clickhouse
