// What must hold of customers against the period before: a bucket says what its range says alone,
// groups add up to the whole, and a comparison shows the earlier period's own figures.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/metrics/world.h"

namespace clientele::testing {
namespace {

using query::v1::Figure;
using query::v1::Row;

const char* const kPeriods = CLIENTELE_PROJECTIONS "/retention/testdata/periods.events.ndjson";
const std::string kCustomers =
    "metrics: 'crr:all' metrics: 'churn_rate:all' metrics: 'active_customers:all' "
    "metrics: 'new_customers:all' metrics: 'reactivated:all' metrics: 'repeat_purchase_rate:all' "
    "metrics: 'purchases_per_customer' ";
const std::string kRevenue =
    "metrics: 'nrr:all' metrics: 'grr:all' filters { dimension: 'currency' values: 'RUB' } ";

std::string FiguresOf(const Row& row) {
  std::string text;
  for (const Figure& figure : row.figures()) text += figure.ShortDebugString() + "\n";
  return text;
}

TEST(CustomerPeriods, AMonthOfManyIsTheMonthAlone) {
  World::Load(kPeriods);
  const std::vector<std::string> begins = {"2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01",
                                           "2026-05-01"};
  for (const std::string& metrics : {kCustomers, kRevenue}) {
    for (const char* how : {"time_zone: 'UTC' ", "time_zone: 'Asia/Kathmandu' mark_id: 0 "}) {
      const auto range = [&](const std::string& from, const std::string& to) {
        return metrics + how + fmt::format("from: '{}' to: '{}' ", from, to);
      };
      const auto months = World::Ask(range(begins.front(), begins.back()) + "grain: MONTH");
      ASSERT_EQ(months.rows_size(), 4);
      for (int i = 0; i < months.rows_size(); ++i) {
        const auto month = static_cast<size_t>(i);
        const auto alone = World::Ask(range(begins[month], begins[month + 1]));
        EXPECT_EQ(FiguresOf(months.rows(i)), FiguresOf(alone.rows(0))) << how << begins[month];
      }
    }
  }
}

// Every customer is in one group.
TEST(CustomerPeriods, GroupsAddUpToTheWhole) {
  World::Load(kPeriods);
  const std::string asked =
      kCustomers + "from: '2026-02-01' to: '2026-04-01' grain: MONTH time_zone: 'UTC' ";
  const auto whole = World::Ask(asked);
  for (const char* by : {"group_by: 'tier' ", "group_by: 'segment' group_by: 'tier' "}) {
    const auto groups = World::Ask(asked + by);
    ASSERT_GT(groups.rows_size(), whole.rows_size());
    for (const Row& all : whole.rows()) {
      for (int figure = 0; figure < all.figures_size(); ++figure) {
        int64_t n = 0;
        for (const Row& row : groups.rows()) {
          if (row.bucket() == all.bucket()) n += row.figures(figure).n();
        }
        EXPECT_EQ(n, all.figures(figure).n()) << by << all.bucket() << ' ' << figure;
      }
    }
  }
}

TEST(CustomerPeriods, AComparisonShowsTheEarlierPeriodsOwnFigures) {
  World::Load(kPeriods);
  for (const std::string& metrics : {kCustomers, kRevenue}) {
    const auto both =
        World::Ask(metrics + "from: '2026-03-01' to: '2026-04-01' compare { previous: PERIOD }");
    const auto alone = World::Ask(metrics + "from: '2026-02-01' to: '2026-03-01'");
    const Row& row = both.rows(0);
    for (int i = 0; i < row.figures_size(); ++i) {
      const auto& compared = row.figures(i).compared();
      const Figure& earlier = alone.rows(0).figures(i);
      ASSERT_TRUE(earlier.has_value()) << i;
      EXPECT_EQ(compared.value(), earlier.value()) << i;
      EXPECT_EQ(compared.n(), earlier.n()) << i;
      EXPECT_EQ(compared.low(), earlier.low()) << i;
    }
  }
}

// A purchase told too late makes a new customer one who came back, and is seen from its mark on.
TEST(CustomerPeriods, WhoIsNewIsKnownAtTheMark) {
  const auto purchase = [](std::string_view id, std::string_view at) {
    return fmt::format(
        R"({{"tenant":"main","customer_id":"5f0c7a3e-0000-4000-8000-000000000001",)"
        R"("entity_id":"{0}","occurred_at":"{1}","touchpoint":{{"touchpoint_id":"{0}",)"
        R"("kind":"PURCHASE","money":{{"amount_minor":"1","currency":"EUR"}}}}}})",
        id, at);
  };
  World::LoadLines({purchase("a", "1774692000000000"), "",  // 2026-03-28
                    purchase("b", "1711620000000000")});    // 2024-03-28
  const std::string asked =
      "metrics: 'new_customers' metrics: 'reactivated' from: '2026-03-01' to: '2026-04-01' ";
  const auto before = World::Ask(asked + "mark_id: 0");
  EXPECT_EQ(before.rows(0).figures(0).value(), 1);
  EXPECT_EQ(before.rows(0).figures(1).value(), 0);
  const auto now = World::Ask(asked);
  EXPECT_EQ(now.rows(0).figures(0).value(), 0);
  EXPECT_EQ(now.rows(0).figures(1).value(), 1);
}

}  // namespace
}  // namespace clientele::testing
