// Addresses host:port of the command line and the configuration. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace clientele::app {

// Whether host:port names this machine alone: 127.0.0.0/8, ::1 or localhost. INVALID_ARGUMENT if
// it is no host:port.
[[nodiscard]] base::Result<bool> IsLoopback(std::string_view address);

}  // namespace clientele::app
