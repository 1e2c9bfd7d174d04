#include "query/running.h"

#include <algorithm>

#include "base/log.h"

namespace clientele::query {

using base::Code;
using base::Error;

clickhouse::Statement Running::Make(std::string_view sql, clickhouse::Parameters parameters,
                                    std::string_view part) const {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      until - std::chrono::steady_clock::now());
  return {.sql = sql,
          .parameters = std::move(parameters),
          .settings = {},
          .query_id = fmt::format("{}-{}", query_id, part),
          .deadline = std::max(left, std::chrono::milliseconds(1)),
          .cancel = cancel};
}

Error Running::Translate(const Error& error) const {
  switch (error.code) {
    case Code::kCancelled:
      return {Code::kCancelled, "the query was cancelled", {}};
    case Code::kDeadlineExceeded:
      return {Code::kDeadlineExceeded, "the query took longer than its deadline", {}};
    case Code::kUnavailable:
    case Code::kUnknown:
      base::LogWarning("the store did not answer a query",
                       {{"query_id", query_id}, {"error", error.message}});
      return {Code::kUnavailable, "the store cannot be reached; try again later", {}};
    case Code::kResourceExhausted:
      base::LogWarning("the store refused a query",
                       {{"query_id", query_id}, {"error", error.message}});
      return {Code::kResourceExhausted,
              "the store has no room for the query; try again later or ask for less",
              {}};
    case Code::kOutOfRange:
      return error;  // the answer's own, from reading the rows
    case Code::kNotFound:
      base::LogWarning("a query's table is not there",
                       {{"query_id", query_id}, {"error", error.message}});
      return {Code::kFailedPrecondition,
              "the tables of this mark are not there (not made yet, or dropped); ask at the newest "
              "mark or later",
              {}};
    default:
      base::LogError("a query failed", {{"query_id", query_id}, {"error", error.message}});
      return {Code::kInternal, fmt::format("query {} failed; the log says why", query_id), {}};
  }
}

}  // namespace clientele::query
