// The command line's arguments as a request, and answers as text.
#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <array>

#include "app/query/arguments.h"
#include "app/query/print.h"
#include "app/query/sparkline.h"

namespace clientele::app {
namespace {

using query::v1::Figure;
using query::v1::QueryRequest;
using query::v1::QueryResponse;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// 2026-11-24T21:30:00Z: already the 25th in Moscow.
constexpr int64_t kNow = 1'795'555'800'000'000;

QueryArguments Some() {
  QueryArguments arguments;
  arguments.metrics = {"service_level"};
  arguments.time_zone = "Europe/Moscow";
  return arguments;
}

TEST(Arguments, DefaultsAreTheLast14DaysOfTheZone) {
  const auto request = ToRequest(Some(), kNow);
  ASSERT_TRUE(request.has_value()) << request.error().message;
  EXPECT_EQ(request->from(), "2026-11-12");
  EXPECT_EQ(request->to(), "2026-11-26");
  EXPECT_EQ(request->grain(), QueryRequest::DAY);
  EXPECT_EQ(request->time_zone(), "Europe/Moscow");
  EXPECT_EQ(request->at_case(), QueryRequest::AT_NOT_SET);
}

TEST(Arguments, WithAnEndAloneTheBeginIs14DaysBefore) {
  QueryArguments arguments = Some();
  arguments.to = "2026-03-15T12:00";
  EXPECT_EQ(ToRequest(arguments, kNow)->from(), "2026-03-01T12:00:00");
}

TEST(Arguments, FiltersOfOneDimensionAreOne) {
  QueryArguments arguments = Some();
  arguments.where = {"queue=sales", "team=a=b",    "queue=support,\\,x", "topic=",
                     "line!=1,2",   "topic!=a!=b", "employee="};
  const auto request = ToRequest(arguments, kNow);
  ASSERT_TRUE(request.has_value());
  ASSERT_EQ(request->filters_size(), 4);
  EXPECT_THAT(request->filters(0).values(), ElementsAre("sales", "support", ",x"));
  EXPECT_THAT(request->filters(1).values(), ElementsAre("a=b"));
  EXPECT_THAT(request->filters(2).values(), ElementsAre(""));
  ASSERT_EQ(request->where().all().conditions_size(), 2);
  const auto without = [&](int i) { return request->where().all().conditions(i).none(); };
  EXPECT_EQ(without(0).conditions(0).one_of().dimension(), "line");
  EXPECT_THAT(without(0).conditions(0).one_of().values(), ElementsAre("1", "2"));
  EXPECT_THAT(without(1).conditions(0).one_of().values(), ElementsAre("a!=b"));
}

TEST(Arguments, CalendarsOfOnesOwn) {
  QueryArguments arguments = Some();
  arguments.grain = "quarter_hour";
  arguments.week_start = "Sunday";
  arguments.fiscal_start_month = 4;
  const auto request = ToRequest(arguments, kNow);
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->grain(), QueryRequest::QUARTER_HOUR);
  EXPECT_EQ(request->week_start(), QueryRequest::SUNDAY);
  EXPECT_EQ(request->fiscal_start_month(), 4U);
}

TEST(Arguments, Top) {
  EXPECT_FALSE(ToRequest(Some(), kNow)->has_top());
  QueryArguments arguments = Some();
  arguments.top = 5;
  arguments.top_by = "aht";
  EXPECT_EQ(ToRequest(arguments, kNow)->top().groups(), 5U);
  EXPECT_EQ(ToRequest(arguments, kNow)->top().by(), "aht");
}

TEST(Arguments, Compare) {
  EXPECT_FALSE(ToRequest(Some(), kNow)->has_compare());
  QueryArguments arguments = Some();
  arguments.compare = "previous-period";
  EXPECT_EQ(ToRequest(arguments, kNow)->compare().previous(), query::v1::Compare::PERIOD);
  arguments.compare = "previous-year";
  EXPECT_EQ(ToRequest(arguments, kNow)->compare().previous(), query::v1::Compare::YEAR);
  arguments.compare = "2026-03-01T08:00";
  EXPECT_EQ(ToRequest(arguments, kNow)->compare().custom_from(), "2026-03-01T08:00");
}

TEST(Arguments, PlanAttainment) {
  EXPECT_FALSE(ToRequest(Some(), kNow)->plan_attainment());
  QueryArguments arguments = Some();
  arguments.plan_attainment = true;
  EXPECT_TRUE(ToRequest(arguments, kNow)->plan_attainment());
}

TEST(Arguments, KnownAtIsCivilTimeOfTheZone) {
  QueryArguments arguments = Some();
  arguments.known_at = "2026-11-25T00:30";
  EXPECT_EQ(ToRequest(arguments, kNow)->known_at(), kNow);
  arguments.known_at.clear();
  arguments.mark = 12;
  EXPECT_EQ(ToRequest(arguments, kNow)->mark_id(), 12);
}

TEST(Arguments, WrongOnesNameTheOption) {
  const auto message = [](const std::function<void(QueryArguments&)>& change) {
    QueryArguments arguments = Some();
    change(arguments);
    const auto request = ToRequest(arguments, kNow);
    return request ? std::string("accepted") : request.error().message;
  };
  EXPECT_THAT(
      message([](auto& a) { a.grain = "second"; }),
      HasSubstr("--grain second: must be none, minute, quarter_hour, half_hour, hour, day"));
  for (const char* day : {"mon", "WEEKDAY_UNSPECIFIED", "1"}) {
    EXPECT_THAT(message([&](auto& a) { a.week_start = day; }),
                HasSubstr(std::string("--week-start ") + day + ": must be a weekday, as monday"));
  }
  EXPECT_THAT(message([](auto& a) { a.where = {"queue"}; }),
              HasSubstr("--where queue: at the end must stand =, !=, <, <=, >, >=, ^=, ? or in"));
  EXPECT_THAT(message([](auto& a) { a.parameters = {"=1"}; }),
              HasSubstr("--param =1: must be name=value"));
  EXPECT_THAT(message([](auto& a) { a.parameters = {"a=1", "a=2"}; }),
              HasSubstr("--param a=2: a is given twice"));
  EXPECT_THAT(message([](auto& a) { a.time_zone = "Nowhere"; }), HasSubstr("must be an IANA name"));
  EXPECT_THAT(message([](auto& a) { a.to = "now"; }), HasSubstr("--to = now: must be a civil"));
  EXPECT_THAT(message([](auto& a) { a.compare = "last-week"; }),
              HasSubstr("--compare last-week: must be previous-period, previous-year or a civil"));
  EXPECT_THAT(message([](auto& a) { a.known_at = "now"; }), HasSubstr("--known-at = now"));
  EXPECT_THAT(message([](auto& a) {
                a.known_at = "2026-11-01";
                a.mark = 1;
              }),
              HasSubstr("must not be given together with --mark"));
}

struct Asked {
  QueryRequest request;
  QueryResponse response;
};

Asked Example() {
  Asked asked;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(R"(
    metrics: "service_level" metrics: "calls_offered" from: "2026-11-01" to: "2026-11-03"
    grain: DAY group_by: "queue")",
                                                            &asked.request));
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(R"(
    rows { bucket: "2026-11-01T00:00:00+03:00" dimensions: "sales, \"A\""
           figures { value: 0.7934 n: 512 low: 0.7563 high: 0.826 } figures { value: 600 n: 600 } }
    rows { bucket: "2026-11-02T00:00:00+03:00" dimensions: "\033[2J\302\2331mбот" partial: true
           figures { empty: NO_DATA } figures { value: 0 } }
    meta { columns { metric: "service_level" variant: "without_short" version: 1 unit: "share"
                     title_en: "Service level" parameters { key: "threshold_ms" value: "20000" } }
           columns { metric: "calls_offered" version: 1 unit: "count" title_en: "Calls offered" }
           mark_id: 9 known_at: 1795555800000000 time_zone: "Europe/Moscow" rows_read: 1112
           warnings: "something" })",
                                                            &asked.response));
  return asked;
}

TEST(Print, ATable) {
  const Asked asked = Example();
  EXPECT_EQ(ToTable(asked.request, asked.response),
            R"(day         queue       service_level:without_short  calls_offered
2026-11-01  sales, "A"  79.3 % [75.6, 82.6]  n 512   600
2026-11-02  ?[2J?1mбот  no data                      0              (partial)

service_level:without_short: Service level, version 1, threshold_ms = 20000
calls_offered: Calls offered, version 1
mark 9 of 2026-11-25T00:30:00+03:00, Europe/Moscow; 1112 rows read in 0 ms
note: something
)");
}

TEST(Print, ATableSaysWhenThereIsNothing) {
  Asked asked = Example();
  asked.response.clear_rows();
  asked.response.mutable_meta()->clear_warnings();
  EXPECT_THAT(ToTable(asked.request, asked.response),
              HasSubstr("nothing happened from 2026-11-01 to 2026-11-03"));
}

TEST(Print, ATableSaysWhyThereIsNoFigure) {
  Asked asked = Example();
  asked.response.mutable_rows()->DeleteSubrange(0, 1);
  asked.response.mutable_rows(0)->mutable_figures(0)->set_empty(Figure::NOT_APPLICABLE);
  const std::string text = ToTable(asked.request, asked.response);
  EXPECT_THAT(text, HasSubstr("not applicable"));
  EXPECT_THAT(text, Not(HasSubstr("nothing happened")));
  asked.response.clear_rows();
  EXPECT_THAT(ToTable(asked.request, asked.response), HasSubstr("see the notes below"));
}

TEST(Print, ATableSaysWhatAFigureLeavesOut) {
  Asked asked = Example();
  asked.response.mutable_rows(0)->mutable_figures(0)->set_immature(7);
  asked.response.mutable_rows(1)->mutable_figures(0)->set_untold(3);
  const std::string text = ToTable(asked.request, asked.response);
  EXPECT_THAT(text, HasSubstr("79.3 % [75.6, 82.6]  n 512, 7 immature  600"));
  EXPECT_THAT(text, HasSubstr("no data, 3 untold"));
}

// The response with one metric of this unit, by currency where there is one.
std::string OneCell(const std::string& unit, const std::string& figure,
                    const std::string& request = "", const std::string& group = "") {
  Asked asked;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(request, &asked.request)) << request;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      "rows { " + group + " figures { " + figure + " } } meta { columns { metric: 'm' unit: '" +
          unit + "' version: 3 empty: 'nobody called' } time_zone: 'UTC' }",
      &asked.response))
      << figure;
  return ToTable(asked.request, asked.response);
}

TEST(Print, LongTimesAreReadAsMinutesAndHours) {
  EXPECT_THAT(OneCell("s", "value: 95.25 n: 7 low: 80 high: 130"),
              HasSubstr("\n95.2 s [80.0, 130.0]  n 7\n"));
  EXPECT_THAT(OneCell("s", "value: 150 n: 7"), HasSubstr("\n2.50 min  n 7\n"));
  EXPECT_THAT(OneCell("s", "value: 7325.6 n: 7 low: 3600 high: 360000"),
              HasSubstr("\n2:02:06 [1:00:00, 100:00:00]  n 7\n"));
  EXPECT_THAT(OneCell("min", "value: 0.5 n: 7"), HasSubstr("\n30.0 s  n 7\n"));
  EXPECT_THAT(OneCell("min", "value: 1441 n: 7"), HasSubstr("\n24:01:00  n 7\n"));
  EXPECT_THAT(OneCell("s",
                      "value: 7200 n: 7 compared { value: 7500 change: -300 change_low: -600 "
                      "change_high: 30 apart: NO }",
                      "compare { previous: PERIOD }"),
              HasSubstr("-0:05:00 [-0:10:00, +0:00:30] from 2:05:00, cannot be told apart\n"));
}

TEST(Print, MoneyIsInWholeOnesOfAKnownCurrency) {
  const std::string amount = "value: 1234567 n: 3";
  EXPECT_THAT(OneCell("minor", amount), HasSubstr("\n1234567.0 minor  n 3\n"));
  EXPECT_THAT(OneCell("minor", amount, "filters { dimension: 'currency' values: 'RUB' }"),
              HasSubstr("\n12345.67 RUB  n 3\n"));
  EXPECT_THAT(
      OneCell("minor", amount, "filters { dimension: 'currency' values: 'RUB' values: 'EUR' }"),
      HasSubstr(" minor "));
  EXPECT_THAT(OneCell("minor", amount,
                      "where { all { conditions { set: 'team' } conditions { equal { dimension: "
                      "'currency' value: 'JPY' } } } }"),
              HasSubstr("\n1234567 JPY  n 3\n"));
  EXPECT_THAT(OneCell("minor", amount,
                      "where { none { conditions { equal { dimension: 'currency' value: 'JPY' } } "
                      "} }"),
              HasSubstr(" minor "));
  const std::string by = "group_by: 'team' group_by: 'currency'";
  EXPECT_THAT(OneCell("minor", amount, by, "dimensions: 'a' dimensions: 'KWD'"),
              HasSubstr("1234.567 KWD"));
  EXPECT_THAT(OneCell("minor", amount, by, "kind: TOTAL"), HasSubstr(" minor "));
  EXPECT_THAT(OneCell("minor", amount, by, "dimensions: 'a' dimensions: ''"), HasSubstr(" minor "));
}

TEST(Print, ATableSaysWhatNoDataMeans) {
  EXPECT_THAT(OneCell("s", "empty: NO_DATA"),
              HasSubstr("m: , version 3\n  no data: nobody called\n"));
  EXPECT_THAT(OneCell("s", "value: 1 n: 1"), Not(HasSubstr("nobody called")));
  EXPECT_THAT(OneCell("s", "empty: NOT_APPLICABLE"), Not(HasSubstr("nobody called")));
}

TEST(Print, Csv) {
  const Asked asked = Example();
  EXPECT_EQ(
      ToCsv(asked.request, asked.response),
      "bucket,queue,service_level:without_short,service_level:without_short_n,"
      "service_level:without_short_low,service_level:without_short_high,"
      "service_level:without_short_empty,service_level:without_short_untold,"
      "service_level:without_short_immature,service_level:without_short_unit,"
      "service_level:without_short_version,calls_offered,calls_offered_n,calls_offered_low,"
      "calls_offered_high,calls_offered_empty,calls_offered_untold,calls_offered_immature,"
      "calls_offered_unit,calls_offered_version,partial,mark_id,known_at,time_zone\r\n"
      "2026-11-01T00:00:00+03:00,\"sales, \"\"A\"\"\",0.7934,512,0.7563,0.826,,0,0,share,1,600,"
      "600,,,,0,0,count,1,false,9,2026-11-25T00:30:00+03:00,Europe/Moscow\r\n"
      "2026-11-02T00:00:00+03:00,\033[2J\302\2331mбот,,0,,,NO_DATA,0,0,share,1,0,0,,,,0,0,"
      "count,1,true,9,2026-11-25T00:30:00+03:00,Europe/Moscow\r\n");
}

TEST(Print, CsvSaysWhatAFigureLeavesOut) {
  Asked asked = Example();
  asked.response.mutable_rows(0)->mutable_figures(0)->set_immature(7);
  asked.response.mutable_rows(1)->mutable_figures(0)->set_untold(3);
  const std::string csv = ToCsv(asked.request, asked.response);
  EXPECT_THAT(csv, HasSubstr(",0.7934,512,0.7563,0.826,,0,7,share,1,600,"));
  EXPECT_THAT(csv, HasSubstr(",,0,,,NO_DATA,3,0,share,1,0,"));
}

// A group that is not told is an empty first field, and still a field.
TEST(Print, CsvOfAGroupThatIsNotTold) {
  Asked asked = Example();
  asked.request.clear_grain();
  asked.response.mutable_rows(0)->set_dimensions(0, "");
  EXPECT_THAT(ToCsv(asked.request, asked.response), HasSubstr("\r\n,0.7934,512,"));
}

TEST(Print, OthersAndTheTotalAreNamed) {
  Asked asked = Example();
  asked.response.mutable_rows(0)->set_kind(query::v1::Row::OTHER);
  asked.response.mutable_rows(1)->set_kind(query::v1::Row::TOTAL);
  for (int i = 0; i < 2; ++i) asked.response.mutable_rows(i)->clear_dimensions();
  EXPECT_THAT(ToTable(asked.request, asked.response), HasSubstr("(other)"));
  EXPECT_THAT(ToTable(asked.request, asked.response), HasSubstr("(total)"));
  EXPECT_THAT(ToCsv(asked.request, asked.response), HasSubstr("+03:00,(other),0.7934,"));
  EXPECT_THAT(ToCsv(asked.request, asked.response), HasSubstr("+03:00,(total),,0,"));
}

// The first day told apart, the second not; a count without an interval.
Asked Compared() {
  Asked asked;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(R"(
    metrics: "service_level" metrics: "calls_offered" from: "2026-11-03" to: "2026-11-05"
    grain: DAY compare { previous: PERIOD })",
                                                            &asked.request));
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(R"(
    rows { bucket_start: 1 bucket: "2026-11-03T00:00:00+03:00"
           compared_bucket: "2026-11-01T00:00:00+03:00"
           figures { value: 0.8 n: 70 low: 0.7 high: 0.9
                     compared { value: 0.6 n: 80 low: 0.5 high: 0.7 change: 0.2
                                relative_change: 0.25 change_low: 0.0524 change_high: 0.3339
                                apart: YES } }
           figures { value: 550 n: 550
                     compared { value: 500 n: 500 change: 50 relative_change: 0.1 } } }
    rows { bucket_start: 2 bucket: "2026-11-04T00:00:00+03:00" partial: true
           compared_bucket: "2026-11-02T00:00:00+03:00" compared_partial: true
           figures { value: 0.5 n: 10
                     compared { value: 0.52 n: 25 change: -0.02 relative_change: -0.038
                                change_low: -0.3 change_high: 0.28 apart: NO } }
           figures { value: 0 compared { empty: NO_DATA } } }
    meta { columns { metric: "service_level" version: 1 unit: "share" title_en: "Service level" }
           columns { metric: "calls_offered" version: 1 unit: "count" title_en: "Calls offered" }
           mark_id: 9 known_at: 1795555800000000 time_zone: "Europe/Moscow"
           compared_from: "2026-11-01T00:00:00+03:00" compared_to: "2026-11-02T12:00:00+03:00" })",
                                                            &asked.response));
  return asked;
}

TEST(Print, ATableOfChanges) {
  const Asked asked = Compared();
  const std::string table = ToTable(asked.request, asked.response);
  EXPECT_THAT(table, HasSubstr("day         service_level              change"));
  EXPECT_THAT(table,
              HasSubstr("80.0 % [70.0, 90.0]  n 70  +20.0 points [+5.2, +33.4] from 60.0 %  "));
  EXPECT_THAT(table, HasSubstr("-2.0 points [-30.0, +28.0] from 52.0 %, cannot be told apart  "));
  EXPECT_THAT(table, HasSubstr("550            +50 (+10.0 %) from 500\n"));
  EXPECT_THAT(table, HasSubstr("0              earlier: no data        (partial)\n"));
  EXPECT_THAT(table, HasSubstr("compared with 2026-11-01T00:00:00+03:00 to 2026-11-02T12:00:00"));
}

TEST(Print, CsvOfChanges) {
  Asked asked = Compared();
  auto& earlier = *asked.response.mutable_rows(0)->mutable_figures(0)->mutable_compared();
  earlier.set_untold(4);
  earlier.set_immature(5);
  const std::string csv = ToCsv(asked.request, asked.response);
  EXPECT_THAT(
      csv,
      HasSubstr("bucket,service_level,service_level_n,service_level_low,"
                "service_level_high,service_level_empty,service_level_untold,"
                "service_level_immature,service_level_earlier,"
                "service_level_earlier_n,service_level_earlier_low,"
                "service_level_earlier_high,service_level_earlier_empty,"
                "service_level_earlier_untold,service_level_earlier_immature,"
                "service_level_change,service_level_change_low,"
                "service_level_change_high,service_level_relative_change,"
                "service_level_apart,service_level_unit,service_level_version,calls_offered,"));
  EXPECT_THAT(csv, HasSubstr("calls_offered_apart,calls_offered_unit,calls_offered_version,partial,"
                             "compared_bucket,compared_partial,mark_id,known_at,time_zone\r\n"));
  EXPECT_THAT(csv,
              HasSubstr("2026-11-03T00:00:00+03:00,0.8,70,0.7,0.9,,0,0,0.6,80,0.5,0.7,,4,5,0.2,"
                        "0.0524,0.3339,0.25,YES,share,1,550,550,,,,0,0,500,500,,,,0,0,50,,,0.1,"
                        ",count,1,false,2026-11-01T00:00:00+03:00,false,9,"));
  EXPECT_THAT(csv, HasSubstr(",-0.02,-0.3,0.28,-0.038,NO,share,1,0,0,,,,0,0,,0,,,NO_DATA,0,0,,,,,,"
                             "count,1,true,2026-11-02T00:00:00+03:00,true,9,"));
}

TEST(Print, JsonOfChanges) {
  EXPECT_THAT(ToJson(Compared().response), HasSubstr("\"apart\": \"NO\""));
}

// A target that is reached by nine tenths, none, one of 0, and one without a figure.
Asked WithTargets() {
  Asked asked = Example();
  asked.request.set_plan_attainment(true);
  const auto set = [&](int row, int figure, const std::string& text) {
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
        text, asked.response.mutable_rows(row)->mutable_figures(figure)->mutable_plan_attainment()))
        << text;
  };
  set(0, 0, "value: 0.9918 target: 0.8 low: 0.9454 high: 1.0331");
  set(0, 1, "empty: OTHER_PERIOD");
  set(1, 0, "empty: NO_FIGURE target: 0.8");
  set(1, 1, "empty: ZERO_TARGET target: 0");
  return asked;
}

TEST(Print, ATableOfTargets) {
  const Asked asked = WithTargets();
  const std::string table = ToTable(asked.request, asked.response);
  EXPECT_THAT(table, HasSubstr("service_level:without_short  plan_attainment  "));
  EXPECT_THAT(table, HasSubstr("  99.2 % [94.5, 103.3] of 80.0 %  600  "));
  EXPECT_THAT(table, HasSubstr("600            target of another period\n"));
  EXPECT_THAT(table, HasSubstr("no data                      target: 80.0 %  "));
  EXPECT_THAT(table, HasSubstr("0              target: 0  "));
}

TEST(Print, CsvOfTargets) {
  const Asked asked = WithTargets();
  const std::string csv = ToCsv(asked.request, asked.response);
  EXPECT_THAT(csv, HasSubstr("calls_offered_immature,calls_offered_target,"
                             "calls_offered_plan_attainment,calls_offered_plan_attainment_low,"
                             "calls_offered_plan_attainment_high,"
                             "calls_offered_plan_attainment_empty,calls_offered_unit,"));
  EXPECT_THAT(csv, HasSubstr(",0.826,,0,0,0.8,0.9918,0.9454,1.0331,,share,1,600,600,,,,0,0,,,,,"
                             "OTHER_PERIOD,count,1,false,"));
  EXPECT_THAT(csv, HasSubstr(",NO_DATA,0,0,0.8,,,,NO_FIGURE,share,1,0,0,,,,0,0,0,,,,ZERO_TARGET,"));
}

TEST(Print, JsonOfTargets) {
  EXPECT_THAT(ToJson(WithTargets().response), HasSubstr("\"empty\": \"ZERO_TARGET\""));
}

TEST(Print, FiguresOverTimeAreALineOfBarsAGroup) {
  Asked asked = Example();
  asked.response.clear_rows();
  const std::vector<std::array<double, 2>> days = {{.7, 10}, {.8, 10}, {.76, 10}};
  for (size_t day = 0; day < days.size(); ++day) {
    for (const char* queue : {"sales", ""}) {
      auto& row = *asked.response.add_rows();
      row.set_bucket_start(static_cast<int64_t>(day));
      row.set_bucket("2026-11-01T00:00:00+03:00");
      row.add_dimensions(queue);
      row.add_figures();
      row.add_figures()->set_value(days[day][1]);
      if (day != 1 || *queue != 0) row.mutable_figures(0)->set_value(days[day][0]);
    }
  }
  EXPECT_THAT(ToTable(asked.request, asked.response),
              HasSubstr("\n\nqueue   service_level:without_short  calls_offered\n"
                        "sales   ▁█▅  70.0 to 80.0 %          ▄▄▄  10 to 10\n"
                        "(none)  ▁ █  70.0 to 76.0 %          ▄▄▄  10 to 10\n\n"));
  asked.request.clear_grain();
  EXPECT_THAT(ToTable(asked.request, asked.response), Not(HasSubstr("▄")));
}

TEST(Print, Sparklines) {
  EXPECT_EQ(Sparkline({0, 1, 2, 3, 4, 5, 6, 7}), "▁▂▃▄▅▆▇█");
  EXPECT_EQ(Sparkline({5, std::nullopt, -5}), "█ ▁");
  EXPECT_EQ(Sparkline({std::nullopt}), " ");
  EXPECT_EQ(Sparkline({}), "");
}

TEST(Print, Json) { EXPECT_THAT(ToJson(Example().response), HasSubstr("\"mark_id\": \"9\"")); }

TEST(Print, TheListOfMetrics) {
  query::v1::ListMetricsResponse list;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(R"(
    metrics { id: "asa" kind: "mean" unit: "s" direction: DOWN_GOOD title_en: "Average speed of answer" dimensions: "queue"
              dimensions: "team" variants { is_default: true } }
    metrics { id: "abandon_rate" kind: "ratio" unit: "share" title_en: "Abandonment" dimensions: "queue"
              parameters { id: "short_abandon_ms" default_value: 5000 }
              variants { id: "of_offered" title_en: "of offered" is_default: true }
              variants { id: "without_short" title_en: "without short ones" } })",
                                                            &list));
  EXPECT_EQ(
      ToTable(list),
      R"(metric                   title                    kind   unit   better  parameters             by
asa                      Average speed of answer  mean   s      down                           queue,team
abandon_rate             Abandonment              ratio  share  -       short_abandon_ms=5000  queue
  :of_offered (default)    of offered
  :without_short           without short ones
)");
}

}  // namespace
}  // namespace clientele::app
