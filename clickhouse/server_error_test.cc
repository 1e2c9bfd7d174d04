#include "clickhouse/server_error.h"

#include <gtest/gtest.h>

namespace clientele::clickhouse {
namespace {

using base::Code;

TEST(ServerError, IsFoundInBothForms) {
  const auto now = FindServerError(
      "Code: 60. DB::Exception: Unknown table a. (UNKNOWN_TABLE) (version 26.7.2.1 (official "
      "build))\n");
  ASSERT_TRUE(now.has_value());
  EXPECT_EQ(now->code, 60);
  EXPECT_TRUE(now->text.ends_with("build))"));
  const auto before_2020 = FindServerError(
      "Code: 60, e.displayText() = DB::Exception: Table default.x doesn't exist., e.what() = "
      "DB::Exception\n");
  ASSERT_TRUE(before_2020.has_value());
  EXPECT_EQ(before_2020->code, 60);
  const auto network = FindServerError("Code: 210. DB::NetException: Connection refused");
  ASSERT_TRUE(network.has_value());
  EXPECT_EQ(network->code, 210);
}

TEST(ServerError, OtherTextsAreNone) {
  for (const char* text : {"", "Code: ", "Code: x. DB::Exception", "Code: 60",
                           "Code: 60. something else that is no DB::Exception", "DB::Exception"}) {
    EXPECT_FALSE(FindServerError(text).has_value()) << text;
  }
  const auto second = FindServerError("Code: red. Code: 7. DB::Exception: b");
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->text, "Code: 7. DB::Exception: b");
}

TEST(ServerError, TagsMustFit) {
  const std::string text =
      "rows\r\n__exception__\r\ntag\r\nCode: 1. DB::Exception: e\n26 tag\r\n"
      "__exception__\r\n";
  const auto found = FindTaggedError(text, "tag");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->text, "Code: 1. DB::Exception: e");
  EXPECT_FALSE(FindTaggedError(text, "gat").has_value());
  EXPECT_FALSE(FindTaggedError(text, "").has_value());
  const auto cut = FindTaggedError("\r\n__exception__\r\ntag\r\nCode: 1. DB::Exc", "tag");
  ASSERT_TRUE(cut.has_value());
  EXPECT_EQ(ToError(*cut).code, Code::kInternal);
}

TEST(ServerError, CodesAreOurs) {
  const auto code = [](int number, std::string text = {}) {
    return ToError({number, std::move(text)}).code;
  };
  EXPECT_EQ(code(60), Code::kNotFound);
  EXPECT_EQ(code(81), Code::kNotFound);
  EXPECT_EQ(code(62), Code::kInvalidArgument);
  EXPECT_EQ(code(53), Code::kInvalidArgument);
  EXPECT_EQ(code(457), Code::kInvalidArgument);
  EXPECT_EQ(code(159), Code::kDeadlineExceeded);
  EXPECT_EQ(code(394), Code::kCancelled);
  EXPECT_EQ(code(241), Code::kResourceExhausted);
  EXPECT_EQ(code(202), Code::kResourceExhausted);
  EXPECT_EQ(code(497), Code::kPermissionDenied);
  EXPECT_EQ(code(516), Code::kUnauthenticated);
  EXPECT_EQ(code(236), Code::kUnknown);
  EXPECT_EQ(code(49), Code::kInternal);
  EXPECT_EQ(code(252, "Too many partitions for single INSERT block (more than 100)"),
            Code::kInvalidArgument);
  EXPECT_EQ(code(252, "Too many parts (300). Merges are processing significantly slower"),
            Code::kResourceExhausted);
}

}  // namespace
}  // namespace clientele::clickhouse
