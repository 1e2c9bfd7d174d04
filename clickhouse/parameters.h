// Values of bound parameters as ClickHouse's HTTP protocol wants them: the text form that
// TabSeparated has for the parameter's type. Private to this folder; pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace clientele::clickhouse {

// The type that {name:Type} in the SQL (outside of literals and comments) gives a parameter; empty
// if the SQL does not name it.
[[nodiscard]] std::string_view ParameterType(std::string_view sql, std::string_view name);

// Strings are escaped, other types are left as they are. INVALID_ARGUMENT: an integer that is none
// or does not fit (the server would wrap it silently). No type: as a String.
[[nodiscard]] base::Result<std::string> EncodeParameter(std::string_view name,
                                                        std::string_view type,
                                                        std::string_view value);

}  // namespace clientele::clickhouse
