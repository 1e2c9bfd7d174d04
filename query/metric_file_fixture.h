// A table and a metric over it as files, for tests that break them.
#pragma once

#include "query/catalogue.h"

namespace clientele::query {

inline constexpr std::string_view kTable = R"(
id = "calls"
projection = "calls"
times = ["queued_at"]
[dimensions]
queue = { column = "queue_id", en = "Queue", ru = "Очередь" }
[conditions]
answered = "wait_ms >= 0"
)";

inline constexpr std::string_view kMetric = R"(
id = "share"
version = 2
kind = "ratio"
unit = "share"
direction = "up_good"
interval = "wilson"
source = "a book"
owner = "somebody"
empty = "no calls"
title = { en = "Share", ru = "Доля" }
[parameters]
limit_ms = { default = 5, min = 0, max = 9, unit = "ms", en = "Limit", ru = "Предел" }
[[from]]
table = "calls"
time = "queued_at"
population = "answered"
dimensions = ["queue"]
[from.counts]
fast = "wait_ms < {limit_ms}"
every = "answered"
[[variants]]
numerator = "fast"
denominator = "every"
)";

inline base::Result<Catalogue> Load(std::string_view metric, std::string_view table = kTable) {
  return Catalogue::Load({{"tables/calls.toml", table}, {"share.toml", metric}});
}

}  // namespace clientele::query
