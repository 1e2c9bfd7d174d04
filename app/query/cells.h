// How an answer's names and numbers are shown, and tables of them. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "clientele/query/v1/query.pb.h"

namespace clientele::app {

// Values come from events: what a terminal would obey is shown as "?".
[[nodiscard]] std::string Shown(const std::string& text);
// metric or metric:variant.
[[nodiscard]] std::string NameOf(const query::v1::Column& column);
// As many digits as the unit is read with; shares in percent.
[[nodiscard]] std::string Number(double value, const std::string& unit);
// The same with its sign, unless it is 0 as shown.
[[nodiscard]] std::string Signed(double value, const std::string& unit);
// What stands behind a number, with a blank before it.
[[nodiscard]] std::string UnitOf(const std::string& unit);
[[nodiscard]] bool HasGrain(const query::v1::QueryRequest& request);
// Of what has none: all other groups, or all groups.
[[nodiscard]] std::vector<std::string> DimensionsOf(const query::v1::QueryRequest& request,
                                                    const query::v1::Row& row);

// As people read it; empty: there is a value.
[[nodiscard]] std::string EmptyName(query::v1::Figure::Empty empty);
// One line of CSV as RFC 4180 has it.
[[nodiscard]] std::string CsvLine(const std::vector<std::string>& fields);

using Lines = std::vector<std::vector<std::string>>;

// Every column as wide as its widest cell.
[[nodiscard]] std::string InLine(const Lines& lines);

}  // namespace clientele::app
