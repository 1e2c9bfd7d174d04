#include "projections/retirement/entity_filter.h"

#include <gtest/gtest.h>

namespace clientele::projections::retirement {
namespace {

base::Hash128 EntityNumbered(uint64_t number) {
  return base::HashBytes({reinterpret_cast<const char*>(&number), sizeof number});
}

TEST(EntityFilter, AnEmptyOneKnowsNobody) {
  EntityFilter filter;
  filter.Prefetch(EntityNumbered(1));
  EXPECT_FALSE(filter.MayKnow(EntityNumbered(1)));
  filter.Add(EntityNumbered(1));
  EXPECT_TRUE(filter.MayKnow(EntityNumbered(1)));
  EXPECT_FALSE(filter.MayKnow(EntityNumbered(2)));
}

// Filled beyond its first part, it never says no to one that was added, and seldom yes to others.
TEST(EntityFilter, KnowsAllThatWereAddedAndFewOthers) {
  constexpr uint64_t kAdded = (uint64_t{16} << 20) + 100'000;
  constexpr uint64_t kStep = 97;
  constexpr uint64_t kOthers = 100'000;
  EntityFilter filter;
  for (uint64_t i = 0; i < kAdded; ++i) filter.Add(EntityNumbered(i));
  uint64_t forgotten = 0;
  for (uint64_t i = 0; i < kAdded; i += kStep)
    forgotten += filter.MayKnow(EntityNumbered(i)) ? 0 : 1;
  for (uint64_t i = kAdded - 100'000; i < kAdded; ++i) {
    forgotten += filter.MayKnow(EntityNumbered(i)) ? 0 : 1;
  }
  EXPECT_EQ(forgotten, 0U);
  uint64_t taken_for_known = 0;
  for (uint64_t i = 0; i < kOthers; ++i)
    taken_for_known += filter.MayKnow(EntityNumbered(kAdded + i));
  EXPECT_LT(taken_for_known, kOthers / 100);
}

}  // namespace
}  // namespace clientele::projections::retirement
