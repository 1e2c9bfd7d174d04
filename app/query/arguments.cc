#include "app/query/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "app/query/refusal.h"
#include "app/query/where.h"
#include "base/utf8.h"
#include "query/calendar.h"

namespace clientele::app {
namespace {

using base::FailField;
using date::days;
using date::local_days;
using query::CivilTime;
using query::Zone;
using query::v1::QueryRequest;

constexpr days kDefaultRange{14};

const std::map<std::string, QueryRequest::Grain>& Grains() {
  static const std::map<std::string, QueryRequest::Grain> grains = {
      {"none", QueryRequest::GRAIN_UNSPECIFIED},
      {"minute", QueryRequest::MINUTE},
      {"quarter_hour", QueryRequest::QUARTER_HOUR},
      {"half_hour", QueryRequest::HALF_HOUR},
      {"hour", QueryRequest::HOUR},
      {"day", QueryRequest::DAY},
      {"week", QueryRequest::WEEK},
      {"month", QueryRequest::MONTH},
      {"quarter", QueryRequest::QUARTER},
      {"year", QueryRequest::YEAR}};
  return grains;
}

// "name=value".
base::Result<std::pair<std::string, std::string>> Split(const char* option,
                                                        const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    return FailField(option, "{} {}: must be name=value", option, text);
  }
  return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

std::string ToText(CivilTime time) {
  const local_days day = date::floor<days>(time);
  const date::year_month_day civil(day);
  std::string text =
      fmt::format("{:04}-{:02}-{:02}", static_cast<int>(civil.year()),
                  static_cast<unsigned>(civil.month()), static_cast<unsigned>(civil.day()));
  const date::hh_mm_ss<std::chrono::seconds> clock(time - day);
  if (time == day) return text;
  return text + fmt::format("T{:02}:{:02}:{:02}", clock.hours().count(), clock.minutes().count(),
                            clock.seconds().count());
}

base::Status SetRange(const QueryArguments& arguments, const Zone& zone, int64_t now,
                      QueryRequest& request) {
  CivilTime to = date::floor<days>(zone.ToCivil(now)) + days(1);
  if (!arguments.to.empty()) {
    const auto given = query::ParseCivil("--to", arguments.to);
    if (!given) return tl::unexpected(given.error());
    to = *given;
  }
  request.set_to(ToText(to));
  request.set_from(arguments.from.empty() ? ToText(to - kDefaultRange) : arguments.from);
  return {};
}

base::Status SetCompare(const QueryArguments& arguments, QueryRequest& request) {
  if (arguments.compare.empty()) return {};
  query::v1::Compare& compare = *request.mutable_compare();
  if (arguments.compare == "previous-period") {
    compare.set_previous(query::v1::Compare::PERIOD);
  } else if (arguments.compare == "previous-year") {
    compare.set_previous(query::v1::Compare::YEAR);
  } else if (query::ParseCivil("--compare", arguments.compare)) {
    compare.set_custom_from(arguments.compare);
  } else {
    return FailField("--compare",
                     "--compare {}: must be previous-period, previous-year or a civil time such as "
                     "2026-10-01",
                     arguments.compare);
  }
  return {};
}

// The filter of this dimension, made if there is none.
query::v1::Filter& FilterOf(const std::string& dimension, QueryRequest& request) {
  for (auto& known : *request.mutable_filters()) {
    if (known.dimension() == dimension) return known;
  }
  request.add_filters()->set_dimension(dimension);
  return *request.mutable_filters()->rbegin();
}

// What is one_of alone becomes a filter, those of one dimension the same one; all else must hold
// beside them.
base::Status SetFilters(const QueryArguments& arguments, QueryRequest& request) {
  std::vector<query::v1::Condition> others;
  for (const std::string& text : arguments.where) {
    auto condition = ParseWhere(text);
    if (!condition) return tl::unexpected(condition.error());
    if (condition->has_one_of()) {
      const query::v1::Filter& given = condition->one_of();
      FilterOf(given.dimension(), request).mutable_values()->MergeFrom(given.values());
    } else {
      others.push_back(std::move(*condition));
    }
  }
  if (others.size() == 1) {
    *request.mutable_where() = std::move(others.front());
  } else {
    for (query::v1::Condition& condition : others) {
      *request.mutable_where()->mutable_all()->add_conditions() = std::move(condition);
    }
  }
  return {};
}

// Other groups than the two are left out.
base::Status SetTellApart(const QueryArguments& arguments, QueryRequest& request) {
  const std::vector<std::string>& apart = arguments.apart;
  if (apart.empty()) {
    if (!arguments.difference) return {};
    return FailField("--difference", "--difference {}: must be given together with --apart",
                     *arguments.difference);
  }
  if (apart.size() != 2 || arguments.by.size() != 1) {
    return FailField("--apart",
                     "--apart {}: must be two values, as anna,boris, of the one dimension of --by",
                     fmt::join(apart, ","));
  }
  query::v1::TellApart& pair = *request.mutable_tell_apart();
  pair.set_first(apart[0]);
  pair.set_second(apart[1]);
  if (arguments.difference) pair.set_difference(*arguments.difference);
  for (const std::string& value : apart) FilterOf(arguments.by[0], request).add_values(value);
  return {};
}

base::Status SetWeekStart(const QueryArguments& arguments, QueryRequest& request) {
  if (arguments.week_start.empty()) return {};
  std::string name = arguments.week_start;
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c; });
  QueryRequest::Weekday day{};
  if (!QueryRequest::Weekday_Parse(name, &day) || day == QueryRequest::WEEKDAY_UNSPECIFIED) {
    return FailField("--week-start", "--week-start {}: must be a weekday, as monday",
                     arguments.week_start);
  }
  request.set_week_start(day);
  return {};
}

base::Status SetParameters(const QueryArguments& arguments, QueryRequest& request) {
  for (const std::string& text : arguments.parameters) {
    auto pair = Split("--param", text);
    if (!pair) return tl::unexpected(pair.error());
    if (!request.mutable_parameters()->insert({pair->first, pair->second}).second) {
      return FailField("--param", "--param {}: {} is given twice", text, pair->first);
    }
  }
  return {};
}

}  // namespace

base::Result<QueryRequest> ToRequest(const QueryArguments& arguments, int64_t now) {
  QueryRequest request;
  *request.mutable_metrics() = {arguments.metrics.begin(), arguments.metrics.end()};
  *request.mutable_group_by() = {arguments.by.begin(), arguments.by.end()};
  if (arguments.top != 0) request.mutable_top()->set_groups(arguments.top);
  if (!arguments.top_by.empty()) request.mutable_top()->set_by(arguments.top_by);
  if (arguments.top_smallest) request.mutable_top()->set_smallest(true);
  request.set_plan_attainment(arguments.plan_attainment);
  request.set_time_zone(arguments.time_zone);
  request.set_limit(arguments.limit);
  const auto zone = Zone::Find(arguments.time_zone);
  if (!zone) return tl::unexpected(InOptions(zone.error(), arguments));
  const char* const usual = arguments.apart.empty() ? "day" : "none";
  const auto grain = Grains().find(arguments.grain.empty() ? usual : arguments.grain);
  if (grain == Grains().end()) {
    return FailField("--grain",
                     "--grain {}: must be none, minute, quarter_hour, half_hour, hour, day, week, "
                     "month, quarter or year",
                     arguments.grain);
  }
  request.set_grain(grain->second);
  request.set_fiscal_start_month(arguments.fiscal_start_month);
  if (auto good = SetWeekStart(arguments, request); !good) return tl::unexpected(good.error());
  auto good = SetRange(arguments, *zone, now, request);
  if (good) good = SetCompare(arguments, request);
  if (good) good = SetFilters(arguments, request);
  if (good) good = SetTellApart(arguments, request);
  if (good) good = SetParameters(arguments, request);
  if (!good) return tl::unexpected(good.error());
  if (arguments.mark && !arguments.known_at.empty()) {
    return FailField("--known-at", "--known-at {}: must not be given together with --mark",
                     arguments.known_at);
  }
  if (arguments.mark) request.set_mark_id(*arguments.mark);
  if (!arguments.known_at.empty()) {
    const auto civil = query::ParseCivil("--known-at", arguments.known_at);
    if (!civil) return tl::unexpected(civil.error());
    request.set_known_at(zone->ToInstant(*civil));
  }
  if (const std::string field = base::FindBadUtf8(request); !field.empty()) {
    const base::Error error{base::Code::kInvalidArgument, field + ": must be UTF-8", field};
    return tl::unexpected(InOptions(error, arguments));
  }
  return request;
}

std::string GrainName(QueryRequest::Grain grain) {
  const auto named = std::ranges::find(Grains(), grain, [](const auto& one) { return one.second; });
  return named == Grains().end() ? "" : named->first;
}

}  // namespace clientele::app
