// Expected figures as projections/<name>/testdata/<events>.<metric>.tsv has them: sections apart by
// an empty line, each a request (`# ` and a QueryRequest without its metrics, as text), a line of
// column names, and the answer's rows. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "clientele/query/v1/query.pb.h"

namespace clientele::testing {

struct FiguresSection {
  query::v1::QueryRequest request;
  std::string text;  // all lines
};

// A request that is none is a failure of the running test.
[[nodiscard]] std::vector<FiguresSection> ReadFigures(const std::vector<std::string>& lines);

// The answer in the same form: a count as it is, a ratio or mean as what was divided by what, any
// figure with its n where that is another number (`3000/120 n 4` of sums), its interval if it has
// one, or why there is no value; then what it counts apart (`untold 2`, `immature 1`).
[[nodiscard]] std::string WriteFigures(const query::v1::QueryRequest& request,
                                       const query::v1::QueryResponse& response);

}  // namespace clientele::testing
