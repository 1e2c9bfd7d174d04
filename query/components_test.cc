// Representatives against a naive closure, over random graphs in every order.
#include "query/components.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace clientele::query {
namespace {

using base::Uuid;
using testing::ElementsAre;
using testing::IsEmpty;

struct Pair {
  Uuid one;
  Uuid other;
  bool by_alias = false;
  bool by_link = false;
};

// Spread over both halves, so that no order but that of all bytes will do.
Uuid Id(uint64_t number) {
  Uuid id;
  const uint64_t spread = number * 0x9e3779b97f4a7c15;
  for (size_t i = 0; i < 8; ++i) {
    id.bytes[i] = static_cast<uint8_t>(number % 3 == 0 ? 7 : spread >> (8 * i));
    id.bytes[15 - i] = static_cast<uint8_t>(number >> (8 * i));
  }
  return id;
}

Components::Outcome Resolve(const std::vector<Pair>& pairs) {
  Components components;
  for (const Pair& pair : pairs) {
    components.Add(pair.one, pair.other, pair.by_alias, pair.by_link);
  }
  return components.Resolve();
}

// The smallest label goes from neighbour to neighbour until nothing changes.
Components::Outcome Naive(const std::vector<Pair>& pairs) {
  std::map<Uuid, std::set<Uuid>> aliases;
  std::map<Uuid, Uuid> labels;
  for (const Pair& pair : pairs) {
    if (pair.by_alias) aliases[pair.one].insert(pair.other);
    if (pair.by_alias) aliases[pair.other].insert(pair.one);
    labels[pair.one] = pair.one;
    labels[pair.other] = pair.other;
  }
  const auto held = [&](const Uuid& id) { return aliases[id].size() > 20; };
  for (bool changed = true; changed;) {
    changed = false;
    for (const Pair& pair : pairs) {
      if (!pair.by_link && (held(pair.one) || held(pair.other))) continue;
      Uuid& one = labels[pair.one];
      Uuid& other = labels[pair.other];
      changed |= one != other;
      one = other = std::min(one, other);
    }
  }
  Components::Outcome outcome;
  for (const auto& [id, label] : labels) {
    if (id != label) outcome.map.push_back({id, label});
    if (held(id)) outcome.held.push_back(id);
  }
  std::map<Uuid, uint64_t> sizes;
  for (const auto& [id, label] : labels) ++sizes[label];
  for (uint64_t size = labels.size(); size > 20; --size) {
    for (const auto& [label, pseudonyms] : sizes) {
      if (pseudonyms == size) outcome.large.push_back({label, size});
    }
  }
  return outcome;
}

TEST(Components, NothingIsTiedToNobody) {
  EXPECT_THAT(Resolve({}).map, IsEmpty());
  EXPECT_THAT(Resolve({}).held, IsEmpty());
}

TEST(Components, TheSmallestStandsForAll) {
  std::vector<Uuid> ids = {Id(1), Id(2), Id(3), Id(4)};
  std::ranges::sort(ids);
  const auto outcome = Resolve({{ids[3], ids[1], true, false},
                                {ids[1], ids[2], false, true},
                                {ids[0], ids[2], true, false}});
  EXPECT_THAT(outcome.map, ElementsAre(Resolved{ids[1], ids[0]}, Resolved{ids[2], ids[0]},
                                       Resolved{ids[3], ids[0]}));
}

TEST(Components, ACycleIsOneCustomer) {
  std::vector<Pair> cycle;
  for (uint64_t i = 0; i < 1'000; ++i) cycle.push_back({Id(i), Id((i + 1) % 1'000), true, false});
  const auto outcome = Resolve(cycle);
  ASSERT_EQ(outcome.map.size(), 999U);
  for (const Resolved& resolved : outcome.map) {
    EXPECT_EQ(resolved.representative, outcome.map[0].representative);
  }
}

std::vector<Pair> Star(uint64_t aliases) {
  std::vector<Pair> star;
  for (uint64_t i = 1; i <= aliases; ++i) star.push_back({Id(0), Id(i), true, false});
  return star;
}

TEST(Components, TwentyAliasesAreACustomersAndOneMoreAreNot) {
  EXPECT_EQ(Resolve(Star(20)).map.size(), 20U);
  EXPECT_THAT(Resolve(Star(20)).held, IsEmpty());
  EXPECT_THAT(Resolve(Star(21)).map, IsEmpty());
  EXPECT_THAT(Resolve(Star(21)).held, ElementsAre(Id(0)));
}

// Merged over links or a chain of aliases, where no pseudonym has too many of them.
TEST(Components, MoreThanTwentyPseudonymsOfOneCustomerAreListed) {
  std::vector<Pair> chain;
  std::vector<Uuid> ids;
  for (uint64_t i = 0; i < 20; ++i) ids.push_back(Id(i));
  for (uint64_t i = 1; i < 20; ++i) chain.push_back({Id(i - 1), Id(i), true, false});
  EXPECT_THAT(Resolve(chain).large, IsEmpty());
  chain.push_back({Id(19), Id(20), false, true});
  ids.push_back(Id(20));
  EXPECT_THAT(Resolve(chain).large,
              ElementsAre(LargeComponent{*std::ranges::min_element(ids), 21}));
  EXPECT_THAT(Resolve(chain).held, IsEmpty());
  // The greatest first.
  for (uint64_t i = 1; i < 30; ++i) chain.push_back({Id(100), Id(100 + i), false, true});
  const auto large = Resolve(chain).large;
  ASSERT_EQ(large.size(), 2U);
  EXPECT_EQ(large[0].pseudonyms, 30U);
  EXPECT_EQ(large[1].pseudonyms, 21U);
}

TEST(Components, ALinkHoldsForASuperNode) {
  auto star = Star(21);
  star[4].by_link = true;
  star.push_back({Id(7), Id(8), true, false});  // not over the super-node
  const auto outcome = Resolve(star);
  EXPECT_EQ(outcome.map.size(), 2U);
  EXPECT_THAT(outcome.held, ElementsAre(Id(0)));
  std::vector<Pair> links;
  for (uint64_t i = 1; i <= 30; ++i) links.push_back({Id(0), Id(i), false, true});
  EXPECT_EQ(Resolve(links).map.size(), 30U);
}

TEST(Components, AreThoseOfANaiveClosureInAnyOrder) {
  std::mt19937_64 random(7);
  size_t held = 0;
  size_t large = 0;
  for (int round = 0; round < 400; ++round) {
    const uint64_t nodes = 2 + random() % 60;
    std::set<std::pair<uint64_t, uint64_t>> there;
    std::vector<Pair> pairs;
    for (uint64_t i = random() % (nodes * 4); i > 0; --i) {
      // Some are tied to many.
      const uint64_t one = random() % (random() % 3 == 0 ? 2 : nodes);
      const uint64_t other = random() % nodes;
      if (one == other || !there.insert(std::minmax(one, other)).second) continue;
      const uint64_t why = random() % 4;
      pairs.push_back({Id(one), Id(other), why != 0, why < 2});
    }
    const auto naive = Naive(pairs);
    held += naive.held.size();
    large += naive.large.size();
    for (int order = 0; order < 4; ++order) {
      std::ranges::shuffle(pairs, random);
      const auto outcome = Resolve(pairs);
      ASSERT_EQ(outcome.map, naive.map) << round;
      ASSERT_EQ(outcome.held, naive.held) << round;
      ASSERT_EQ(outcome.large, naive.large) << round;
    }
  }
  EXPECT_GT(held, 10U);
  EXPECT_GT(large, 10U);
}

}  // namespace
}  // namespace clientele::query
