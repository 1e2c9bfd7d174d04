// Requests against the SQL that they become: testdata/X.request and testdata/X.sql. With
// CLIENTELE_TEST_UPDATE=1 the expected files are written instead.
#include "query/render.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "query/answer_fixture.h"
#include "query/compare.h"
#include "query/customers.h"
#include "query/metrics_fixture.h"

namespace clientele::query {
namespace {

using testing::HasSubstr;

Mark SomeMark() {
  return {
      7,
      1'790'000'000'000'000,
      {10, 0, 30},
      {{"calls", 3}, {"reference", 5}, {"retention", 1}, {"roi", 1}, {"shops", 4}, {"staff", 2}}};
}

std::string Statements(const Plan& plan) {
  std::string text;
  for (const Scan& scan : plan.scans) {
    const auto rendered = Render(plan, scan, "main", SomeMark());
    if (!rendered) return rendered.error().message + "\n";
    text += rendered->sql;
    for (const auto& [name, value] : rendered->parameters) {
      text += fmt::format("-- {} = {}\n", name, value);
    }
    text += "\n";
  }
  return text;
}

std::string Compile(const Catalogue& catalogue, const v1::QueryRequest& request) {
  const auto plan = MakePlan(catalogue, request);
  if (!plan) return plan.error().message + "\n";
  std::string text = Statements(*plan);
  if (plan->earlier) {
    text += "-- The earlier range.\n" + Statements(EarlierPlan(*plan, SomeMark().known_at));
  }
  for (const std::string& warning : plan->warnings) text += "-- warning: " + warning + "\n";
  return text;
}

// Of the folder's requests.
void ExpectSql(const Catalogue& catalogue, const std::filesystem::path& folder) {
  size_t compared = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() != ".request") continue;
    SCOPED_TRACE(file.path().filename());
    v1::QueryRequest request;
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(ReadText(file.path()), &request));
    const std::string got = Compile(catalogue, request);
    std::filesystem::path expected = file.path();
    expected.replace_extension(".sql");
    if (std::getenv("CLIENTELE_TEST_UPDATE") != nullptr) std::ofstream(expected) << got;
    EXPECT_EQ(got, ReadText(expected));
    ++compared;
  }
  EXPECT_GE(compared, 3U);
}

TEST(Render, GivesTheExpectedSql) { ExpectSql(Metrics(), CLIENTELE_QUERY_TESTDATA); }

TEST(Render, GivesTheExpectedSqlOfTablesThatAQueryMakes) {
  ExpectSql(ShopMetrics(), CLIENTELE_QUERY_TESTDATA "/shops");
}

TEST(Render, NeverPutsAValueOfTheRequestIntoTheText) {
  v1::QueryRequest request;
  request.add_metrics("service_level");
  request.set_from("2026-11-01");
  request.set_to("2026-11-02");
  request.add_group_by("queue");
  auto& filter = *request.add_filters();
  filter.set_dimension("topic");
  filter.add_values("x'; DROP TABLE clientele.calls_v1; --");
  auto& conditions = *request.mutable_where()->mutable_any();
  conditions.add_conditions()->mutable_prefix()->set_dimension("topic");
  conditions.mutable_conditions(0)->mutable_prefix()->set_value("{{x}} DROP");
  conditions.add_conditions()->mutable_range()->set_dimension("queue");
  conditions.mutable_conditions(1)->mutable_range()->set_from("' DROP");
  (*request.mutable_parameters())["threshold_ms"] = "31337";
  const auto plan = MakePlan(Metrics(), request);
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  const auto rendered = Render(*plan, plan->scans[0], "tenant-x", SomeMark());
  ASSERT_TRUE(rendered.has_value());
  EXPECT_THAT(rendered->sql, testing::Not(HasSubstr("DROP")));
  EXPECT_THAT(rendered->sql, testing::Not(HasSubstr("31337")));
  EXPECT_THAT(rendered->sql, testing::Not(HasSubstr("tenant-x")));
  EXPECT_EQ(rendered->parameters.at("tenant"), "tenant-x");
  EXPECT_EQ(rendered->parameters.at("service_level_threshold_ms"), "31337");
  for (const char* name : {"filter_0", "filter_1", "filter_2"}) {
    EXPECT_THAT(rendered->parameters.at(name), HasSubstr("DROP"));
  }
}

// Where it matters who is who, and nowhere else.
TEST(Render, ResolvesCustomers) {
  v1::QueryRequest request;
  request.add_metrics("callers");
  request.add_metrics("calls_offered");
  request.set_from("2026-11-01");
  request.set_to("2026-11-03");
  for (const auto grain : {v1::QueryRequest::GRAIN_UNSPECIFIED, v1::QueryRequest::DAY}) {
    request.set_grain(grain);
    const auto plan = MakePlan(Metrics(), request);
    ASSERT_TRUE(plan.has_value()) << plan.error().message;
    ASSERT_EQ(plan->scans.size(), 2U);
    int resolved = 0;
    for (const Scan& scan : plan->scans) {
      const auto rendered = Render(*plan, scan, "main", SomeMark(), "identity_map_1");
      ASSERT_TRUE(rendered.has_value());
      const bool distinct = !scan.distinct.empty();
      EXPECT_EQ(UsesCustomers(scan), distinct);
      EXPECT_EQ(rendered->parameters.contains("identity_map"), distinct);
      EXPECT_EQ(rendered->sql.find("joinGet({identity_map:String}") != std::string::npos, distinct);
      if (!distinct) continue;
      EXPECT_EQ(rendered->parameters.at("identity_map"), "clientele.identity_map_1");
      ++resolved;
    }
    EXPECT_EQ(resolved, 1);
  }
}

std::string BoundsBefore(const Plan& plan) {
  const auto rendered = Render(plan, plan.scans[0], "main", SomeMark());
  return rendered ? rendered->parameters.at("bounds_before") : rendered.error().message;
}

// Of the earlier range it is the one before that; also where the range has not ended yet.
TEST(Render, BindsThePeriodBeforeTheRange) {
  const Plan whole = PlanOf(
      "metrics: 'churn_rate' from: '2026-08-01' to: '2026-09-01' compare { previous: PERIOD }",
      Metrics());
  EXPECT_EQ(BoundsBefore(whole), "[1782864000000000,1785542400000000,1788220800000000]");
  EXPECT_EQ(BoundsBefore(EarlierPlan(whole, SomeMark().known_at)),
            "[1780272000000000,1782864000000000,1785542400000000]");
  const Plan running = PlanOf(
      "metrics: 'churn_rate' from: '2026-09-01' to: '2026-10-01' compare { previous: PERIOD }",
      Metrics());
  EXPECT_EQ(BoundsBefore(running), "[1785542400000000,1788220800000000,1790812800000000]");
  const Plan earlier = EarlierPlan(running, SomeMark().known_at);
  EXPECT_EQ(BoundsBefore(earlier), "[1782864000000000,1785542400000000,1788220800000000]");
  EXPECT_LT(earlier.to, 1'788'220'800'000'000);
}

TEST(Render, NeedsAVersionInTheMark) {
  v1::QueryRequest request;
  request.add_metrics("asa");
  request.set_from("2026-11-01");
  request.set_to("2026-11-02");
  const auto plan = MakePlan(Metrics(), request);
  ASSERT_TRUE(plan.has_value());
  const auto rendered = Render(*plan, plan->scans[0], "main", {7, 0, {1}, {{"events", 1}}});
  ASSERT_FALSE(rendered.has_value());
  EXPECT_EQ(rendered.error().code, base::Code::kFailedPrecondition);
  EXPECT_THAT(rendered.error().message, HasSubstr("mark 7 knows no version of projection calls"));
}

// Where a dimension of the request is looked up, and nowhere else.
TEST(Render, LooksUpWhatIsAskedFor) {
  v1::QueryRequest request;
  request.add_metrics("asa");
  request.set_from("2026-11-01");
  request.set_to("2026-11-02");
  request.add_group_by("employee");
  const Mark mark{7, 0, {1}, {{"calls", 1}}};
  const auto plan = MakePlan(Metrics(), request);
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  const auto plain = Render(*plan, plan->scans[0], "main", mark);
  ASSERT_TRUE(plain.has_value()) << plain.error().message;
  EXPECT_THAT(plain->sql, testing::Not(HasSubstr("look_up")));
  EXPECT_FALSE(plain->parameters.contains("look_up"));
  for (const char* dimension : {"team", "department", "branch", "unit"}) {
    auto asked = request;
    asked.mutable_where()->set_set(dimension);
    const auto looking = MakePlan(Metrics(), asked);
    ASSERT_TRUE(looking.has_value()) << looking.error().message;
    const auto rendered = Render(*looking, looking->scans[0], "main", SomeMark());
    ASSERT_TRUE(rendered.has_value()) << rendered.error().message;
    EXPECT_EQ(rendered->parameters.at("look_up"), "staff_v5");
    const auto without = Render(*looking, looking->scans[0], "main", mark);
    ASSERT_FALSE(without.has_value());
    EXPECT_THAT(without.error().message,
                HasSubstr("mark 7 knows no version of projection reference"));
  }
}

TEST(Render, NeedsAVersionOfEveryTableThatAQueryReads) {
  v1::QueryRequest request;
  request.add_metrics("visitors");
  request.set_from("2026-11-01");
  request.set_to("2026-11-02");
  const auto plan = MakePlan(ShopMetrics(), request);
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  const auto rendered = Render(*plan, plan->scans[0], "main", {7, 0, {1}, {{"shops", 4}}});
  ASSERT_FALSE(rendered.has_value());
  EXPECT_THAT(rendered.error().message, HasSubstr("mark 7 knows no version of projection staff"));
}

}  // namespace
}  // namespace clientele::query
