// What `clientele replay` takes on its command line.
#include "app/replay_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace clientele::app {
namespace {

using testing::HasSubstr;

// Why the arguments are refused; empty: they are not.
std::string Refused(std::vector<std::string> arguments) {
  CLI::App root("test");
  CommandLine line;
  AddReplay(root, line);
  std::ranges::reverse(arguments);
  try {
    root.parse(std::move(arguments));
  } catch (const CLI::ParseError& wrong) {
    return wrong.what();
  }
  return "";
}

TEST(ReplayCommand, StandsWithoutOptions) {
  EXPECT_EQ(Refused({"replay", "calls"}), "");
  EXPECT_EQ(Refused({"replay", "calls", "--from", "2026-11-01", "--where", "kind=call", "--rate",
                     "5", "--version", "4", "--accept-differences"}),
            "");
}

TEST(ReplayCommand, SteeringTakesNoOptionsOfBuilding) {
  const std::vector<std::vector<std::string>> steering = {
      {"--status"}, {"--pause"}, {"--resume"}, {"--cancel"}, {"--roll-back", "1"}, {"--drop", "1"}};
  const std::vector<std::vector<std::string>> building = {
      {"--from", "2026-11-01"}, {"--to", "2026-11-01"}, {"--where", "kind=call"},
      {"--rate", "5"},          {"--version", "4"},     {"--accept-differences"}};
  for (const auto& one : steering) {
    std::vector<std::string> alone = {"replay", "calls"};
    alone.insert(alone.end(), one.begin(), one.end());
    EXPECT_EQ(Refused(alone), "");
    for (const auto& other : building) {
      std::vector<std::string> both = alone;
      both.insert(both.end(), other.begin(), other.end());
      if (one.front() == "--resume" && other.front() == "--rate") {
        EXPECT_EQ(Refused(both), "");
      } else {
        EXPECT_THAT(Refused(both), HasSubstr(" excludes "));
      }
    }
  }
}

TEST(ReplayCommand, AQuestionWhatFiguresWouldHaveBeen) {
  const std::vector<std::string> question = {"replay", "quality", "--as-if", "scorecard=v2"};
  const auto with = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = question;
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Refused(arguments);
  };
  EXPECT_EQ(with({}), "");
  EXPECT_EQ(with({"--as-if", "bands=bands.toml", "--by", "team,scorecard", "--from", "2026-01-01",
                  "--to", "2026-07-01", "--where", "scorecard=qa", "--tz", "Europe/Moscow",
                  "--format", "csv", "--tenant", "main", "--version", "7"}),
            "");
  EXPECT_THAT(with({"--format", "xml"}), HasSubstr("--format"));
  EXPECT_THAT(with({"--tenant", "no tenant"}), HasSubstr("--tenant"));
  // It reads no log and switches nothing.
  EXPECT_THAT(with({"--rate", "5"}), HasSubstr(" excludes "));
  EXPECT_THAT(with({"--accept-differences"}), HasSubstr(" excludes "));
  EXPECT_THAT(with({"--status"}), HasSubstr(" excludes "));
  EXPECT_THAT(with({"--drop", "2"}), HasSubstr(" excludes "));
  for (const char* const option : {"--by", "--tz", "--format", "--tenant"}) {
    EXPECT_THAT(Refused({"replay", "quality", option,
                         option == std::string_view("--format") ? "csv" : "main"}),
                HasSubstr("requires --as-if"));
  }
}

TEST(ReplayCommand, NumbersHaveTheirRanges) {
  EXPECT_THAT(Refused({"replay", "calls", "--rate", "-1"}), HasSubstr("--rate"));
  for (const char* const option : {"--version", "--roll-back", "--drop"}) {
    EXPECT_THAT(Refused({"replay", "calls", option, "0"}), HasSubstr(option));
    EXPECT_THAT(Refused({"replay", "calls", option, "-1"}), HasSubstr(option));
    EXPECT_THAT(Refused({"replay", "calls", option, "99999999999"}), HasSubstr(option));
  }
}

TEST(ReplayCommand, OneSteeringAtATime) {
  EXPECT_NE(Refused({"replay", "calls", "--pause", "--cancel"}), "");
}

}  // namespace
}  // namespace clientele::app
