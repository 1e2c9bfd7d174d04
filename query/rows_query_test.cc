// Tables that a query makes: what a good one is, and what a wrong one is told at start.
#include "query/rows_query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/metrics_fixture.h"

namespace clientele::query {
namespace {

using testing::HasSubstr;

constexpr std::string_view kVisits = R"(
id = "visits"
projection = "shops"
times = ["occurred_at"]
)";

constexpr std::string_view kDaysTable = R"(
id = "days"
projection = "shops"
rows = "days.sql"
reads = ["visits"]
times = ["occurred_at"]
)";

constexpr std::string_view kQuery = "SELECT * FROM {{visits}} WHERE seen >= {from:Int64}\n";

// What the start says of these files; empty if they are good.
std::string ToldAtStart(std::string_view days, std::string_view query,
                        std::string_view path = "tables/days.sql") {
  const auto catalogue =
      Catalogue::Load({{"tables/days.toml", days}, {path, query}, {"tables/visits.toml", kVisits}});
  return catalogue ? std::string() : catalogue.error().message;
}

TEST(RowsQuery, AGoodOne) {
  EXPECT_EQ(ToldAtStart(kDaysTable, kQuery), "");
  EXPECT_EQ(ToldAtStart(kDaysTable,
                        "SELECT a.occurred_at, a.sign, '{x}' FROM {{visits}} AS a, {{visits}} AS b "
                        "WHERE a.seen < {known_at:Int64} AND {to:Int64} > {bounds:Array(Int64)}[1] "
                        "AND a.seen >= {bounds_before:Array(Int64)}[1]"),
            "");
}

TEST(RowsQuery, WrongKeysStopTheStart) {
  EXPECT_THAT(ToldAtStart(With(kDaysTable, "reads = [\"visits\"]", ""), kQuery),
              HasSubstr("tables/days.toml: rows = days.sql: must have reads beside it"));
  EXPECT_THAT(ToldAtStart(With(kDaysTable, "rows = \"days.sql\"", ""), kQuery),
              HasSubstr("tables/days.toml: rows must be the name of a file beside this one"));
  EXPECT_THAT(ToldAtStart(With(kDaysTable, "days.sql", "../days.sql"), kQuery),
              HasSubstr("rows = ../days.sql: must be the name of a file beside this one"));
  EXPECT_THAT(ToldAtStart(With(kDaysTable, "[\"visits\"]", "[]"), kQuery),
              HasSubstr("reads must be a list of texts"));
  EXPECT_THAT(
      ToldAtStart(std::string(kDaysTable) + "[spans]\noccurred_at = { from = \"a\", to = \"b\" }",
                  kQuery),
      HasSubstr("from = a: must not be of a table that has rows"));
}

TEST(RowsQuery, MissingAndForgottenFilesStopTheStart) {
  EXPECT_THAT(ToldAtStart(kDaysTable, kQuery, "tables/weeks.sql"),
              HasSubstr("tables/days.toml: rows = days.sql: there is no such file beside it"));
  EXPECT_THAT(
      ToldAtStart(With(With(kDaysTable, "rows = \"days.sql\"", ""), "reads = [\"visits\"]", ""),
                  kQuery),
      HasSubstr("tables/days.sql: must be the rows of a table"));
  const auto twice = Catalogue::Load({{"tables/days.toml", kDaysTable},
                                      {"tables/days.sql", kQuery},
                                      {"tables/days.sql", kQuery},
                                      {"tables/visits.toml", kVisits}});
  ASSERT_FALSE(twice.has_value());
  EXPECT_THAT(twice.error().message, HasSubstr("tables/days.sql: another file has this name"));
}

TEST(RowsQuery, ReadsThatAreNoneStopTheStart) {
  EXPECT_THAT(ToldAtStart(With(kDaysTable, "\"visits\"", "\"vists\""), kQuery),
              HasSubstr("tables/days.toml: reads: vists: there is no such table"));
  EXPECT_THAT(ToldAtStart(With(kDaysTable, "\"visits\"", "\"visits\", \"days\""), kQuery),
              HasSubstr("tables/days.toml: reads: days: must not have rows itself"));
  EXPECT_THAT(ToldAtStart(kDaysTable, "SELECT * FROM {{visits}}, {{shops}}"),
              HasSubstr("rows: days.sql has {{shops}}, which is not in reads"));
  EXPECT_THAT(ToldAtStart(kDaysTable, "SELECT * FROM {{visits"),
              HasSubstr("{{visits}}, which is not in reads"));
  EXPECT_THAT(ToldAtStart(kDaysTable, "SELECT 1 -- {{visits}}"),
              HasSubstr("tables/days.toml: reads: visits is not used in days.sql"));
}

TEST(RowsQuery, ParametersThatAreNoneStopTheStart) {
  EXPECT_THAT(ToldAtStart(kDaysTable, "SELECT * FROM {{visits}} WHERE tenant = {tenant:String}"),
              HasSubstr("rows: days.sql has {tenant:String}, must be one of from:Int64, to:Int64, "
                        "known_at:Int64, bounds:Array(Int64), bounds_before:Array(Int64)"));
  EXPECT_THAT(ToldAtStart(kDaysTable, "SELECT {from} FROM {{visits}}"),
              HasSubstr("has {from}, must be"));
  EXPECT_THAT(ToldAtStart(kDaysTable, "SELECT * FROM {{visits}};\n"),
              HasSubstr("must not end in ;"));
}

TEST(RowsQuery, ColumnsThatAreMissingStopTheStart) {
  EXPECT_THAT(ToldAtStart(kDaysTable, "SELECT seen AS occurred, sign FROM {{visits}}"),
              HasSubstr("tables/days.toml: times = occurred_at: table days has no such column; "));
  EXPECT_EQ(ToldAtStart(kDaysTable, "SELECT seen AS occurred_at FROM {{visits}}"),
            "tables/days.toml: rows = days.sql: must give a column sign");
}

TEST(RowsQuery, WhetherItAsksForOpenHours) {
  Table table;
  EXPECT_FALSE(UsesOpenHours(table));
  table.rows =
      RowsQuery{"days.sql", "SELECT opened FROM {{open_days}} WHERE seen < {to:Int64}", {}};
  EXPECT_FALSE(UsesOpenHours(table));
  table.rows->sql += " AND seen < {open_to:Int64}";
  EXPECT_TRUE(UsesOpenHours(table));
}

TEST(RowsQuery, NamesOfTheStatementAroundItStopTheStart) {
  for (const char* name : {"bucket", "counted", "left_rows", "observations", "key_0", "near_2",
                           "value_12", "looked_up_team_id"}) {
    EXPECT_THAT(ToldAtStart(kDaysTable, fmt::format("SELECT seen AS {} FROM {{{{visits}}}}", name)),
                HasSubstr(fmt::format("rows: days.sql has {}, which names a column", name)));
  }
  EXPECT_EQ(ToldAtStart(kDaysTable,
                        "SELECT occurred_at, sign, 'bucket' AS key_word, 1 AS net_minor "
                        "FROM {{visits}}"),
            "");
}

TEST(RowsQuery, CommentsAreLeftOut) {
  EXPECT_EQ(WithoutComments("-- a customer's\nSELECT 'a--b', 1 -- c\n  -- d\nFROM e\n\n"),
            "SELECT 'a--b', 1\nFROM e");
  EXPECT_EQ(WithoutComments("SELECT 1 -- a"), "SELECT 1");
  EXPECT_EQ(WithoutComments("-- a"), "");
  EXPECT_EQ(WithoutComments(""), "");
}

TEST(RowsQuery, RatiosOfSumsAreInTheUnitOfTheirAmounts) {
  const Metric& metric = *ShopMetrics().FindMetric("paid_per_minute");
  EXPECT_TRUE(HasUnit(metric.kind, metric.variants[0]));
  EXPECT_FALSE(HasUnit(metric.kind, metric.variants[2]));
}

}  // namespace
}  // namespace clientele::query
