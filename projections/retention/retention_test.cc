// Which rows customers' facts give, and that any bytes that decode give rows that fit.
#include "projections/retention/retention.h"

#include <gmock/gmock.h>
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "projections/projected.h"

namespace clientele::projections::retention {
namespace {

using event::v1::Event;
using event::v1::Touchpoint;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;

using Numbers = std::vector<int64_t>;
using Counts = std::vector<uint64_t>;
using Texts = std::vector<std::string>;

const Projection& Retention() {
  static const auto projection = MakeRetention();
  return *projection;
}

clickhouse::Block FactRows(const Event& event) { return ReadBack(BlocksOf(Retention(), event)[0]); }
clickhouse::Block ItemRows(const Event& event) { return ReadBack(BlocksOf(Retention(), event)[1]); }

const char* const kPurchase = R"({
  "tenant":"main","customer_id":"5f0c7a3e-0000-4000-8000-000000000001","occurred_at":"1000000",
  "entity_id":"t","touchpoint":{"touchpoint_id":"t","kind":"PURCHASE","channel":"STORE",
  "order_id":"o","campaign":"spring","employee_id":"anna","team_id":"north",
  "money":{"amount_minor":"1000","currency":"EUR","margin_minor":"300","method":"card"},
  "items":[{"sku":"pan","category":"kitchen","quantity":2,"amount_minor":"600"},
           {"sku":"mop","category":"cleaning","quantity":1,"amount_minor":"350"}]}})";

Event Fact(Touchpoint::Kind kind) {
  Event event = EventOf(kPurchase);
  event.mutable_touchpoint()->set_kind(kind);
  return event;
}

TEST(Retention, APurchaseIsOneRow) {
  const auto row = FactRows(EventOf(kPurchase));
  ASSERT_EQ(row.rows, 1U);
  EXPECT_EQ(row.Get<int64_t>("kind"), Numbers{Touchpoint::PURCHASE});
  EXPECT_EQ(row.Get<std::string>("touchpoint_id"), Texts{"t"});
  EXPECT_EQ(row.Get<std::string>("order_id"), Texts{"o"});
  EXPECT_EQ(row.Get<int64_t>("channel"), Numbers{event::v1::Channel::STORE});
  EXPECT_EQ(row.Get<std::string>("campaign"), Texts{"spring"});
  EXPECT_EQ(row.Get<std::string>("employee_id"), Texts{"anna"});
  EXPECT_EQ(row.Get<std::string>("team_id"), Texts{"north"});
  EXPECT_EQ(row.Get<std::string>("currency"), Texts{"EUR"});
  EXPECT_EQ(row.Get<int64_t>("amount_minor"), Numbers{1'000});
  EXPECT_EQ(row.Get<uint64_t>("margin_told"), Counts{1});
  EXPECT_EQ(row.Get<int64_t>("margin_minor"), Numbers{300});
  EXPECT_EQ(row.Get<std::string>("method"), Texts{"card"});
  EXPECT_EQ(row.Get<int64_t>("contract_from"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("mrr_minor"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("reason"), Numbers{0});
}

TEST(Retention, ItemsAddUpToTheWholeAmount) {
  const auto rows = ItemRows(EventOf(kPurchase));
  EXPECT_EQ(rows.Get<uint64_t>("row"), (Counts{1, 2, 3}));  // 0 is the purchase's
  EXPECT_EQ(rows.Get<uint64_t>("item"), (Counts{1, 2, 0}));
  EXPECT_EQ(rows.Get<std::string>("sku"), (Texts{"pan", "mop", ""}));
  EXPECT_EQ(rows.Get<std::string>("category"), (Texts{"kitchen", "cleaning", ""}));
  EXPECT_EQ(rows.Get<int64_t>("amount_minor"), (Numbers{600, 350, 50}));
  EXPECT_THAT(rows.Get<std::string>("currency"), Each("EUR"));
  EXPECT_THAT(rows.Get<std::string>("order_id"), Each("o"));
  EXPECT_THAT(rows.Get<std::string>("campaign"), Each("spring"));
  EXPECT_THAT(rows.Get<int64_t>("kind"), Each(Touchpoint::PURCHASE));
  Event event = EventOf(kPurchase);
  event.mutable_touchpoint()->mutable_money()->set_amount_minor(950);
  EXPECT_EQ(ItemRows(event).Get<uint64_t>("item"), (Counts{1, 2}));
  event.mutable_touchpoint()->clear_items();
  EXPECT_EQ(ItemRows(event).Get<int64_t>("amount_minor"), Numbers{950});
}

// Told as what was given back, or as what it changes: the same rows.
TEST(Retention, AReturnTakesFromRevenue) {
  Event event = Fact(Touchpoint::RETURN);
  EXPECT_EQ(FactRows(event).Get<int64_t>("amount_minor"), Numbers{-1'000});
  EXPECT_EQ(FactRows(event).Get<int64_t>("margin_minor"), Numbers{-300});
  EXPECT_EQ(ItemRows(event).Get<int64_t>("amount_minor"), (Numbers{-600, -350, -50}));
  auto& touchpoint = *event.mutable_touchpoint();
  touchpoint.mutable_money()->set_amount_minor(-1'000);
  touchpoint.mutable_money()->set_margin_minor(-300);
  touchpoint.mutable_items(0)->set_amount_minor(-600);
  touchpoint.mutable_items(1)->set_amount_minor(-350);
  EXPECT_EQ(FactRows(event).Get<int64_t>("amount_minor"), Numbers{-1'000});
  EXPECT_EQ(FactRows(event).Get<int64_t>("margin_minor"), Numbers{-300});
  EXPECT_EQ(ItemRows(event).Get<int64_t>("amount_minor"), (Numbers{-600, -350, -50}));
}

TEST(Retention, AContractAndAChurn) {
  Event event = Fact(Touchpoint::CONTRACT);
  auto& contract = *event.mutable_touchpoint()->mutable_contract();
  contract.set_from(5'000'000);
  contract.set_mrr_minor(70);
  auto row = FactRows(event);
  EXPECT_EQ(row.Get<int64_t>("contract_from"), Numbers{5'000'000});
  EXPECT_EQ(row.Get<int64_t>("contract_to"), Numbers{0});  // open end
  EXPECT_EQ(row.Get<int64_t>("mrr_minor"), Numbers{70});
  EXPECT_EQ(ItemRows(event).rows, 0U);
  contract.set_to(6'000'000);
  EXPECT_EQ(FactRows(event).Get<int64_t>("contract_to"), Numbers{6'000'000});

  event = Fact(Touchpoint::CHURN);
  event.mutable_touchpoint()->clear_money();
  event.mutable_touchpoint()->mutable_reason()->set_code(event::v1::Reason::SERVICE);
  event.mutable_touchpoint()->mutable_reason()->set_text_key("slow");
  row = FactRows(event);
  EXPECT_EQ(row.Get<int64_t>("reason"), Numbers{event::v1::Reason::SERVICE});
  EXPECT_EQ(row.Get<std::string>("reason_key"), Texts{"slow"});
  EXPECT_EQ(row.Get<std::string>("currency"), Texts{""});
  EXPECT_EQ(row.Get<uint64_t>("margin_told"), Counts{0});
}

TEST(Retention, OtherTouchpointsHaveNoRows) {
  int facts = 0;
  for (int kind = 0; kind <= Touchpoint::OTHER + 1; ++kind) {
    const auto blocks = BlocksOf(Retention(), Fact(static_cast<Touchpoint::Kind>(kind)));
    facts += static_cast<int>(blocks[0].rows());
    if (blocks[0].rows() == 0) {
      EXPECT_EQ(blocks[1].rows(), 0U) << kind;
    }
  }
  EXPECT_EQ(facts, 5);
}

// One that has no id of its own is its event.
TEST(Retention, ATouchpointIsNamedByItsEntity) {
  Event event = EventOf(kPurchase);
  event.mutable_touchpoint()->clear_touchpoint_id();
  event.set_entity_id("0195e000-0000-7000-8000-000000000001");
  EXPECT_EQ(FactRows(event).Get<std::string>("touchpoint_id"),
            Texts{"0195e000-0000-7000-8000-000000000001"});
}

TEST(Retention, AProfileIsOneRow) {
  const auto row = ReadBack(BlocksOf(Retention(), EventOf(R"({"tenant":"main","occurred_at":"1",
      "customer_profile":{"segment":"b2c","tier":"gold","stage":"trial","manager":"mia",
      "valid_from":"7000000"}})"))[2]);
  ASSERT_EQ(row.rows, 1U);
  EXPECT_EQ(row.Get<std::string>("segment"), Texts{"b2c"});
  EXPECT_EQ(row.Get<std::string>("tier"), Texts{"gold"});
  EXPECT_EQ(row.Get<std::string>("stage"), Texts{"trial"});
  EXPECT_EQ(row.Get<std::string>("manager"), Texts{"mia"});
  EXPECT_EQ(row.Get<int64_t>("valid_from"), Numbers{7'000'000});
}

TEST(Retention, WhatAColumnCannotHoldIsNotTold) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
  Event event = Fact(Touchpoint::RETURN);
  auto& touchpoint = *event.mutable_touchpoint();
  touchpoint.mutable_money()->set_amount_minor(kMost);
  touchpoint.mutable_money()->set_margin_minor(kLeast);
  touchpoint.mutable_items(0)->set_amount_minor(kLeast);
  touchpoint.set_channel(static_cast<event::v1::Channel::Value>(13));
  touchpoint.mutable_reason()->set_code(static_cast<event::v1::Reason::Code>(6));
  touchpoint.mutable_contract()->set_from(-1);
  touchpoint.mutable_contract()->set_to(kMost);
  touchpoint.mutable_contract()->set_mrr_minor(kMost);
  const auto row = FactRows(event);
  EXPECT_EQ(row.Get<int64_t>("amount_minor"), Numbers{-1'000'000'000'000'000});
  EXPECT_EQ(row.Get<int64_t>("margin_minor"), Numbers{1'000'000'000'000'000});
  EXPECT_EQ(row.Get<int64_t>("channel"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("reason"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("contract_from"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("contract_to"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("mrr_minor"), Numbers{1'000'000'000'000'000});
  EXPECT_EQ(ItemRows(event).Get<int64_t>("amount_minor"),
            (Numbers{1'000'000'000'000'000, -350, -2'000'000'000'000'000 + 350}));
}

// Bytes flipped at random: whatever still decodes gives whole rows, whose items add up.
TEST(Retention, AnyBytesThatDecodeGiveWholeRows) {
  const std::string good = EventOf(kPurchase).SerializeAsString();
  const google::protobuf::LogSilencer quiet;  // of bytes that do not decode
  std::mt19937 random(20260328);
  int decoded = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = good;
    for (int change = 0; change < 3; ++change) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    Event event;
    if (!event.ParseFromString(bytes)) continue;
    const auto facts = FactRows(event);
    if (facts.rows == 0) continue;
    ++decoded;
    if (facts.Get<int64_t>("kind")[0] != Touchpoint::PURCHASE) continue;
    const auto items = ItemRows(event);
    const Numbers amounts = items.rows == 0 ? Numbers{} : items.Get<int64_t>("amount_minor");
    ASSERT_EQ(std::accumulate(amounts.begin(), amounts.end(), int64_t{0}),
              facts.Get<int64_t>("amount_minor")[0]);
  }
  EXPECT_GT(decoded, 1'000);
}

}  // namespace
}  // namespace clientele::projections::retention
