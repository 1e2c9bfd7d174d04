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
  EXPECT_TRUE(report.equal());
  EXPECT_THAT(report.Json(), HasSubstr(R"("figures_checked":false)"));
  EXPECT_THAT(report.Text(), EndsWith("\nequal, figures not checked\n"));
  report.figures_checked = true;
  EXPECT_THAT(report.Json(), HasSubstr(R"("figures_checked":true)"));
  EXPECT_THAT(report.Text(), EndsWith("\nequal\n"));
  report.Add({"I1", "events_v1", 0, 7, "is not there"});
  EXPECT_FALSE(report.equal());
  EXPECT_THAT(report.Text(), EndsWith("\n1 differences\n"));
}

}  // namespace
}  // namespace clientele::verify
