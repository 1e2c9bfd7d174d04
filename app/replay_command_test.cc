// What `clientele replay` takes on its command line.
#include "app/replay_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "app/replay_options.h"

namespace clientele::app {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

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

TEST(ReplayCommand, AVersionsNumberIsSmallEnoughForAnotherOne) {
  EXPECT_EQ(Refused({"replay", "calls", "--version", "1000000"}), "");
  EXPECT_THAT(Refused({"replay", "calls", "--version", "1000001"}), HasSubstr("--version"));
}

TEST(ReplayCommand, AnEmptyBoundIsRefused) {
  for (const char* const option : {"--from", "--to"}) {
    EXPECT_EQ(Refused({"replay", "calls", option, ""}),
              std::string(option) + ": is empty: must be a moment, or left out");
    EXPECT_THAT(Refused({"replay", "quality", "--as-if", "scorecard=v2", option, ""}),
                HasSubstr("is empty"));
  }
}

TEST(ReplayCommand, ANameIsShownAsItIs) {
  EXPECT_EQ(Refused({"replay", "cal\nls"}),
            "NAME: \"cal\\u000als\" must be a name of a-z, 0-9 and _");
  EXPECT_THAT(Refused({"replay", "../calls"}), HasSubstr("must be a name"));
}

TEST(ReplayCommand, TheHelpDoesNotNameEveryOptionBehindEveryOne) {
  CLI::App root("test");
  CommandLine line;
  AddReplay(root, line);
  const std::string help = root.get_subcommand("replay")->help();
  EXPECT_THAT(help, HasSubstr("--roll-back"));
  EXPECT_THAT(help, Not(ContainsRegex("Excludes:[^\n]*--(help|status|drop)")));
}

// The bounds in milliseconds, or what is refused.
std::string BoundsOf(const std::string& from, const std::string& to) {
  ReplayOptions options;
  options.from = from;
  options.to = to;
  const auto wanted = ToWanted(options);
  if (!wanted) return wanted.error().message;
  return fmt::format("{}..{}", wanted->restriction.from_ms.value_or(-1),
                     wanted->restriction.to_ms.value_or(-1));
}

TEST(ReplayOptions, BoundsAreMomentsWithFractionsOfASecond) {
  EXPECT_EQ(BoundsOf("", ""), "-1..-1");
  EXPECT_EQ(BoundsOf("1971-01-01", "1971-01-02T00:00"), "31536000000..31622400000");
  EXPECT_EQ(BoundsOf("1971-01-01T00:00:01.430Z", "1971-01-01T00:00:01.5"),
            "31536001430..31536001500");
  EXPECT_EQ(BoundsOf("1971-01-01T00:00:01.07", "1971-01-01T00:00:02Z"), "31536001070..31536002000");
  const std::string rule =
      ": must be a moment in UTC such as 2026-11-01, 2026-11-01T08:00 or "
      "2026-11-01T08:00:00.250Z, years 1971..2200";
  for (const char* const wrong :
       {"yesterday", "1970-01-01", "1971-01-01.5", "1971-01-01T00:00.5", "1971-01-01T00:00:01.",
        "1971-01-01T00:00:01.1234", "1971-01-01T00:00:01.x", "1971-01-01T00:00:01+01:00"}) {
    EXPECT_EQ(BoundsOf(wrong, ""), "--from " + std::string(wrong) + rule);
    EXPECT_EQ(BoundsOf("", wrong), "--to " + std::string(wrong) + rule);
  }
}

TEST(ReplayCommand, OneSteeringAtATime) {
  EXPECT_NE(Refused({"replay", "calls", "--pause", "--cancel"}), "");
}

}  // namespace
}  // namespace clientele::app
