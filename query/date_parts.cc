#include "query/date_parts.h"

#include <chrono>
#include <cstdint>
#include <vector>

#include "query/expression.h"
#include "query/rows_query.h"

namespace clientele::query {
namespace {

using date::sys_seconds;
using std::chrono::microseconds;

// A day ahead, so that no civil time is below 0.
constexpr std::chrono::hours kAhead{24};
constexpr sys_seconds kLastChange{date::sys_days{date::year{2200} / 1 / 1}};

// Of a moment, in microseconds.
constexpr std::string_view kCivilMicros =
    "(toUnixTimestamp64Micro({0}) + transform(roundDown(toUnixTimestamp64Micro({0}), "
    "{{zone_moments:Array(Int64)}}), {{zone_moments:Array(Int64)}}, {{zone_offsets:Array(Int64)}}, "
    "toInt64(0)))";

// Of civil microseconds. The first day of 1970 was a Thursday.
std::string ExpressionOf(const std::string& part, const std::string& civil) {
  return part == "weekday"
             ? fmt::format("toString((intDiv({}, 86400000000) + 2) % 7 + 1)", civil)
             : fmt::format("leftPad(toString(intDiv({}, 3600000000) % 24), 2, '0')", civil);
}

// From moments[i] on civil time is offsets[i] ahead of UTC, microseconds.
void BindOffsets(const Zone& zone, clickhouse::Parameters& parameters) {
  std::vector<uint64_t> moments;
  std::vector<uint64_t> offsets;
  for (sys_seconds at(std::chrono::seconds(0)); at < kLastChange;) {
    const date::sys_info period = zone.zone().get_info(at);
    moments.push_back(static_cast<uint64_t>(microseconds(at.time_since_epoch()).count()));
    offsets.push_back(static_cast<uint64_t>(microseconds(period.offset + kAhead).count()));
    at = period.end;
  }
  parameters["zone_moments"] = clickhouse::ArrayParameter(moments);
  parameters["zone_offsets"] = clickhouse::ArrayParameter(offsets);
}

Dimension PartOfDate(const std::string& name, const Title& title) {
  Dimension part;
  part.id = name;
  part.column = name;  // as DefineDateParts defines it
  part.title = title;
  return part;
}

}  // namespace

const std::map<std::string, Dimension>& DateParts() {
  static const std::map<std::string, Dimension> parts = {
      {"weekday", PartOfDate("weekday", {"Weekday", "День недели"})},
      {"hour_of_day", PartOfDate("hour_of_day", {"Hour of the day", "Час суток"})}};
  return parts;
}

bool HasDateParts(const Table& table, const std::string& time) {
  if (table.spans.contains(time)) return false;
  if (!table.rows) return true;
  const std::set<std::string> asked = ParametersOf(table.rows->sql);
  return !asked.contains(std::string(kBoundsParameter)) &&
         !asked.contains(std::string(kBoundsBeforeParameter));
}

std::string DefineDateParts(const std::string& definitions, const std::set<std::string>& names,
                            const std::string& time, const Zone& zone,
                            clickhouse::Parameters& parameters) {
  std::string text = definitions;
  const std::string civil = fmt::format(fmt::runtime(kCivilMicros), time);
  for (const auto& [name, part] : DateParts()) {
    if (!names.contains(name)) continue;
    if (text.empty()) {
      text = "WITH\n    ";
    } else {
      text.replace(text.size() - 1, 1, ",\n    ");
    }
    text += fmt::format("({}) AS {}\n", ExpressionOf(name, civil), name);
    BindOffsets(zone, parameters);
  }
  return text;
}

}  // namespace clientele::query
