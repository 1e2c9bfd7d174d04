#include "engine/error_text.h"

#include <gtest/gtest.h>

namespace clientele::engine {
namespace {

TEST(ErrorText, TakesTheLibrarysTextApart) {
  const EngineError error = ParseEngineError(
      "Code: 73. DB::Exception: Code: 73. DB::Exception: Unknown format Nope. (UNKNOWN_FORMAT) "
      "(version 26.7.2.1). (UNKNOWN_FORMAT)");
  EXPECT_EQ(error.code, 73);
  EXPECT_EQ(error.text, "Unknown format Nope. (UNKNOWN_FORMAT)");
  EXPECT_EQ(ErrorBody(error, "1.2"),
            "Code: 73. DB::Exception: Unknown format Nope. (UNKNOWN_FORMAT) (version 1.2 "
            "(official build))\n");
}

TEST(ErrorText, NamesWhatHasNoName) {
  EXPECT_EQ(ParseEngineError("something").text, "something (UNKNOWN_EXCEPTION)");
  EXPECT_EQ(ParseEngineError("something").code, error_code::kUnknownException);
  EXPECT_EQ(MakeError(error_code::kCancelled, "x").text, "x (QUERY_WAS_CANCELLED)");
}

TEST(ErrorText, GivesTheServersStatus) {
  EXPECT_EQ(StatusOf(62), 400U);
  EXPECT_EQ(StatusOf(60), 404U);
  EXPECT_EQ(StatusOf(516), 403U);
  EXPECT_EQ(StatusOf(159), 408U);
  EXPECT_EQ(StatusOf(241), 500U);
}

TEST(ErrorText, LateErrorsAreFoundByTheirTag) {
  const std::string body = LateErrorBody({395, "x (Y)"}, "1", "tag");
  EXPECT_EQ(body,
            "\r\n__exception__\r\ntag\r\nCode: 395. DB::Exception: x (Y) (version 1 (official "
            "build))\n61 tag\r\n__exception__\r\n");
}

}  // namespace
}  // namespace clientele::engine
