#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <random>

#include "clickhouse/native_block.h"
#include "clickhouse/native_test_bytes.h"

namespace clientele::clickhouse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Blocks = std::vector<std::unique_ptr<Block>>;

// All blocks of `bytes`, fed `step` bytes at a time.
base::Result<Blocks> ReadAll(std::string_view bytes, size_t step, bool* drained = nullptr) {
  BlockReader reader;
  Blocks blocks;
  for (size_t at = 0; at < bytes.size(); at += step) {
    reader.Feed(bytes.substr(at, step));
    for (;;) {
      auto block = reader.Next();
      if (!block) return tl::unexpected(block.error());
      if (*block == nullptr) break;
      blocks.push_back(std::move(*block));
    }
  }
  if (drained != nullptr) *drained = reader.Drained();
  return blocks;
}

std::unique_ptr<Block> ReadOne(const Bytes& bytes) {
  bool drained = false;
  auto blocks = ReadAll(bytes.text(), bytes.text().size(), &drained);
  EXPECT_TRUE(blocks.has_value()) << blocks.error().message;
  if (!blocks || blocks->size() != 1) return nullptr;
  EXPECT_TRUE(drained);
  return std::move(blocks->front());
}

std::string ErrorOf(const Bytes& bytes) {
  const auto blocks = ReadAll(bytes.text(), 7);
  if (blocks) return "no error";
  EXPECT_EQ(blocks.error().code, base::Code::kInvalidArgument);
  return blocks.error().message;
}

// A block with a column of every kind that is read.
std::string Sample() {
  Bytes bytes;
  bytes.Varint(8).Varint(3);
  bytes.Text("u").Text("UInt32");
  for (uint32_t i = 0; i < 3; ++i) bytes.Raw(i);
  bytes.Text("s").Text("String").Text("").Text("bc").Text(std::string(300, 'd'));
  bytes.Text("n").Text("Nullable(Int16)").Raw(uint8_t{0}).Raw(uint8_t{1}).Raw(uint8_t{0});
  for (int16_t i = 0; i < 3; ++i) bytes.Raw(i);
  bytes.Text("lc").Text("LowCardinality(String)").Raw(uint64_t{1}).Raw(uint64_t{0x600});
  bytes.Raw(uint64_t{2}).Text("").Text("key").Raw(uint64_t{3});
  bytes.Raw(uint8_t{1}).Raw(uint8_t{0}).Raw(uint8_t{1});
  bytes.Text("a").Text("Array(UInt64)").Raw(uint64_t{0}).Raw(uint64_t{2}).Raw(uint64_t{2});
  bytes.Raw(uint64_t{10}).Raw(uint64_t{11});
  bytes.Text("id").Text("UUID").Raw(std::string(48, '\1'));
  bytes.Text("f").Text("Float32").Raw(0.5F).Raw(1.5F).Raw(-2.0F);
  bytes.Text("fs").Text("FixedString(2)").Raw(std::string_view("aabbcc"));
  return bytes.text();
}

TEST(BlockReader, ReadsBlocksHoweverTheyComeIn) {
  const std::string two = Sample() + Sample();
  for (const size_t step : {size_t{1}, size_t{2}, size_t{3}, size_t{17}, two.size()}) {
    bool drained = false;
    const auto blocks = ReadAll(two, step, &drained);
    ASSERT_TRUE(blocks.has_value()) << blocks.error().message;
    EXPECT_TRUE(drained);
    ASSERT_EQ(blocks->size(), 2U);
    const Block& block = *blocks->back();
    EXPECT_THAT(block.Get<uint64_t>("u"), ElementsAre(0, 1, 2));
    EXPECT_EQ(block.Get<std::string>("s")[2], std::string(300, 'd'));
    EXPECT_THAT(block.Get<int64_t>("n"), ElementsAre(0, 1, 2));
    EXPECT_THAT(block.columns[2].null, ElementsAre(0, 1, 0));
    EXPECT_THAT(block.Get<std::string>("lc"), ElementsAre("key", "", "key"));
    EXPECT_THAT(block.Get<std::vector<uint64_t>>("a"),
                ElementsAre(ElementsAre(), ElementsAre(10, 11), ElementsAre()));
    EXPECT_THAT(block.Get<double>("f"), ElementsAre(0.5, 1.5, -2.0));
    EXPECT_THAT(block.Get<std::string>("fs"), ElementsAre("aa", "bb", "cc"));
  }
}

TEST(BlockReader, ReadsBlocksWithoutRows) {
  Bytes bytes;
  bytes.Varint(3).Varint(0).Text("a").Text("LowCardinality(String)").Text("b").Text("UInt8");
  bytes.Text("c").Text("Array(Int64)");
  const auto block = ReadOne(bytes);
  ASSERT_NE(block, nullptr);
  EXPECT_TRUE(block->Get<std::string>("a").empty());
  EXPECT_TRUE(block->Get<uint64_t>("b").empty());
  EXPECT_TRUE(block->Get<std::vector<int64_t>>("c").empty());
}

TEST(BlockReader, ReadsLowCardinalityInArraysAndWithAbsentValues) {
  Bytes array = Bytes::Head(2, "Array(LowCardinality(String))");
  array.Raw(uint64_t{1}).Raw(uint64_t{2}).Raw(uint64_t{3});
  array.Raw(uint64_t{0x601}).Raw(uint64_t{2}).Text("a").Text("b").Raw(uint64_t{3});
  array.Raw(uint16_t{0}).Raw(uint16_t{1}).Raw(uint16_t{1});
  const auto arrays = ReadOne(array);
  ASSERT_NE(arrays, nullptr);
  EXPECT_THAT(arrays->Get<std::vector<std::string>>("c"),
              ElementsAre(ElementsAre("a", "b"), ElementsAre("b")));
  Bytes empty = Bytes::Head(1, "Array(LowCardinality(String))");
  empty.Raw(uint64_t{1}).Raw(uint64_t{0});
  ASSERT_NE(ReadOne(empty), nullptr);
  Bytes nullable = Bytes::Head(2, "LowCardinality(Nullable(String))");
  nullable.Raw(uint64_t{1}).Raw(uint64_t{0x600}).Raw(uint64_t{2}).Text("").Text("x");
  nullable.Raw(uint64_t{2}).Raw(uint8_t{1}).Raw(uint8_t{0});
  const auto absent = ReadOne(nullable);
  ASSERT_NE(absent, nullptr);
  EXPECT_THAT(absent->columns[0].null, ElementsAre(0, 1));
}

TEST(BlockReader, DecimalsAreUnscaledNumbers) {
  Bytes small = Bytes::Head(1, "Decimal(9, 2)");
  small.Raw(int32_t{-1'050});
  EXPECT_THAT(ReadOne(small)->Get<int64_t>("c"), ElementsAre(-1'050));
  Bytes wide = Bytes::Head(1, "Decimal(18, 2)");
  wide.Raw(int64_t{5'000'000'000});
  EXPECT_THAT(ReadOne(wide)->Get<int64_t>("c"), ElementsAre(5'000'000'000));
}

TEST(BlockReader, ACutStreamIsNotDrained) {
  const std::string sample = Sample();
  for (size_t size = 1; size < sample.size(); ++size) {
    bool drained = true;
    const auto blocks = ReadAll(sample.substr(0, size), size, &drained);
    ASSERT_TRUE(blocks.has_value()) << size << ": " << blocks.error().message;
    EXPECT_TRUE(blocks->empty()) << size;
    EXPECT_FALSE(drained) << size;
  }
}

TEST(BlockReader, RefusesWhatIsNoBlock) {
  EXPECT_THAT(ErrorOf(Bytes().Raw("Code: 241. DB::Exception: Memory limit exceeded and a text that "
                                  "is long enough to be taken for a column's name and type: it is "
                                  "not a type that is known, however long it goes on, is it?")),
              HasSubstr("is not read"));
  EXPECT_THAT(ErrorOf(Bytes().Raw(std::string(11, '\xff'))), HasSubstr("longer than 64 bits"));
  EXPECT_THAT(ErrorOf(Bytes().Varint(1'000'000).Varint(1)), HasSubstr("1000000 columns"));
  EXPECT_THAT(ErrorOf(Bytes().Varint(0).Varint(1)), HasSubstr("0 columns"));
  EXPECT_THAT(ErrorOf(Bytes().Varint(1).Varint(1).Varint(1 << 30)), HasSubstr("at most 65536"));
  for (const char* type :
       {"", "Map(String, String)", "Tuple(UInt8)", "Array(Array(UInt8))", "Nullable(Nothing)",
        "FixedString(0)", "FixedString(99999999)", "Decimal(38, 2)", "Array(Nullable(UInt8))",
        "UInt128", "Array(", "LowCardinality(LowCardinality(String))", "uint8"}) {
    EXPECT_THAT(ErrorOf(Bytes::Head(1, type)), HasSubstr("is not read")) << type;
  }
}

TEST(BlockReader, RefusesImpossibleColumns) {
  EXPECT_THAT(ErrorOf(Bytes::Head(2, "Array(UInt8)").Raw(uint64_t{5}).Raw(uint64_t{4})),
              HasSubstr("offsets fall"));
  const auto dictionary = [](uint64_t flags) {
    return Bytes::Head(1, "LowCardinality(String)").Raw(uint64_t{1}).Raw(flags);
  };
  EXPECT_THAT(ErrorOf(Bytes::Head(1, "LowCardinality(String)").Raw(uint64_t{2})),
              HasSubstr("version 2"));
  EXPECT_THAT(ErrorOf(dictionary(0x700)), HasSubstr("flags"));
  EXPECT_THAT(ErrorOf(dictionary(0x604)), HasSubstr("flags"));
  EXPECT_THAT(ErrorOf(dictionary(0x600).Raw(uint64_t{1}).Text("a").Raw(uint64_t{2})),
              HasSubstr("2 indexes for 1 values"));
  EXPECT_THAT(
      ErrorOf(dictionary(0x600).Raw(uint64_t{1}).Text("a").Raw(uint64_t{1}).Raw(uint8_t{1})),
      HasSubstr("index 1 of 1 keys"));
}

TEST(BlockReader, StaysBroken) {
  BlockReader reader;
  reader.Feed(Bytes().Varint(0).Varint(1).text());
  ASSERT_FALSE(reader.Next().has_value());
  reader.Feed(Sample());
  EXPECT_FALSE(reader.Next().has_value());
  EXPECT_FALSE(reader.Drained());
}

// A few bytes that announce very much: memory follows what came, not what was announced.
TEST(BlockReader, HugeAnnouncementsTakeNoMemory) {
  constexpr uint64_t kHuge = uint64_t{1} << 62;
  const std::vector<Bytes> announcements = {
      Bytes::Head(kHuge, "UInt64").Raw(uint64_t{1}),
      Bytes::Head(kHuge, "String").Text("a"),
      Bytes::Head(kHuge, "Nullable(UUID)").Raw(uint8_t{1}),
      Bytes::Head(1, "Array(UInt64)").Raw(kHuge).Raw(uint64_t{1}),
      Bytes::Head(kHuge, "LowCardinality(String)").Raw(uint64_t{1}).Raw(uint64_t{0x600}).Raw(kHuge),
      Bytes::Head(1, "String").Varint(BlockReader::kMostBlockBytes),
  };
  const size_t before = mallinfo2().uordblks;
  std::vector<std::unique_ptr<BlockReader>> readers;
  for (const Bytes& bytes : announcements) {
    readers.push_back(std::make_unique<BlockReader>());
    readers.back()->Feed(bytes.text());
    const auto block = readers.back()->Next();
    ASSERT_TRUE(block.has_value()) << block.error().message;
    EXPECT_EQ(*block, nullptr);
  }
  EXPECT_LT(mallinfo2().uordblks - before, size_t{100'000});
  EXPECT_THAT(ErrorOf(Bytes::Head(1, "String").Varint(kHuge)), HasSubstr("a text of"));
}

// One key of 1 MiB, named by one byte a row.
TEST(BlockReader, ValuesThatGrowWhenDecodedAreBounded) {
  Bytes bytes = Bytes::Head(1'000'000, "LowCardinality(String)");
  bytes.Raw(uint64_t{1}).Raw(uint64_t{0x600}).Raw(uint64_t{1}).Text(std::string(1 << 20, 'k'));
  bytes.Raw(uint64_t{1'000'000}).Raw(std::string(1'000'000, '\0'));
  const auto blocks = ReadAll(bytes.text(), bytes.text().size());
  ASSERT_FALSE(blocks.has_value());
  EXPECT_THAT(blocks.error().message, HasSubstr("more than 536870912 bytes"));
}

// Random bytes, and whole samples with random bytes changed, cut and repeated: never a crash, and
// the same outcome however the bytes come in.
TEST(BlockReader, SurvivesRandomBytes) {
  constexpr int kRounds = 20'000;
  constexpr uint32_t kSeed = 20'261'126;
  std::mt19937 random(kSeed);
  const std::string sample = Sample() + Sample();
  const auto number = [&](size_t below) { return random() % below; };
  for (int round = 0; round < kRounds; ++round) {
    std::string bytes = sample;
    if (round % 4 == 0) {
      bytes.resize(1 + number(200));
      for (char& c : bytes) c = static_cast<char>(random());
    }
    for (size_t changes = number(6); changes > 0; --changes) {
      bytes[number(bytes.size())] = static_cast<char>(random());
    }
    bytes.resize(1 + number(bytes.size()));
    bool drained_whole = false;
    bool drained_pieces = false;
    const auto whole = ReadAll(bytes, bytes.size(), &drained_whole);
    const auto pieces = ReadAll(bytes, 1 + number(9), &drained_pieces);
    ASSERT_EQ(whole.has_value(), pieces.has_value()) << "round " << round;
    if (!whole) {
      ASSERT_EQ(whole.error().code, base::Code::kInvalidArgument);
      continue;
    }
    ASSERT_EQ(whole->size(), pieces->size()) << "round " << round;
    ASSERT_EQ(drained_whole, drained_pieces) << "round " << round;
  }
}

using BlockDeathTest = ::testing::Test;

TEST(BlockDeathTest, AskingForWhatIsNotThereAborts) {
  const auto block = ReadOne(Bytes::Head(1, "UInt8").Raw(uint8_t{1}));
  EXPECT_DEATH(static_cast<void>(block->Get<uint64_t>("d")), "no column d");
  EXPECT_DEATH(static_cast<void>(block->Get<int64_t>("c")), "has the type UInt8");
}

}  // namespace
}  // namespace clientele::clickhouse
