#include "engine/compression.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/city_hash.h"

namespace clientele::engine {
namespace {

constexpr Coding kCodings[] = {Coding::kGzip, Coding::kDeflate, Coding::kZstd, Coding::kLz4,
                               Coding::kBlocks};

std::string Sample(size_t size) {
  std::string out;
  uint32_t state = 7;
  while (out.size() < size) {
    state = state * 1'664'525 + 1'013'904'223;
    out += "row " + std::to_string(state % 1'000) + "\n";
  }
  out.resize(size);
  return out;
}

std::string Encode(Coding coding, std::string_view plain, size_t step) {
  const auto encoder = MakeEncoder(coding);
  std::string out;
  for (size_t at = 0; at < plain.size(); at += step) {
    EXPECT_TRUE(encoder->Encode(plain.substr(at, step), false, out));
  }
  EXPECT_TRUE(encoder->Encode({}, true, out));
  return out;
}

// Empty on an error.
std::string Decode(Coding coding, std::string_view coded, size_t in_step, size_t out_step) {
  const auto decoder = MakeDecoder(coding);
  std::string out;
  std::string piece(out_step, '\0');
  for (size_t at = 0;;) {
    const std::string_view in = coded.substr(at, in_step);
    const auto step = decoder->Decode(in, piece.data(), piece.size());
    if (!step) return {};
    at += step->consumed;
    out.append(piece, 0, step->produced);
    if (at == coded.size() && step->produced == 0) break;
  }
  return decoder->AtEnd() ? out : std::string();
}

TEST(Compression, RoundTripsInAnySteps) {
  for (const size_t size : {size_t{1}, size_t{100}, size_t{1 << 20}, size_t{3'000'001}}) {
    const std::string plain = Sample(size);
    for (const Coding coding : kCodings) {
      const std::string coded = Encode(coding, plain, 100'000);
      EXPECT_EQ(Decode(coding, coded, 1 << 16, 1 << 16) == plain, true)
          << static_cast<int>(coding) << " " << size;
      if (size < 1'000) {
        EXPECT_EQ(Decode(coding, coded, 1, 3), plain) << static_cast<int>(coding);
      }
    }
  }
}

TEST(Compression, TellsWhatIsCutShortOrNoSuchThing) {
  const std::string plain = Sample(10'000);
  for (const Coding coding : kCodings) {
    const std::string coded = Encode(coding, plain, 1'000);
    EXPECT_EQ(Decode(coding, coded.substr(0, coded.size() - 1), 1 << 16, 1 << 16), "")
        << static_cast<int>(coding);
    EXPECT_EQ(Decode(coding, "no such thing at all, whatever the coding is", 1 << 16, 1 << 16), "")
        << static_cast<int>(coding);
  }
}

TEST(Compression, BlocksOfHugeSizesAreRefusedUnread) {
  std::string block(25, '\0');
  block[16] = static_cast<char>(0x82);
  std::fill(block.begin() + 17, block.end(), '\x7f');
  EXPECT_EQ(Decode(Coding::kBlocks, block, 100, 100), "");
}

TEST(Compression, ChoosesByAcceptEncoding) {
  EXPECT_EQ(ChooseCoding("gzip, deflate, br"), Coding::kGzip);
  EXPECT_EQ(ChooseCoding("gzip,lz4"), Coding::kLz4);
  EXPECT_EQ(ChooseCoding("GZIP;q=0, deflate;q=0.1"), Coding::kDeflate);
  EXPECT_EQ(ChooseCoding("br"), Coding::kIdentity);
  EXPECT_EQ(ChooseCoding(""), Coding::kIdentity);
  EXPECT_EQ(ParseCoding("ZSTD"), Coding::kZstd);
  EXPECT_FALSE(ParseCoding("br"));
}

// Values of the reference implementation of version 1.0.2.
TEST(CityHash, IsTheVersionThatClickHouseUses) {
  const auto is = [](std::string_view text, uint64_t low, uint64_t high) {
    return CityHash128(text) == Hash128{low, high};
  };
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  EXPECT_TRUE(is("", 0x3df09dfc64c09a2b, 0x3cb540c392e51e29));
  EXPECT_TRUE(is("a", 0xd27139a1afe01ad0, 0xfd7e8ee2e4c86cf6));
  EXPECT_TRUE(is("abcd", 0xd21338e7df1dac94, 0xccf0f3d08357ecec));
  EXPECT_TRUE(is("abcdefgh", 0x4ba34274d268afb4, 0xfb0ea90987f10634));
  EXPECT_TRUE(is("abcdefghijklmnop", 0xc0be2d2e09520c8c, 0x3f0989d620f9f548));
  EXPECT_TRUE(is(std::string(100, 'x'), 0xac565824d014f9f2, 0xa6215b222dbf04ac));
  EXPECT_TRUE(is(bytes.substr(0, 128), 0x7def035b54925590, 0xde34765c4aca9038));
  EXPECT_TRUE(
      is(bytes + bytes + bytes + bytes + bytes + "zz", 0xdf49663795541ec9, 0xaf329914c05f1100));
}

}  // namespace
}  // namespace clientele::engine
