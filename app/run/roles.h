// Which roles a process runs. A plain value.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace clientele::app {

struct Roles {
  bool ingest = false;
  bool projections = false;
  bool query = false;

  // Of names ("ingest", "projections", "query"); none at all means all three. INVALID_ARGUMENT.
  [[nodiscard]] static base::Result<Roles> Of(const std::vector<std::string>& names);
};

}  // namespace clientele::app
