#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clickhouse/native_block.h"
#include "clickhouse/native_test_bytes.h"

namespace clientele::clickhouse {
namespace {

using ::testing::ElementsAre;

std::unique_ptr<Block> Decode(const std::string& bytes) {
  BlockReader reader;
  reader.Feed(bytes);
  auto block = reader.Next();
  EXPECT_TRUE(block.has_value()) << block.error().message;
  EXPECT_TRUE(reader.Drained());
  return block ? std::move(*block) : nullptr;
}

TEST(BlockWriter, WritesTheFormat) {
  BlockWriter block({{"n", "UInt16"}, {"s", "LowCardinality(String)"}, {"a", "Array(UInt8)"}});
  block.column(0).Append(uint16_t{0x0102});
  block.column(1).Append(std::string_view("xy"));
  block.column(2).AppendArraySize(2);
  block.column(2).Append(uint8_t{7});
  block.column(2).Append(uint8_t{8});
  block.EndRow();
  Bytes expected;
  expected.Varint(3).Varint(1);
  expected.Text("n").Text("UInt16").Raw(uint16_t{0x0102});
  expected.Text("s").Text("String").Text("xy");
  expected.Text("a").Text("Array(UInt8)").Raw(uint64_t{2}).Raw(uint8_t{7}).Raw(uint8_t{8});
  EXPECT_EQ(block.Encode(), expected.text());
  EXPECT_EQ(block.size(), 2U + 3U + 8U + 2U);
}

TEST(BlockWriter, WritesUuidsAsTwoSwappedHalves) {
  ColumnWriter column("id", "UUID");
  column.Append(*base::ParseUuid("00010203-0405-0607-0809-0a0b0c0d0e0f"));
  const std::string expected("\7\6\5\4\3\2\1\0\x0f\x0e\x0d\x0c\x0b\x0a\x09\x08", 16);
  EXPECT_EQ(column.bytes(), expected);
}

TEST(BlockWriter, EveryTypeComesBack) {
  BlockWriter block({{"u8", "UInt8"},
                     {"u16", "Date"},
                     {"u32", "DateTime('UTC')"},
                     {"u64", "UInt64"},
                     {"i8", "Enum8('a' = -1)"},
                     {"i16", "Enum16('a' = -300)"},
                     {"i32", "Int32"},
                     {"i64", "DateTime64(6, 'UTC')"},
                     {"f", "Float64"},
                     {"s", "String"},
                     {"id", "UUID"},
                     {"texts", "Array(LowCardinality(String))"},
                     {"ids", "Array(UUID)"}});
  const base::Uuid id = base::RandomUuid();
  const std::string long_text(100'000, 'x');
  for (const std::string_view text :
       {std::string_view(), std::string_view("a\0\n", 3), std::string_view(long_text)}) {
    block.column(0).Append(uint8_t{255});
    block.column(1).Append(uint16_t{65'535});
    block.column(2).Append(uint32_t{4'000'000'000});
    block.column(3).Append(uint64_t{18'000'000'000'000'000'000U});
    block.column(4).Append(int8_t{-1});
    block.column(5).Append(int16_t{-300});
    block.column(6).Append(int32_t{-2'000'000'000});
    block.column(7).Append(int64_t{-1'000'000'000'000});
    block.column(8).Append(-0.5);
    block.column(9).Append(text);
    block.column(10).Append(id);
    block.column(11).AppendArraySize(2);
    block.column(11).Append(text);
    block.column(11).Append(std::string_view("b"));
    block.column(12).AppendArraySize(0);
    block.EndRow();
  }
  const auto decoded = Decode(block.Encode());
  ASSERT_NE(decoded, nullptr);
  ASSERT_EQ(decoded->rows, 3U);
  EXPECT_EQ(decoded->Get<uint64_t>("u8")[2], 255U);
  EXPECT_EQ(decoded->Get<uint64_t>("u16")[0], 65'535U);
  EXPECT_EQ(decoded->Get<uint64_t>("u32")[0], 4'000'000'000U);
  EXPECT_EQ(decoded->Get<uint64_t>("u64")[1], 18'000'000'000'000'000'000U);
  EXPECT_EQ(decoded->Get<int64_t>("i8")[1], -1);
  EXPECT_EQ(decoded->Get<int64_t>("i16")[1], -300);
  EXPECT_EQ(decoded->Get<int64_t>("i32")[1], -2'000'000'000);
  EXPECT_EQ(decoded->Get<int64_t>("i64")[1], -1'000'000'000'000);
  EXPECT_EQ(decoded->Get<double>("f")[1], -0.5);
  EXPECT_THAT(decoded->Get<std::string>("s"), ElementsAre("", std::string("a\0\n", 3), long_text));
  EXPECT_EQ(decoded->Get<base::Uuid>("id")[2], id);
  EXPECT_THAT(decoded->Get<std::vector<std::string>>("texts")[2], ElementsAre(long_text, "b"));
  EXPECT_TRUE(decoded->Get<std::vector<base::Uuid>>("ids")[2].empty());
  EXPECT_EQ(decoded->columns[11].type, "Array(String)");
}

TEST(BlockWriter, TakesOverRows) {
  BlockWriter all({{"n", "UInt32"}, {"s", "String"}, {"a", "Array(String)"}});
  for (uint32_t row = 0; row < 300; ++row) {
    all.column(0).Append(row);
    all.column(1).Append(std::string(row, 's'));
    all.column(2).AppendArraySize(row % 3);
    for (uint32_t i = 0; i < row % 3; ++i) all.column(2).Append(std::to_string(row * 10 + i));
    all.EndRow();
  }
  BlockWriter some = all.EmptyCopy();
  const std::vector<uint32_t> rows = {0, 1, 2, 5, 150, 151, 299};
  some.AppendRows(all, {0, 1, 2});
  some.AppendRows(all, {5, 150, 151, 299});
  EXPECT_EQ(some.rows(), rows.size());
  const auto decoded = Decode(some.Encode());
  ASSERT_NE(decoded, nullptr);
  EXPECT_THAT(decoded->Get<uint64_t>("n"), ElementsAre(0, 1, 2, 5, 150, 151, 299));
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(decoded->Get<std::string>("s")[i], std::string(rows[i], 's'));
    std::vector<std::string> expected;
    for (uint32_t k = 0; k < rows[i] % 3; ++k) expected.push_back(std::to_string(rows[i] * 10 + k));
    EXPECT_EQ(decoded->Get<std::vector<std::string>>("a")[i], expected);
  }
}

TEST(BlockWriter, IsUsedAgainAfterClear) {
  BlockWriter block({BlockWriter::ColumnType{"n", "UInt32"}, {"s", "String"}});
  for (uint32_t round = 1; round <= 3; ++round) {
    for (uint32_t row = 0; row < round; ++row) {
      block.column(0).Append(row);
      block.column(1).Append(std::to_string(row));
      block.EndRow();
    }
    EXPECT_EQ(Decode(block.Encode())->rows, round);
    block.Clear();
    EXPECT_EQ(block.rows(), 0U);
    EXPECT_EQ(block.size(), 0U);
  }
}

using BlockWriterDeathTest = ::testing::Test;

TEST(BlockWriterDeathTest, MistakesAbort) {
  EXPECT_DEATH(ColumnWriter("c", "Map(String, String)"), "Map.* cannot be written");
  EXPECT_DEATH(ColumnWriter("c", "UInt8").Append(uint16_t{1}),
               "UInt16 does not fit its type UInt8");
  EXPECT_DEATH(ColumnWriter("c", "UInt8").Append(std::string_view("a")), "String does not fit");
  EXPECT_DEATH(ColumnWriter("c", "String").Append(base::Uuid{}), "UUID does not fit");
  EXPECT_DEATH(ColumnWriter("c", "UInt8").AppendArraySize(1), "is no array");
  BlockWriter missing({BlockWriter::ColumnType{"n", "UInt8"}, {"s", "String"}});
  missing.column(0).Append(uint8_t{1});
  missing.EndRow();
  EXPECT_DEATH(static_cast<void>(missing.Encode()), "column s: has 0 values, the block 1 rows");
  BlockWriter unfilled({BlockWriter::ColumnType{"a", "Array(UInt8)"}});
  unfilled.column(0).AppendArraySize(2);
  unfilled.EndRow();
  EXPECT_DEATH(static_cast<void>(unfilled.Encode()), "0 elements were appended, its arrays have 2");
}

}  // namespace
}  // namespace clientele::clickhouse
