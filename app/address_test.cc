#include "app/address.h"

#include <gtest/gtest.h>

namespace clientele::app {
namespace {

TEST(Address, KnowsThisMachine) {
  EXPECT_TRUE(IsLoopback("127.0.0.1:7400").value());
  EXPECT_TRUE(IsLoopback("127.8.0.1:0").value());
  EXPECT_TRUE(IsLoopback("[::1]:7400").value());
  EXPECT_TRUE(IsLoopback("localhost:7400").value());
}

TEST(Address, KnowsWhatIsOpenToOthers) {
  EXPECT_FALSE(IsLoopback("0.0.0.0:7400").value());
  EXPECT_FALSE(IsLoopback("10.0.0.1:7400").value());
  EXPECT_FALSE(IsLoopback("127.example.org:7400").value());
  EXPECT_FALSE(IsLoopback("[::]:7400").value());
}

TEST(Address, RefusesWhatIsNone) {
  for (const char* address : {"", "127.0.0.1", ":7400", "127.0.0.1:", "127.0.0.1:70000"}) {
    EXPECT_FALSE(IsLoopback(address)) << address;
  }
}

}  // namespace
}  // namespace clientele::app
