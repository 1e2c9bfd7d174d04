// What is printed of a check.
#include "verify/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace clientele::verify {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

TEST(Report, SaysWhetherFiguresWereChecked) {
  Report report(20);
  report.complete = true;
  EXPECT_TRUE(report.equal());
  EXPECT_THAT(report.Json(), HasSubstr(R"("figures_checked":false)"));
  EXPECT_THAT(report.Text(), EndsWith("\nequal, figures not checked\n"));
  report.figures_checked = true;
  EXPECT_THAT(report.Json(), HasSubstr(R"("figures_checked":true)"));
  EXPECT_THAT(report.Text(), EndsWith("\nequal\n"));
  report.Add({"I1", "events_v1", 0, 7, "is not there"});
  EXPECT_FALSE(report.equal());
  EXPECT_THAT(report.Text(), EndsWith("\n1 difference\n"));
  report.Add({"I1", "events_v1", 0, 8, "is not there"});
  EXPECT_THAT(report.Text(), EndsWith("\n2 differences\n"));
}

TEST(Report, WhatIsNotCheckedToItsEndIsNotEqual) {
  Report report(1);
  report.figures_checked = true;
  EXPECT_THAT(report.Json(), HasSubstr(R"({"equal":false,"complete":false,)"));
  EXPECT_THAT(report.Text(), EndsWith("\n0 differences so far, not all was checked\n"));
  report.Add({"I2", "calls_v1", 0, 7, "has no row"});
  report.Add({"I2", "calls_v1", 0, 8, "has no row"});
  EXPECT_THAT(report.Text(), EndsWith("I2 calls_v1 partition 0 offset 7: has no row\n"
                                      "and 1 difference more: see --most\n"
                                      "2 differences so far, not all was checked\n"));
  report.complete = true;
  EXPECT_THAT(report.Json(), HasSubstr(R"({"equal":false,"complete":true,)"));
}

}  // namespace
}  // namespace clientele::verify
