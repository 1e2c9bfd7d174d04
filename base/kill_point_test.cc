#include "base/kill_point.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <initializer_list>

namespace clientele::base {
namespace {

using testing::ExitedWithCode;
using testing::KilledBySignal;

// In a process of its own, as the setting is read once.
[[noreturn]] void Pass(const char* setting, std::initializer_list<const char*> points) {
  setenv("CLIENTELE_KILL_POINT", setting, 1);
  for (const char* const point : points) KillPoint(point);
  _exit(0);
}

TEST(KillPointDeathTest, StrikesAtItsPlaceAndTime) {
  EXPECT_EXIT(Pass("here", {"here"}), KilledBySignal(SIGKILL), "");
  EXPECT_EXIT(Pass("here", {"there", "her", "here:1"}), ExitedWithCode(0), "");
  EXPECT_EXIT(Pass("here:2", {"here", "there"}), ExitedWithCode(0), "");
  EXPECT_EXIT(Pass("here:2", {"here", "there", "here"}), KilledBySignal(SIGKILL), "");
}

TEST(KillPointDeathTest, ABadSettingIsToldAndEndsTheProcess) {
  for (const char* const bad : {"here:abc", "here:0", "here:-1", "here:2x", "here:", "here:1:2",
                                "here:abc:stop", "here::stop"}) {
    EXPECT_EXIT(Pass(bad, {"there"}), ExitedWithCode(2), "must be name, name:n.*") << bad;
  }
}

}  // namespace
}  // namespace clientele::base
