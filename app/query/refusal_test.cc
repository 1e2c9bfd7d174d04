// What the service refuses, by the options that were given.
#include "app/query/refusal.h"

#include <gtest/gtest.h>

namespace clientele::app {
namespace {

std::string ByOption(const std::string& message) {
  QueryArguments arguments;
  arguments.known_at = "2020-01-01";
  return InOptions(message, arguments);
}

TEST(Refusal, NamesTheOptionOfTheField) {
  EXPECT_EQ(ByOption("group_by[0] = quee: there is no such dimension; did you mean queue?"),
            "--by = quee: there is no such dimension; did you mean queue?");
  EXPECT_EQ(ByOption("filters[0].values = abc: must be a whole number, as line is"),
            "--where = abc: must be a whole number, as line is");
  EXPECT_EQ(ByOption("where.all.conditions[1].range.from = a: must be a whole number"),
            "--where = a: must be a whole number");
  EXPECT_EQ(ByOption("metrics[0] = NPS: there is no such metric"),
            "metrics = NPS: there is no such metric");
  EXPECT_EQ(ByOption("time_zone = Moscow: must be an IANA name"),
            "--tz = Moscow: must be an IANA name");
  EXPECT_EQ(ByOption("to: from..to has 40000 buckets"), "--to: from..to has 40000 buckets");
  EXPECT_EQ(ByOption("top.by = aht: must be one of metrics"),
            "--top-by = aht: must be one of metrics");
  EXPECT_EQ(ByOption("compare.custom_from = 1971-01-01: the earlier range"),
            "--compare = 1971-01-01: the earlier range");
  EXPECT_EQ(ByOption("parameters.treshold_ms = 5: none of the metrics has it"),
            "--param treshold_ms = 5: none of the metrics has it");
  EXPECT_EQ(ByOption("mark_id = 99: there is no such mark"), "--mark = 99: there is no such mark");
}

TEST(Refusal, NamesAMomentAsItWasGiven) {
  EXPECT_EQ(ByOption("known_at = 1577836800000000: no mark is so old, nothing was known then"),
            "--known-at = 2020-01-01: no mark is so old, nothing was known then");
}

TEST(Refusal, LeavesOtherMessagesAsTheyAre) {
  for (const char* const message :
       {"", "4 queries run and 16 wait; try again later", "--grain second: must be none, minute",
        "metric.toml: id = asa: is no metric of quality", "toy = 1: is no option"}) {
    EXPECT_EQ(ByOption(message), message);
  }
}

}  // namespace
}  // namespace clientele::app
