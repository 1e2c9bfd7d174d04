// Which target is a figure's, how much of it the figure reaches, and how targets are read at a
// mark.
#include "query/plan_attainment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "query/answer_fixture.h"
#include "query/query.h"

namespace clientele::query {
namespace {

using clickhouse::Block;
using clickhouse::Statement;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using v1::PlanAttainment;

Period PeriodIn(const char* from, const char* to, const char* zone = "UTC") {
  const auto moment = [&](const char* civil) {
    return Zone::Find(zone).value().ToInstant(ParseCivil("period", civil).value());
  };
  return {moment(from), moment(to)};
}

// A figure of the only column.
struct RowToAttain {
  std::vector<std::string> dimensions = {};
  std::optional<double> value = 60;
  size_t bucket = 0;
};

// Those figures with their targets.
v1::QueryResponse Attained(const std::string& request, const Targets& targets,
                           const std::vector<RowToAttain>& rows = {RowToAttain{}}) {
  const Plan plan = PlanOf(request + " plan_attainment: true");
  v1::QueryResponse response;
  for (const RowToAttain& told : rows) {
    v1::Row& row = *response.add_rows();
    if (plan.grain != Grain::kNone) row.set_bucket_start(plan.buckets.starts[told.bucket]);
    for (const std::string& value : told.dimensions) row.add_dimensions(value);
    v1::Figure& figure = *row.add_figures();
    if (!told.value) continue;
    figure.set_value(*told.value);
    figure.set_low(*told.value - 6);
    figure.set_high(*told.value + 6);
  }
  SetPlanAttainment(plan, targets, response);
  return response;
}

PlanAttainment OnlyAttainment(const std::string& request, const Targets& targets,
                              const RowToAttain& row = {}) {
  return Attained(request, targets, {row}).rows(0).figures(0).plan_attainment();
}

// Why there is no value, and the target.
std::string AttainedOr(const std::string& request, const Targets& targets,
                       const RowToAttain& row = {}) {
  const PlanAttainment attainment = OnlyAttainment(request, targets, row);
  EXPECT_EQ(attainment.has_value(), attainment.empty() == PlanAttainment::EMPTY_UNSPECIFIED);
  const std::string target =
      attainment.has_target() ? fmt::format(" {}", attainment.target()) : std::string();
  return (attainment.has_value() ? "VALUE" : PlanAttainment::Empty_Name(attainment.empty())) +
         target;
}

const std::string kNovember = " from: '2026-11-01' to: '2026-12-01' ";
const std::string kHandled = "metrics: 'calls_handled'" + kNovember;
constexpr Period kOfNovember = {1'793'491'200'000'000, 1'796'083'200'000'000};

Targets CompanyTargets(const std::vector<Target>& targets) {
  return {{{"calls_handled", "COMPANY", ""}, targets}};
}

TEST(PlanAttainment, IsTheFigureOverItsTarget) {
  const auto attainment = OnlyAttainment(kHandled, CompanyTargets({{kOfNovember, 80}}));
  EXPECT_DOUBLE_EQ(attainment.value(), .75);
  EXPECT_DOUBLE_EQ(attainment.target(), 80);
  EXPECT_DOUBLE_EQ(attainment.low(), .675);
  EXPECT_DOUBLE_EQ(attainment.high(), .825);
  const auto negative = OnlyAttainment(kHandled, CompanyTargets({{kOfNovember, -80}}));
  EXPECT_DOUBLE_EQ(negative.value(), -.75);
  EXPECT_DOUBLE_EQ(negative.low(), -.825);
  EXPECT_DOUBLE_EQ(negative.high(), -.675);
}

TEST(PlanAttainment, SaysWhyThereIsNone) {
  EXPECT_EQ(AttainedOr(kHandled, {}), "NO_TARGET");
  EXPECT_EQ(AttainedOr(kHandled, {{{"asa", "COMPANY", ""}, {{kOfNovember, 80}}}}), "NO_TARGET");
  EXPECT_EQ(AttainedOr(kHandled, CompanyTargets({{kOfNovember, 0}})), "ZERO_TARGET 0");
  RowToAttain no_figure;
  no_figure.value.reset();
  EXPECT_EQ(AttainedOr(kHandled, CompanyTargets({{kOfNovember, 80}}), no_figure), "NO_FIGURE 80");
  EXPECT_EQ(AttainedOr(kHandled, CompanyTargets({{kOfNovember, 0}}), no_figure), "ZERO_TARGET 0");
}

TEST(PlanAttainment, ATargetIsOfItsVeryPeriod) {
  const auto of = [](const char* from, const char* to) {
    return AttainedOr(kHandled, CompanyTargets({{PeriodIn(from, to), 80}}));
  };
  EXPECT_EQ(of("2026-11-01", "2026-12-01"), "VALUE 80");
  EXPECT_EQ(of("2026-10-01", "2027-01-01"), "OTHER_PERIOD");
  EXPECT_EQ(of("2026-11-01", "2026-11-08"), "OTHER_PERIOD");
  EXPECT_EQ(of("2026-11-30", "2026-12-07"), "OTHER_PERIOD");
  // Side by side with it.
  EXPECT_EQ(of("2026-10-01", "2026-11-01"), "NO_TARGET");
  EXPECT_EQ(of("2026-12-01", "2027-01-01"), "NO_TARGET");
  // Those of other periods don't matter beside it.
  EXPECT_EQ(AttainedOr(kHandled, CompanyTargets({{PeriodIn("2026-11-01", "2027-01-01"), 150},
                                                 {kOfNovember, 80},
                                                 {PeriodIn("2026-11-01", "2026-11-02"), 3}})),
            "VALUE 80");
}

TEST(PlanAttainment, ADaysFigureHasNoPartOfAMonthsTarget) {
  const auto response =
      Attained(kHandled + "grain: DAY time_zone: 'Europe/Moscow'",
               CompanyTargets({{PeriodIn("2026-11-01", "2026-12-01", "Europe/Moscow"), 80},
                               {PeriodIn("2026-11-02", "2026-11-03", "Europe/Moscow"), 4}}),
               {{.bucket = 0}, {.bucket = 1}, {.bucket = 2}});
  const auto attainment = [&](int row) { return response.rows(row).figures(0).plan_attainment(); };
  EXPECT_EQ(attainment(0).empty(), PlanAttainment::OTHER_PERIOD);
  EXPECT_DOUBLE_EQ(attainment(1).value(), 15);
  EXPECT_EQ(attainment(2).empty(), PlanAttainment::OTHER_PERIOD);
  EXPECT_THAT(response.meta().warnings(),
              ElementsAre("calls_handled: no target is of 2026-11-01T00:00:00+03:00 to "
                          "2026-11-02T00:00:00+03:00, one is of 2026-11-01T00:00:00+03:00 to "
                          "2026-12-01T00:00:00+03:00: a figure has the target of its own period "
                          "alone"));
}

// A month of another zone is other moments; of a bucket that the range cuts a part is left.
TEST(PlanAttainment, APeriodIsMoments) {
  const Targets moscow =
      CompanyTargets({{PeriodIn("2026-11-01", "2026-12-01", "Europe/Moscow"), 80}});
  EXPECT_EQ(AttainedOr(kHandled, moscow), "OTHER_PERIOD");
  EXPECT_EQ(AttainedOr(kHandled + "time_zone: 'Europe/Moscow'", moscow), "VALUE 80");
  const std::string cut =
      "metrics: 'calls_handled' from: '2026-11-10' to: '2026-12-10' grain: MONTH";
  const Targets months = CompanyTargets({{kOfNovember, 80},
                                         {PeriodIn("2026-11-10", "2026-12-01"), 50},
                                         {PeriodIn("2026-12-01", "2027-01-01"), 90}});
  EXPECT_EQ(AttainedOr(cut, months, {.bucket = 0}), "VALUE 50");
  EXPECT_EQ(AttainedOr(cut, months, {.bucket = 1}), "OTHER_PERIOD");
}

TEST(PlanAttainment, ATargetIsOfItsVeryScope) {
  Targets targets = {{{"calls_handled", "COMPANY", ""}, {{kOfNovember, 1}}},
                     {{"calls_handled", "TEAM", "north"}, {{kOfNovember, 2}}},
                     {{"calls_handled", "EMPLOYEE", "anna"}, {{kOfNovember, 3}}},
                     {{"calls_handled", "EMPLOYEE", "north"}, {{kOfNovember, 4}}},
                     {{"calls_handled", "TEAM", ""}, {{kOfNovember, 5}}}};
  EXPECT_EQ(AttainedOr(kHandled, targets), "VALUE 1");
  const auto of_row = [&](const std::string& request, std::vector<std::string> dimensions) {
    return AttainedOr(kHandled + request, targets, {.dimensions = std::move(dimensions)});
  };
  EXPECT_EQ(of_row("group_by: 'team'", {"north"}), "VALUE 2");
  EXPECT_EQ(of_row("group_by: 'team'", {"south"}), "NO_TARGET");
  EXPECT_EQ(of_row("group_by: 'team'", {""}), "OTHER_SCOPE");
  EXPECT_EQ(of_row("group_by: 'employee'", {"anna"}), "VALUE 3");
  EXPECT_EQ(of_row("group_by: 'employee'", {"north"}), "VALUE 4");
  EXPECT_EQ(of_row("group_by: 'team' group_by: 'employee'", {"north", "anna"}), "OTHER_SCOPE");
  EXPECT_EQ(of_row("group_by: 'queue'", {"north"}), "OTHER_SCOPE");
  const std::string north = "filters { dimension: 'team' values: 'north' } ";
  EXPECT_EQ(of_row(north, {}), "VALUE 2");
  EXPECT_EQ(of_row("where { equal { dimension: 'employee' value: 'anna' } }", {}), "VALUE 3");
  EXPECT_EQ(of_row(north + "group_by: 'team'", {"north"}), "VALUE 2");
  EXPECT_EQ(of_row("filters { dimension: 'team' values: 'north' values: 'south' }", {}),
            "OTHER_SCOPE");
  EXPECT_EQ(of_row("filters { dimension: 'team' values: 'north' values: 'south' } "
                   "group_by: 'team'",
                   {"north"}),
            "VALUE 2");
  EXPECT_EQ(of_row("filters { dimension: 'team' values: '' }", {}), "OTHER_SCOPE");
  EXPECT_EQ(
      of_row("where { none { conditions { equal { dimension: 'team' value: 'north' } } } }", {}),
      "OTHER_SCOPE");
  EXPECT_EQ(of_row(north + "group_by: 'employee'", {"anna"}), "OTHER_SCOPE");
  EXPECT_EQ(of_row("filters { dimension: 'queue' values: 'sales' }", {}), "OTHER_SCOPE");
  EXPECT_EQ(of_row("filters { dimension: 'queue' values: 'sales' } group_by: 'team'", {"north"}),
            "OTHER_SCOPE");
}

TEST(PlanAttainment, AUnitIsItsPath) {
  const Targets targets = {{{"quality_score", "UNIT", "home/moscow"}, {{kOfNovember, 80}}}};
  const std::string by_unit = "metrics: 'quality_score' group_by: 'unit'" + kNovember;
  EXPECT_EQ(AttainedOr(by_unit, targets, {.dimensions = {"home/moscow"}}), "VALUE 80");
  EXPECT_EQ(AttainedOr(by_unit, targets, {.dimensions = {"home/moscow/service"}}), "NO_TARGET");
}

TEST(PlanAttainment, PointsOfADistributionHaveNoTarget) {
  const Targets targets = {{{"service_level_curve", "COMPANY", ""}, {{kOfNovember, .8}}}};
  EXPECT_EQ(AttainedOr("metrics: 'service_level_curve' group_by: 'threshold_s'" + kNovember,
                       targets, {.dimensions = {"20"}}),
            "OTHER_SCOPE");
}

TEST(PlanAttainment, ATargetNamesAMetricAsARequestDoes) {
  const auto told_as = [](const std::vector<std::pair<std::string, double>>& told) {
    Targets targets;
    for (const auto& [name, value] : told) {
      targets[{name, "COMPANY", ""}] = {{kOfNovember, value}};
    }
    return targets;
  };
  const std::string level = "metrics: 'service_level'" + kNovember;
  const std::string of_offered = "metrics: 'service_level:over_offered'" + kNovember;
  EXPECT_EQ(AttainedOr(level, told_as({{"service_level", .8}})), "VALUE 0.8");
  EXPECT_EQ(AttainedOr(level, told_as({{"service_level:without_short", .7}})), "VALUE 0.7");
  EXPECT_EQ(AttainedOr(level, told_as({{"service_level:over_offered", .6}})), "NO_TARGET");
  EXPECT_EQ(AttainedOr(of_offered, told_as({{"service_level:over_offered", .6}})), "VALUE 0.6");
  EXPECT_EQ(AttainedOr(of_offered, told_as({{"service_level", .8}})), "NO_TARGET");
  EXPECT_EQ(
      AttainedOr(level, told_as({{"service_level", .8}, {"service_level:without_short", .7}})),
      "SEVERAL_TARGETS");
  EXPECT_EQ(
      AttainedOr(level, told_as({{"service_level", .8}, {"service_level:without_short", .8}})),
      "VALUE 0.8");
}

TEST(PlanAttainment, SaysWhatATargetDoesNot) {
  const Targets level = {{{"service_level", "COMPANY", ""}, {{kOfNovember, .8}}}};
  const std::string asked = "metrics: 'service_level'" + kNovember;
  EXPECT_THAT(Attained(asked, level).meta().warnings(), IsEmpty());
  const std::string within = asked + "parameters { key: 'threshold_ms' value: '30000' }";
  EXPECT_THAT(Attained(within, level).meta().warnings(),
              ElementsAre("a target of service_level:without_short does not say its threshold_ms: "
                          "it is taken to be of 30000"));
  EXPECT_THAT(Attained(within, {}).meta().warnings(), IsEmpty());
}

// Amounts must be in one currency, which their targets do not say; counts need none.
TEST(PlanAttainment, AmountsAreInWhatTheFilterSays) {
  const std::string rub = "filters { dimension: 'currency' values: 'RUB' }" + kNovember;
  for (const char* metric : {"revenue", "average_check"}) {
    const Targets targets = {{{metric, "COMPANY", ""}, {{kOfNovember, 80}}},
                             {{metric, "TEAM", "north"}, {{kOfNovember, 20}}}};
    const std::string asked = fmt::format("metrics: '{}' ", metric);
    EXPECT_EQ(AttainedOr(asked + rub, targets), "VALUE 80");
    EXPECT_EQ(AttainedOr(asked + rub + "group_by: 'team'", targets, {.dimensions = {"north"}}),
              "VALUE 20");
    EXPECT_EQ(AttainedOr(asked + rub + "group_by: 'currency'", targets, {.dimensions = {"RUB"}}),
              "VALUE 80");
    EXPECT_EQ(
        AttainedOr(asked + "group_by: 'currency'" + kNovember, targets, {.dimensions = {"RUB"}}),
        "OTHER_SCOPE");
    EXPECT_THAT(Attained(asked + rub, targets).meta().warnings(),
                ElementsAre(fmt::format(
                    "a target of {} does not say its currency: it is taken to be of RUB", metric)));
  }
  const Targets orders = {{{"orders", "COMPANY", ""}, {{kOfNovember, 80}}}};
  EXPECT_EQ(AttainedOr("metrics: 'orders' " + kNovember, orders), "VALUE 80");
  EXPECT_EQ(AttainedOr("metrics: 'orders' " + rub, orders), "OTHER_SCOPE");
}

Block TargetRow(const char* scope, const char* id, double value) {
  return {.rows = 1,
          .columns = {ColumnOf<std::string>("told_of", {"calls_handled"}),
                      ColumnOf<std::string>("kind", {scope}), ColumnOf<std::string>("id", {id}),
                      ColumnOf<int64_t>("from_micros", {kOfNovember.from}),
                      ColumnOf<int64_t>("to_micros", {kOfNovember.to}),
                      ColumnOf<double>("target", {value})}};
}

Block MarkWithReference() {
  Block mark = MarkBlock(3, kOfNovember.to);
  mark.columns[3] =
      ColumnOf<std::vector<std::string>>("projections", {{"calls", "events", "reference"}});
  mark.columns[4] = ColumnOf<std::vector<uint64_t>>("active_versions", {{2, 1, 5}});
  return mark;
}

base::Result<v1::QueryResponse> AskWithTargets(const std::string& text, const Block& mark,
                                               const FakeStore::Answer& answer) {
  v1::QueryRequest request;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request)) << text;
  FakeStore store([&](const Statement& statement) -> base::Result<Block> {
    return AsksForMark(statement) ? mark : answer(statement);
  });
  const Caller caller{"main", std::chrono::steady_clock::now() + std::chrono::seconds(20), {}};
  Identities identities(store);
  return RunQuery(Metrics(), store, identities, request, caller);
}

TEST(PlanAttainment, TargetsAreReadAtTheMark) {
  std::vector<Statement> read;
  const auto response =
      AskWithTargets(kHandled + "plan_attainment: true", MarkWithReference(),
                     [&](const Statement& statement) -> base::Result<Block> {
                       if (!statement.query_id.ends_with("-targets")) {
                         return Block{.rows = 1, .columns = {ColumnOf<int64_t>("value_0", {60})}};
                       }
                       read.push_back(statement);
                       return TargetRow("COMPANY", "", 80);
                     });
  ASSERT_TRUE(response.has_value()) << response.error().message;
  EXPECT_DOUBLE_EQ(response->rows(0).figures(0).plan_attainment().value(), .75);
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read[0].parameters.at("targets"), "targets_v5");
  EXPECT_EQ(read[0].parameters.at("tenant"), "main");
  EXPECT_EQ(read[0].parameters.at("next"), "[100,200]");
  EXPECT_EQ(read[0].parameters.at("metrics"), "['calls_handled']");
  EXPECT_EQ(read[0].parameters.at("from"), std::to_string(kOfNovember.from));
  EXPECT_EQ(read[0].parameters.at("to"), std::to_string(kOfNovember.to));
}

TEST(PlanAttainment, AMarkWithoutReferenceDataSaysSo) {
  const auto empty = [](const Statement&) -> base::Result<Block> { return Block{}; };
  const Block mark = MarkBlock(3, kOfNovember.to);
  const auto response = AskWithTargets(kHandled + "plan_attainment: true", mark, empty);
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().code, base::Code::kFailedPrecondition);
  EXPECT_THAT(response.error().message, HasSubstr("knows no version of projection reference"));
  // It is not needed where no target is asked for.
  const auto without = AskWithTargets(kHandled, mark, empty);
  ASSERT_TRUE(without.has_value()) << without.error().message;
  EXPECT_FALSE(without->rows(0).figures(0).has_plan_attainment());
}

// The greatest team, the others, and the company: read once for all of them.
TEST(PlanAttainment, TheTotalIsTheCompany) {
  size_t read = 0;
  const auto response = AskWithTargets(
      kHandled + "plan_attainment: true group_by: 'team' top { groups: 1 }", MarkWithReference(),
      [&](const Statement& statement) -> base::Result<Block> {
        if (statement.query_id.ends_with("-targets")) {
          ++read;
          Block targets = TargetRow("COMPANY", "", 80);
          targets.rows = 2;
          targets.columns = {ColumnOf<std::string>("told_of", {"calls_handled", "calls_handled"}),
                             ColumnOf<std::string>("kind", {"COMPANY", "TEAM"}),
                             ColumnOf<std::string>("id", {"", "north"}),
                             ColumnOf<int64_t>("from_micros", {kOfNovember.from, kOfNovember.from}),
                             ColumnOf<int64_t>("to_micros", {kOfNovember.to, kOfNovember.to}),
                             ColumnOf<double>("target", {80, 50})};
          return targets;
        }
        const auto of = [&](const char* part) { return statement.query_id.ends_with(part); };
        if (of("-ranks-0")) {
          return Block{.rows = 2,
                       .columns = {ColumnOf<std::string>("key_0", {"north", "south"}),
                                   ColumnOf<int64_t>("value_0", {40, 20})}};
        }
        if (of("-figures-0")) {
          return Block{.rows = 1,
                       .columns = {ColumnOf<std::string>("key_0", {"north"}),
                                   ColumnOf<int64_t>("value_0", {40})}};
        }
        return Block{.rows = 1,
                     .columns = {ColumnOf<int64_t>("value_0", {of("-other-0") ? 20 : 60})}};
      });
  ASSERT_TRUE(response.has_value()) << response.error().message;
  EXPECT_EQ(read, 1U);
  ASSERT_EQ(response->rows_size(), 3);
  const auto attainment = [&](int row) { return response->rows(row).figures(0).plan_attainment(); };
  EXPECT_DOUBLE_EQ(attainment(0).value(), .8);
  EXPECT_EQ(response->rows(1).kind(), v1::Row::OTHER);
  EXPECT_EQ(attainment(1).empty(), PlanAttainment::OTHER_SCOPE);
  EXPECT_EQ(response->rows(2).kind(), v1::Row::TOTAL);
  EXPECT_DOUBLE_EQ(attainment(2).value(), .75);
}

}  // namespace
}  // namespace clientele::query
