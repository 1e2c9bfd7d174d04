// The earlier range of civil time that a range is compared with, bucket by bucket. Pure but for
// reading the time zone database; any thread. The rules: Compare in query.proto.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "clientele/query/v1/query.pb.h"
#include "query/calendar.h"

namespace clientele::query {

struct CivilRange {
  CivilTime from;
  CivilTime to;
};

struct EarlierRange {
  int64_t from = 0;  // microseconds
  int64_t to = 0;    // `from` if all of its civil time was skipped by the clocks
  Buckets buckets;
  // Of every bucket of the range: the number of the one that it is compared with.
  std::vector<std::optional<size_t>> bucket_of;
};

// What the request's `compare` says of this range with these buckets. INVALID_ARGUMENT names the
// field, its value and the rule.
[[nodiscard]] base::Result<EarlierRange> MakeEarlierRange(const v1::Compare& compare,
                                                          const Zone& zone, Grain grain,
                                                          const CalendarRules& rules,
                                                          const CivilRange& range,
                                                          const Buckets& buckets);

}  // namespace clientele::query
