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

constexpr std::string_view kDays = R"(
id = "days"
projection = "shops"
rows = "days.sql"
reads = ["visits"]
times = ["occurred_at"]
)";

constexpr std::string_view kQuery = "SELECT * FROM {{visits}} WHERE seen >= {from:Int64}\n";

std::string With(std::string_view text, std::string_view what, std::string_view by) {
  std::string changed(text);
  const size_t at = changed.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return changed.replace(at, what.size(), by);
}

// What the start says of these files; empty if they are good.
std::string Load(std::string_view days, std::string_view query,
                 std::string_view path = "tables/days.sql") {
  const auto catalogue =
      Catalogue::Load({{"tables/days.toml", days}, {path, query}, {"tables/visits.toml", kVisits}});
  return catalogue ? std::string() : catalogue.error().message;
}

TEST(RowsQuery, AGoodOne) {
  EXPECT_EQ(Load(kDays, kQuery), "");
  EXPECT_EQ(Load(kDays,
                 "SELECT '{x}' FROM {{visits}} AS a, {{visits}} AS b "
                 "WHERE a.seen < {known_at:Int64} AND {to:Int64} > {bounds:Array(Int64)}[1]"),
            "");
}

TEST(RowsQuery, WrongKeysStopTheStart) {
  EXPECT_THAT(Load(With(kDays, "reads = [\"visits\"]", ""), kQuery),
              HasSubstr("tables/days.toml: rows must have reads beside it"));
  EXPECT_THAT(Load(With(kDays, "rows = \"days.sql\"", ""), kQuery),
              HasSubstr("tables/days.toml: rows must be the name of a file beside this one"));
  EXPECT_THAT(Load(With(kDays, "days.sql", "../days.sql"), kQuery),
              HasSubstr("rows must be the name of a file beside this one"));
  EXPECT_THAT(Load(With(kDays, "[\"visits\"]", "[]"), kQuery),
              HasSubstr("reads must be a list of texts"));
  EXPECT_THAT(
      Load(std::string(kDays) + "[spans]\noccurred_at = { from = \"a\", to = \"b\" }", kQuery),
      HasSubstr("from must not be of a table that has rows"));
}

TEST(RowsQuery, MissingAndForgottenFilesStopTheStart) {
  EXPECT_THAT(Load(kDays, kQuery, "tables/weeks.sql"),
              HasSubstr("tables/days.toml: rows = days.sql: there is no such file beside it"));
  EXPECT_THAT(
      Load(With(With(kDays, "rows = \"days.sql\"", ""), "reads = [\"visits\"]", ""), kQuery),
      HasSubstr("tables/days.sql: must be the rows of a table"));
  const auto twice = Catalogue::Load({{"tables/days.toml", kDays},
                                      {"tables/days.sql", kQuery},
                                      {"tables/days.sql", kQuery},
                                      {"tables/visits.toml", kVisits}});
  ASSERT_FALSE(twice.has_value());
  EXPECT_THAT(twice.error().message, HasSubstr("tables/days.sql: another file has this name"));
}

TEST(RowsQuery, ReadsThatAreNoneStopTheStart) {
  EXPECT_THAT(Load(With(kDays, "\"visits\"", "\"vists\""), kQuery),
              HasSubstr("tables/days.toml: reads: vists: there is no such table"));
  EXPECT_THAT(Load(With(kDays, "\"visits\"", "\"visits\", \"days\""), kQuery),
              HasSubstr("tables/days.toml: reads: days: must not have rows itself"));
  EXPECT_THAT(Load(kDays, "SELECT * FROM {{visits}}, {{shops}}"),
              HasSubstr("rows: days.sql has {{shops}}, which is not in reads"));
  EXPECT_THAT(Load(kDays, "SELECT * FROM {{visits"),
              HasSubstr("{{visits}}, which is not in reads"));
  EXPECT_THAT(Load(kDays, "SELECT 1 -- {{visits}}"),
              HasSubstr("tables/days.toml: reads: visits is not used in days.sql"));
}

TEST(RowsQuery, ParametersThatAreNoneStopTheStart) {
  EXPECT_THAT(Load(kDays, "SELECT * FROM {{visits}} WHERE tenant = {tenant:String}"),
              HasSubstr("rows: days.sql has {tenant:String}, must be one of from:Int64, to:Int64, "
                        "known_at:Int64, bounds:Array(Int64)"));
  EXPECT_THAT(Load(kDays, "SELECT {from} FROM {{visits}}"), HasSubstr("has {from}, must be"));
  EXPECT_THAT(Load(kDays, "SELECT * FROM {{visits}};\n"), HasSubstr("must not end in ;"));
}

TEST(RowsQuery, NamesOfTheStatementAroundItStopTheStart) {
  for (const char* name :
       {"bucket", "counted", "left_rows", "observations", "key_0", "near_2", "value_12"}) {
    EXPECT_THAT(Load(kDays, fmt::format("SELECT seen AS {} FROM {{{{visits}}}}", name)),
                HasSubstr(fmt::format("rows: days.sql has {}, which names a column", name)));
  }
  EXPECT_EQ(Load(kDays, "SELECT 'bucket' AS key_word, 1 AS net_minor FROM {{visits}}"), "");
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
