// Names that a machine's time zone database has besides those of IANA. Pure; any thread.
#pragma once

#include <string_view>

namespace clientele::base {

// Of the machine's own clocks, which differ from one to the next, or of a whole database once more,
// which not every machine has: `right/` counts leap seconds.
constexpr bool IsZoneOfTheMachine(std::string_view name) {
  return name == "localtime" || name == "posixrules" || name.starts_with("posix/") ||
         name.starts_with("right/");
}

}  // namespace clientele::base
