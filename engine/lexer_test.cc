#include "engine/lexer.h"

#include <gtest/gtest.h>

#include <vector>

namespace clientele::engine {
namespace {

using Kind = Token::Kind;

std::vector<Token> Tokens(std::string_view sql) {
  std::vector<Token> tokens;
  Lexer lexer(sql);
  for (Token token = lexer.Next(); token.kind != Kind::kEnd; token = lexer.Next()) {
    tokens.push_back(token);
    if (token.kind == Kind::kBroken) break;
  }
  return tokens;
}

TEST(Lexer, FindsWordsNamesStringsNumbersSymbols) {
  const auto tokens = Tokens("SeLECT `a``b`, \"c\" FROM t1 WHERE x='it''s \\' ;' AND y>=1.5e3");
  ASSERT_EQ(tokens.size(), 15U);
  EXPECT_TRUE(tokens[0].Is("SELECT"));
  EXPECT_EQ(tokens[1].kind, Kind::kQuotedName);
  EXPECT_EQ(tokens[1].Name(), "a``b");
  EXPECT_TRUE(tokens[2].IsSymbol(','));
  EXPECT_EQ(tokens[3].Name(), "c");
  EXPECT_EQ(tokens[9].kind, Kind::kString);
  EXPECT_EQ(tokens[9].text, "'it''s \\' ;'");
  EXPECT_EQ(tokens[14].kind, Kind::kNumber);
}

TEST(Lexer, SkipsComments) {
  EXPECT_EQ(Tokens("-- a ' b\n/* ; ' */ # x\n#!y\nSELECT").size(), 1U);
  EXPECT_TRUE(Tokens("SELECT--'\n").front().Is("SELECT"));
}

TEST(Lexer, TakesHeredocs) {
  const auto tokens = Tokens("$x$ ; ' $x$ $ a");
  ASSERT_EQ(tokens.size(), 3U);
  EXPECT_EQ(tokens[0].kind, Kind::kString);
  EXPECT_TRUE(tokens[1].IsSymbol('$'));
}

TEST(Lexer, TellsWhatHasNoEnd) {
  for (const char* sql : {"'a", "`a", "\"a", "/* a", "'a\\'"}) {
    EXPECT_EQ(Tokens(sql).back().kind, Kind::kBroken) << sql;
  }
}

TEST(Lexer, EndsOnAnyBytes) {
  uint32_t state = 1;
  for (int round = 0; round < 2'000; ++round) {
    std::string bytes;
    for (int i = 0; i < 40; ++i) {
      state = state * 1'664'525 + 1'013'904'223;
      constexpr std::string_view kAlphabet =
          "'\"`\\$-/*#;() \n\xff"
          "a1";
      bytes += kAlphabet[(state >> 16) % kAlphabet.size()];
    }
    size_t end = 0;
    for (const Token& token : Tokens(bytes)) {
      EXPECT_GE(token.begin, end);
      EXPECT_LE(token.end, bytes.size());
      end = token.end;
    }
  }
}

}  // namespace
}  // namespace clientele::engine
