// What figures are and would have been, as text.
#include "app/as_if/print.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace clientele::app {
namespace {

using testing::HasSubstr;
using testing::Not;

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

// The cells of one figure of this unit: as it is, as if, change.
std::string CellsOf(const std::string& unit, double as_it_is, double as_if,
                    const std::string& currency = "") {
  AsIfOutcome outcome = SomeOutcome();
  outcome.answers.figures = {{"m",
                              "",
                              unit,
                              1,
                              "2026-03-01T00:00:00+00:00",
                              false,
                              {"currency"},
                              {currency},
                              FigureOf(as_it_is, 3),
                              FigureOf(as_if, 3)}};
  const std::string text = ToTable(outcome);
  const size_t begin = text.find('\n') + 1;
  return text.substr(begin, text.find('\n', begin) - begin);
}

TEST(AsIfPrint, MoneyIsInWholeOnesOfItsCurrency) {
  EXPECT_THAT(CellsOf("minor", 1234567, 1230000, "RUB"),
              HasSubstr("RUB       12345.67 RUB  12300.00 RUB  -45.67 RUB  3  3"));
  EXPECT_THAT(CellsOf("minor", 500, 700, "JPY"), HasSubstr("500 JPY   700 JPY  +200 JPY"));
  EXPECT_THAT(CellsOf("minor", 500, 700), HasSubstr("500.0 minor  700.0 minor  +200.0 minor"));
  // What is no code comes from events, and a terminal would obey it.
  const std::string told = CellsOf("minor", 500, 700, "\033[2J");
  EXPECT_THAT(told, HasSubstr("500.0 minor  700.0 minor  +200.0 minor"));
  EXPECT_THAT(told, Not(HasSubstr("\033")));
}

TEST(AsIfPrint, AChangeOfPercentagesIsOneOfPoints) {
  EXPECT_THAT(CellsOf("share", 0.25, 0.2), HasSubstr("25.0 %    20.0 %  -5.0 points"));
  EXPECT_THAT(CellsOf("percent", 120, 150.5), HasSubstr("120.0 %   150.5 %  +30.5 points"));
  EXPECT_THAT(CellsOf("s", 150, 90), HasSubstr("2.50 min  90.0 s  -60.0 s"));
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
