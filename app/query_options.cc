#include "app/query_options.h"

#include <fmt/format.h>

#include "query/filter.h"
#include "query/request.h"

namespace clientele::app {

void AddQueryArguments(CLI::App& command, QueryArguments& arguments) {
  command.add_option("metrics", arguments.metrics,
                     fmt::format("Metrics, at most {}: id, id:variant or id:all (clientele metrics "
                                 "lists them)",
                                 query::kMostMetrics));
  command
      .add_option("--by", arguments.by,
                  fmt::format("Dimensions to group by, at most {}, e.g. queue,team",
                              query::kMostDimensions))
      ->delimiter(',')
      ->allow_extra_args(false);
  command.add_option("--from", arguments.from,
                     "Begin, civil time; default: 14 days before the end");
  command.add_option("--to", arguments.to, "End, not included; default: the end of today");
  command.add_option(
      "--compare", arguments.compare,
      "previous-period, previous-year, or the begin of an earlier range, civil time");
  command.add_option("--tz", arguments.time_zone, "IANA time zone")->capture_default_str();
  command.add_option("--grain", arguments.grain,
                     "none, minute, quarter_hour, half_hour, hour, day, week, month, quarter or "
                     "year; default: day");
  command.add_option("--week-start", arguments.week_start, "First day of a week; default: monday");
  command
      .add_option("--fiscal-start-month", arguments.fiscal_start_month,
                  "First month of a year and its quarters; default: 1")
      ->check(CLI::Range(1, 12));
  command
      .add_option("--where", arguments.where, "Which rows, e.g. 'queue=q-sales and line>=2'; below")
      ->allow_extra_args(false);
  command.add_option("--param", arguments.parameters, "name=value, e.g. threshold_ms=30000")
      ->allow_extra_args(false);
  command
      .add_option("--limit", arguments.limit,
                  fmt::format("Most rows; more is an error; default: {}", query::kDefaultRows))
      ->check(CLI::Range(uint32_t{1}, query::kMostRows));
}

std::string WhereHelp() {
  return fmt::format(
      "--where CONDITION, repeatable: of one dimension with = any, else all must hold\n"
      "  queue=q-sales,q-orders  one of these (also: queue in q-sales,q-orders); queue!=q-sales: "
      "none\n"
      "  line>=2 and line<4      numbers, or texts in the order of their bytes; also > and <=\n"
      "  topic^=deliv            begins with it\n"
      "  topic?    !topic        is told, is not told (also topic=, with an empty value)\n"
      "  (queue=q-sales or topic^=deliv) and not employee in anna,boris\n"
      "  queue='Sales, Moscow'   quotes, or \\ before a character, where a value has blanks, "
      "commas or parentheses;\n"
      "                          quotes where it begins with =\n"
      "  At most {} dimensions with = alone, {} values of each; of all else {} values, {} "
      "levels.\n",
      query::kMostFilters, query::kMostValues, query::kMostValues, query::kMostFilterLevels);
}

}  // namespace clientele::app
