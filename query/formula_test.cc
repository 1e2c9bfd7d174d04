// Formulas of derived metrics: precedence, what is not one, what has no value.
#include "query/formula.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace clientele::query {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::optional<double> ValueOf(const std::string& text, const std::vector<double>& parts) {
  const auto formula = ParseFormula(text);
  EXPECT_TRUE(formula.has_value()) << formula.error().message;
  EXPECT_EQ(formula->parts.size(), parts.size()) << text;
  return Evaluate(*formula, parts);
}

TEST(Formula, HasTheUsualPrecedence) {
  EXPECT_EQ(ValueOf("a + b * c", {1, 2, 3}), 7);
  EXPECT_EQ(ValueOf("(a + b) * c", {1, 2, 3}), 9);
  EXPECT_EQ(ValueOf("a - b - c", {10, 3, 2}), 5);
  EXPECT_EQ(ValueOf("a / b / c", {24, 3, 2}), 4);
  EXPECT_EQ(ValueOf("a / (b / c)", {24, 3, 2}), 16);
  EXPECT_EQ(ValueOf("(margin - cost)/cost", {150, 100}), .5);
  EXPECT_EQ(ValueOf("1 - a", {.25}), .75);
  EXPECT_EQ(ValueOf("100*((a))", {.25}), 25);
  EXPECT_EQ(ValueOf("0.5 * a", {3}), 1.5);
}

TEST(Formula, NamesItsPartsOnce) {
  EXPECT_THAT(ParseFormula("service_level:over_offered / asa + asa")->parts,
              ElementsAre("service_level:over_offered", "asa"));
}

// Whose n is the figure's: in order of the parts, -1 where the file must say.
TEST(Formula, IsOfAsManyAsWhatItDividesBy) {
  const auto observed = [](const std::string& text) {
    const auto formula = ParseFormula(text);
    EXPECT_TRUE(formula.has_value()) << formula.error().message;
    return formula->observed ? static_cast<int>(*formula->observed) : -1;
  };
  EXPECT_EQ(observed("a / b"), 1);
  EXPECT_EQ(observed("(margin - cost) / cost"), 1);
  EXPECT_EQ(observed("b / (a + c) / b"), 0);
  EXPECT_EQ(observed("1 - a"), 0);
  EXPECT_EQ(observed("a / 2 * a"), 0);
  EXPECT_EQ(observed("a / b * 3600"), -1);
  EXPECT_EQ(observed("a / (b + c)"), -1);
  EXPECT_EQ(observed("(a + b) / 2"), -1);
  EXPECT_EQ(observed("a - b"), -1);
}

TEST(Formula, DividedByZeroHasNoValue) {
  EXPECT_EQ(ValueOf("a / b", {1, 0}), std::nullopt);
  EXPECT_EQ(ValueOf("a / b", {0, 0}), std::nullopt);
  EXPECT_EQ(ValueOf("1 + a / (b - b)", {1, 2}), std::nullopt);
  EXPECT_EQ(ValueOf("a * a", {1e200}), std::nullopt);
  EXPECT_EQ(ValueOf("a / b", {0, 2}), 0);
}

TEST(Formula, SaysWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"", "the end stands where a metric, a number or ( must"},
      {"a +", "the end stands where a metric, a number or ( must"},
      {"* a", "* stands where a metric, a number or ( must"},
      {"-a", "- stands where a metric, a number or ( must"},
      {"a b", "b stands where +, -, * or / must"},
      {"a % b", "% stands where +, -, * or / must"},
      {"A", "A stands where a metric"},
      {"(a + b", "the end stands where ) must"},
      {"a + b)", ") stands where +, -, * or / must"},
      {"a + ()", ") stands where a metric"},
      {"1.2.3 * a", "1.2.3 stands where a number must"},
      {"2a", "2a stands where a number must"},
      {"1 + 2", "must name a metric"},
      {std::string(17, '(') + "a" + std::string(17, ')'), "at most 16 parentheses"}};
  for (const auto& [text, message] : wrong) {
    const auto formula = ParseFormula(text);
    ASSERT_FALSE(formula.has_value()) << text;
    EXPECT_EQ(formula.error().code, base::Code::kInvalidArgument);
    EXPECT_THAT(formula.error().message, HasSubstr(text + ": ")) << text;
    EXPECT_THAT(formula.error().message, HasSubstr(message)) << text;
  }
  EXPECT_TRUE(ParseFormula(std::string(16, '(') + "a" + std::string(16, ')')).has_value());
}

}  // namespace
}  // namespace clientele::query
