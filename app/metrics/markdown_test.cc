// The page of metrics: what it says, and that docs/metrics.md is up to date.
#include "app/metrics/markdown.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace clientele::app {
namespace {

using testing::HasSubstr;

std::string Page() { return ToMarkdown(query::Catalogue::Embedded().value()); }

TEST(MetricsPage, TellsHowAFigureIsMade) {
  const std::string page = Page();
  EXPECT_THAT(page, HasSubstr("| [asa](#asa) | Average speed of answer · Среднее время ответа | s |"
                              " lower | Student's t |"));
  EXPECT_THAT(page, HasSubstr("* `service_level:without_short`, the default: in_time / (answered + "
                              "abandoned - short_abandoned) ("));
  EXPECT_THAT(page, HasSubstr("* Parameter `threshold_ms`: "));
  EXPECT_THAT(page,
              HasSubstr("* Looked up in table staff, of the same employee_id, as it was at "
                        "occurred_at: branch, department, team where it is not told, unit.\n"));
  EXPECT_THAT(page, HasSubstr("* Not by employee: an abandoned call has no employee"));
  EXPECT_THAT(page, HasSubstr("* handling = `talk_ms + hold_ms + wrap_ms`"));
  EXPECT_THAT(page, HasSubstr("* calls_handled / time_in_state * 3600; n: calls_handled\n"));
  EXPECT_THAT(page, HasSubstr("* busy / busy_or_ready; n: busy_or_ready / 60000000, rounded up\n"));
  EXPECT_THAT(page, HasSubstr("* abandoned = `` `end` = 'ABANDONED' ``"));
}

TEST(MetricsPage, IsTheOneInDocs) {
  std::ifstream file(CLIENTELE_METRICS_PAGE);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_TRUE(text.str() == Page())
      << "docs/metrics.md is out of date: build/release/clientele metrics --markdown > "
         "docs/metrics.md";
}

}  // namespace
}  // namespace clientele::app
