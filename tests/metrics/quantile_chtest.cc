// Intervals of quantiles over the real engine: the values of the ranks that the binomial
// distribution says, after corrections, in the scan of the quantiles.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "stats/interval.h"
#include "tests/metrics/world.h"

namespace clientele::testing {
namespace {

using query::v1::Figure;

constexpr int64_t kBegin = 1'774'692'000'000'000;  // 2026-03-28 10:00 UTC, microseconds

std::string WaitLine(int64_t id, int64_t wait_ms, int revision) {
  const int64_t queued_at = kBegin + id * 1'000'000;
  const int64_t answered_at = queued_at + wait_ms * 1'000;
  return fmt::format(
      R"({{"tenant":"main","occurred_at":"{0}","entity_id":"c-{1}","revision":{2},"call":{{)"
      R"("call_id":"c-{1}","direction":"INBOUND","queue_id":"{3}","queued_at":"{0}",)"
      R"("end":"ANSWERED","answered_at":"{4}","ended_at":"{4}",)"
      R"("legs":[{{"employee_id":"anna","answered_at":"{4}","ended_at":"{4}"}}]}}}})",
      queued_at, id, revision, id % 8 == 0 ? "small" : "large", answered_at);
}

std::string Retraction(int64_t id) {
  return fmt::format(R"({{"tenant":"main","occurred_at":"{0}","entity_id":"c-{1}",)"
                     R"("retraction":{{"kind":21,"entity_id":"c-{1}","revision":0}}}})",
                     kBegin, id);
}

void ExpectQuantile(const Figure& figure, std::vector<double> waits, double level) {
  std::ranges::sort(waits);
  const auto n = static_cast<int64_t>(waits.size());
  const auto at = [&](int64_t rank) { return waits[static_cast<size_t>(rank - 1)] / 1'000; };
  EXPECT_EQ(figure.n(), n);
  EXPECT_DOUBLE_EQ(figure.value(), at(static_cast<int64_t>(std::ceil(level * waits.size()))));
  const auto ranks = stats::QuantileRanks(n, level);
  ASSERT_EQ(figure.has_low(), ranks.has_value()) << level << " of " << n;
  if (!ranks) return;
  EXPECT_DOUBLE_EQ(figure.low(), at(ranks->low)) << level << " of " << n;
  EXPECT_DOUBLE_EQ(figure.high(), at(ranks->high)) << level << " of " << n;
}

// 500 calls, every fifth told twice, every seventh taken back.
TEST(QuantileIntervals, AreValuesInOrder) {
  std::vector<std::string> lines;
  std::map<std::string, std::vector<double>> waits;  // by queue; empty: of all
  for (int64_t id = 0; id < 500; ++id) {
    int64_t wait_ms = id * id * 7 % 1'201;
    lines.push_back(WaitLine(id, wait_ms, 0));
    if (id % 5 == 0) lines.push_back(WaitLine(id, wait_ms = wait_ms * 3 + 1, 1));
    if (id % 7 == 0) lines.push_back(Retraction(id));
    // A retraction of a revision that no longer counts takes nothing back.
    if (id % 7 == 0 && id % 5 != 0) continue;
    for (const char* queue : {"", id % 8 == 0 ? "small" : "large"}) {
      waits[queue].push_back(static_cast<double>(wait_ms));
    }
  }
  World::LoadLines(lines);
  const std::string asked = "metrics: 'asa_quantile:all' from: '2026-03-28' to: '2026-03-29' ";
  const std::vector<double> levels = {.5, .9, .99};
  const auto all = World::Ask(asked);
  for (int i = 0; i < 3; ++i) ExpectQuantile(all.rows(0).figures(i), waits[""], levels[i]);
  const auto by_queue = World::Ask(asked + "group_by: 'queue' grain: DAY");
  ASSERT_EQ(by_queue.rows_size(), 2);
  for (const auto& row : by_queue.rows()) {
    for (int i = 0; i < 3; ++i) {
      ExpectQuantile(row.figures(i), waits[row.dimensions(0)], levels[i]);
    }
  }
}

}  // namespace
}  // namespace clientele::testing
