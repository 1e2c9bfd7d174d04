// The options of `clientele query`, as the command line takes them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "app/query_command.h"
#include "app/query_options.h"

namespace clientele::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// What is wrong with `clientele query asa` and these; "accepted" if nothing is.
std::string Parsed(std::vector<std::string> options) {
  CLI::App root("test");
  CommandLine line;
  AddQuery(root, line);
  options.insert(options.begin(), {"query", "asa"});
  std::ranges::reverse(options);
  try {
    root.parse(std::move(options));
  } catch (const CLI::ParseError& wrong) {
    return wrong.what();
  }
  return line.run ? "accepted" : "nothing to run";
}

TEST(QueryOptions, NumbersLieWithinTheirLimits) {
  for (const auto& [option, most] :
       {std::pair("--limit", 100'000), std::pair("--fiscal-start-month", 12)}) {
    EXPECT_EQ(Parsed({option, "1"}), "accepted");
    EXPECT_EQ(Parsed({option, std::to_string(most)}), "accepted");
    for (const std::string& wrong : {std::string("0"), std::to_string(most + 1)}) {
      EXPECT_THAT(Parsed({option, wrong}),
                  AllOf(HasSubstr(option), HasSubstr(wrong), HasSubstr(std::to_string(most))));
    }
  }
  EXPECT_EQ(Parsed({"--by", "queue", "--top", "100"}), "accepted");
  EXPECT_THAT(Parsed({"--by", "queue", "--top", "0"}), HasSubstr("--top"));
  EXPECT_THAT(Parsed({"--by", "queue", "--top", "101"}), HasSubstr("100"));
}

TEST(QueryOptions, OfTheGreatestGroupsStandBesideTop) {
  EXPECT_EQ(Parsed({"--by", "queue", "--top", "3", "--top-by", "asa", "--top-smallest"}),
            "accepted");
  EXPECT_THAT(Parsed({"--top", "3"}), AllOf(HasSubstr("--top"), HasSubstr("--by")));
  for (const char* const alone : {"--top-by=asa", "--top-smallest"}) {
    EXPECT_THAT(Parsed({"--by", "queue", alone}), HasSubstr("requires --top")) << alone;
  }
}

TEST(QueryOptions, TheHelpOfWhereTellsItsLimits) {
  EXPECT_THAT(WhereHelp(), AllOf(HasSubstr("At most 16 dimensions with = alone, 1000 values"),
                                 HasSubstr("16 levels")));
}

}  // namespace
}  // namespace clientele::app
