// What expressions are made of, which of them can run, and what they name.
#include "query/expression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/expression_syntax.h"

namespace clientele::query {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

TEST(Expression, FindsWordsAndParametersOutsideQuotes) {
  const std::string_view text = "wait_ms <= {limit_ms} AND end IN ('A {b}', 'answered')";
  EXPECT_THAT(WordsOf(text), UnorderedElementsAre("wait_ms", "AND", "end", "IN"));
  EXPECT_THAT(ParametersOf(text), UnorderedElementsAre("limit_ms"));
  EXPECT_EQ(ReplaceParameters(text, [](std::string_view name) { return std::string(name) + "!"; }),
            "wait_ms <= limit_ms! AND end IN ('A {b}', 'answered')");
  EXPECT_THAT(WordsOf("'open"), IsEmpty());
  EXPECT_THAT(ParametersOf("{open"), UnorderedElementsAre("open"));
}

TEST(Expression, AQuoteInATextIsTwoOrStandsBehindABackslash) {
  EXPECT_THAT(WordsOf(R"(a = 'it''s b' AND c = 'it\'s d')"), UnorderedElementsAre("a", "AND", "c"));
  EXPECT_THAT(WordsOf(R"(a = 'b\\' AND c)"), UnorderedElementsAre("a", "AND", "c"));
}

TEST(Expression, NamesColumnsConditionsAndFunctions) {
  const auto named = NamesOf(
      "NOT (real AND `end` IN ('ANSWERED', 'LOST')) OR if(wait_ms > {limit_ms}, -wait_ms, 0.5) < "
      "greatest(talk_ms [1], 2) AND topic IS NOT NULL AND flag NOT IN (true, NULL)");
  ASSERT_TRUE(named.has_value()) << named.error().message;
  EXPECT_THAT(named->values, ElementsAre("end", "flag", "real", "talk_ms", "topic", "wait_ms"));
  EXPECT_THAT(named->functions, ElementsAre("greatest", "if"));
}

TEST(Expression, GoodOnes) {
  for (const char* good :
       {"1", "-1", "- - a", "a=-1", "a<-b", "(a)", "((a) + [1, 2][1])", "a || 'x' = 'y'", "f()",
        "f ( )", "a BETWEEN 1 AND 2", "a NOT BETWEEN 1 AND 2", "a LIKE 'x%' OR a NOT ILIKE 'y'",
        "a IS NULL AND NOT b", "a != 'x'\n  AND b <> 1", "(a, 1) IN ((1, 2), (3, 4))"}) {
    EXPECT_TRUE(NamesOf(good).has_value()) << good << ": " << NamesOf(good).error().message;
  }
}

TEST(Expression, BrokenOnesSayWhatIsWrong) {
  const auto told = [](std::string_view expression) {
    const auto named = NamesOf(expression);
    return named ? std::string("is good") : named.error().message;
  };
  EXPECT_EQ(told("wait_ms +"), "ends where a value is due");
  EXPECT_EQ(told(" "), "ends where a value is due");
  EXPECT_EQ(told("NOT"), "ends where a value is due");
  EXPECT_EQ(told("a AND OR b"), "has OR where a value is due");
  EXPECT_EQ(told("a AND .."), "has . where a value is due");
  EXPECT_EQ(told("= 1"), "has = where a value is due");
  EXPECT_EQ(told("if(a, )"), "has ) where a value is due");
  EXPECT_EQ(told("()"), "has ) where a value is due");
  EXPECT_EQ(told("a b"), "has b where an operator is due");
  EXPECT_EQ(told("a 'x'"), "has 'x' where an operator is due");
  EXPECT_EQ(told("a and b"), "has and where an operator is due");
  EXPECT_EQ(told("a NOT b"), "has NOT where an operator is due");
  EXPECT_EQ(told("a, b"), "has , where an operator is due");
  EXPECT_EQ(told("a ! b"), "has ! where an operator is due");
  EXPECT_EQ(told("a; b"), "has ; where an operator is due");
  EXPECT_EQ(told("a IS 1"), "has IS without [NOT] NULL");
  EXPECT_EQ(told("(a"), "does not close its (");
  EXPECT_EQ(told("f(a]"), "has ] without its [");
  EXPECT_EQ(told("a)"), "has ) without its (");
  EXPECT_EQ(told("a = 'x"), "does not close its quote");
  EXPECT_EQ(told("a = {x"), "does not close its {");
  EXPECT_EQ(told("`a"), "has ` without a name and another `");
  EXPECT_EQ(told("1st"), "has 1st, which is neither a number nor a name");
  EXPECT_EQ(told("1. + 2"), "has 1. without digits behind it");
}

TEST(Expression, FunctionsArePure) {
  EXPECT_THAT(KnownFunctions(), Contains("intDiv"));
  for (const char* other : {"now", "rand", "url", "sum", "# Choice", ""}) {
    EXPECT_THAT(KnownFunctions(), Not(Contains(other))) << other;
  }
}

}  // namespace
}  // namespace clientele::query
