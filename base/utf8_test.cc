// Where UTF-8 may be cut.
#include "base/utf8.h"

#include <gtest/gtest.h>

namespace clientele::base {
namespace {

TEST(Utf8, ABeginningCutsNoSequence) {
  const std::string letters = "аб";  // two bytes each
  EXPECT_EQ(Utf8Beginning(letters, 5), letters);
  EXPECT_EQ(Utf8Beginning(letters, 4), letters);
  EXPECT_EQ(Utf8Beginning(letters, 3), "а");
  EXPECT_EQ(Utf8Beginning(letters, 2), "а");
  EXPECT_EQ(Utf8Beginning(letters, 1), "");
  EXPECT_EQ(Utf8Beginning("a\xf0\x9f\x98\x80", 4), "a");
  EXPECT_EQ(Utf8Beginning("abc", 2), "ab");
  EXPECT_EQ(Utf8Beginning("", 0), "");
}

}  // namespace
}  // namespace clientele::base
