// What a request asks for, checked and typed, before any SQL: columns of the answer, and the scans
// that compute them (one per table, time axis and set of keys, whatever the number of metrics, and
// one for each value whose distinct ones are counted). Plain values that point into the catalogue;
// pure; any thread.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "clientele/query/v1/query.pb.h"
#include "query/calendar.h"
#include "query/catalogue.h"
#include "query/earlier_range.h"
#include "query/filter.h"

namespace clientele::query {

// One number per group. Parameters in expressions have their metric's name before them:
// {service_level_threshold_ms}.
struct Aggregate {
  enum class Kind { kCount, kSum, kSumOfSquares, kQuantile, kRank, kNearRank, kDistinct };
  Kind kind = Kind::kCount;
  std::string population;
  std::string condition;  // within the population; empty: all of it
  std::string measure;    // of sums and quantiles; of a distinct count it is the scan's `distinct`
  double level = 0;       // of quantiles
  // Of an end of the quantile's interval: its rank among the values as order.h guesses it, and the
  // value of that rank plus `off`.
  bool high_end = false;
  int off = 0;
  // Of a distribution's numerator: at a point it has come to what the rows at it and below it are.
  bool up_to_point = false;

  auto operator<=>(const Aggregate&) const = default;
};

struct Scan {
  const Table* table = nullptr;
  // If a query makes its rows: the tables that this reads.
  std::vector<const Table*> reads;
  std::string time;
  const Span* span = nullptr;  // if `time` is one: rows are spread over the buckets
  // Of distinct counts: whose values they count. They have scans of their own, as they don't add up
  // under signs.
  std::string distinct;
  // What must hold of its rows: the plan's filter but for what does not bind its metrics.
  FilterNode filter;
  std::vector<const Dimension*> keys;
  // Dimensions of the request that are looked up, none twice, and the table where; null if there
  // are none.
  std::vector<const Dimension*> looked_up;
  const Table* look_up = nullptr;
  // Whose points its rows are told apart by as well, beside the keys; null if there are none.
  const Dimension* points = nullptr;
  // Of the scan's metrics, none twice; a row of none of them is not read.
  std::vector<std::string> populations;
  // None twice.
  std::vector<Aggregate> aggregates;
  // Values of the expressions' parameters.
  std::map<std::string, int64_t> parameters;
};

// How far a guessed rank is off at most.
inline constexpr int kMostOff = 1;

// Aggregates of an end of a quantile's interval: its guessed rank, and the values from kMostOff
// ranks before it to kMostOff ranks after it.
struct RankedEnd {
  size_t rank = 0;
  std::array<size_t, 2 * kMostOff + 1> values = {};
};

// Aggregates of the column's scan, added with these signs.
using Combination = std::vector<std::pair<int, size_t>>;

struct PlannedColumn {
  const Metric* metric = nullptr;
  const Variant* variant = nullptr;
  size_t scan = 0;
  // It means nothing by a dimension of the request, or lacks one: a warning says which.
  bool not_applicable = false;
  // Count and ratio: the counts or sums. Others: the sum, distinct count or quantile alone.
  Combination numerator;
  // Ratio: the counts or sums. Others: the count of what was summed, counted once or put in order.
  Combination denominator;
  // Ratio: what n counts: of counts the denominator, of sums the rows of its first one or, where an
  // observation has a size, the denominator too.
  Combination observations;
  size_t squares = 0;  // mean: the aggregate with the sum of squares
  // Sum of what a row may leave out: the count of its rows, whether they tell it or not.
  std::optional<size_t> rows;
  // Ratio that waits for a time window: the count of what has yet to mature.
  std::optional<size_t> immature;
  // Quantile with an interval.
  RankedEnd low;
  RankedEnd high;
  std::map<std::string, int64_t> parameters;
  // Of a derived one, which has no scan of its own: in the order of its formula's parts.
  std::vector<PlannedColumn> parts;
};

// The points 0..last of the request's distributions: the values of a dimension of its group_by.
struct PlannedPoints {
  size_t place = 0;  // in group_by
  int64_t last = 0;
};

struct Plan {
  Zone zone;
  Grain grain = Grain::kNone;
  int64_t from = 0;  // microseconds
  int64_t to = 0;
  Buckets buckets;
  std::vector<std::string> group_by;
  // If it is by the points of distributions: it has no other figures then.
  std::optional<PlannedPoints> points;
  FilterNode filter;
  std::vector<PlannedColumn> columns;
  std::vector<Scan> scans;
  uint32_t limit = 0;
  // Groups or filters by named people: small figures are hidden.
  bool names_people = false;
  // Groups or filters by how something was judged: beside named people small counts are, too.
  bool by_result = false;
  std::vector<std::string> warnings;
  // If the request compares.
  std::optional<EarlierRange> earlier;
  // Of an earlier range that is cut at `to`: where it ends else. What is spread over stretches of
  // time is known ahead and not cut.
  std::optional<int64_t> whole_to;
  // If the request has two groups to tell apart.
  std::optional<v1::TellApart> tell_apart;
  // Targets are wanted beside the figures.
  bool plan_attainment = false;

  // Of every bucket and group.
  [[nodiscard]] size_t PointCount() const {
    return points ? static_cast<size_t>(points->last) + 1 : 1;
  }
};

// Figures of named people with fewer observations are hidden.
inline constexpr int64_t kLeastShown = 10;

// INVALID_ARGUMENT names the field, its value and the rule.
// `more` must hold too, if there is one. Rows are those of a source that has the dimensions
// `rows_by`, too.
[[nodiscard]] base::Result<Plan> MakePlan(const Catalogue& catalogue,
                                          const v1::QueryRequest& request,
                                          const FilterNode* more = nullptr,
                                          const std::vector<std::string>& rows_by = {});

}  // namespace clientele::query
