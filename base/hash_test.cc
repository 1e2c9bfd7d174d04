#include "base/hash.h"

#include <gtest/gtest.h>

namespace clientele::base {
namespace {

// The values of Apache Kafka's own UtilsTest.testMurmur2.
TEST(Hash, Murmur2IsKafkas) {
  EXPECT_EQ(static_cast<int32_t>(Murmur2("21")), -973932308);
  EXPECT_EQ(static_cast<int32_t>(Murmur2("foobar")), -790332482);
  EXPECT_EQ(static_cast<int32_t>(Murmur2("a-little-bit-long-string")), -985981536);
  EXPECT_EQ(static_cast<int32_t>(Murmur2("a-little-bit-longer-string")), -1486304829);
  EXPECT_EQ(static_cast<int32_t>(Murmur2("abc")), 479470107);
}

TEST(Hash, ThePartitionIsNeverNegative) {
  for (const char* key : {"21", "foobar", "abc", ""}) {
    EXPECT_GE(PartitionOf(key, 16), 0);
    EXPECT_LT(PartitionOf(key, 16), 16);
  }
}

// Stored in the entity index: a changed value would orphan every entity.
TEST(Hash, HashBytesIsXxh3Of128Bits) {
  EXPECT_EQ(HashBytes("").high, 0x99aa06d3014798d8ULL);
  EXPECT_EQ(HashBytes("").low, 0x6001c324468d497fULL);
}

}  // namespace
}  // namespace clientele::base
