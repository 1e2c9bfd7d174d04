// The rule against one that is more naive still: it keeps every telling and looks through all of
// them, before and after each event. All histories of up to six events over three revisions.
#include "verify/rule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace clientele::verify {
namespace {

struct Told {
  uint64_t offset;
  uint32_t revision;
  bool retraction;
};

// Offset + 1 of the telling that counts among all of them.
uint64_t Counting(const std::vector<Told>& history) {
  int64_t barred = -1;
  for (const Told& told : history) {
    if (told.retraction) barred = std::max<int64_t>(barred, told.revision);
  }
  const Told* best = nullptr;
  for (const Told& told : history) {
    if (told.retraction || told.revision <= barred) continue;
    if (best == nullptr || told.revision > best->revision) best = &told;
  }
  return best == nullptr ? 0 : best->offset + 1;
}

Cause CauseOf(const std::vector<Told>& before, const Told& told, uint64_t counted,
              uint64_t counting) {
  if (told.retraction) return Cause::kRetraction;
  if (counting == told.offset + 1) return counted == 0 ? Cause::kTold : Cause::kCorrection;
  const auto same = std::ranges::find_if(before, [&](const Told& other) {
    return other.offset + 1 == counting && other.revision == told.revision;
  });
  return same == before.end() ? Cause::kStale : Cause::kDuplicate;
}

TEST(Rule, EqualsTheNaiveOneOnEveryHistory) {
  constexpr uint32_t kChoices = 6;  // revisions 0..2, told or retracted
  constexpr int kEvents = 6;
  size_t histories = 0;
  size_t taken_back = 0;
  uint32_t all = 1;
  for (int i = 0; i < kEvents; ++i) all *= kChoices;
  for (uint32_t number = 0; number < all; ++number) {
    Entity entity;
    std::vector<Told> history;
    uint32_t rest = number;
    for (int i = 0; i < kEvents; ++i, rest /= kChoices) {
      const uint32_t choice = rest % kChoices;
      // Offsets have holes, as an entity's have in the log.
      const Told told{static_cast<uint64_t>(i) * 3, choice % 3, choice >= 3};
      const uint64_t before = Counting(history);
      history.push_back(told);
      const uint64_t after = Counting(history);
      const Decision decision = entity.Take(told.offset, told.revision, told.retraction);
      ASSERT_EQ(entity.counting(), after) << number << " event " << i;
      ASSERT_EQ(decision.counts, after == told.offset + 1) << number << " event " << i;
      ASSERT_EQ(decision.takes_back, before == after ? 0 : before) << number << " event " << i;
      ASSERT_EQ(decision.cause, CauseOf(history, told, before, after)) << number << " event " << i;
      taken_back += decision.takes_back != 0 ? 1 : 0;
    }
    ++histories;
  }
  EXPECT_EQ(histories, 46'656U);
  EXPECT_GT(taken_back, histories / 2);
}

TEST(Rule, RevisionsUpToTheGreatestNumber) {
  Entity entity;
  EXPECT_EQ(entity.Take(1, UINT32_MAX, false).cause, Cause::kTold);
  const Decision retracted = entity.Take(2, UINT32_MAX, true);
  EXPECT_EQ(retracted.takes_back, 2U);
  EXPECT_EQ(entity.Take(3, UINT32_MAX, false).cause, Cause::kStale);
  EXPECT_EQ(entity.counting(), 0U);
}

}  // namespace
}  // namespace clientele::verify
