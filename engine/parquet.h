// A Parquet file as CSV with a header line, for `clientele import`: what the packaged libraries
// cannot read, the engine's library can. For a process of its own that serves nothing; once, one
// thread. Times are UTC, nulls are empty.
#pragma once

#include <string>

#include "base/result.h"

namespace clientele::engine {

// Writes to standard output, which must be a pipe; memory is bounded. `library` as in LoadChdb.
// INVALID_ARGUMENT with the engine's reason: it is no such file.
[[nodiscard]] base::Status PrintParquet(const std::string& library, const std::string& file);

}  // namespace clientele::engine
