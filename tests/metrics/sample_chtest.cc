// The sample company's log through ingest, projections and queries: revenue and orders are those
// that were planted, day by day, and what was spent adds up.
#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <map>

#include "app/simulate/sample_fixture.h"
#include "base/clock.h"
#include "ingest/fake_producer.h"
#include "ingest/prepare.h"
#include "tests/metrics/world.h"

namespace clientele::testing {
namespace {

namespace simulate = app::simulate;
using event::v1::Event;

// As ingest leaves them, one JSON line an event.
std::vector<std::string> Ingested(const simulate::Sample& sample) {
  base::FakeClock clock{1'795'500'000'000'000};
  ingest::KeySet keys{ingest::Key{7}};
  ingest::FakeProducer producer;
  ingest::DataKeys data_keys{keys, producer, clock};
  ingest::Preparer preparer{"main", keys, data_keys, *ingest::FindPhoneRegion("RU")};
  const int64_t now = sample.simulation->timeline().End() + simulate::kHour;
  std::vector<std::string> lines;
  for (const std::string& bytes : sample.events) {
    const base::Status status = preparer.Prepare(bytes, now);
    EXPECT_TRUE(status.has_value()) << status.error().message;
    Event event;
    EXPECT_TRUE(event.ParseFromString(preparer.value()));
    EXPECT_TRUE(google::protobuf::util::MessageToJsonString(event, &lines.emplace_back()).ok());
  }
  EXPECT_TRUE(producer.Flush(std::chrono::seconds(60)));
  return lines;
}

class SampleFigures : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    sample_ = new simulate::Sample(simulate::MakeSample(simulate::SampleOptions(2'000, 45)));
    World::LoadLines(Ingested(*sample_));
  }
  static void TearDownTestSuite() { delete std::exchange(sample_, nullptr); }

  static query::v1::QueryResponse Ask(const std::string& what) {
    const simulate::Timeline& timeline = sample_->simulation->timeline();
    return World::Ask(fmt::format("from: '{}' to: '{}' time_zone: '{}' {}", timeline.Name(0),
                                  sample_->simulation->options().end,
                                  sample_->simulation->options().zone, what));
  }

  static simulate::Sample* sample_;
};

simulate::Sample* SampleFigures::sample_ = nullptr;

TEST_F(SampleFigures, RevenueIsWhatWasPlanted) {
  const auto& days = sample_->simulation->truth().days();
  const auto response =
      Ask("metrics: 'revenue' metrics: 'orders' metrics: 'returns' grain: DAY "
          "filters { dimension: 'currency' values: 'RUB' }");
  ASSERT_EQ(static_cast<size_t>(response.rows_size()), days.size());
  int64_t returned_minor = 0;
  for (size_t day = 0; day < days.size(); ++day) {
    const auto& row = response.rows(static_cast<int>(day));
    const simulate::DayTruth& truth = days[day];
    EXPECT_EQ(row.figures(0).value(),
              static_cast<double>(truth.revenue_minor - truth.returned_minor))
        << row.bucket();
    EXPECT_EQ(row.figures(1).value(), static_cast<double>(truth.purchases)) << row.bucket();
    EXPECT_EQ(row.figures(2).value(), static_cast<double>(truth.returned_minor)) << row.bucket();
    returned_minor += truth.returned_minor;
  }
  EXPECT_GT(returned_minor, 0);
}

// By category or by channel, it is the same revenue.
TEST_F(SampleFigures, RevenueByCategoryAddsUp) {
  const std::string rub = "metrics: 'revenue' filters { dimension: 'currency' values: 'RUB' }";
  const double whole = Ask(rub).rows(0).figures(0).value();
  for (const char* dimension : {"category", "channel", "campaign"}) {
    const auto response = Ask(rub + fmt::format("group_by: '{}'", dimension));
    EXPECT_GT(response.rows_size(), 1) << dimension;
    double sum = 0;
    for (const auto& row : response.rows()) sum += row.figures(0).value();
    EXPECT_EQ(sum, whole) << dimension;
  }
}

// Every period lies within the sample's days.
TEST_F(SampleFigures, CostIsWhatWasSpent) {
  std::map<std::string, event::v1::Cost> costs;
  for (const std::string& bytes : sample_->events) {
    Event event;
    ASSERT_TRUE(event.ParseFromString(bytes));
    if (event.has_cost()) costs.emplace(event.cost().cost_id(), event.cost());
  }
  std::map<std::string, double> spent;
  for (const auto& [id, cost] : costs) {
    spent[event::v1::Cost::Purpose_Name(cost.purpose())] +=
        static_cast<double>(cost.amount_minor());
  }
  std::map<std::string, double> found;
  const auto answer =
      Ask("metrics: 'cost' group_by: 'cost_purpose' grain: WEEK "
          "filters { dimension: 'currency' values: 'RUB' }");
  for (const auto& row : answer.rows()) {
    found[row.dimensions(0)] += row.figures(0).value();
  }
  EXPECT_EQ(spent.size(), 4U);
  EXPECT_EQ(found, spent);
}

TEST_F(SampleFigures, SomeLeaveForTheService) {
  const auto response = Ask("metrics: 'churned' metrics: 'service_churn_share' metrics: 'touches'");
  const auto& row = response.rows(0);
  EXPECT_GT(row.figures(0).value(), 5);
  EXPECT_EQ(static_cast<double>(row.figures(1).n()), row.figures(0).value());  // all say why
  EXPECT_GT(row.figures(1).value(), 0);
  EXPECT_GT(row.figures(2).value(), 1'000);
}

using Rows = std::map<std::pair<std::string, std::vector<std::string>>, const query::v1::Row*>;

std::vector<std::string> GroupOf(const query::v1::Row& row) {
  return {row.dimensions().begin(), row.dimensions().end()};
}

// What a comparison shows of the earlier range is what one hears who asks for that alone.
void ExpectTheSameAlone(const std::string& asked, const std::string& from, const std::string& to) {
  const std::string range = asked + "time_zone: 'Europe/Moscow' from: '{}' to: '{}' ";
  const auto both =
      World::Ask(fmt::format(fmt::runtime(range), from, to) + "compare { previous: PERIOD }");
  const auto civil = [](const std::string& moment) { return moment.substr(0, 19); };
  const auto alone = World::Ask(fmt::format(fmt::runtime(range), civil(both.meta().compared_from()),
                                            civil(both.meta().compared_to())));
  Rows rows;
  for (const auto& row : alone.rows()) rows[{row.bucket(), GroupOf(row)}] = &row;
  EXPECT_FALSE(rows.empty());
  for (const auto& row : both.rows()) {
    const auto found = rows.find({row.compared_bucket(), GroupOf(row)});
    if (found == rows.end()) continue;  // a group of the range alone
    for (int i = 0; i < row.figures_size(); ++i) {
      const query::v1::Figure& now = row.figures(i);
      const query::v1::Compared& was = now.compared();
      const query::v1::Figure& is = found->second->figures(i);
      EXPECT_EQ(was.has_value(), is.has_value());
      EXPECT_EQ(was.value(), is.value());
      EXPECT_EQ(was.n(), is.n());
      EXPECT_EQ(was.low(), is.low());
      EXPECT_EQ(was.high(), is.high());
      EXPECT_EQ(was.has_change(), now.has_value() && is.has_value());
      if (!was.has_change()) continue;
      EXPECT_EQ(was.change(), now.value() - is.value());
    }
    rows.erase(found);
  }
  EXPECT_TRUE(rows.empty());
}

// Two whole weeks; and two months of which the mark is in the second, which cuts no costs.
TEST_F(SampleFigures, EarlierFiguresAreThoseOfTheEarlierRange) {
  const std::string calls =
      "metrics: 'service_level' metrics: 'asa' metrics: 'asa_quantile:all' metrics: 'callers' "
      "metrics: 'hold_share' metrics: 'calls_offered' group_by: 'queue' limit: 100000 ";
  const std::string sales =
      "metrics: 'revenue' metrics: 'average_check' metrics: 'orders' group_by: 'currency' "
      "group_by: 'channel' limit: 100000 ";
  const std::string costs = "metrics: 'cost' group_by: 'currency' group_by: 'cost_purpose' ";
  for (const char* grain : {"", "grain: DAY ", "grain: WEEK "}) {
    SCOPED_TRACE(grain);
    for (const std::string& asked : {calls, sales, costs}) {
      ExpectTheSameAlone(asked + grain, "2026-11-09", "2026-11-23");
    }
    for (const std::string& asked : {calls, sales}) {
      ExpectTheSameAlone(asked + grain, "2026-12-01", "2027-02-01");
    }
  }
}

// 13 of 100 deliveries are late, and 4 cost more than was promised.
TEST_F(SampleFigures, WhatWasPromisedMostlyComesTrue) {
  const auto response =
      Ask("metrics: 'promise_kept' filters { dimension: 'promise_kind' values: 'DELIVERY' }");
  const auto& kept = response.rows(0).figures(0);
  EXPECT_GT(kept.n(), 300);
  EXPECT_NEAR(kept.value(), 0.87 * 0.96, 0.05);
}

TEST_F(SampleFigures, CustomersHaveAVoice) {
  const auto response =
      Ask("metrics: 'nps' metrics: 'csat' metrics: 'response_rate' metrics: 'review_rating' "
          "metrics: 'complaint_rate'");
  for (const auto& figure : response.rows(0).figures()) EXPECT_GT(figure.n(), 10);
  EXPECT_NEAR(response.rows(0).figures(1).value(), 0.75, 0.1);   // satisfied
  EXPECT_NEAR(response.rows(0).figures(2).value(), 0.28, 0.06);  // answer when they are asked
}

// Targets are told for the whole sample: the company's, and the same for every team.
TEST_F(SampleFigures, TargetsAreTheCompanysOrATeams) {
  const auto company =
      Ask("metrics: 'service_level' metrics: 'abandon_rate' plan_attainment: true");
  const std::vector<double> targets = {0.8, 0.07};
  for (int i = 0; i < company.rows(0).figures_size(); ++i) {
    const auto& figure = company.rows(0).figures(i);
    const double target = targets[static_cast<size_t>(i)];
    EXPECT_EQ(figure.plan_attainment().target(), target);
    EXPECT_DOUBLE_EQ(figure.plan_attainment().value(), figure.value() / target);
    EXPECT_DOUBLE_EQ(figure.plan_attainment().high(), figure.high() / target);
  }
  const auto teams = Ask("metrics: 'quality_score' group_by: 'team' plan_attainment: true");
  EXPECT_GT(teams.rows_size(), 3);
  for (const auto& row : teams.rows()) {
    const double target = row.dimensions(0).empty() ? 0 : 82;
    EXPECT_EQ(row.figures(0).plan_attainment().target(), target) << row.dimensions(0);
  }
}

// What is open in the evening was open in the morning, or opened and not closed during the day.
TEST_F(SampleFigures, TheBacklogIsWhatWasOpenedAndNotResolved) {
  const auto response =
      Ask("metrics: 'backlog' metrics: 'cases_opened' metrics: 'cases_resolved' grain: DAY");
  double open = 0;
  double opened = 0;
  for (const auto& row : response.rows()) {
    open += row.figures(1).value() - row.figures(2).value();
    opened += row.figures(1).value();
    EXPECT_EQ(row.figures(0).value(), open) << row.bucket();
  }
  EXPECT_GT(opened, 20);
  EXPECT_LT(open, opened);
}

TEST_F(SampleFigures, CustomersComeBackAndAreAnswered) {
  const auto response =
      Ask("metrics: 'fcr' metrics: 'unanswered_rate' metrics: 'bot_containment' "
          "metrics: 'first_response' metrics: 'time_to_substantive' metrics: 'calls_answered'");
  const auto& row = response.rows(0);
  for (int i = 0; i < 3; ++i) {
    EXPECT_GT(row.figures(i).value(), 0) << i;
    EXPECT_LT(row.figures(i).value(), 1) << i;
  }
  EXPECT_GT(row.figures(3).value(), 60);
  EXPECT_GT(row.figures(4).value(), row.figures(3).value());
  // The mark comes long after the sample: every call of somebody known counts.
  EXPECT_GT(static_cast<double>(row.figures(0).n()), 0.9 * row.figures(5).value());
}

}  // namespace
}  // namespace clientele::testing
