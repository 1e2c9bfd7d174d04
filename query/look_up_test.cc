// What tables look up: what a good file says, and what a wrong one is told at start.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/metrics_fixture.h"

namespace clientele::query {
namespace {

using testing::HasSubstr;

constexpr std::string_view kSchemaOfPlaces = R"(
CREATE TABLE IF NOT EXISTS clientele.sales_v{version}
(
    sold_at DateTime64(6, 'UTC'),
    seller String,
    team_id String
)
ENGINE = ReplacingMergeTree;
CREATE TABLE IF NOT EXISTS clientele.places_v{version}
(
    seller String,
    valid_from DateTime64(6, 'UTC'),
    team_id String,
    branch String
)
ENGINE = ReplacingMergeTree;
)";

constexpr std::string_view kPlaces = R"(
id = "places"
projection = "company"
times = ["valid_from"]
)";

constexpr std::string_view kSales = R"(
id = "sales"
projection = "shops"
times = ["sold_at"]
[look_up]
places = { by = "seller", at = "sold_at" }
[dimensions]
branch = { looked_up = "branch", en = "Branch", ru = "Филиал" }
team = { column = "team_id", looked_up = "team_id", en = "Team", ru = "Команда" }
)";

// What the start says of these files; empty if they are good.
std::string ToldOfSales(std::string_view sales, std::string_view places = kPlaces) {
  const auto catalogue = Catalogue::Load({{"schema/create.sql", kSchemaOfPlaces},
                                          {"tables/places.toml", places},
                                          {"tables/sales.toml", sales}});
  return catalogue ? std::string() : catalogue.error().message;
}

TEST(LookUp, AGoodOne) {
  EXPECT_EQ(ToldOfSales(kSales), "");
  const auto catalogue =
      Catalogue::Load({{"tables/places.toml", kPlaces}, {"tables/sales.toml", kSales}});
  ASSERT_TRUE(catalogue.has_value()) << catalogue.error().message;
  const Table& sales = *catalogue->FindTable("sales");
  EXPECT_EQ(sales.look_up->table, "places");
  EXPECT_FALSE(sales.dimensions.at("branch").told);
  EXPECT_EQ(sales.dimensions.at("branch").column, "branch");
  EXPECT_TRUE(sales.dimensions.at("team").told);
  EXPECT_EQ(sales.dimensions.at("team").looked_up, "team_id");
}

TEST(LookUp, WrongKeysStopTheStart) {
  EXPECT_THAT(
      ToldOfSales(With(kSales, "[look_up]\nplaces = { by = \"seller\", at = \"sold_at\" }", "")),
      HasSubstr("tables/sales.toml: dimensions.branch: looked_up = branch: must have a "
                "look_up beside the dimensions"));
  EXPECT_THAT(ToldOfSales(With(kSales, "{ looked_up", "{ type = \"number\", looked_up")),
              HasSubstr("dimensions.branch: looked_up = branch: must be of the type text"));
  EXPECT_THAT(ToldOfSales(With(kSales, ", at = \"sold_at\" }", " }")),
              HasSubstr("tables/sales.toml: look_up.places: at is missing"));
  EXPECT_THAT(ToldOfSales(With(kSales, "[dimensions]",
                               "staff = { by = \"seller\", at = \"sold_at\" }\n[dimensions]")),
              HasSubstr("tables/sales.toml: look_up must be of one table"));
  EXPECT_THAT(
      ToldOfSales(With(With(kSales, "[\"sold_at\"]", "[\"open\"]"), "[look_up]",
                       "[spans]\nopen = { from = \"sold_at\", to = \"sold_at\" }\n[look_up]")),
      HasSubstr("tables/sales.toml: look_up must not be of a table that has spans"));
}

TEST(LookUp, WhatIsNotThereStopsTheStart) {
  EXPECT_THAT(ToldOfSales(With(kSales, "places =", "place =")),
              HasSubstr("tables/sales.toml: look_up.place: there is no such table"));
  EXPECT_THAT(ToldOfSales(With(kSales, "by = \"seller\"", "by = \"buyer\"")),
              HasSubstr("look_up.places: by = buyer: table sales has no such column"));
  EXPECT_THAT(ToldOfSales(With(kSales, "at = \"sold_at\"", "at = \"sold\"")),
              HasSubstr("look_up.places: at = sold: table sales has no such column"));
  EXPECT_THAT(ToldOfSales(With(kSales, "looked_up = \"branch\"", "looked_up = \"brand\"")),
              HasSubstr("dimensions.branch: looked_up = brand: table places has no such column"));
  // Where rows are told it must be their column, too.
  EXPECT_THAT(ToldOfSales(With(kSales, "{ looked_up", "{ column = \"branch\", looked_up")),
              HasSubstr("dimensions.branch: column = branch: table sales has no such column"));
}

TEST(LookUp, OnlyInWhatAProjectionWrites) {
  const auto made = Catalogue::Load(
      {{"tables/told.toml", With(kPlaces, "id = \"places\"", "id = \"told\"")},
       {"tables/places.toml", std::string(kPlaces) + "rows = \"places.sql\"\nreads = [\"told\"]\n"},
       {"tables/places.sql", "SELECT * FROM {{told}}"},
       {"tables/sales.toml", kSales}});
  ASSERT_FALSE(made.has_value());
  EXPECT_THAT(made.error().message,
              HasSubstr("tables/sales.toml: look_up.places: must not have rows itself"));
}

}  // namespace
}  // namespace clientele::query
