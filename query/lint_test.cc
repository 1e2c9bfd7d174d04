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
  EXPECT_THAT(Lint(With(kTable, "id = \"calls\"", "id = \"cals\"")),
              ElementsAre("tables/calls.toml: id = cals: no schema has such a table; did you mean "
                          "calls?",
                          "share.toml: table = calls: there is no such file in tables/"));
}

}  // namespace
}  // namespace clientele::query
