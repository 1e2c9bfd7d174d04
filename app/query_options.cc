#include "app/query_options.h"

namespace clientele::app {

void AddQueryArguments(CLI::App& command, QueryArguments& arguments) {
  command.add_option("metrics", arguments.metrics,
                     "Metrics: id, id:variant or id:all (clientele metrics lists them)");
  command.add_option("--by", arguments.by, "Dimensions to group by, e.g. queue,team")
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
  command.add_option("--fiscal-start-month", arguments.fiscal_start_month,
                     "First month of a year and its quarters, 1 to 12; default: 1");
  command
      .add_option("--where", arguments.where, "Which rows, e.g. 'queue=sales and line>=2'; below")
      ->allow_extra_args(false);
  command.add_option("--param", arguments.parameters, "name=value, e.g. threshold_ms=30000")
      ->allow_extra_args(false);
  command.add_option("--limit", arguments.limit, "Most rows; more is an error");
}

}  // namespace clientele::app
