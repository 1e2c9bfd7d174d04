#include "base/patience.h"

#include <gtest/gtest.h>

namespace clientele::base {
namespace {

constexpr std::chrono::milliseconds kLong{60'000};

TEST(KeepTrying, UntilItSucceeds) {
  Patience patience(kLong, {});
  int tries = 0;
  const Result<int> done = KeepTrying(patience, "not yet", [&]() -> Result<int> {
    if (++tries < 3) return Fail(Code::kUnavailable, "away");
    return 7;
  });
  ASSERT_TRUE(done);
  EXPECT_EQ(*done, 7);
  EXPECT_EQ(tries, 3);
}

TEST(KeepTrying, NotAtWhatDoesNotPass) {
  Patience patience(kLong, {});
  int tries = 0;
  const Status done = KeepTrying(patience, "not yet", [&]() -> Status {
    ++tries;
    return Fail(Code::kNotFound, "no such table");
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::kNotFound);
  EXPECT_EQ(tries, 1);
}

TEST(KeepTrying, NotPastItsLimitOrAStop) {
  std::stop_source stopped;
  stopped.request_stop();
  for (auto patience : {std::pair(std::chrono::milliseconds(0), std::stop_token()),
                        std::pair(kLong, stopped.get_token())}) {
    Patience limited(patience.first, patience.second);
    int tries = 0;
    const Status done = KeepTrying(limited, "not yet", [&]() -> Status {
      ++tries;
      return Fail(Code::kUnavailable, "away");
    });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().message, "away");
    EXPECT_EQ(tries, 1);
  }
}

}  // namespace
}  // namespace clientele::base
