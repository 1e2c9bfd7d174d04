// Answers as text: a table for people, CSV for sheets, JSON for programs. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "clientele/query/v1/query.pb.h"

namespace clientele::app {

// Columns in line, figures in a unit that is read well, with n and 95 % interval; beside each, if
// asked for, the change and how much of its target is reached. Below, with a grain, every group's
// figures as one line of bars; with two groups to tell apart, how far they are; then the
// definitions, what no data means, and the state of knowledge.
[[nodiscard]] std::string ToTable(const query::v1::QueryRequest& request,
                                  const query::v1::QueryResponse& response);
// RFC 4180 with a header line; of every figure value, n, low, high and why it is empty; with a
// comparison the same of the earlier one, the change and whether the two can be told apart; if
// asked for, the target and how much of it is reached; the unit that they are stored in and the
// version of the definition. In every line the mark and the zone.
[[nodiscard]] std::string ToCsv(const query::v1::QueryRequest& request,
                                const query::v1::QueryResponse& response);
// With `tell_apart`, of each column: how far its groups are apart, and how many more observations
// it takes to tell. Else empty.
[[nodiscard]] std::vector<std::string> PairsInWords(const query::v1::QueryRequest& request,
                                                    const query::v1::QueryResponse& response);
// The response as canonical protobuf JSON with the .proto's field names.
[[nodiscard]] std::string ToJson(const query::v1::QueryResponse& response);
// Metrics with what they may be asked with.
[[nodiscard]] std::string ToTable(const query::v1::ListMetricsResponse& response);

}  // namespace clientele::app
