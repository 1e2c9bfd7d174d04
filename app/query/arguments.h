// What the user of `clientele query` wrote, made into a request. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "clientele/query/v1/query.pb.h"

namespace clientele::app {

struct QueryArguments {
  std::vector<std::string> metrics;
  std::vector<std::string> by;
  std::string from;  // civil time; empty: 14 days up to `to`
  std::string to;    // civil time; empty: the end of today
  std::string time_zone = "UTC";
  std::string compare;        // previous-period, previous-year or an earlier begin, civil time
  uint32_t top = 0;           // groups; 0: all
  std::string top_by;         // empty: the first metric
  bool top_smallest = false;  // instead of the greatest
  bool plan_attainment = false;
  std::string grain;                    // empty: day, with `apart` none
  std::string week_start;               // a weekday; empty: monday
  uint32_t fiscal_start_month = 0;      // 0: january
  std::vector<std::string> where;       // in the language of where.h
  std::vector<std::string> parameters;  // name=value
  std::string known_at;                 // civil time; empty: now
  std::optional<int64_t> mark;
  uint32_t limit = 0;
  std::vector<std::string> apart;    // two values of the dimension of `by`: no others are asked for
  std::optional<double> difference;  // that is to be told; unset: the present one
};

// INVALID_ARGUMENT names the option, its value and the rule. `now` in microseconds since the epoch.
[[nodiscard]] base::Result<query::v1::QueryRequest> ToRequest(const QueryArguments& arguments,
                                                              int64_t now);

// The grain as --grain takes it.
[[nodiscard]] std::string GrainName(query::v1::QueryRequest::Grain grain);

}  // namespace clientele::app
