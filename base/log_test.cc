#include "base/log.h"

#include <gtest/gtest.h>

namespace clientele::base {
namespace {

TEST(Log, AJsonStringEscapesWhatItMust) {
  EXPECT_EQ(JsonString("a\"b\\c\n"), "\"a\\\"b\\\\c\\u000a\"");
  EXPECT_EQ(JsonString("Привет"), "\"Привет\"");
}

TEST(Log, BytesThatAreNoUtf8AreReplaced) {
  EXPECT_EQ(JsonString("a\xff"), "\"a\xef\xbf\xbd\"");
  EXPECT_EQ(JsonString("\xc0\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\"");
  EXPECT_EQ(JsonString("\xed\xa0\x80").find('\xed'), std::string::npos);
  EXPECT_EQ(JsonString("\xe2\x82"), "\"\xef\xbf\xbd\xef\xbf\xbd\"");
}

TEST(Log, ALineIsOneJsonObject) {
  testing::internal::CaptureStderr();
  LogInfo("batch inserted", {{"rows", 12}, {"table", "calls\n_v1"}, {"late", false}});
  const std::string line = testing::internal::GetCapturedStderr();
  EXPECT_NE(line.find(R"("level":"info","message":"batch inserted","rows":12,)"
                      R"("table":"calls\u000a_v1","late":false})"),
            std::string::npos)
      << line;
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
}

}  // namespace
}  // namespace clientele::base
