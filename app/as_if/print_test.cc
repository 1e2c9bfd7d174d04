// What figures are and would have been, as text.
#include "app/as_if/print.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace clientele::app {
namespace {

std::optional<query::v1::Figure> FigureOf(double value, int64_t n) {
  query::v1::Figure figure;
  figure.set_value(value);
  figure.set_n(n);
  return figure;
}

AsIfOutcome SomeOutcome() {
  query::v1::Figure none;
  none.set_empty(query::v1::Figure::NO_DATA);
  AsIfOutcome outcome;
  outcome.version = {"quality", 2};
  outcome.tables = {"as_if_quality_v2_figures"};
  outcome.text = "scorecard=2";
  outcome.tenant = "main";
  outcome.mark.id = 17;
  outcome.mark.known_at = 1'775'822'400'000'000;
  outcome.time_zone = "UTC";
  outcome.answers.figures = {
      {"quality_score",
       "score",
       "points",
       1,
       "2026-03-01T00:00:00+00:00",
       false,
       {"team"},
       {"north, east"},
       FigureOf(85, 5),
       FigureOf(65, 4)},
      {"band_share",
       "lowest",
       "share",
       1,
       "2026-03-01T00:00:00+00:00",
       true,
       {"team"},
       {"south"},
       FigureOf(.25, 8),
       FigureOf(.5, 8)},
      {"qa_load", "", "count", 1, "2026-03-01T00:00:00+00:00", false, {}, {}, none, {}}};
  outcome.answers.warnings = {"a note"};
  return outcome;
}

TEST(AsIfPrint, Table) {
  EXPECT_EQ(ToTable(SomeOutcome()),
            "metric               month    team         as it is     as if        change        n  "
            "n as if\n"
            "quality_score:score  2026-03  north, east  85.0 points  65.0 points  -20.0 points  5  "
            "4\n"
            "band_share:lowest    2026-03  south        25.0 %       50.0 %       +25.0 points  8  "
            "8        (partial)\n"
            "qa_load              2026-03               no data      no data                    0  "
            "0\n"
            "\n"
            "as if scorecard=2: quality_v2, tenant main\n"
            "mark 17 of 2026-04-10T12:00:00+00:00, UTC\n"
            "table clientele.as_if_quality_v2_figures\n"
            "note: a note\n");
}

TEST(AsIfPrint, Csv) {
  EXPECT_EQ(ToCsv(SomeOutcome()),
            "metric,variant,unit,bucket,team,partial,as_it_is,as_it_is_n,as_it_is_empty,as_if,"
            "as_if_n,as_if_empty,change,mark\r\n"
            "quality_score,score,points,2026-03-01T00:00:00+00:00,\"north, east\",false,85,5,,65,"
            "4,,-20,17\r\n"
            "band_share,lowest,share,2026-03-01T00:00:00+00:00,south,true,0.25,8,,0.5,8,,0.25,17"
            "\r\n"
            "qa_load,,count,2026-03-01T00:00:00+00:00,,false,,0,NO_DATA,,0,NO_DATA,,17\r\n");
}

TEST(AsIfPrint, Json) {
  AsIfOutcome outcome = SomeOutcome();
  outcome.answers.figures.erase(outcome.answers.figures.begin() + 1);
  EXPECT_EQ(
      ToJson(outcome),
      R"({"version":"quality_v2","as_if":"scorecard=2","tenant":"main","mark_id":17,)"
      R"("known_at":1775822400000000,"time_zone":"UTC","tables":["as_if_quality_v2_figures"],)"
      R"("warnings":["a note"],"figures":[)"
      R"({"metric":"quality_score","variant":"score","unit":"points",)"
      R"("bucket":"2026-03-01T00:00:00+00:00","partial":false,"dimensions":{"team":"north, east"},)"
      R"("as_it_is":{"value":85,"n":5},"as_if":{"value":65,"n":4},"change":-20},)"
      "\n"
      R"({"metric":"qa_load","variant":"","unit":"count","bucket":"2026-03-01T00:00:00+00:00",)"
      R"("partial":false,"dimensions":{},"as_it_is":{"empty":"NO_DATA","n":0},)"
      R"("as_if":{"empty":"NO_DATA","n":0}}]})"
      "\n");
}

}  // namespace
}  // namespace clientele::app
