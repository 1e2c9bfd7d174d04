// When identities are worked out and when they are remembered, with a store that a test controls.
#include "query/identities.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "query/fake_store.h"

namespace clientele::query {
namespace {

using base::Code;
using base::Uuid;
using clickhouse::Block;
using clickhouse::Statement;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

Uuid Pseudonym(uint8_t number) {
  Uuid id;
  id.bytes[15] = number;
  return id;
}

using Pairs = std::vector<std::pair<uint8_t, uint8_t>>;

Block PairsBlock(const Pairs& pairs) {
  std::vector<Uuid> low;
  std::vector<Uuid> high;
  for (const auto& [one, other] : pairs) {
    low.push_back(Pseudonym(one));
    high.push_back(Pseudonym(other));
  }
  return {.rows = pairs.size(),
          .columns = {ColumnOf("low", low), ColumnOf("high", high),
                      ColumnOf("by_alias", std::vector<uint64_t>(pairs.size(), 1)),
                      ColumnOf("by_link", std::vector<uint64_t>(pairs.size(), 0))}};
}

// Edges of tenants at their marks; every map is there, unless it is said not to be.
class IdentitiesTest : public testing::Test {
 protected:
  base::Result<Block> Answer(const Statement& statement) {
    const std::string& id = statement.query_id;
    if (id.ends_with("identity-pairs")) {
      ++worked_out_;
      const auto until = steady_clock::now() + wait_;
      while (steady_clock::now() < until && !statement.cancel.stop_requested()) {
        std::this_thread::yield();
      }
      return PairsBlock(pairs_);
    }
    if (id.ends_with("identity-changes")) {
      ++compared_;
      older_ = statement.parameters.at("older");
      newer_ = statement.parameters.at("newer");
      return Block{.rows = 1, .columns = {ColumnOf<uint64_t>("changed", {changed_})}};
    }
    if (id.ends_with("identity-tenants")) {
      asked_ = statement.parameters;
      return Block{.rows = 2, .columns = {ColumnOf<std::string>("name", {"acme", "main"})}};
    }
    if (id.ends_with("identity-map-size") && there_) {
      return Block{.rows = 1, .columns = {ColumnOf<uint64_t>("size", {size_})}};
    }
    return Block{};
  }

  base::Result<Identity> At(uint64_t next, const std::string& tenant = "main") {
    const Mark mark{next, 0, {next, 7}, {{"identity", 3}}};
    return identities_.At(tenant, mark, {"query-1", steady_clock::now() + seconds(20), {}});
  }

  Pairs pairs_;
  uint64_t size_ = 0;  // of every map
  bool there_ = true;
  uint64_t changed_ = 0;
  milliseconds wait_{0};
  std::atomic<int> worked_out_ = 0;
  std::atomic<int> compared_ = 0;
  std::string older_;
  std::string newer_;
  clickhouse::Parameters asked_;
  FakeStore store_{[this](const Statement& statement) { return Answer(statement); }};
  Identities identities_{store_};
};

TEST_F(IdentitiesTest, WithoutEdgesThereIsNoMap) {
  const auto identity = At(10);
  ASSERT_TRUE(identity.has_value()) << identity.error().message;
  EXPECT_THAT(identity->map, IsEmpty());
  EXPECT_THAT(identity->Warnings(), IsEmpty());
  EXPECT_TRUE(At(10).has_value());
  EXPECT_EQ(worked_out_, 1);
  EXPECT_EQ(compared_, 0);
}

TEST_F(IdentitiesTest, NeedsAVersionInTheMark) {
  const auto identity =
      identities_.At("main", {7, 0, {1}, {}}, {"query-1", steady_clock::now() + seconds(20), {}});
  ASSERT_FALSE(identity.has_value());
  EXPECT_EQ(identity.error().code, Code::kFailedPrecondition);
  EXPECT_THAT(identity.error().message, HasSubstr("mark 7 knows no version"));
}

TEST_F(IdentitiesTest, AreWorkedOutWhenAnEdgeChanged) {
  pairs_ = {{1, 2}};
  size_ = 1;
  const auto first = At(10);
  ASSERT_TRUE(first.has_value()) << first.error().message;
  EXPECT_THAT(first->map, StartsWith("identity_map_"));
  // Nothing changed, be the mark newer or older.
  EXPECT_EQ(At(12)->map, first->map);
  EXPECT_EQ(older_, "[10,7]");
  EXPECT_EQ(newer_, "[12,7]");
  EXPECT_EQ(At(5)->map, first->map);
  EXPECT_EQ(older_, "[5,7]");
  EXPECT_EQ(newer_, "[10,7]");
  EXPECT_EQ(worked_out_, 1);
  EXPECT_EQ(compared_, 2);
  changed_ = 1;
  pairs_ = {{1, 2}, {2, 3}};
  size_ = 2;
  EXPECT_NE(At(20)->map, first->map);
  EXPECT_EQ(worked_out_, 2);
  EXPECT_EQ(older_, "[12,7]");  // the nearest
}

TEST_F(IdentitiesTest, TheSameEdgesHaveTheSameMap) {
  pairs_ = {{1, 2}, {2, 3}};
  size_ = 2;
  const auto one = At(10);
  pairs_ = {{1, 3}, {1, 2}};  // other edges, the same customer
  Identities others(store_);
  const Running running{"query-2", steady_clock::now() + seconds(20), {}};
  const Mark mark{11, 0, {11, 7}, {{"identity", 3}}};
  EXPECT_EQ(others.At("main", mark, running)->map, one->map);
  EXPECT_NE(others.At("other", mark, running)->map, one->map);
}

TEST_F(IdentitiesTest, AMapThatCannotBeWrittenIsAnError) {
  pairs_ = {{1, 2}};
  there_ = false;
  EXPECT_FALSE(At(10).has_value());
  EXPECT_FALSE(At(10).has_value());  // nor is it remembered
  EXPECT_EQ(worked_out_, 2);
  there_ = true;
  size_ = 7;  // another size: not whole
  EXPECT_FALSE(At(10).has_value());
  size_ = 1;
  EXPECT_TRUE(At(10).has_value());
}

TEST_F(IdentitiesTest, AMapThatIsGoneIsMadeAgain) {
  pairs_ = {{1, 2}};
  size_ = 1;
  EXPECT_TRUE(At(10).has_value());
  there_ = false;
  EXPECT_FALSE(At(10).has_value());  // this store takes none
  EXPECT_EQ(worked_out_, 2);
}

TEST_F(IdentitiesTest, WhatIsHeldApartIsNamed) {
  for (uint8_t i = 100; i < 122; ++i) pairs_.emplace_back(3, i);
  const auto identity = At(10);
  ASSERT_TRUE(identity.has_value()) << identity.error().message;
  EXPECT_THAT(identity->map, IsEmpty());
  EXPECT_THAT(identity->Warnings(),
              ElementsAre("held apart: 1 pseudonym with more than 20 aliases, which links alone "
                          "tie to it: 00000000-0000-0000-0000-000000000003"));
  pairs_.clear();
  for (uint8_t hub = 0; hub < 6; ++hub) {
    for (uint8_t i = 100; i < 122; ++i) pairs_.emplace_back(hub, i);
  }
  changed_ = 1;
  EXPECT_THAT(At(11)->Warnings(), ElementsAre(testing::EndsWith("000000000004, ..")));
}

TEST_F(IdentitiesTest, CustomersOfManyPseudonymsAreNamedWithTheirSize) {
  for (uint8_t i = 1; i < 25; ++i) pairs_.emplace_back(i, i + 1);
  size_ = 24;
  const auto identity = At(10);
  ASSERT_TRUE(identity.has_value()) << identity.error().message;
  EXPECT_THAT(identity->Warnings(), ElementsAre("merged: 1 customer of more than 20 pseudonyms: "
                                                "00000000-0000-0000-0000-000000000001 of 25"));
}

TEST_F(IdentitiesTest, TenantsToLookAtHaveManyEdges) {
  const Mark mark{7, 0, {10, 7}, {{"identity", 3}}};
  const Running running{"query-1", steady_clock::now() + seconds(20), {}};
  const auto tenants = identities_.TenantsToLookAt(mark, running);
  ASSERT_TRUE(tenants.has_value()) << tenants.error().message;
  EXPECT_THAT(*tenants, ElementsAre("acme", "main"));
  EXPECT_EQ(asked_.at("table"), "identity_edges_v3");
  EXPECT_EQ(asked_.at("next"), "[10,7]");
  EXPECT_EQ(asked_.at("least_rows"), "20");
  // Of a mark from before there was such a projection.
  EXPECT_THAT(*identities_.TenantsToLookAt({7, 0, {1}, {}}, running), IsEmpty());
}

TEST_F(IdentitiesTest, ManyAtOnceWorkThemOutOnce) {
  pairs_ = {{1, 2}};
  size_ = 1;
  wait_ = milliseconds(50);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([this] { EXPECT_TRUE(At(10).has_value()); });
    }
  }
  EXPECT_EQ(worked_out_, 1);
}

TEST_F(IdentitiesTest, WhoWaitsMayBeCancelledOrTooLate) {
  wait_ = seconds(20);
  const Mark mark{10, 0, {10, 7}, {{"identity", 3}}};
  std::stop_source stop;
  {
    std::jthread working([&] {
      EXPECT_TRUE(
          identities_
              .At("main", mark, {"query-1", steady_clock::now() + seconds(20), stop.get_token()})
              .has_value());
    });
    while (worked_out_ == 0) std::this_thread::yield();
    const auto late =
        identities_.At("main", mark, {"query-2", steady_clock::now() + milliseconds(10), {}});
    EXPECT_EQ(late.error().code, Code::kDeadlineExceeded);
    std::stop_source other;
    other.request_stop();
    const auto cancelled = identities_.At(
        "main", mark, {"query-3", steady_clock::now() + seconds(20), other.get_token()});
    EXPECT_EQ(cancelled.error().code, Code::kCancelled);
    stop.request_stop();
  }
}

}  // namespace
}  // namespace clientele::query
