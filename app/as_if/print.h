// What figures are and would have been, as text. Pure; any thread.
#pragma once

#include <string>

#include "app/as_if/as_if.h"

namespace clientele::app {

// A line a figure: month, group, as it is, as if, the change, n of both. Below it the mark and the
// tables.
[[nodiscard]] std::string ToTable(const AsIfOutcome& outcome);
// RFC 4180 with a header line.
[[nodiscard]] std::string ToCsv(const AsIfOutcome& outcome);
// One document.
[[nodiscard]] std::string ToJson(const AsIfOutcome& outcome);

}  // namespace clientele::app
