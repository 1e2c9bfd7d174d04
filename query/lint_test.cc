// What schemas tell of tables, and every fault of files at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/metric_file_fixture.h"
#include "query/metrics_fixture.h"

namespace clientele::query {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

constexpr std::string_view kSchema = R"(
-- A caller's call.
CREATE TABLE IF NOT EXISTS clientele.calls_v{version}
(
    tenant LowCardinality(String),
    queued_at DateTime64(6, 'UTC'),
    queue_id LowCardinality(String), -- empty: none
    `end` Enum8('UNSPECIFIED' = 0, 'ANSWERED, late' = 1, 'LOST_2' = -2),
    wait_ms Int64,
    INDEX queued queued_at TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(queued_at);
CREATE TABLE IF NOT EXISTS clientele.call_legs_v{version} (tenant String)
)";

TEST(Schemas, TellColumnsAndTheirValues) {
  const Schema schema = ReadSchema(kSchema);
  ASSERT_EQ(schema.size(), 2U);
  EXPECT_THAT(schema.at("call_legs"), ElementsAre(Pair("tenant", "String")));
  const ColumnTypes& calls = schema.at("calls");
  EXPECT_EQ(calls.size(), 5U);
  EXPECT_EQ(calls.at("queued_at"), "DateTime64(6, 'UTC')");
  EXPECT_THAT(EnumValuesOf(calls.at("end")),
              ElementsAre(Pair("ANSWERED, late", 1), Pair("LOST_2", -2), Pair("UNSPECIFIED", 0)));
  EXPECT_THAT(EnumValuesOf(calls.at("queued_at")), IsEmpty());
}

TEST(Schemas, OfTheProductTellTheValuesOfEveryEnum) {
  const auto catalogue = Catalogue::Embedded();
  ASSERT_TRUE(catalogue.has_value()) << catalogue.error().message;
  EXPECT_EQ(catalogue->ValuesOf("channel").at("PHONE"), 1);
  EXPECT_THAT(catalogue->ValuesOf("queue"), IsEmpty());
  for (const std::string& name : catalogue->DimensionNames()) {
    const bool is_enum = catalogue->TypeOf(name) == DimensionType::kEnum;
    EXPECT_EQ(!catalogue->ValuesOf(name).empty(), is_enum) << name;
  }
}

Faults Lint(std::string_view table, std::string_view metric = kMetric) {
  return Catalogue::Lint(
      {{"../schema/create.sql", kSchema}, {"tables/calls.toml", table}, {"share.toml", metric}});
}

TEST(Lint, TellsEveryFault) {
  EXPECT_THAT(Catalogue::Lint(Catalogue::EmbeddedFiles()), IsEmpty());
  EXPECT_THAT(Lint(kTable), IsEmpty());
  std::string metric = With(kMetric, "version = 2", "version = 0");
  metric = With(metric, "owner = \"somebody\"\n", "");
  metric = With(metric, "dimensions = [\"queue\"]", "dimensions = [\"quue\"]");
  metric = With(metric, "{limit_ms}", "{limit}");
  metric += "level = 1\n";
  EXPECT_THAT(Lint(kTable, metric),
              ElementsAre("share.toml: version = 0: must be a number from 1 on",
                          "share.toml: owner is missing",
                          "share.toml: variants: level is no key of this table",
                          "share.toml: metric share: dimension quue: is none of table calls",
                          "share.toml: metric share: limit in \"wait_ms < {limit}\" is no "
                          "parameter of it"));
}

// Of kMetric and kTable with one expression changed.
TEST(Lint, ExpressionsNameWhatIsThere) {
  const auto population = [](const std::string& text) {
    return Lint(kTable, With(kMetric, "population = \"answered\"",
                             fmt::format("population = \"{}\"", text)));
  };
  for (const char* good :
       {"answered", "NOT answered AND wait_ms BETWEEN 1 AND {limit_ms}", "`end` = 'LOST_2'",
        "intDiv(wait_ms, 1000) >= 0.5", "queue_id NOT IN ('a', 'it''s')", "true"}) {
    EXPECT_THAT(population(good), IsEmpty()) << good;
  }
  EXPECT_THAT(population("real_inbund AND anserred"),
              ElementsAre("share.toml: metric share: anserred in \"real_inbund AND anserred\" is "
                          "no column or condition of table calls; did you mean answered?",
                          HasSubstr("share: real_inbund in \"real_inbund AND anserred\" is no ")));
  EXPECT_THAT(population("lenght(queue_id) > 0"),
              ElementsAre("share.toml: metric share: lenght in \"lenght(queue_id) > 0\" is no "
                          "function that expressions may call; did you mean length?"));
  EXPECT_THAT(population("now() > queued_at"), ElementsAre(HasSubstr("now in \"now() > queued_at\""
                                                                     " is no function")));
  EXPECT_THAT(population("wait_ms +"),
              ElementsAre("share.toml: metric share: \"wait_ms +\" ends where a value is due"));
  // Of every place where one stands.
  EXPECT_THAT(Lint(kTable, With(kMetric, "wait_ms < {limit_ms}", "wait_s < {limit_ms}")),
              ElementsAre(HasSubstr("wait_s in \"wait_s < {limit_ms}\"")));
  const std::string sum =
      With(With(With(With(kMetric, "ratio", "sum"), "wilson", "none"), "[from.counts]",
                "[from.sums]\nwaits = { of = \"wait_s\", where = \"anserred\", told = \"tld\" }\n"
                "[from.counts]"),
           "numerator = \"fast\"\ndenominator = \"every\"", "sum = \"waits\"");
  EXPECT_THAT(Lint(kTable, sum),
              ElementsAre(HasSubstr("wait_s in \"wait_s\""), HasSubstr("anserred in \"anserred\""),
                          HasSubstr("tld in \"tld\"")));
  EXPECT_THAT(Lint(With(kTable, "wait_ms >= 0", "wait >= {limit_ms}")),
              ElementsAre("tables/calls.toml: conditions.answered: {limit_ms} in \"wait >= "
                          "{limit_ms}\": a table has no parameters, a metric has",
                          HasSubstr("conditions.answered: wait in \"wait >= {limit_ms}\" is no "
                                    "column or condition of table calls; ")));
}

// Of a table that a query makes they are what it gives.
TEST(Lint, ExpressionsOverAQueryNameItsColumns) {
  const auto lint = [](std::string_view sql, std::string_view condition) {
    const std::string longest = fmt::format(R"(
id = "longest"
projection = "calls"
rows = "longest.sql"
reads = ["calls"]
times = ["queued_at"]
[dimensions]
queue = {{ column = "queue_id", en = "Queue", ru = "Очередь" }}
[conditions]
answered = "{}"
)",
                                            condition);
    return Catalogue::Lint({{"../schema/create.sql", kSchema},
                            {"tables/calls.toml", kTable},
                            {"tables/longest.toml", longest},
                            {"tables/longest.sql", sql}});
  };
  constexpr std::string_view kLongest =
      "WITH 1 AS one SELECT call.queued_at, queue_id, max(wait_ms) AS `end`, one AS sign FROM "
      "{{calls}} AS call GROUP BY queued_at, queue_id";
  EXPECT_THAT(lint(kLongest, "`end` > 0"), IsEmpty());
  EXPECT_THAT(
      lint(kLongest, "wait_ms > 0"),
      ElementsAre(HasSubstr("tables/longest.toml: conditions.answered: wait_ms in \"wait_ms "
                            "> 0\" is no column or condition of table longest; ")));
  EXPECT_THAT(lint(With(kLongest, "one AS sign", "one"), "queue_id != ''"),
              ElementsAre("tables/longest.toml: rows = longest.sql: must give a column sign"));
  EXPECT_THAT(lint("SELECT * FROM {{calls}}", "wait_ms > 0"), IsEmpty());
}

TEST(Lint, WhatAMetricNamesBesideIsThere) {
  const auto with = [](std::string_view key) {
    return Lint(kTable, With(kMetric, "[parameters]", fmt::format("{}\n[parameters]", key)));
  };
  EXPECT_THAT(with("applicable_with = \"calls\""), IsEmpty());
  EXPECT_THAT(with("applicable_with = \"cals\""),
              ElementsAre("share.toml: metric share: applicable_with = cals: must be a table of a "
                          "projection"));
  EXPECT_THAT(with("left_out = \"share\""),
              ElementsAre("share.toml: metric share: left_out = share: must be a metric of kind "
                          "count"));
  EXPECT_THAT(with("left_out = \"shares\""),
              ElementsAre(HasSubstr("left_out = shares: must be a metric of kind count")));
}

TEST(Lint, AFileIsNamedByItsId) {
  EXPECT_THAT(Lint(kTable, With(kMetric, "id = \"share\"", "id = \"shares\"")),
              ElementsAre("share.toml: id = shares: must be share, as its file is"));
  EXPECT_THAT(Catalogue::Lint({{"tables/chats.toml", kTable}}),
              ElementsAre("tables/chats.toml: id = calls: must be chats, as its file is"));
}

TEST(Lint, AFileThatIsNoTomlIsOneFault) {
  EXPECT_THAT(Lint(kTable, "id = "), ElementsAre(HasSubstr("share.toml:1: ")));
}

TEST(Lint, ColumnsAreThoseOfTheSchema) {
  EXPECT_THAT(Lint(With(kTable, "\"queue_id\"", "\"queue\"")),
              ElementsAre(HasSubstr("tables/calls.toml: dimensions.queue: column = queue: table "
                                    "calls has no such column; must be one of end, queue_id, ")));
  EXPECT_THAT(Lint(With(kTable, "\"queue_id\"", "\"end\"")),
              ElementsAre(HasSubstr(
                  "dimensions.queue: type must be enum where the column is one, which is Enum8(")));
  EXPECT_THAT(Catalogue::Lint({{"../schema/create.sql", kSchema},
                               {"tables/cals.toml", With(kTable, "\"calls\"", "\"cals\"")},
                               {"share.toml", kMetric}}),
              ElementsAre("tables/cals.toml: id = cals: no schema has such a table; did you mean "
                          "calls?",
                          "share.toml: table = calls: there is no such file in tables/"));
}

}  // namespace
}  // namespace clientele::query
