// The calendars of a tenant as they are known at a mark. Any thread.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "clickhouse/store.h"
#include "query/mark.h"
#include "query/open_hours.h"
#include "query/running.h"

namespace clientele::query {

// Events of a moment so far ahead of the mark are still in business hours, microseconds: clocks of
// sources may go ahead of ours.
inline constexpr int64_t kOpenHoursAhead = 86'400'000'000;

// In no order. FAILED_PRECONDITION: the mark knows no version of projection reference. Or what
// Running::Translate makes of a failure.
[[nodiscard]] base::Result<std::vector<CalendarVersion>> ReadCalendars(clickhouse::Store& store,
                                                                       const std::string& tenant,
                                                                       const Mark& mark,
                                                                       const Running& running);

// By those calendars, up to kOpenHoursAhead after the mark. Errors are those of both.
[[nodiscard]] base::Result<OpenHours> OpenHoursAt(clickhouse::Store& store,
                                                  const std::string& tenant, const Mark& mark,
                                                  const Running& running);

}  // namespace clientele::query
