// How an answer's names and numbers are shown, and tables of them. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "clientele/query/v1/query.pb.h"

namespace clientele::app {

// Values come from events: what a terminal would obey is shown as "?".
[[nodiscard]] std::string Shown(const std::string& text);
// metric or metric:variant.
[[nodiscard]] std::string NameOf(const query::v1::Column& column);
// How the numbers of a column are shown to people.
struct Shape {
  std::string unit;    // that the shown number is in, as a column's unit
  double factor = 1;   // from the column's unit to that
  std::string behind;  // what stands behind a number, with a blank before it
  int decimals = -1;   // negative: as many digits as the unit is read with
  bool clock = false;  // h:mm:ss
};

// Of numbers about as great as `size`, in the column's unit. Shares are in percent; seconds and
// minutes as s below 2 min, as min below 2 h, else as h:mm:ss; `minor` in whole ones of the
// currency, an ISO 4217 code, unless that is not known (empty).
[[nodiscard]] Shape ShapeOf(const std::string& unit, const std::string& currency, double size);
[[nodiscard]] std::string Number(double value, const Shape& shape);
// The same with its sign, unless it is 0 as shown.
[[nodiscard]] std::string Signed(double value, const Shape& shape);
// Shown in percent: a change is one of points.
[[nodiscard]] bool IsPercentage(const std::string& unit);
// Of a share of 1.
[[nodiscard]] std::string SignedPercent(double value);
// What a group's amounts are in, by the names of its dimensions and its values of them. Empty if
// that is no ISO 4217 code.
[[nodiscard]] std::string CurrencyOf(const std::vector<std::string>& dimensions,
                                     const std::vector<std::string>& values);
// What the row's amounts are in: its group, or the only value that the request's filters leave.
// Empty if there is no one currency.
[[nodiscard]] std::string CurrencyOf(const query::v1::QueryRequest& request,
                                     const query::v1::Row& row);
// The moment of a mark, in the zone that was asked in.
[[nodiscard]] std::string KnownAt(int64_t micros, const std::string& time_zone);
[[nodiscard]] bool HasGrain(const query::v1::QueryRequest& request);
// Of what has none: all other groups, or all groups.
[[nodiscard]] std::vector<std::string> DimensionsOf(const query::v1::QueryRequest& request,
                                                    const query::v1::Row& row);

// As people read it; empty: there is a value.
[[nodiscard]] std::string EmptyName(query::v1::Figure::Empty empty);
// The same of why there is no target.
[[nodiscard]] std::string EmptyName(query::v1::PlanAttainment::Empty empty);
// One line of CSV as RFC 4180 has it.
[[nodiscard]] std::string CsvLine(const std::vector<std::string>& fields);

using Lines = std::vector<std::vector<std::string>>;

// Every column as wide as its widest cell.
[[nodiscard]] std::string InLine(const Lines& lines);

}  // namespace clientele::app
