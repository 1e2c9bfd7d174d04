// Whether an expression of a metric file can run, as far as its text tells: values and operators in
// turn, brackets closed, functions that ClickHouse has; and what it names, to be compared with a
// table. Pure; any thread.
//
// Values are names of columns and conditions, numbers, texts, {parameters}, true, false, NULL and
// calls; operators are AND, OR, NOT, [NOT] IN, LIKE, ILIKE and BETWEEN, IS [NOT] NULL, comparisons,
// arithmetic and ||. Keywords are upper case.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace clientele::query {

struct Named {
  std::set<std::string> values;     // columns and conditions
  std::set<std::string> functions;  // what is called
};

// INVALID_ARGUMENT says what stands where it can't, to be read behind the expression.
[[nodiscard]] base::Result<Named> NamesOf(std::string_view expression);
// Those of functions.txt: pure ones, so that a figure asked for again is the same.
[[nodiscard]] const std::vector<std::string>& KnownFunctions();

}  // namespace clientele::query
