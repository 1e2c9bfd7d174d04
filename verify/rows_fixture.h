// For tests: values as they may stand in a log, and that the rows of a projection are those that
// verify wants. One thread.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>

#include "projections/projected.h"
#include "verify/row.h"
#include "verify/telling_rows.h"

namespace clientele::verify {

// Values that a column cannot hold are among them.
inline int64_t AnyMoment(std::mt19937_64& random) {
  constexpr int64_t kSome[] = {0, -1, 1, 7'258'118'399'999'999, 7'258'118'400'000'000, INT64_MAX};
  if (random() % 4 == 0) return kSome[random() % std::size(kSome)];
  return 1'800'000'000'000'000 + static_cast<int64_t>(random() % 1'000'000'000);
}

inline int64_t AnyAmount(std::mt19937_64& random) {
  constexpr int64_t kSome[] = {
      0, -1'000'000'000'000'001, 1'000'000'000'000'001, INT64_MIN, INT64_MAX, -500};
  if (random() % 3 == 0) return kSome[random() % std::size(kSome)];
  return static_cast<int64_t>(random() % 100'000);
}

// The row of a projection's block equals the wanted one.
inline void ExpectRow(const clickhouse::Block& block, size_t index, const Row& wanted) {
  const auto rows = BlockRows::Of(block, wanted);
  ASSERT_TRUE(rows.has_value()) << rows.error().message;
  Row row;
  rows->Read(index, row);
  EXPECT_EQ(Differing(row, wanted), "");
}

// All rows of the projection's tables, in their order, are those that the telling must have.
inline void ExpectRows(const projections::Projection& projection, const event::v1::Event& event) {
  const auto wanted = RowsOf(event);
  const auto blocks = projections::BlocksOf(projection, event);
  for (size_t i = 0; i < blocks.size(); ++i) {
    const auto table =
        std::ranges::find(kPartTables, projection.tables()[i].name, &PartTable::table);
    ASSERT_NE(table, kPartTables.end()) << projection.tables()[i].name;
    const auto rows = std::ranges::find(wanted, table->part, &PartRows::part);
    ASSERT_EQ(blocks[i].rows(), rows == wanted.end() ? 0U : rows->rows) << table->table;
    if (rows == wanted.end()) continue;
    const auto block = projections::ReadBack(blocks[i]);
    for (uint32_t row = 0; row < rows->rows; ++row) {
      Row must;
      TellingRow(table->part, event, rows->first_row + row, must);
      EXPECT_EQ(block.Get<uint64_t>("row")[row], rows->first_row + row);
      ExpectRow(block, row, must);
      const Row pattern = PatternOf(table->part);
      EXPECT_TRUE(std::ranges::equal(must.cells(), pattern.cells(), {}, &Cell::name, &Cell::name));
    }
  }
}

}  // namespace clientele::verify
