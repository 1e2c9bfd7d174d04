// How units, buckets and what is not known yet are told in a table.
#include "app/query/print.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "app/query/arguments.h"

namespace clientele::app {
namespace {

using query::v1::QueryRequest;
using query::v1::QueryResponse;
using testing::HasSubstr;
using testing::Not;

// Of an answer at the mark of 2026-11-24T21:30:00Z.
std::string TableOf(const std::string& request, const std::string& rows, const std::string& unit) {
  QueryRequest asked;
  QueryResponse answer;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(request, &asked)) << request;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      rows + " meta { columns { metric: 'm' unit: '" + unit +
          "' } known_at: 1795555800000000 time_zone: 'Europe/Moscow' }",
      &answer))
      << rows;
  return ToTable(asked, answer);
}

TEST(PrintTable, TheGrainIsNamedAsTheOptionTakesIt) {
  const std::string rows = "rows { bucket: '2026-11-01T00:15:00+03:00' figures { value: 1 n: 1 } }";
  for (const auto grain : {QueryRequest::MINUTE, QueryRequest::QUARTER_HOUR,
                           QueryRequest::HALF_HOUR, QueryRequest::HOUR}) {
    const std::string table = TableOf("grain: " + QueryRequest::Grain_Name(grain), rows, "count");
    EXPECT_THAT(table, testing::StartsWith(GrainName(grain) + " "));
    EXPECT_THAT(table, HasSubstr("2026-11-01 00:15+03:00  1"));
  }
  EXPECT_EQ(GrainName(QueryRequest::QUARTER_HOUR), "quarter_hour");
  EXPECT_EQ(GrainName(QueryRequest::GRAIN_UNSPECIFIED), "none");
}

TEST(PrintTable, UnitsAreReadWell) {
  const auto cell = [](const std::string& unit) {
    return TableOf("", "rows { figures { value: 0.25 n: 8 } }", unit);
  };
  EXPECT_THAT(cell("ratio"), HasSubstr("\n0.250  n 8\n"));
  EXPECT_THAT(cell("per_100"), HasSubstr("\n0.250 per 100  n 8\n"));
  EXPECT_THAT(cell("calls per hour"), HasSubstr("\n0.250 calls per hour  n 8\n"));
}

// The mark lies in the 25th of Moscow.
TEST(PrintTable, OfTheFutureNothingIsKnownYet) {
  const std::string none = "rows { figures { empty: NO_DATA } }";
  const std::string ahead = TableOf("from: '2026-11-25T01:00' to: '2026-11-27'", none, "share");
  EXPECT_THAT(ahead,
              HasSubstr("nothing is known yet from 2026-11-25T01:00 to 2026-11-27: that lies "
                        "after the mark"));
  EXPECT_THAT(ahead, Not(HasSubstr("nothing happened")));
  EXPECT_THAT(TableOf("from: '2026-11-25' to: '2026-11-27'", none, "share"),
              HasSubstr("nothing happened from 2026-11-25 to 2026-11-27"));
}

}  // namespace
}  // namespace clientele::app
