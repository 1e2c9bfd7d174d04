#include "base/uuid.h"

#include <gtest/gtest.h>

namespace clientele::base {
namespace {

TEST(Uuid, ReadsAndWritesTheTextForm) {
  const auto uuid = ParseUuid("0190A1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b");
  ASSERT_TRUE(uuid);
  EXPECT_EQ(uuid->ToString(), "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b");
  EXPECT_EQ(uuid->High(), 0x0190a1b2c3d47e5fULL);
  EXPECT_EQ(uuid->Low(), 0x8a9b0c1d2e3f4a5bULL);
}

TEST(Uuid, RefusesWhatIsNone) {
  EXPECT_FALSE(ParseUuid(""));
  EXPECT_FALSE(ParseUuid("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5"));
  EXPECT_FALSE(ParseUuid("0190a1b2xc3d4-7e5f-8a9b-0c1d2e3f4a5b"));
  EXPECT_FALSE(ParseUuid("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5g"));
}

TEST(Uuid, RandomOnesDifferAndAreOfVersion4) {
  const Uuid a = RandomUuid();
  EXPECT_NE(a, RandomUuid());
  EXPECT_EQ(a.ToString()[14], '4');
}

}  // namespace
}  // namespace clientele::base
