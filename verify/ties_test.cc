// Who is who, by hand and against what queries make of the same ties.
#include "verify/ties.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "query/components.h"
#include "verify/figures.h"

namespace clientele::verify {
namespace {

using base::Uuid;
using event::v1::Event;

Uuid Id(uint64_t number) {
  Uuid id;
  id.bytes[0] = static_cast<uint8_t>(number * 37);
  id.bytes[14] = static_cast<uint8_t>(number >> 8);
  id.bytes[15] = static_cast<uint8_t>(number);
  return id;
}

Tie Tied(Tie::Kind kind, const Uuid& one, const Uuid& other) {
  return {kind, std::min(one, other), std::max(one, other)};
}

TEST(People, ByHand) {
  People people;
  const Uuid a = Id(0), b = Id(1), c = Id(2), d = Id(3), e = Id(4);  // a < b < c < d < e
  people.Add("main", Tied(Tie::kNamedTogether, b, a));
  people.Add("main", Tied(Tie::kNotOne, a, b));  // bars the pair
  people.Add("main", Tied(Tie::kNamedTogether, c, d));
  people.Add("main", Tied(Tie::kOne, d, e));
  people.Add("other", Tied(Tie::kOne, a, b));
  people.Settle();
  EXPECT_EQ(people.Whose("main", a), a);
  EXPECT_EQ(people.Whose("main", b), b);
  EXPECT_EQ(people.Whose("main", e), c);
  EXPECT_EQ(people.Whose("main", d), c);
  EXPECT_EQ(people.Whose("other", b), a);
  EXPECT_EQ(people.Whose("other", e), e);
  EXPECT_EQ(people.Whose("nobody's", e), e);
}

TEST(People, AreThoseOfQueries) {
  std::mt19937_64 random(11);
  size_t held = 0;
  for (int round = 0; round < 300; ++round) {
    const uint64_t nodes = 2 + random() % 70;
    People people;
    std::map<std::pair<Uuid, Uuid>, std::set<int>> kinds;
    for (uint64_t i = random() % (nodes * 4); i > 0; --i) {
      const uint64_t one = random() % (random() % 3 == 0 ? 2 : nodes);
      const uint64_t other = random() % nodes;
      if (one == other) continue;
      const Tie::Kind kind = random() % 8 == 0   ? Tie::kOne
                             : random() % 8 == 0 ? Tie::kNotOne
                                                 : Tie::kNamedTogether;
      const Tie tie = Tied(kind, Id(one), Id(other));
      people.Add("main", tie);
      kinds[{tie.first, tie.second}].insert(tie.kind);
    }
    people.Settle();
    query::Components components;
    for (const auto& [pair, of] : kinds) {
      if (of.contains(Tie::kNotOne)) continue;
      components.Add(pair.first, pair.second, of.contains(Tie::kNamedTogether),
                     of.contains(Tie::kOne));
    }
    const auto outcome = components.Resolve();
    held += outcome.held.size();
    std::map<Uuid, Uuid> whose;
    for (const auto& resolved : outcome.map) whose[resolved.pseudonym] = resolved.representative;
    for (uint64_t node = 0; node < nodes; ++node) {
      const auto found = whose.find(Id(node));
      ASSERT_EQ(people.Whose("main", Id(node)), found == whose.end() ? Id(node) : found->second);
    }
  }
  EXPECT_GT(held, 10U);
}

Event CallOf(const Uuid& customer, const std::vector<Uuid>& aliases) {
  Event event;
  event.set_tenant("main");
  event.set_occurred_at(20'000 * int64_t{86'400'000'000});
  event.set_customer_id(customer.ToString());
  for (const Uuid& alias : aliases) event.add_alias_ids(alias.ToString());
  event.mutable_call()->set_direction(event::v1::Call::INBOUND);
  event.mutable_call()->set_end(event::v1::Call::ABANDONED);
  event.mutable_call()->set_queued_at(event.occurred_at());
  return event;
}

// Two numbers of one customer are one caller; what a test names together is nobody's tie.
TEST(People, AreCountedOnce) {
  Names names;
  Figures figures;
  Event test = CallOf(Id(3), {Id(1)});
  test.set_purpose(Event::TEST);
  for (const Event& event : {CallOf(Id(1), {}), CallOf(Id(2), {Id(1)}), CallOf(Id(3), {}), test}) {
    for (const Fact& fact : FactsOf(event, names)) figures.Add(fact, names);
  }
  figures.ResolveCustomers();
  Sums sums;
  for (const auto& [cell, of] : figures.cells()) sums += of;
  EXPECT_EQ(FigureOf("callers", "offered", sums)->value, 2);
  EXPECT_EQ(FigureOf("callers", "offered", sums)->n, 3);
}

}  // namespace
}  // namespace clientele::verify
