// Tables that a query makes: over rows as they are every figure is that of the table itself, and
// what a query joins is seen at the mark.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "projections/calls/metrics/metric_files.h"
#include "projections/reference/metrics/metric_files.h"
#include "projections/retention/metrics/metric_files.h"
#include "tests/metrics/world.h"

namespace clientele::testing {
namespace {

using query::Catalogue;
using FileTexts = std::map<std::string, std::string>;

Catalogue LoadFiles(const FileTexts& files) {
  return Catalogue::Load({files.begin(), files.end()}).value();
}

std::string TextOf(const Catalogue::Files& files, const std::string& path) {
  return std::string(std::map(files.begin(), files.end()).at(path));
}

// Of what other tables look up.
FileTexts::value_type StaffFile() {
  return {"tables/staff.toml", TextOf(projections::reference::MetricFiles(), "tables/staff.toml")};
}

// Wherever it is.
std::string Replaced(std::string text, const std::string& what, const std::string& by) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

// A metric's file without the source of this table.
std::string WithoutSource(std::string text, const std::string& table) {
  const size_t begin = text.find("[[from]]\ntable = \"" + table + "\"\n");
  if (begin == std::string::npos) return text;
  return text.erase(begin, text.find("\n[[", begin) + 1 - begin);
}

// These metrics over these tables, each made by a query that takes every row of the real one.
Catalogue BehindQueries(const Catalogue::Files& files, const std::vector<std::string>& tables,
                        const std::vector<std::string>& metrics) {
  FileTexts changed = {StaffFile()};
  for (const std::string& id : metrics) {
    changed[id + ".toml"] = Replaced(WithoutSource(TextOf(files, id + ".toml"), "profiled_facts"),
                                     "\ntable = \"", "\ntable = \"same_");
  }
  for (const std::string& id : tables) {
    const std::string text = TextOf(files, "tables/" + id + ".toml");
    changed["tables/" + id + ".toml"] = text;
    changed["tables/same_" + id + ".toml"] = Replaced(
        text, fmt::format("\nid = \"{}\"\n", id),
        fmt::format("\nid = \"same_{0}\"\nrows = \"same_{0}.sql\"\nreads = [\"{0}\"]\n", id));
    changed["tables/same_" + id + ".sql"] = "SELECT * FROM {{" + id + "}}";
  }
  return LoadFiles(changed);
}

std::vector<std::string> RowsOf(const query::v1::QueryResponse& response) {
  std::vector<std::string> rows;
  for (const auto& row : response.rows()) rows.push_back(row.ShortDebugString());
  return rows;
}

// By one of its dimensions, in all where it has no unit, by day and hour, at two marks.
void ExpectSame(const Catalogue& catalogue) {
  for (const auto& [id, metric] : catalogue.metrics()) {
    const auto dimensions = metric.Dimensions();
    const auto has = [&](const char* name) { return std::ranges::count(dimensions, name) > 0; };
    const std::string by = has("currency") ? "currency" : has("queue") ? "queue" : "channel";
    std::vector<std::string> groups = {fmt::format("group_by: '{}' ", by)};
    if (catalogue.UnitsOf(metric).empty()) groups.emplace_back();
    const std::string metrics =
        fmt::format("metrics: '{}' from: '2026-03-28' to: '2026-03-31' time_zone: 'Europe/Berlin' ",
                    metric.variants.size() > 1 ? id + ":all" : id);
    for (const std::string& group : groups) {
      for (const char* how : {"", "mark_id: 0", "grain: DAY", "grain: HOUR mark_id: 0"}) {
        const std::string asked = metrics + group + how;
        const auto rows = RowsOf(World::Ask(asked));
        EXPECT_GT(rows.size(), 0U) << asked;
        EXPECT_EQ(RowsOf(World::Ask(asked, catalogue)), rows) << asked;
      }
    }
  }
}

TEST(RowsQueryFigures, OfCallsAsTheyAreAreTheSame) {
  World::Load(CLIENTELE_PROJECTIONS "/calls/testdata/basic.events.ndjson");
  ExpectSame(BehindQueries(projections::calls::MetricFiles(), {"calls", "call_legs"},
                           {"abandon_rate", "aht", "asa_quantile", "callers", "calls_offered",
                            "hold_share", "hold_time", "service_level", "transfer_rate"}));
}

TEST(RowsQueryFigures, OfCustomerFactsAsTheyAreAreTheSame) {
  World::Load(CLIENTELE_PROJECTIONS "/retention/testdata/basic.events.ndjson");
  ExpectSame(BehindQueries(
      projections::retention::MetricFiles(), {"customer_facts", "order_items"},
      {"average_check", "churned", "margin", "orders", "revenue", "service_churn_share"}));
}

constexpr std::string_view kBuyersCalls = R"(
id = "buyers_calls"
projection = "calls"
rows = "buyers_calls.sql"
reads = ["calls", "customer_facts"]
times = ["queued_at"]
[dimensions]
queue = { column = "queue_id", en = "Queue", ru = "Очередь" }
[conditions]
# Also a name inside the query, where it means something else.
since = "queued_at >= bought_at"
)";

constexpr std::string_view kBuyersCallsRows = R"(
SELECT
    told.queued_at AS queued_at,
    told.queue_id AS queue_id,
    told.customer AS customer,
    told.sign AS sign,
    bought.since AS bought_at,
    told.queued_at < fromUnixTimestamp64Micro({known_at:Int64}, 'UTC') AS known
FROM {{calls}} AS told
INNER JOIN
(
    SELECT customer, since
    FROM
    (
        SELECT customer, min(occurred_at) AS since
        FROM
        (
            SELECT customer, occurred_at, touchpoint_id
            FROM {{customer_facts}}
            WHERE kind = 'PURCHASE'
            GROUP BY customer, occurred_at, touchpoint_id
            HAVING sum(sign) > 0
        )
        GROUP BY customer
    )
) AS bought ON bought.customer = told.customer
WHERE told.queued_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND told.queued_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
)";

constexpr std::string_view kBuyers = R"(
id = "buyers"
version = 1
kind = "distinct"
unit = "count"
direction = "neutral"
interval = "none"
source = "a test"
owner = "tests"
empty = "never"
title = { en = "Buyers who called", ru = "Звонившие покупатели" }
[[from]]
table = "buyers_calls"
time = "queued_at"
population = "known AND since"
dimensions = ["queue"]
[from.values]
buyers = { of = "customer" }
[[variants]]
distinct = "buyers"
)";

std::string EventLine(char customer, std::string_view entity, std::string_view occurred_at,
                      std::string_view body) {
  return fmt::format(
      R"({{"tenant":"main","customer_id":"5f0c7a3e-0000-4000-8000-00000000000{}","entity_id":"{}",)"
      R"("occurred_at":"{}",{}}})",
      customer, entity, occurred_at, body);
}

std::string CallLine(char customer, std::string_view id, std::string_view at) {
  return EventLine(
      customer, id, at,
      fmt::format(R"("call":{{"call_id":"{}","direction":"INBOUND","queue_id":"sales",)"
                  R"("queued_at":"{}","end":"ABANDONED","ended_at":"{}"}})",
                  id, at, at));
}

std::string PurchaseLine(char customer, std::string_view id, std::string_view at) {
  return EventLine(customer, id, at,
                   fmt::format(R"("touchpoint":{{"touchpoint_id":"{}","kind":"PURCHASE",)"
                               R"("money":{{"amount_minor":"1","currency":"EUR"}}}})",
                               id));
}

// Customers 1 and 2 buy, then call, 1 on both days; 3 calls first. The purchase of 1 is taken back.
TEST(RowsQueryFigures, SeeWhatAQueryJoinsAtTheMark) {
  constexpr std::string_view kFirstDay = "1774692000000000";  // 2026-03-28 10:00
  constexpr std::string_view kLastDay = "1774778400000000";
  World::LoadLines({PurchaseLine('1', "p-1", "1774600000000000"),
                    PurchaseLine('2', "p-2", "1774600000000000"),
                    PurchaseLine('3', "p-3", kLastDay), CallLine('1', "a", kFirstDay),
                    CallLine('1', "b", kFirstDay), CallLine('2', "c", kFirstDay),
                    CallLine('3', "d", kFirstDay), CallLine('1', "e", kLastDay), "",
                    EventLine('1', "p-1", kLastDay,
                              R"("retraction":{"kind":20,"entity_id":"p-1","revision":0})")});
  FileTexts files = {
      StaffFile(),
      {"tables/calls.toml", TextOf(projections::calls::MetricFiles(), "tables/calls.toml")},
      {"tables/customer_facts.toml",
       TextOf(projections::retention::MetricFiles(), "tables/customer_facts.toml")}};
  files["tables/buyers_calls.toml"] = kBuyersCalls;
  files["tables/buyers_calls.sql"] = kBuyersCallsRows;
  files["buyers.toml"] = kBuyers;
  const Catalogue catalogue = LoadFiles(files);
  const auto asked = [&](const std::string& how) {
    std::vector<std::pair<double, int64_t>> figures;  // with n
    const auto response =
        World::Ask("metrics: 'buyers' from: '2026-03-28' to: '2026-03-30' " + how, catalogue);
    for (const auto& row : response.rows()) {
      figures.emplace_back(row.figures(0).value(), row.figures(0).n());
    }
    return figures;
  };
  using Figures = std::vector<std::pair<double, int64_t>>;
  EXPECT_EQ(asked("mark_id: 0"), (Figures{{2, 4}}));
  EXPECT_EQ(asked("mark_id: 0 grain: DAY"), (Figures{{2, 3}, {1, 1}}));
  EXPECT_EQ(asked(""), (Figures{{1, 1}}));
  EXPECT_EQ(asked("grain: DAY group_by: 'queue'"), (Figures{{1, 1}, {0, 0}}));
}

}  // namespace
}  // namespace clientele::testing
