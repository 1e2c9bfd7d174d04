// Which rows costs, initiatives, rates and contacts give, and that any bytes that decode give rows
// that fit.
#include "projections/roi/roi.h"

#include <gmock/gmock.h>
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "projections/projected.h"

namespace clientele::projections::roi {
namespace {

using event::v1::Call;
using event::v1::Channel;
using event::v1::Cost;
using event::v1::Event;
using event::v1::Initiative;
using event::v1::Touchpoint;

using Numbers = std::vector<int64_t>;
using Counts = std::vector<uint64_t>;
using Texts = std::vector<std::string>;

enum TableNumber : size_t { kCosts, kInitiatives, kExchangeRates, kTouches };

const Projection& Roi() {
  static const auto projection = MakeRoi();
  return *projection;
}

clickhouse::Block Rows(const Event& event, TableNumber table) {
  return ReadBack(BlocksOf(Roi(), event)[table]);
}

const char* const kCost = R"({
  "tenant":"main","occurred_at":"1000000","entity_id":"c","cost":{"cost_id":"c","category":"ads",
  "purpose":"ACQUISITION","amount_minor":"-70","currency":"EUR",
  "period":{"from":"5000000","to":"9000000"},"channel":"AD","campaign":"spring","team":"north",
  "unit":"company/sales","initiative":"i-1"}})";

TEST(Roi, ACostIsOneRow) {
  const auto row = Rows(EventOf(kCost), kCosts);
  ASSERT_EQ(row.rows, 1U);
  EXPECT_EQ(row.Get<std::string>("cost_id"), Texts{"c"});
  EXPECT_EQ(row.Get<std::string>("category"), Texts{"ads"});
  EXPECT_EQ(row.Get<int64_t>("cost_purpose"), Numbers{Cost::ACQUISITION});
  EXPECT_EQ(row.Get<int64_t>("purpose"), Numbers{Event::REAL});
  EXPECT_EQ(row.Get<std::string>("currency"), Texts{"EUR"});
  EXPECT_EQ(row.Get<int64_t>("amount_minor"), Numbers{-70});
  EXPECT_EQ(row.Get<int64_t>("period_from"), Numbers{5'000'000});
  EXPECT_EQ(row.Get<int64_t>("period_to"), Numbers{9'000'000});
  EXPECT_EQ(row.Get<int64_t>("channel"), Numbers{Channel::AD});
  EXPECT_EQ(row.Get<std::string>("campaign"), Texts{"spring"});
  EXPECT_EQ(row.Get<std::string>("team"), Texts{"north"});
  EXPECT_EQ(row.Get<std::string>("unit"), Texts{"company/sales"});
  EXPECT_EQ(row.Get<std::string>("initiative"), Texts{"i-1"});
}

// However long it lasts: it is spread when it is asked for.
TEST(Roi, ACostOfYearsIsOneRow) {
  Event event = EventOf(kCost);
  event.mutable_cost()->mutable_period()->set_to(20 * int64_t{31'536'000'000'000});
  EXPECT_EQ(Rows(event, kCosts).rows, 1U);
}

TEST(Roi, AnInitiativeIsOneRow) {
  const auto row = Rows(EventOf(R"({"tenant":"main","occurred_at":"1","entity_id":"i","initiative":{
      "initiative_id":"i","title":"Callback","phase":"STOPPED","sponsor":"mia",
      "started_at":"5000000","ended_at":"9000000","planned_cost_minor":"100","currency":"EUR"}})"),
                        kInitiatives);
  ASSERT_EQ(row.rows, 1U);
  EXPECT_EQ(row.Get<std::string>("initiative"), Texts{"i"});
  EXPECT_EQ(row.Get<std::string>("title"), Texts{"Callback"});
  EXPECT_EQ(row.Get<int64_t>("phase"), Numbers{Initiative::STOPPED});
  EXPECT_EQ(row.Get<std::string>("sponsor"), Texts{"mia"});
  EXPECT_EQ(row.Get<int64_t>("started_at"), Numbers{5'000'000});
  EXPECT_EQ(row.Get<int64_t>("ended_at"), Numbers{9'000'000});
  EXPECT_EQ(row.Get<std::string>("currency"), Texts{"EUR"});
  EXPECT_EQ(row.Get<int64_t>("planned_cost_minor"), Numbers{100});
}

Event Rate(const std::string& day, double rate) {
  Event event = EventOf(R"({"tenant":"main","occurred_at":"1","exchange_rate":{
      "currency":"USD","to":"EUR"}})");
  event.mutable_exchange_rate()->set_day(day);
  event.mutable_exchange_rate()->set_rate(rate);
  return event;
}

TEST(Roi, ARateIsOneRow) {
  const auto row = Rows(Rate("2026-03-28", 0.92), kExchangeRates);
  ASSERT_EQ(row.rows, 1U);
  EXPECT_EQ(row.Get<std::string>("currency"), Texts{"USD"});
  EXPECT_EQ(row.Get<std::string>("to_currency"), Texts{"EUR"});
  EXPECT_EQ(row.Get<uint64_t>("day"), Counts{20'540});
  EXPECT_EQ(row.Get<double>("rate"), std::vector<double>{0.92});
}

TEST(Roi, WhatIsNoDayOrRateIsNotTold) {
  for (const auto& [text, day] : std::initializer_list<std::pair<const char*, uint64_t>>{
           {"1970-01-01", 0},
           {"1970-01-02", 1},
           {"2149-06-06", 65'535},  // the last that the column can hold
           {"2149-06-07", 0},
           {"1969-12-31", 0},
           {"2026-02-29", 0},
           {"2026-00-10", 0},
           {"2026-3-28", 0},
           {"2026-03-28T", 0},
           {"2026/03/28", 0},
           {"20a6-03-28", 0},
           {"-026-03-28", 0},
           {"", 0}}) {
    EXPECT_EQ(Rows(Rate(text, 1), kExchangeRates).Get<uint64_t>("day"), Counts{day}) << text;
  }
  for (const double rate : {0.0, -1.0, std::numeric_limits<double>::infinity(),
                            std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_EQ(Rows(Rate("2026-03-28", rate), kExchangeRates).Get<double>("rate"),
              std::vector<double>{0})
        << rate;
  }
}

TEST(Roi, AContactThatCouldBringAPurchaseIsATouch) {
  Event event = EventOf(R"({"tenant":"main","occurred_at":"1","entity_id":"t","touchpoint":{
      "touchpoint_id":"t","kind":"VISIT","channel":"AD","campaign":"spring","direction":"SELF",
      "conversation_id":"v"}})");
  const auto row = Rows(event, kTouches);
  ASSERT_EQ(row.rows, 1U);
  EXPECT_EQ(row.Get<int64_t>("kind"), Numbers{Touchpoint::VISIT});
  EXPECT_EQ(row.Get<std::string>("touch_id"), Texts{"t"});
  EXPECT_EQ(row.Get<int64_t>("channel"), Numbers{Channel::AD});
  EXPECT_EQ(row.Get<std::string>("campaign"), Texts{"spring"});
  EXPECT_EQ(row.Get<int64_t>("direction"), Numbers{Touchpoint::SELF});
  EXPECT_EQ(row.Get<std::string>("conversation_id"), Texts{"v"});
  std::vector<int> touches;
  for (int kind = 0; kind <= Touchpoint::OTHER + 1; ++kind) {
    event.mutable_touchpoint()->set_kind(static_cast<Touchpoint::Kind>(kind));
    if (Rows(event, kTouches).rows == 1) touches.push_back(kind);
  }
  EXPECT_THAT(touches, testing::ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, Touchpoint::REFERRAL));
}

TEST(Roi, ACallIsATouchUnlessBetweenEmployees) {
  Event event = EventOf(R"({"tenant":"main","occurred_at":"1","entity_id":"c","call":{
      "call_id":"c","conversation_id":"v","direction":"OUTBOUND"}})");
  const auto row = Rows(event, kTouches);
  ASSERT_EQ(row.rows, 1U);
  EXPECT_EQ(row.Get<int64_t>("kind"), Numbers{100});
  EXPECT_EQ(row.Get<std::string>("touch_id"), Texts{"c"});
  EXPECT_EQ(row.Get<int64_t>("channel"), Numbers{Channel::PHONE});
  EXPECT_EQ(row.Get<std::string>("campaign"), Texts{""});
  EXPECT_EQ(row.Get<int64_t>("direction"), Numbers{Touchpoint::OUTBOUND});
  EXPECT_EQ(row.Get<std::string>("conversation_id"), Texts{"v"});
  event.mutable_call()->set_direction(Call::INTERNAL);
  EXPECT_EQ(Rows(event, kTouches).rows, 0U);
  event.mutable_call()->set_direction(static_cast<Call::Direction>(9));
  EXPECT_EQ(Rows(event, kTouches).Get<int64_t>("direction"), Numbers{0});
}

TEST(Roi, WhatAColumnCannotHoldIsNotTold) {
  Event event = EventOf(kCost);
  Cost& cost = *event.mutable_cost();
  cost.set_purpose(static_cast<Cost::Purpose>(5));
  cost.set_channel(static_cast<Channel::Value>(13));
  cost.set_amount_minor(std::numeric_limits<int64_t>::min());
  cost.mutable_period()->set_from(-1);
  cost.mutable_period()->set_to(std::numeric_limits<int64_t>::max());
  const auto row = Rows(event, kCosts);
  EXPECT_EQ(row.Get<int64_t>("cost_purpose"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("channel"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("amount_minor"), Numbers{-1'000'000'000'000'000});
  EXPECT_EQ(row.Get<int64_t>("period_from"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("period_to"), Numbers{0});
}

// Bytes flipped at random: whatever still decodes gives whole rows.
TEST(Roi, AnyBytesThatDecodeGiveWholeRows) {
  const std::string good = EventOf(kCost).SerializeAsString();
  const google::protobuf::LogSilencer quiet;  // of bytes that do not decode
  std::mt19937 random(20260328);
  int decoded = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = good;
    for (int change = 0; change < 3; ++change) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    Event event;
    if (!event.ParseFromString(bytes) || !event.has_cost()) continue;
    ++decoded;
    const auto row = Rows(event, kCosts);
    ASSERT_EQ(row.rows, 1U);
    ASSERT_LE(row.Get<int64_t>("cost_purpose")[0], Cost::OTHER);
  }
  EXPECT_GT(decoded, 1'000);
}

}  // namespace
}  // namespace clientele::projections::roi
