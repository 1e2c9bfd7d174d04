// What somebody meant who mistyped a name. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace clientele::query {

// The name of `names` with the fewest letters to change, capitals or small; empty if none is near.
[[nodiscard]] std::string Nearest(std::string_view wanted, const std::vector<std::string>& names);
// What to write instead of a wrong name: "did you mean b?", or where none is near "must be one of
// a, b, c"; of more than five their number and the nearest five.
[[nodiscard]] std::string Meant(std::string_view wanted, const std::vector<std::string>& names);
// "a, b, c".
[[nodiscard]] std::string Listed(const std::vector<std::string>& names);

}  // namespace clientele::query
