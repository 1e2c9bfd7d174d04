// What people see of the quarantine, and what may be appended again.
#include "projections/runner/quarantine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/entity.h"
#include "base/hash.h"
#include "projections/runner/fakes/rig.h"

namespace clientele::projections::runner {
namespace {

using base::Code;
using kafka::LogReader;
using testing::HasSubstr;
using testing::Not;

constexpr int32_t kTwoPartitions = 2;

LogReader::OwnedRecord RecordOf(std::string key, std::string value) {
  const int32_t home = base::PartitionOf(key, kTwoPartitions);
  return {{home}, {42}, 7, std::move(key), std::move(value)};
}

LogReader::OwnedRecord NoTenant() {
  auto event = Rig::Call("c-1", 0, kDay);
  event.clear_tenant();
  return RecordOf(Rig::KeyOf(event), event.SerializeAsString());
}

TEST(DescribeRecord, SaysWhyAndShowsTheEvent) {
  const std::string text = DescribeRecord(NoTenant(), kTwoPartitions);
  EXPECT_THAT(text, HasSubstr("offset 42\nreason: NO_TENANT, tenant: 0 bytes, must be 1 to 64\n"));
  EXPECT_THAT(text, HasSubstr("\"entityId\": \"c-1\""));
  EXPECT_THAT(text,
              HasSubstr(fmt::format("value: {} bytes\n  000000  30 ", NoTenant().value.size())));
}

TEST(DescribeRecord, ShowsBytesThatAreNoEvent) {
  const std::string text = DescribeRecord(RecordOf("k", "ab\xff\x1b[2J\n"), kTwoPartitions);
  EXPECT_THAT(text, HasSubstr("reason: UNDECODABLE"));
  EXPECT_THAT(text,
              HasSubstr("  000000  61 62 ff 1b 5b 32 4a 0a                          ab..[2J."));
  EXPECT_THAT(text, Not(HasSubstr("event:")));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(DescribeRecord, CutsWhatIsLong) {
  const std::string text =
      DescribeRecord(RecordOf("k", std::string(20'000'000, 'x')), kTwoPartitions);
  EXPECT_LT(text.size(), 10'000U);
  EXPECT_THAT(text, HasSubstr("  ... 19998976 more bytes\n"));
}

TEST(DescribeRecord, KnowsWhatIsNotInQuarantine) {
  const auto event = Rig::Call("c-1", 0, kDay);
  EXPECT_THAT(
      DescribeRecord(RecordOf(Rig::KeyOf(event), event.SerializeAsString()), kTwoPartitions),
      HasSubstr("a good event, not in quarantine"));
}

// Nothing that an event says may move a terminal.
TEST(DescribeRecord, TextOfAnEventMovesNoTerminal) {
  auto event = Rig::Call("c-1", 0, kDay);
  event.mutable_call()->set_topic(
      "\x1b[2J\x7f\xc2\x9b"
      "2J");
  const std::string text =
      DescribeRecord(RecordOf(Rig::KeyOf(event), event.SerializeAsString()), kTwoPartitions);
  EXPECT_THAT(text, HasSubstr("\"topic\": \""));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\x7f")));
  EXPECT_THAT(text, Not(HasSubstr("\xc2\x9b")));
}

TEST(RepairRecord, AWrongKeyNeedsNoBytes) {
  const auto event = Rig::Call("c-1", 0, kDay);
  const auto repaired =
      RepairRecord(RecordOf("wrong", event.SerializeAsString()), std::nullopt, kTwoPartitions);
  ASSERT_TRUE(repaired);
  EXPECT_EQ(repaired->key, Rig::KeyOf(event));
  EXPECT_EQ(repaired->value, event.SerializeAsString());
  EXPECT_EQ(repaired->partition.value, base::PartitionOf(repaired->key, kTwoPartitions));
}

TEST(RepairRecord, RepairedBytesGetTheirOwnKey) {
  const auto event = Rig::Call("c-2", 0, kDay);
  const auto repaired = RepairRecord(NoTenant(), event.SerializeAsString(), kTwoPartitions);
  ASSERT_TRUE(repaired);
  EXPECT_EQ(repaired->key, Rig::KeyOf(event));
  const auto retraction = Rig::Retraction("c-2", 1);
  EXPECT_EQ(RepairRecord(NoTenant(), retraction.SerializeAsString(), kTwoPartitions)->key,
            Rig::KeyOf(event));
}

TEST(RepairRecord, AKindOfALaterSchemaKeepsTheKindOfItsKey) {
  auto event = Rig::Call("c-1", 0, kDay);
  event.clear_call();
  const std::string later = event.SerializeAsString() + std::string("\x9a\x06\x04then", 7);
  std::string key;
  base::AppendKafkaKey({"other", 99, "c-1"}, key);
  const auto repaired = RepairRecord(RecordOf(key, later), std::nullopt, kTwoPartitions);
  ASSERT_TRUE(repaired) << repaired.error().message;
  EXPECT_EQ(base::ParseKafkaKey(repaired->key)->kind, 99U);
  EXPECT_EQ(base::ParseKafkaKey(repaired->key)->tenant, "main");
}

TEST(RepairRecord, WhatWouldGoToQuarantineAgainIsRefused) {
  const auto as_it_is = RepairRecord(NoTenant(), std::nullopt, kTwoPartitions);
  ASSERT_FALSE(as_it_is);
  EXPECT_EQ(as_it_is.error().code, Code::kInvalidArgument);
  EXPECT_EQ(as_it_is.error().message,
            "the record as it is: would go to quarantine again: NO_TENANT, tenant: 0 bytes, must "
            "be 1 to 64");
  const auto bytes = RepairRecord(NoTenant(), "\xff", kTwoPartitions);
  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.error().message,
            "the repaired bytes: would go to quarantine again: UNDECODABLE, value: 1 bytes are no "
            "clientele.event.v1.Event");
}

TEST(RepairRecord, WhatIsNotInQuarantineIsRefused) {
  const auto event = Rig::Call("c-1", 0, kDay);
  const auto repaired = RepairRecord(RecordOf(Rig::KeyOf(event), event.SerializeAsString()),
                                     std::nullopt, kTwoPartitions);
  ASSERT_FALSE(repaired);
  EXPECT_EQ(repaired.error().code, Code::kFailedPrecondition);
  Rig rig(1);
  const auto genesis = rig.log.ReadAt(kafka::kEventsTopic, {0}, {0});
  EXPECT_FALSE(RepairRecord(*genesis, std::nullopt, 1));
}

// As `clientele quarantine retry` does it: the repaired event lands, the old offset stays.
TEST(RepairRecord, TheRepairedEventLands) {
  Rig rig(1);
  auto event = Rig::Call("c-1", 0, kDay);
  const int64_t offset = rig.Append(0, "wrong", event.SerializeAsString());
  rig.RunToEnd();
  const auto repaired =
      RepairRecord(*rig.log.ReadAt(kafka::kEventsTopic, {0}, {offset}), std::nullopt, 1);
  ASSERT_TRUE(repaired);
  const auto delivery = rig.log.ProduceAndWait(kafka::kEventsTopic, repaired->partition,
                                               repaired->key, repaired->value, {});
  ASSERT_TRUE(delivery);
  rig.RunToEnd();
  const auto rows = rig.Rows();
  EXPECT_EQ(rows, rig.NaiveRows());
  EXPECT_EQ(rows.size(), 3U);
  EXPECT_EQ(rig.QuarantineReasons(), std::vector<std::string>{"KEY_MISMATCH"});
  rig.ExpectAllAccountedFor();
}

TEST(ListQuarantine, AnUnknownReasonIsNamed) {
  FaultPlan faults;
  InMemoryStore store(faults);
  const auto listed = ListQuarantine(store, "NO_REASON", 10);
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().code, Code::kInvalidArgument);
  EXPECT_THAT(listed.error().message, HasSubstr("there are OVERSIZE, UNDECODABLE, BAD_UTF8"));
  EXPECT_TRUE(ListQuarantine(store, "BAD_UTF8", 10)->empty());
}

}  // namespace
}  // namespace clientele::projections::runner
