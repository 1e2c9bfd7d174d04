// Civil days of a zone as an even measure of time: every day counts alike, one of 23 or 25 hours
// too, and within a day time runs evenly. What is spread over days is spread by it. Pure but for
// reading the time zone database; any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "query/calendar.h"

namespace clientele::query {

// From moments[i] on a day lasts lengths[i] microseconds, and measures[i] + (t - moments[i]) * 24 h
// / lengths[i] is the measure of t, until moments[i + 1]. It rises with t from 1970 to 2200; only
// differences mean something.
struct EvenDays {
  std::vector<uint64_t> moments;   // microseconds since the epoch; the first is 0
  std::vector<uint64_t> measures;  // in microseconds of a day of 24 hours
  std::vector<uint64_t> lengths;   // microseconds, never 0
};

[[nodiscard]] EvenDays EvenDaysOf(const Zone& zone);

}  // namespace clientele::query
