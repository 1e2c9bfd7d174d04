// What a request is refused for, in the words of the command line. Pure; any thread.
#pragma once

#include <string>

#include "app/query/arguments.h"
#include "base/result.h"

namespace clientele::app {

// A message that begins with a field of the request has the option that it was made of in its
// place: `group_by[0] = quee: ..` becomes `--by = quee: ..`. Any other stays as it is.
[[nodiscard]] std::string InOptions(const std::string& message, const QueryArguments& arguments);
// The same of an error's message.
[[nodiscard]] base::Error InOptions(base::Error error, const QueryArguments& arguments);

}  // namespace clientele::app
