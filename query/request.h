// The parts of a request, each checked by itself. Pure; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "clientele/query/v1/query.pb.h"
#include "query/calendar.h"
#include "query/catalogue.h"

namespace clientele::query {

// Of a request.
inline constexpr int kMostMetrics = 20;
inline constexpr int kMostDimensions = 4;  // to group by
// Of an answer.
inline constexpr uint32_t kMostRows = 100'000;
inline constexpr uint32_t kDefaultRows = 10'000;

struct WantedColumn {
  const Metric* metric = nullptr;
  const Variant* variant = nullptr;
};

// `id` or `id:variant`, as `metrics` names it.
[[nodiscard]] inline std::string NameOf(std::string_view metric, std::string_view variant) {
  return variant.empty() ? std::string(metric) : fmt::format("{}:{}", metric, variant);
}

// All: INVALID_ARGUMENT names the field, its value and the rule.

// What `metrics` names, `id:all` spread out.
[[nodiscard]] base::Result<std::vector<WantedColumn>> WantedColumns(
    const Catalogue& catalogue, const v1::QueryRequest& request);
[[nodiscard]] base::Result<Grain> WantedGrain(const v1::QueryRequest& request);
[[nodiscard]] base::Result<CalendarRules> WantedCalendar(const v1::QueryRequest& request);
// `group_by`: known dimensions, none twice, within the limits.
[[nodiscard]] base::Status CheckGroupBy(const Catalogue& catalogue,
                                        const v1::QueryRequest& request);
// That the field names one of the dimensions.
[[nodiscard]] base::Status CheckDimension(const std::vector<std::string>& known,
                                          const std::string& field, const std::string& name);
// Every parameter belongs to one of the metrics; then the metric's values, defaults included.
[[nodiscard]] base::Status CheckParameters(const std::vector<WantedColumn>& columns,
                                           const v1::QueryRequest& request);
[[nodiscard]] base::Result<std::map<std::string, int64_t>> ParametersOf(
    const Metric& metric, const v1::QueryRequest& request);
// `tell_apart`, if there is one: two groups of one dimension, of means with an interval, over the
// whole range.
[[nodiscard]] base::Status CheckTellApart(const std::vector<WantedColumn>& columns,
                                          const v1::QueryRequest& request);
[[nodiscard]] base::Result<uint32_t> WantedLimit(const v1::QueryRequest& request);

}  // namespace clientele::query
