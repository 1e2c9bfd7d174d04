// Figures as they are and as they would be with other definitions, at one mark: asked twice, joined
// figure by figure. Plain values; the thread of the question.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "clickhouse/store.h"
#include "clientele/query/v1/query.pb.h"
#include "query/catalogue.h"
#include "query/identities.h"
#include "query/mark.h"
#include "query/query.h"

namespace clientele::query {

// A figure of one bucket and group.
struct BothFigures {
  std::string metric;
  std::string variant;
  std::string unit;
  int64_t bucket_start = 0;  // microseconds since the epoch
  std::string bucket;        // as Row.bucket
  bool partial = false;
  std::vector<std::string> dimensions;  // names
  std::vector<std::string> values;      // of the group, in their order
  // None: the one way has no such variant or group.
  std::optional<v1::Figure> as_it_is;
  std::optional<v1::Figure> as_if;

  // as_if less as_it_is, in the unit; none where either has no value.
  [[nodiscard]] std::optional<double> change() const;
};

// Of two answers to one request about one metric: by the variants of the first and then those that
// the second one alone has, by bucket and group. Without figures that have no value either way, but
// for those that are hidden. INVALID_ARGUMENT if the two are in different units.
[[nodiscard]] base::Result<std::vector<BothFigures>> JoinBothWays(const v1::QueryRequest& request,
                                                                  const v1::QueryResponse& as_it_is,
                                                                  const v1::QueryResponse& as_if);

// One request a metric, and what was left out.
struct BothPlans {
  std::vector<v1::QueryRequest> requests;
  std::vector<std::string> warnings;
};

// For all variants of every one of the metrics, by what the request says and what its amounts are
// in units of. Metrics that cannot be asked so with both are left out, and a warning says what is
// in the way; if all are, it is the first one's error. Pure.
[[nodiscard]] base::Result<BothPlans> PlanBothWays(const Catalogue& as_it_is,
                                                   const Catalogue& as_if,
                                                   const v1::QueryRequest& request,
                                                   const std::vector<std::string>& metrics);

struct BothWays {
  const Catalogue& as_it_is;
  const Catalogue& as_if;
  const Mark& mark;
  // The same mark, with tables that stand in for others.
  const Mark& mark_as_if;
  clickhouse::Store& store;
  Identities& identities;
  const Caller& caller;
};

struct BothAnswers {
  std::vector<BothFigures> figures;
  std::vector<std::string> warnings;  // none twice; those of the plans first
};

// Errors as RunQueryAt's and JoinBothWays'.
[[nodiscard]] base::Result<BothAnswers> AskBothWays(const BothWays& ways, const BothPlans& plans);

// Makes and fills the table clientele.<table> of figures, which must not be there.
[[nodiscard]] base::Status StoreFigures(const std::vector<BothFigures>& figures, const Mark& mark,
                                        const std::string& table, clickhouse::Store& store,
                                        const Running& running);

}  // namespace clientele::query
