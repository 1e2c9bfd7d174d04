// The tables of a real engine hold what was projected, byte by byte, also once their parts are
// merged: a row that takes back and one that tells anew never cancel each other there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "projections/projected.h"
#include "tests/metrics/world.h"

namespace clientele::testing {
namespace {

using clickhouse::Block;

template <typename T>
std::string Text(const T& value) {
  if constexpr (std::is_same_v<T, base::Uuid>) {
    return value.ToString();
  } else {
    return fmt::format("{}", value);
  }
}

template <typename T>
std::string Text(const std::vector<T>& values) {
  std::string text;
  for (const T& value : values) text += Text(value) + ",";
  return text;
}

// Every row as text.
std::vector<std::string> RowsOf(const Block& block) {
  std::vector<std::string> rows(block.rows);
  for (const auto& column : block.columns) {
    std::visit(
        [&](const auto& values) {
          for (size_t i = 0; i < block.rows; ++i) {
            rows[i] += fmt::format("{}={} ", column.name, Text(values[i]));
          }
        },
        column.values);
  }
  return rows;
}

std::vector<std::string> Stored(const std::string& table) {
  std::vector<std::string> rows;
  const std::string sql = "SELECT * FROM " + table;
  clickhouse::Statement statement;
  statement.sql = sql;
  const auto done = World::Store().Select(statement, [&](const Block& block) -> base::Status {
    for (std::string& row : RowsOf(block)) rows.push_back(std::move(row));
    return {};
  });
  EXPECT_TRUE(done.has_value()) << done.error().message;
  std::ranges::sort(rows);
  return rows;
}

void Merge(const std::string& table) {
  const std::string sql = "OPTIMIZE TABLE " + table + " FINAL";
  clickhouse::Statement statement;
  statement.sql = sql;
  const auto done = World::Store().Execute(statement);
  ASSERT_TRUE(done.has_value()) << done.error().message;
}

TEST(Tables, HoldWhatWasProjected) {
  std::vector<std::string> lines;
  for (const char* events :
       {"/calls/testdata/basic.events.ndjson", "/retention/testdata/basic.events.ndjson",
        "/roi/testdata/basic.events.ndjson", "/identity/testdata/basic.events.ndjson",
        "/voice/testdata/basic.events.ndjson", "/quality/testdata/basic.events.ndjson",
        "/journeys/testdata/basic.events.ndjson", "/cases/testdata/basic.events.ndjson",
        "/workforce/testdata/basic.events.ndjson", "/testdata/every_kind.events.ndjson"}) {
    for (std::string& line : projections::LinesOf(std::string(CLIENTELE_PROJECTIONS) + events)) {
      lines.push_back(std::move(line));
    }
  }
  lines.emplace_back(R"({"tenant":"ma'in","occurred_at":"1","entity_id":"\u0000\t\\N","revision":7,
      "customer_id":"ffffffff-ffff-ffff-ffff-ffffffffffff","call":{"call_id":"\u0000","topic":"я"}})");
  World::LoadLines(lines);
  for (const auto& [table, block] : World::Projected()) {
    std::vector<std::string> projected = RowsOf(projections::ReadBack(block));
    ASSERT_GT(projected.size(), 0U) << table;
    std::ranges::sort(projected);
    EXPECT_EQ(Stored(table), projected) << table;
    Merge(table);
    EXPECT_EQ(Stored(table), projected) << table << ", merged";
  }
}

}  // namespace
}  // namespace clientele::testing
