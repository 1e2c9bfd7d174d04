#include "clickhouse/parameters.h"

#include <gtest/gtest.h>

#include "clickhouse/store.h"

namespace clientele::clickhouse {
namespace {

TEST(ParameterType, IsReadFromTheSql) {
  constexpr std::string_view kSql =
      "SELECT '{a:UInt8}', \"{a:UInt16}\", `{a:UInt32}` -- {a:Date}\n"
      "/* {a:UUID} */, 'it\\'s {a:Int8}', {ab:Int64}, {a:Array(String)}, {a:String}";
  EXPECT_EQ(ParameterType(kSql, "a"), "Array(String)");
  EXPECT_EQ(ParameterType(kSql, "ab"), "Int64");
  EXPECT_EQ(ParameterType(kSql, "b"), "");
  EXPECT_EQ(ParameterType("SELECT {a:UInt8", "a"), "");
  EXPECT_EQ(ParameterType("SELECT '{a:UInt8}", "a"), "");
  EXPECT_EQ(ParameterType("SELECT {from:DateTime64(3)}", "from"), "DateTime64(3)");
}

std::string Encoded(std::string_view type, std::string_view value) {
  const auto text = EncodeParameter("p", type, value);
  return text ? *text : "error: " + text.error().message;
}

TEST(EncodeParameter, EscapesStringsAlone) {
  const std::string hostile("a\\b\tc\nd\re\0f'\"{}", 15);
  const std::string escaped = "a\\\\b\\tc\\nd\\re\\0f'\"{}";
  for (const char* type : {"String", "LowCardinality(String)", "Nullable(String)",
                           "LowCardinality(Nullable(String))", "FixedString(16)", ""}) {
    EXPECT_EQ(Encoded(type, hostile), escaped) << type;
  }
  EXPECT_EQ(Encoded("String", "\\N"), "\\\\N");
  EXPECT_EQ(Encoded("String", ""), "");
  EXPECT_EQ(Encoded("Array(String)", "['a\\'b']"), "['a\\'b']");
  EXPECT_EQ(Encoded("DateTime64(3)", "2026-11-01 00:00:00.000"), "2026-11-01 00:00:00.000");
  EXPECT_EQ(Encoded("Identifier", "calls_v1"), "calls_v1");
}

TEST(EncodeParameter, ChecksIntegers) {
  EXPECT_EQ(Encoded("UInt8", "255"), "255");
  EXPECT_EQ(Encoded("UInt64", "18446744073709551615"), "18446744073709551615");
  EXPECT_EQ(Encoded("Int64", "-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(Encoded("UInt8", "300"), "error: parameter p: 300 is not a UInt8");
  for (const auto& [type, value] :
       std::vector<std::pair<const char*, const char*>>{{"UInt8", "-1"},
                                                        {"UInt16", "65536"},
                                                        {"UInt32", ""},
                                                        {"UInt64", "1.5"},
                                                        {"Int8", "128"},
                                                        {"Int16", " 1"},
                                                        {"Int32", "1 "},
                                                        {"Int64", "x"}}) {
    EXPECT_TRUE(Encoded(type, value).starts_with("error: ")) << type << " " << value;
  }
}

TEST(ArrayParameter, QuotesItsElements) {
  EXPECT_EQ(ArrayParameter(std::vector<std::string>{}), "[]");
  EXPECT_EQ(ArrayParameter(std::vector<std::string>{"a", "it's", "b\\c\n", "]'"}),
            "['a','it\\'s','b\\\\c\\n',']\\'']");
  EXPECT_EQ(ArrayParameter(std::vector<uint64_t>{}), "[]");
  EXPECT_EQ(ArrayParameter(std::vector<uint64_t>{1, 18'446'744'073'709'551'615U}),
            "[1,18446744073709551615]");
}

}  // namespace
}  // namespace clientele::clickhouse
