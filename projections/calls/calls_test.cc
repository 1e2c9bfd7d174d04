// Which rows a call gives, and that any bytes that decode give rows that fit.
#include "projections/calls/calls.h"

#include <gmock/gmock.h>
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include <random>

#include "projections/projected.h"

namespace clientele::projections::calls {
namespace {

using event::v1::Call;
using event::v1::CallLeg;
using event::v1::Event;
using testing::Each;
using testing::ElementsAre;

using Numbers = std::vector<int64_t>;
using Counts = std::vector<uint64_t>;
using Texts = std::vector<std::string>;

const Projection& Calls() {
  static const auto projection = MakeCalls();
  return *projection;
}

clickhouse::Block CallRows(const Event& event) { return ReadBack(BlocksOf(Calls(), event)[0]); }
clickhouse::Block LegRows(const Event& event) { return ReadBack(BlocksOf(Calls(), event)[1]); }

const char* const kTransferred = R"({
  "tenant":"main","customer_id":"5f0c7a3e-0000-4000-8000-000000000001","occurred_at":"1000000",
  "entity_id":"c","call":{"call_id":"c","conversation_id":"v","case_id":"k","direction":"INBOUND",
  "dialled_number":"74950000000","queue_id":"sales","topic":"delivery","queued_at":"1000000",
  "answered_at":"13345678","ended_at":"400000000","ivr_ms":"700","end":"ANSWERED",
  "ended_by":"CUSTOMER","resolved":false,
  "speech":{"agent_ms":"1","customer_ms":"2","silence_ms":"3","overlap_ms":"4"},
  "legs":[
    {"employee_id":"rings","team_id":"north","line":3,"started_at":"1000000"},
    {"employee_id":"anna","team_id":"north","line":1,"started_at":"13000000",
     "answered_at":"13345678","ended_at":"50000000","talk_ms":"30000","hold_ms":"5000",
     "wrap_ms":"7000","transfer":"BLIND"},
    {"employee_id":"clara","team_id":"south","line":2,"started_at":"50000000",
     "answered_at":"52000000","ended_at":"400000000","talk_ms":"300000","wrap_ms":"60000",
     "transfer":"NONE"}]}})";

TEST(Calls, ACallIsOneRow) {
  const auto row = CallRows(EventOf(kTransferred));
  ASSERT_EQ(row.rows, 1U);
  EXPECT_EQ(row.Get<std::string>("call_id"), Texts{"c"});
  EXPECT_EQ(row.Get<std::string>("conversation_id"), Texts{"v"});
  EXPECT_EQ(row.Get<std::string>("case_id"), Texts{"k"});
  EXPECT_EQ(row.Get<int64_t>("direction"), Numbers{Call::INBOUND});
  EXPECT_EQ(row.Get<std::string>("dialled_number"), Texts{"74950000000"});
  EXPECT_EQ(row.Get<std::string>("queue_id"), Texts{"sales"});
  EXPECT_EQ(row.Get<std::string>("topic"), Texts{"delivery"});
  EXPECT_EQ(row.Get<int64_t>("queued_at"), Numbers{1'000'000});
  EXPECT_EQ(row.Get<int64_t>("answered_at"), Numbers{13'345'678});
  EXPECT_EQ(row.Get<int64_t>("ended_at"), Numbers{400'000'000});
  EXPECT_EQ(row.Get<int64_t>("ivr_ms"), Numbers{700});
  EXPECT_EQ(row.Get<int64_t>("end"), Numbers{Call::ANSWERED});
  EXPECT_EQ(row.Get<int64_t>("ended_by"), Numbers{Call::CUSTOMER});
  EXPECT_EQ(row.Get<int64_t>("wait_ms"), Numbers{12'345});
  EXPECT_EQ(row.Get<int64_t>("talk_ms"), Numbers{330'000});
  EXPECT_EQ(row.Get<int64_t>("hold_ms"), Numbers{5'000});
  EXPECT_EQ(row.Get<int64_t>("wrap_ms"), Numbers{67'000});
  EXPECT_EQ(row.Get<uint64_t>("legs"), Counts{3});
  EXPECT_EQ(row.Get<uint64_t>("transfers"), Counts{1});
  EXPECT_EQ(row.Get<std::string>("employee_id"), Texts{"anna"});  // not who only rang
  EXPECT_EQ(row.Get<std::string>("team_id"), Texts{"north"});
  EXPECT_EQ(row.Get<uint64_t>("line"), Counts{1});
  EXPECT_EQ(row.Get<uint64_t>("highest_line"), Counts{2});
  EXPECT_EQ(row.Get<int64_t>("resolved"), Numbers{2});
  EXPECT_EQ(row.Get<int64_t>("speech_agent_ms"), Numbers{1});
  EXPECT_EQ(row.Get<int64_t>("speech_customer_ms"), Numbers{2});
  EXPECT_EQ(row.Get<int64_t>("speech_silence_ms"), Numbers{3});
  EXPECT_EQ(row.Get<int64_t>("speech_overlap_ms"), Numbers{4});
}

TEST(Calls, ALegIsOneRow) {
  const auto rows = LegRows(EventOf(kTransferred));
  ASSERT_EQ(rows.rows, 3U);
  EXPECT_EQ(rows.Get<uint64_t>("row"), (Counts{1, 2, 3}));  // 0 is the call's
  EXPECT_EQ(rows.Get<uint64_t>("leg"), (Counts{1, 2, 3}));
  EXPECT_THAT(rows.Get<std::string>("call_id"), Each("c"));
  EXPECT_THAT(rows.Get<int64_t>("direction"), Each(Call::INBOUND));
  EXPECT_THAT(rows.Get<std::string>("queue_id"), Each("sales"));
  EXPECT_THAT(rows.Get<std::string>("topic"), Each("delivery"));
  EXPECT_THAT(rows.Get<int64_t>("queued_at"), Each(1'000'000));  // the call's
  EXPECT_EQ(rows.Get<std::string>("employee_id"), (Texts{"rings", "anna", "clara"}));
  EXPECT_EQ(rows.Get<std::string>("team_id"), (Texts{"north", "north", "south"}));
  EXPECT_EQ(rows.Get<uint64_t>("line"), (Counts{3, 1, 2}));
  EXPECT_EQ(rows.Get<int64_t>("started_at"), (Numbers{1'000'000, 13'000'000, 50'000'000}));
  EXPECT_EQ(rows.Get<int64_t>("answered_at"), (Numbers{0, 13'345'678, 52'000'000}));
  EXPECT_EQ(rows.Get<int64_t>("ended_at"), (Numbers{0, 50'000'000, 400'000'000}));
  EXPECT_EQ(rows.Get<int64_t>("talk_ms"), (Numbers{0, 30'000, 300'000}));
  EXPECT_EQ(rows.Get<int64_t>("hold_ms"), (Numbers{0, 5'000, 0}));
  EXPECT_EQ(rows.Get<int64_t>("wrap_ms"), (Numbers{0, 7'000, 60'000}));
  EXPECT_EQ(rows.Get<int64_t>("transfer"), (Numbers{0, CallLeg::BLIND, CallLeg::NONE}));
  EXPECT_EQ(rows.Get<std::string>("to_team_id"), (Texts{"", "south", ""}));
  EXPECT_EQ(rows.Get<uint64_t>("to_line"), (Counts{0, 2, 0}));
}

TEST(Calls, WaitIsToTheAnswerElseToTheEnd) {
  struct Case {
    int64_t queued, answered, ended, wait_ms;
  };
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
  for (const Case& one : {
           Case{1'000'000, 21'000'000, 90'000'000, 20'000},
           Case{1'000'000, 21'000'999, 90'000'000, 20'000},  // whole milliseconds, cut
           Case{1'000'000, 1'000'000, 90'000'000, 0},
           Case{1'000'000, 0, 6'000'000, 5'000},
           Case{1'000'000, 0, 0, -1},           // no end told
           Case{0, 5'000'000, 9'000'000, -1},   // never queued
           Case{9'000'000, 5'000'000, 0, -1},   // answered before it queued
           Case{9'000'000, 0, 5'000'000, -1},   // ended before it queued
           Case{-5, 5'000'000, 9'000'000, -1},  // what no column can hold is not told
           Case{1'000'000, kMost, 6'000'000, 5'000},
           Case{1'000'000, kLeast, kMost, -1},
           Case{kLeast, kMost, kMost, -1},
       }) {
    Event event = EventOf(kTransferred);
    event.mutable_call()->set_queued_at(one.queued);
    event.mutable_call()->set_answered_at(one.answered);
    event.mutable_call()->set_ended_at(one.ended);
    EXPECT_EQ(CallRows(event).Get<int64_t>("wait_ms"), Numbers{one.wait_ms})
        << one.queued << ' ' << one.answered << ' ' << one.ended;
  }
}

TEST(Calls, WhatAColumnCannotHoldIsNotTold) {
  Event event = EventOf(kTransferred);
  Call& call = *event.mutable_call();
  call.set_direction(static_cast<Call::Direction>(7));
  call.set_end(static_cast<Call::End>(300));
  call.set_ended_by(static_cast<Call::EndedBy>(-1));
  call.set_ivr_ms(-4);
  call.clear_resolved();
  call.mutable_speech()->set_agent_ms(std::numeric_limits<int64_t>::max());
  call.mutable_speech()->set_silence_ms(-1);
  CallLeg& leg = *call.mutable_legs(1);
  leg.set_line(256);
  leg.set_talk_ms(std::numeric_limits<int64_t>::max());
  leg.set_hold_ms(std::numeric_limits<int64_t>::min());
  leg.set_transfer(static_cast<CallLeg::Transfer>(9));
  leg.set_started_at(-1);
  leg.set_ended_at(7'258'118'400'000'000);  // 2200
  const auto row = CallRows(event);
  EXPECT_EQ(row.Get<int64_t>("direction"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("end"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("ended_by"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("ivr_ms"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("resolved"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("speech_agent_ms"), Numbers{86'400'000});
  EXPECT_EQ(row.Get<int64_t>("speech_silence_ms"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("talk_ms"), Numbers{86'400'000 + 300'000});
  EXPECT_EQ(row.Get<uint64_t>("line"), Counts{0});
  EXPECT_EQ(row.Get<uint64_t>("highest_line"), Counts{2});
  EXPECT_EQ(row.Get<uint64_t>("transfers"), Counts{0});
  const auto legs = LegRows(event);
  EXPECT_EQ(legs.Get<int64_t>("talk_ms")[1], 86'400'000);
  EXPECT_EQ(legs.Get<int64_t>("hold_ms")[1], 0);
  EXPECT_EQ(legs.Get<int64_t>("transfer")[1], 0);
  EXPECT_EQ(legs.Get<int64_t>("started_at")[1], 0);
  EXPECT_EQ(legs.Get<int64_t>("ended_at")[1], 0);
  EXPECT_EQ(legs.Get<std::string>("to_team_id")[1], "");
}

TEST(Calls, PurposeIsRealUnlessTold) {
  Event event = EventOf(kTransferred);
  EXPECT_EQ(CallRows(event).Get<int64_t>("purpose"), Numbers{Event::REAL});
  event.set_purpose(Event::MYSTERY);
  EXPECT_EQ(CallRows(event).Get<int64_t>("purpose"), Numbers{Event::MYSTERY});
  event.set_purpose(static_cast<Event::Purpose>(9));  // of a later schema: counts nowhere
  EXPECT_EQ(CallRows(event).Get<int64_t>("purpose"), Numbers{Event::TEST});
}

TEST(Calls, IdsAreKeptByteByByte) {
  Event event = EventOf(kTransferred);
  const std::string queue("a\0b\n\t'\\", 7);
  event.mutable_call()->set_queue_id(queue);
  event.mutable_call()->mutable_legs(0)->set_employee_id(std::string(1, '\0'));
  EXPECT_EQ(CallRows(event).Get<std::string>("queue_id"), Texts{queue});
  EXPECT_EQ(LegRows(event).Get<std::string>("employee_id")[0], std::string(1, '\0'));
}

TEST(Calls, AnyNumberOfLegs) {
  Event event = EventOf(kTransferred);
  event.mutable_call()->clear_legs();
  EXPECT_EQ(CallRows(event).Get<uint64_t>("legs"), Counts{0});
  EXPECT_EQ(CallRows(event).Get<std::string>("employee_id"), Texts{""});
  EXPECT_EQ(BlocksOf(Calls(), event)[1].rows(), 0U);
  for (int i = 0; i < 70'000; ++i) {
    CallLeg& leg = *event.mutable_call()->add_legs();
    leg.set_talk_ms(86'400'000);
    leg.set_transfer(CallLeg::BLIND);
  }
  const auto row = CallRows(event);
  EXPECT_EQ(row.Get<uint64_t>("legs"), Counts{65'535});
  EXPECT_EQ(row.Get<uint64_t>("transfers"), Counts{65'535});
  EXPECT_EQ(row.Get<int64_t>("talk_ms"), Numbers{70'000 * int64_t{86'400'000}});
  const auto legs = LegRows(event);
  EXPECT_EQ(legs.rows, 70'000U);
  EXPECT_EQ(legs.Get<uint64_t>("row").back(), 70'000U);
  EXPECT_EQ(legs.Get<uint64_t>("leg").back(), 65'535U);
}

// Bytes flipped, cut and doubled at random: whatever still decodes gives whole rows whose enums
// the table knows.
TEST(Calls, AnyBytesThatDecodeGiveWholeRows) {
  const std::string good = EventOf(kTransferred).SerializeAsString();
  const google::protobuf::LogSilencer quiet;  // of bytes that do not decode
  std::mt19937 random(20260328);
  int decoded = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = good;
    for (int change = 0; change < 3; ++change) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    Event event;
    if (!event.ParseFromString(bytes) || !event.has_call()) continue;
    ++decoded;
    const auto blocks = BlocksOf(Calls(), event);
    ASSERT_EQ(blocks[0].rows(), 1U);
    ASSERT_EQ(blocks[1].rows(), static_cast<size_t>(event.call().legs_size()));
    const auto row = ReadBack(blocks[0]);
    ASSERT_LE(row.Get<int64_t>("end")[0], Call::NO_ANSWER);
    ASSERT_GE(row.Get<int64_t>("end")[0], 0);
    ASSERT_GE(row.Get<int64_t>("wait_ms")[0], -1);
    ASSERT_GE(row.Get<int64_t>("talk_ms")[0], 0);
  }
  EXPECT_GT(decoded, 1'000);
}

}  // namespace
}  // namespace clientele::projections::calls
