// Parts of the date that figures can be grouped and filtered by: of a row's moment, in the
// request's zone. Tables whose rows lie at moments of their own have them as dimensions. As of
// buckets the machine's time zone database alone decides: the store is handed the zone's offsets.
// Pure but for reading that database; any thread.
#pragma once

#include <map>
#include <set>
#include <string>

#include "clickhouse/store.h"
#include "query/calendar.h"
#include "query/catalogue.h"

namespace clientele::query {

// weekday, 1 for Monday to 7, and hour_of_day, 00 to 23, by name: texts, in the order of time.
[[nodiscard]] const std::map<std::string, Dimension>& DateParts();

// Whether rows have them by this one of the table's times: it is a moment, neither a stretch of
// time nor the begin of what the table's query cuts at the buckets.
[[nodiscard]] bool HasDateParts(const Table& table, const std::string& time);

// What a statement defines (WITH .., or nothing), and the date parts of `time` among `names`.
// Their parameters are bound.
[[nodiscard]] std::string DefineDateParts(const std::string& definitions,
                                          const std::set<std::string>& names,
                                          const std::string& time, const Zone& zone,
                                          clickhouse::Parameters& parameters);

}  // namespace clientele::query
