// Which row a contact gives, and that any bytes that decode give rows that fit.
#include "projections/journeys/journeys.h"

#include <gmock/gmock.h>
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "projections/projected.h"

namespace clientele::projections::journeys {
namespace {

using event::v1::Call;
using event::v1::CallLeg;
using event::v1::Event;
using event::v1::Touchpoint;

using Numbers = std::vector<int64_t>;
using Counts = std::vector<uint64_t>;
using Texts = std::vector<std::string>;

const Projection& Journeys() {
  static const auto projection = MakeJourneys();
  return *projection;
}

clickhouse::Block RowsOf(const Event& event) { return ReadBack(BlocksOf(Journeys(), event)[0]); }

const char* const kMessage = R"({
  "tenant":"main","customer_id":"5f0c7a3e-0000-4000-8000-000000000001","occurred_at":"1000000",
  "entity_id":"m","touchpoint":{"touchpoint_id":"m","kind":"MESSAGE","channel":"CHAT",
  "direction":"OUTBOUND","conversation_id":"v","case_id":"k","order_id":"o","topic":"delivery",
  "employee_id":"anna","team_id":"north","line":1,"author":"EMPLOYEE","reply_kind":"HOLDING",
  "kb_article_id":"kb-1","delivery":"READ","campaign":"spring","resolved":true,
  "hand_off":{"from":"anna","to":"clara","reason":"repair","mode":"RELAY"},
  "reason":{"code":"PRICE"},"attributes":{"page":"/pay","ab":"1","b":"="}}})";

const char* const kCall = R"({
  "tenant":"main","occurred_at":"1000000","entity_id":"c","call":{"call_id":"c",
  "conversation_id":"v","case_id":"k","direction":"INBOUND","queue_id":"sales","topic":"delivery",
  "queued_at":"1000000","answered_at":"3000000","ended_at":"9000000","end":"ANSWERED",
  "resolved":false,"legs":[{"employee_id":"bot","started_at":"1000000"},
  {"employee_id":"anna","team_id":"north","line":1,"answered_at":"3000000","talk_ms":"1000",
  "hold_ms":"200","wrap_ms":"30","transfer":"CONSULT"},{"employee_id":"clara","team_id":"south",
  "line":2,"answered_at":"5000000","talk_ms":"4000","transfer":"NONE"}]}})";

TEST(Journeys, AMessageIsOneRow) {
  const auto row = RowsOf(EventOf(kMessage));
  ASSERT_EQ(row.rows, 1U);
  EXPECT_EQ(row.Get<int64_t>("kind"), Numbers{Touchpoint::MESSAGE});
  EXPECT_EQ(row.Get<std::string>("contact_id"), Texts{"m"});
  EXPECT_EQ(row.Get<int64_t>("channel"), Numbers{event::v1::Channel::CHAT});
  EXPECT_EQ(row.Get<int64_t>("direction"), Numbers{Touchpoint::OUTBOUND});
  EXPECT_EQ(row.Get<std::string>("conversation_id"), Texts{"v"});
  EXPECT_EQ(row.Get<std::string>("case_id"), Texts{"k"});
  EXPECT_EQ(row.Get<std::string>("order_id"), Texts{"o"});
  EXPECT_EQ(row.Get<std::string>("topic"), Texts{"delivery"});
  EXPECT_EQ(row.Get<std::string>("queue_id"), Texts{""});
  EXPECT_EQ(row.Get<std::string>("employee_id"), Texts{"anna"});
  EXPECT_EQ(row.Get<std::string>("team_id"), Texts{"north"});
  EXPECT_EQ(row.Get<uint64_t>("line"), Counts{1});
  EXPECT_EQ(row.Get<int64_t>("author"), Numbers{Touchpoint::EMPLOYEE});
  EXPECT_EQ(row.Get<int64_t>("reply_kind"), Numbers{Touchpoint::HOLDING});
  EXPECT_EQ(row.Get<std::string>("kb_article_id"), Texts{"kb-1"});
  EXPECT_EQ(row.Get<int64_t>("delivery"), Numbers{Touchpoint::READ});
  EXPECT_EQ(row.Get<std::string>("hand_off_from"), Texts{"anna"});
  EXPECT_EQ(row.Get<std::string>("hand_off_to"), Texts{"clara"});
  EXPECT_EQ(row.Get<int64_t>("hand_off_mode"), Numbers{event::v1::HandOff::RELAY});
  EXPECT_EQ(row.Get<std::string>("campaign"), Texts{"spring"});
  EXPECT_EQ(row.Get<int64_t>("reason"), Numbers{event::v1::Reason::PRICE});
  EXPECT_EQ(row.Get<int64_t>("resolved"), Numbers{1});
  EXPECT_EQ(row.Get<int64_t>("call_end"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("talk_ms"), Numbers{0});
  EXPECT_EQ(row.Get<Texts>("attributes"), (std::vector<Texts>{{"ab=1", "b==", "page=/pay"}}));
}

TEST(Journeys, ACallIsOneRow) {
  const auto row = RowsOf(EventOf(kCall));
  ASSERT_EQ(row.rows, 1U);
  EXPECT_EQ(row.Get<int64_t>("kind"), Numbers{100});
  EXPECT_EQ(row.Get<std::string>("contact_id"), Texts{"c"});
  EXPECT_EQ(row.Get<int64_t>("channel"), Numbers{event::v1::Channel::PHONE});
  EXPECT_EQ(row.Get<int64_t>("direction"), Numbers{Call::INBOUND});
  EXPECT_EQ(row.Get<std::string>("conversation_id"), Texts{"v"});
  EXPECT_EQ(row.Get<std::string>("case_id"), Texts{"k"});
  EXPECT_EQ(row.Get<std::string>("topic"), Texts{"delivery"});
  EXPECT_EQ(row.Get<std::string>("queue_id"), Texts{"sales"});
  // The first who answered.
  EXPECT_EQ(row.Get<std::string>("employee_id"), Texts{"anna"});
  EXPECT_EQ(row.Get<std::string>("team_id"), Texts{"north"});
  EXPECT_EQ(row.Get<uint64_t>("line"), Counts{1});
  EXPECT_EQ(row.Get<int64_t>("author"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("resolved"), Numbers{2});
  EXPECT_EQ(row.Get<int64_t>("call_end"), Numbers{Call::ANSWERED});
  EXPECT_EQ(row.Get<int64_t>("answered_at"), Numbers{3'000'000});
  EXPECT_EQ(row.Get<int64_t>("ended_at"), Numbers{9'000'000});
  EXPECT_EQ(row.Get<int64_t>("talk_ms"), Numbers{5'000});
  EXPECT_EQ(row.Get<int64_t>("hold_ms"), Numbers{200});
  EXPECT_EQ(row.Get<int64_t>("wrap_ms"), Numbers{30});
  EXPECT_EQ(row.Get<uint64_t>("transfers"), Counts{1});
  EXPECT_EQ(row.Get<Texts>("attributes"), std::vector<Texts>{{}});
}

// Of every kind, one of a later schema too.
TEST(Journeys, EveryTouchpointIsAContact) {
  for (int kind = 0; kind <= Touchpoint::OTHER + 1; ++kind) {
    Event event = EventOf(kMessage);
    event.mutable_touchpoint()->set_kind(static_cast<Touchpoint::Kind>(kind));
    EXPECT_EQ(RowsOf(event).Get<int64_t>("kind"), Numbers{kind <= Touchpoint::OTHER ? kind : 0});
  }
}

TEST(Journeys, CallsBothWaysAreContacts) {
  Event event = EventOf(kCall);
  event.mutable_call()->set_direction(Call::OUTBOUND);
  EXPECT_EQ(RowsOf(event).Get<int64_t>("direction"), Numbers{Call::OUTBOUND});
  // Among employees there is no customer.
  event.mutable_call()->set_direction(Call::INTERNAL);
  EXPECT_EQ(RowsOf(event).rows, 0U);
  event.mutable_call()->set_direction(static_cast<Call::Direction>(4));
  EXPECT_EQ(RowsOf(event).Get<int64_t>("direction"), Numbers{0});
}

// One that has no id of its own is its event.
TEST(Journeys, AContactIsNamedByItsEntity) {
  Event event = EventOf(kMessage);
  event.mutable_touchpoint()->clear_touchpoint_id();
  event.set_entity_id("0195e000-0000-7000-8000-000000000001");
  EXPECT_EQ(RowsOf(event).Get<std::string>("contact_id"),
            Texts{"0195e000-0000-7000-8000-000000000001"});
}

TEST(Journeys, WhatAColumnCannotHoldIsNotTold) {
  Event event = EventOf(kMessage);
  Touchpoint& touchpoint = *event.mutable_touchpoint();
  touchpoint.set_channel(static_cast<event::v1::Channel::Value>(13));
  touchpoint.set_direction(static_cast<Touchpoint::Direction>(-1));
  touchpoint.set_author(static_cast<Touchpoint::Author>(4));
  touchpoint.set_reply_kind(static_cast<Touchpoint::ReplyKind>(4));
  touchpoint.set_delivery(static_cast<Touchpoint::DeliveryState>(5));
  touchpoint.mutable_hand_off()->set_mode(static_cast<event::v1::HandOff::Mode>(3));
  touchpoint.mutable_reason()->set_code(static_cast<event::v1::Reason::Code>(6));
  touchpoint.set_line(256);
  touchpoint.clear_resolved();
  const auto row = RowsOf(event);
  for (const char* column : {"channel", "direction", "author", "reply_kind", "delivery",
                             "hand_off_mode", "reason", "resolved"}) {
    EXPECT_EQ(row.Get<int64_t>(column), Numbers{0}) << column;
  }
  EXPECT_EQ(row.Get<uint64_t>("line"), Counts{0});

  event = EventOf(kCall);
  Call& call = *event.mutable_call();
  call.set_end(static_cast<Call::End>(9));
  call.set_answered_at(-1);
  call.set_ended_at(std::numeric_limits<int64_t>::max());
  call.mutable_legs(1)->set_answered_at(0);
  call.mutable_legs(1)->set_talk_ms(std::numeric_limits<int64_t>::max());
  call.mutable_legs(1)->set_hold_ms(-5);
  const auto of_call = RowsOf(event);
  EXPECT_EQ(of_call.Get<int64_t>("call_end"), Numbers{0});
  EXPECT_EQ(of_call.Get<int64_t>("answered_at"), Numbers{0});
  EXPECT_EQ(of_call.Get<int64_t>("ended_at"), Numbers{0});
  EXPECT_EQ(of_call.Get<std::string>("employee_id"), Texts{"clara"});
  EXPECT_EQ(of_call.Get<int64_t>("talk_ms"), Numbers{86'404'000});
  EXPECT_EQ(of_call.Get<int64_t>("hold_ms"), Numbers{0});
}

// Bytes flipped at random: whatever still decodes as a contact gives one whole row.
TEST(Journeys, AnyBytesThatDecodeGiveWholeRows) {
  const google::protobuf::LogSilencer quiet;  // of bytes that do not decode
  std::mt19937 random(20260328);
  int decoded = 0;
  for (const char* good : {kMessage, kCall}) {
    const std::string whole = EventOf(good).SerializeAsString();
    for (int i = 0; i < 10'000; ++i) {
      std::string bytes = whole;
      for (int change = 0; change < 3; ++change) {
        bytes[random() % bytes.size()] = static_cast<char>(random());
      }
      Event event;
      if (!event.ParseFromString(bytes)) continue;
      const bool internal = event.has_call() && event.call().direction() == Call::INTERNAL;
      const bool contact = event.has_touchpoint() || (event.has_call() && !internal);
      ASSERT_EQ(RowsOf(event).rows, contact ? 1U : 0U);
      decoded += contact ? 1 : 0;
    }
  }
  EXPECT_GT(decoded, 500);
}

}  // namespace
}  // namespace clientele::projections::journeys
