// Which rows a case gives, and that any bytes that decode give rows that fit.
#include "projections/cases/cases.h"

#include <gmock/gmock.h>
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "projections/projected.h"

namespace clientele::projections::cases {
namespace {

using event::v1::Case;
using event::v1::Event;
using testing::Each;

using Numbers = std::vector<int64_t>;
using Counts = std::vector<uint64_t>;
using Texts = std::vector<std::string>;

constexpr int64_t kOpen = 7'258'118'400'000'000;

const Projection& Cases() {
  static const auto projection = MakeCases();
  return *projection;
}

clickhouse::Block CaseRows(const Event& event) { return ReadBack(BlocksOf(Cases(), event)[0]); }
clickhouse::Block MomentRows(const Event& event) { return ReadBack(BlocksOf(Cases(), event)[1]); }

const char* const kCase = R"({
  "tenant":"main","customer_id":"5f0c7a3e-0000-4000-8000-000000000001","occurred_at":"1000000",
  "entity_id":"k","case":{"case_id":"k","type":"complaint","priority":"high","topic":"delivery",
  "opened_at":"1000000","first_response_at":"3000000","informed_at":["4000000","9000000"],
  "reopened_at":["11000000","12000000"],"resolved_at":"14500500","due_at":"15000000",
  "state":"resolved","root_cause":"courier","fault_side":"THIRD","compensation_minor":"500",
  "currency":"EUR","owner":"clara","team":"south"}})";

TEST(Cases, ACaseIsOneRow) {
  const auto row = CaseRows(EventOf(kCase));
  ASSERT_EQ(row.rows, 1U);
  EXPECT_EQ(row.Get<std::string>("case_id"), Texts{"k"});
  EXPECT_EQ(row.Get<std::string>("type"), Texts{"complaint"});
  EXPECT_EQ(row.Get<std::string>("priority"), Texts{"high"});
  EXPECT_EQ(row.Get<std::string>("topic"), Texts{"delivery"});
  EXPECT_EQ(row.Get<int64_t>("opened_at"), Numbers{1'000'000});
  EXPECT_EQ(row.Get<int64_t>("first_response_at"), Numbers{3'000'000});
  EXPECT_EQ(row.Get<int64_t>("resolved_at"), Numbers{14'500'500});
  EXPECT_EQ(row.Get<int64_t>("due_at"), Numbers{15'000'000});
  EXPECT_EQ(row.Get<int64_t>("closed_at"), Numbers{14'500'500});
  EXPECT_EQ(row.Get<int64_t>("resolution_ms"), Numbers{13'500});
  EXPECT_EQ(row.Get<int64_t>("longest_gap_ms"), Numbers{5'000});  // from 4 to 9 s
  EXPECT_EQ(row.Get<uint64_t>("times_informed"), Counts{2});
  EXPECT_EQ(row.Get<uint64_t>("times_reopened"), Counts{2});
  EXPECT_EQ(row.Get<std::string>("state"), Texts{"resolved"});
  EXPECT_EQ(row.Get<std::string>("root_cause"), Texts{"courier"});
  EXPECT_EQ(row.Get<int64_t>("fault_side"), Numbers{Case::THIRD});
  EXPECT_EQ(row.Get<uint64_t>("compensation_told"), Counts{1});
  EXPECT_EQ(row.Get<int64_t>("compensation_minor"), Numbers{500});
  EXPECT_EQ(row.Get<std::string>("currency"), Texts{"EUR"});
  EXPECT_EQ(row.Get<std::string>("owner"), Texts{"clara"});
  EXPECT_EQ(row.Get<std::string>("team"), Texts{"south"});
}

TEST(Cases, EveryToldMomentIsOneRow) {
  const auto rows = MomentRows(EventOf(kCase));
  EXPECT_EQ(rows.Get<uint64_t>("row"), (Counts{1, 2, 3, 4, 5, 6, 7}));  // 0 is the case's
  EXPECT_EQ(rows.Get<int64_t>("step"), (Numbers{1, 2, 3, 3, 4, 5, 5}));
  EXPECT_EQ(rows.Get<int64_t>("at"), (Numbers{1'000'000, 3'000'000, 4'000'000, 9'000'000,
                                              14'500'500, 11'000'000, 12'000'000}));
  EXPECT_THAT(rows.Get<std::string>("case_id"), Each("k"));
  EXPECT_THAT(rows.Get<std::string>("type"), Each("complaint"));
  EXPECT_THAT(rows.Get<std::string>("priority"), Each("high"));
  EXPECT_THAT(rows.Get<std::string>("topic"), Each("delivery"));
  EXPECT_THAT(rows.Get<std::string>("owner"), Each("clara"));
  EXPECT_THAT(rows.Get<std::string>("team"), Each("south"));
  EXPECT_EQ(MomentRows(EventOf(R"({"tenant":"main","case":{}})")).rows, 0U);
}

TEST(Cases, IsOpenUntilItIsResolvedForGood) {
  Event event = EventOf(kCase);
  Case& ticket = *event.mutable_case_();
  ticket.add_reopened_at(14'500'501);
  auto row = CaseRows(event);
  EXPECT_EQ(row.Get<int64_t>("closed_at"), Numbers{kOpen});
  EXPECT_EQ(row.Get<int64_t>("resolved_at"), Numbers{14'500'500});
  EXPECT_EQ(row.Get<int64_t>("resolution_ms"), Numbers{-1});
  EXPECT_EQ(row.Get<int64_t>("longest_gap_ms"), Numbers{-1});
  ticket.set_resolved_at(14'500'501);  // at the same moment
  EXPECT_EQ(CaseRows(event).Get<int64_t>("closed_at"), Numbers{14'500'501});
  ticket.clear_resolved_at();
  ticket.clear_reopened_at();
  EXPECT_EQ(CaseRows(event).Get<int64_t>("closed_at"), Numbers{kOpen});
  ticket.set_resolved_at(999'999);  // before it was opened
  row = CaseRows(event);
  EXPECT_EQ(row.Get<int64_t>("closed_at"), Numbers{999'999});
  EXPECT_EQ(row.Get<int64_t>("resolution_ms"), Numbers{-1});
}

// Moments before opening and after closing are no silence within the case.
TEST(Cases, TheLongestSilenceLiesWithinTheCase) {
  Event event = EventOf(R"({"tenant":"main","entity_id":"k","case":{"opened_at":"5000000",
      "resolved_at":"9000000"}})");
  Case& ticket = *event.mutable_case_();
  EXPECT_EQ(CaseRows(event).Get<int64_t>("longest_gap_ms"), Numbers{4'000});
  ticket.add_informed_at(1'000'000);
  ticket.add_informed_at(99'000'000);
  EXPECT_EQ(CaseRows(event).Get<int64_t>("longest_gap_ms"), Numbers{4'000});
  ticket.add_informed_at(6'000'000);
  EXPECT_EQ(CaseRows(event).Get<int64_t>("longest_gap_ms"), Numbers{3'000});
  ticket.set_resolved_at(5'000'000);  // at once
  EXPECT_EQ(CaseRows(event).Get<int64_t>("longest_gap_ms"), Numbers{0});
}

TEST(Cases, WhatAColumnCannotHoldIsNotTold) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  Event event = EventOf(kCase);
  Case& ticket = *event.mutable_case_();
  ticket.set_opened_at(-1);
  ticket.set_first_response_at(kMost);
  ticket.set_informed_at(0, kOpen);
  ticket.set_resolved_at(kOpen);
  ticket.set_due_at(-1);
  ticket.set_fault_side(static_cast<Case::FaultSide>(4));
  ticket.set_compensation_minor(kMost);
  const auto row = CaseRows(event);
  EXPECT_EQ(row.Get<int64_t>("opened_at"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("first_response_at"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("resolved_at"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("closed_at"), Numbers{kOpen});
  EXPECT_EQ(row.Get<int64_t>("due_at"), Numbers{0});
  EXPECT_EQ(row.Get<uint64_t>("times_informed"), Counts{1});
  EXPECT_EQ(row.Get<int64_t>("fault_side"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("compensation_minor"), Numbers{1'000'000'000'000'000});
  EXPECT_EQ(MomentRows(event).Get<int64_t>("step"), (Numbers{3, 5, 5}));
  ticket.clear_compensation_minor();
  EXPECT_EQ(CaseRows(event).Get<uint64_t>("compensation_told"), Counts{0});
}

// Bytes flipped at random: whatever still decodes as a case gives whole rows.
TEST(Cases, AnyBytesThatDecodeGiveWholeRows) {
  const std::string good = EventOf(kCase).SerializeAsString();
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
    ASSERT_EQ(CaseRows(event).rows, event.has_case_() ? 1U : 0U);
    const auto moments = MomentRows(event);
    if (moments.rows > 0) {
      ASSERT_THAT(moments.Get<int64_t>("at"), Each(testing::Gt(0)));
    }
    decoded += event.has_case_() ? 1 : 0;
  }
  EXPECT_GT(decoded, 1'000);
}

}  // namespace
}  // namespace clientele::projections::cases
