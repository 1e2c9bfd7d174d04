// Every reason for quarantine, by the bytes that bring it about, and what is no reason.
#include "projections/runner/decode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "base/entity.h"
#include "base/hash.h"

namespace clientele::projections::runner {
namespace {

using event::v1::Event;
using testing::HasSubstr;

constexpr int32_t kPartitions = 4;
constexpr int64_t kNoon = 1'795'000'000'000'000;

Event GoodCall() {
  Event event;
  event.set_tenant("main");
  event.set_entity_id("c-1");
  event.set_occurred_at(kNoon);
  event.mutable_call()->set_call_id("c-1");
  return event;
}

std::string KeyOf(std::string_view tenant, uint32_t kind, std::string_view entity) {
  std::string key;
  base::AppendKafkaKey({tenant, kind, entity}, key);
  return key;
}

std::string KeyOf(const Event& event) {
  return KeyOf(event.tenant(), base::EntityKindOf(event), event.entity_id());
}

struct Decoded {
  Verdict verdict;
  Event event;
};

// As a record in the partition where the key belongs.
Decoded DecodeBytes(const std::string& key, const std::string& value) {
  Decoded decoded;
  const kafka::Record record{{base::PartitionOf(key, kPartitions)}, {7}, 1, key, value};
  decoded.verdict = Decode(record, kPartitions, decoded.event);
  return decoded;
}

Decoded DecodeEvent(const Event& event) {
  return DecodeBytes(KeyOf(event), event.SerializeAsString());
}

void ExpectBad(const Decoded& decoded, Reason reason, std::string_view detail) {
  EXPECT_EQ(ReasonName(decoded.verdict.reason), ReasonName(reason));
  EXPECT_EQ(decoded.verdict.detail, detail);
  EXPECT_EQ(decoded.verdict.entity_kind, 0U);
}

void ExpectGood(const Decoded& decoded) {
  EXPECT_EQ(ReasonName(decoded.verdict.reason), "NONE") << decoded.verdict.detail;
  EXPECT_EQ(decoded.verdict.detail, "");
}

// A length-delimited field, written by hand.
std::string Field(int number, std::string_view bytes) {
  std::string out;
  for (uint32_t tag = static_cast<uint32_t>(number) << 3 | 2; tag != 0; tag >>= 7) {
    out += static_cast<char>((tag & 0x7f) | (tag > 0x7f ? 0x80 : 0));
  }
  out += static_cast<char>(bytes.size());
  return out += bytes;
}

TEST(Decode, AGoodEventIsGood) {
  const auto decoded = DecodeEvent(GoodCall());
  ExpectGood(decoded);
  EXPECT_EQ(decoded.verdict.entity_kind, 21U);
  EXPECT_FALSE(decoded.verdict.unknown_kind);
  EXPECT_EQ(decoded.event.SerializeAsString(), GoodCall().SerializeAsString());
}

TEST(Decode, AnEventOfTheGreatestSizeIsGoodOneByteMoreIsNot) {
  Event event = GoodCall();
  event.mutable_call()->set_topic("x");
  const size_t rest = event.ByteSizeLong() - 1;
  // The topic's length and the call's take more bytes when the text is long: two each.
  event.mutable_call()->set_topic(std::string(kMostValueBytes - rest - 4, 'x'));
  ASSERT_EQ(event.ByteSizeLong(), kMostValueBytes);
  ExpectGood(DecodeEvent(event));
  event.mutable_call()->mutable_topic()->push_back('x');
  ExpectBad(DecodeEvent(event), Reason::kOversize, "value: 1048577 bytes, must be at most 1048576");
}

TEST(Decode, TwentyMegabytesAreNotParsed) {
  ExpectBad(DecodeBytes("k", std::string(size_t{20} << 20, '\x0a')), Reason::kOversize,
            "value: 20971520 bytes, must be at most 1048576");
}

TEST(Decode, BytesThatAreNoEventAreUndecodable) {
  ExpectBad(DecodeBytes("k", "\xff\xff\xff\xff"), Reason::kUndecodable,
            "value: 4 bytes are no clientele.event.v1.Event");
  // Cut in the middle.
  const std::string whole = GoodCall().SerializeAsString();
  ExpectBad(DecodeBytes(KeyOf(GoodCall()), whole.substr(0, whole.size() - 2)), Reason::kUndecodable,
            "value: 26 bytes are no clientele.event.v1.Event");
  ExpectBad(DecodeBytes("k", "INSERT INTO x VALUES\n\nDROP DATABASE clientele\n"),
            Reason::kUndecodable, "value: 46 bytes are no clientele.event.v1.Event");
}

TEST(Decode, TextThatIsNotUtf8NamesItsField) {
  const std::string bad = "\xc3\x28";
  std::string value = GoodCall().SerializeAsString() + Field(2, bad);
  ExpectBad(DecodeBytes(KeyOf(GoodCall()), value), Reason::kBadUtf8, "tenant: is not UTF-8");
  // In a message within a repeated field.
  value =
      GoodCall().SerializeAsString() +
      Field(Event::kCallFieldNumber, Field(event::v1::Call::kLegsFieldNumber,
                                           Field(event::v1::CallLeg::kEmployeeIdFieldNumber, bad)));
  ExpectBad(DecodeBytes(KeyOf(GoodCall()), value), Reason::kBadUtf8,
            "call.legs[0].employee_id: is not UTF-8");
}

TEST(Decode, EveryKindOfWrongUtf8IsFound) {
  for (const std::string bad :
       {"\x80", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80", "\xe2\x82"}) {
    const std::string value = GoodCall().SerializeAsString() + Field(11, bad);
    ExpectBad(DecodeBytes(KeyOf(GoodCall()), value), Reason::kBadUtf8, "entity_id: is not UTF-8");
  }
}

TEST(Decode, ATenantIsNeeded) {
  Event event = GoodCall();
  event.clear_tenant();
  ExpectBad(DecodeEvent(event), Reason::kNoTenant, "tenant: 0 bytes, must be 1 to 64");
  event.set_tenant(std::string(64, 't'));
  ExpectGood(DecodeEvent(event));
  event.set_tenant(std::string(65, 't'));
  ExpectBad(DecodeEvent(event), Reason::kNoTenant, "tenant: 65 bytes, must be 1 to 64");
}

TEST(Decode, AnEntityIsNeeded) {
  Event event = GoodCall();
  event.clear_entity_id();
  ExpectBad(DecodeEvent(event), Reason::kNoEntity, "entity_id: 0 bytes, must be 1 to 512");
  event.set_entity_id(std::string(512, 'e'));
  ExpectGood(DecodeEvent(event));
  event.set_entity_id(std::string(513, 'e'));
  ExpectBad(DecodeEvent(event), Reason::kNoEntity, "entity_id: 513 bytes, must be 1 to 512");
}

TEST(Decode, TheMomentMustFitTheTables) {
  Event event = GoodCall();
  event.set_occurred_at(0);
  ExpectBad(DecodeEvent(event), Reason::kNoOccurredAt, "occurred_at: is not set");
  event.set_occurred_at(-1);
  ExpectBad(DecodeEvent(event), Reason::kOccurredAtOutside,
            "occurred_at: -1 microseconds, must be after 1970 and before 2200");
  event.set_occurred_at(kOccurredAtEnd);
  ExpectBad(DecodeEvent(event), Reason::kOccurredAtOutside,
            "occurred_at: 7258118400000000 microseconds, must be after 1970 and before 2200");
  for (const int64_t good : {int64_t{1}, kOccurredAtEnd - 1}) {
    event.set_occurred_at(good);
    ExpectGood(DecodeEvent(event));
  }
}

TEST(Decode, APayloadIsNeeded) {
  Event event = GoodCall();
  event.clear_call();
  ExpectBad(DecodeBytes(KeyOf("main", 21, "c-1"), event.SerializeAsString()), Reason::kNoPayload,
            "payload: is not set");
}

TEST(Decode, ARetractionSaysWhatItRetracts) {
  Event event = GoodCall();
  event.mutable_retraction()->set_kind(21);
  event.mutable_retraction()->set_entity_id("c-1");
  ExpectBad(DecodeEvent(event), Reason::kBadRetraction, "retraction.revision: is not set");
  event.mutable_retraction()->set_revision(0);
  ExpectGood(DecodeEvent(event));
  EXPECT_EQ(DecodeEvent(event).verdict.entity_kind, 21U);
  event.mutable_retraction()->set_kind(0);
  ExpectBad(DecodeEvent(event), Reason::kBadRetraction, "retraction.kind: 0 cannot be retracted");
  event.mutable_retraction()->set_kind(27);
  ExpectBad(DecodeEvent(event), Reason::kBadRetraction, "retraction.kind: 27 cannot be retracted");
}

TEST(Decode, TheKeyIsTheEntitys) {
  const std::string value = GoodCall().SerializeAsString();
  ExpectBad(DecodeBytes("", value), Reason::kKeyMismatch, "kafka key: empty");
  ExpectBad(DecodeBytes("\x09main", value), Reason::kKeyMismatch, "kafka key: 5 bytes are too few");
  const std::string differs =
      "key: names kind 21, the event kind 21; tenants or entities may differ";
  ExpectBad(DecodeBytes(KeyOf("main", 21, "c-2"), value), Reason::kKeyMismatch, differs);
  ExpectBad(DecodeBytes(KeyOf("other", 21, "c-1"), value), Reason::kKeyMismatch, differs);
  ExpectBad(DecodeBytes(KeyOf("main", 20, "c-1"), value), Reason::kKeyMismatch,
            "key: names kind 20, the event kind 21; tenants or entities may differ");
}

TEST(Decode, ThePartitionIsTheKeys) {
  const std::string key = KeyOf(GoodCall());
  const std::string value = GoodCall().SerializeAsString();
  const int32_t home = base::PartitionOf(key, kPartitions);
  const int32_t other = (home + 1) % kPartitions;
  Event event;
  const Verdict verdict = Decode({{other}, {0}, 0, key, value}, kPartitions, event);
  EXPECT_EQ(verdict.reason, Reason::kWrongPartition);
  EXPECT_EQ(verdict.detail, fmt::format("key: belongs to partition {}, not {}", home, other));
}

TEST(Decode, AKindOfALaterSchemaIsKept) {
  Event event = GoodCall();
  event.clear_call();
  const std::string later = Field(99, "what is told then");
  const std::string value = event.SerializeAsString() + later;
  const auto decoded = DecodeBytes(KeyOf("main", 99, "c-1"), value);
  ExpectGood(decoded);
  EXPECT_TRUE(decoded.verdict.unknown_kind);
  EXPECT_EQ(decoded.verdict.entity_kind, 99U);
  EXPECT_THAT(decoded.event.SerializeAsString(), HasSubstr(later));
  // The key names another kind than is there.
  ExpectBad(DecodeBytes(KeyOf("main", 98, "c-1"), value), Reason::kNoPayload,
            "payload: is not set");
}

TEST(Decode, UnknownFieldsOfALaterSchemaAreKept) {
  const std::string later = Field(700, "of the envelope");
  const std::string value = GoodCall().SerializeAsString() + later;
  const auto decoded = DecodeBytes(KeyOf(GoodCall()), value);
  ExpectGood(decoded);
  EXPECT_FALSE(decoded.verdict.unknown_kind);
  EXPECT_THAT(decoded.event.SerializeAsString(), HasSubstr(later));
}

// Ingest refuses it; what is in the log is projected as it is, and the id is not cut.
TEST(Decode, ANulInAnIdIsPartOfIt) {
  Event event = GoodCall();
  event.set_entity_id(std::string("c\0x", 3));
  const auto decoded = DecodeEvent(event);
  ExpectGood(decoded);
  EXPECT_EQ(decoded.event.entity_id().size(), 3U);
}

TEST(Decode, WhatWasInTheEventBeforeIsGone) {
  Event event = GoodCall();
  event.mutable_call()->set_topic("old");
  const std::string key = KeyOf(GoodCall());
  const std::string value = GoodCall().SerializeAsString();
  const kafka::Record record{{base::PartitionOf(key, kPartitions)}, {0}, 0, key, value};
  EXPECT_EQ(Decode(record, kPartitions, event).reason, Reason::kNone);
  EXPECT_EQ(event.call().topic(), "");
}

TEST(Decode, EveryReasonHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(Reason::kWrongPartition); ++i) {
    names.insert(ReasonName(static_cast<Reason>(i)));
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(Reason::kWrongPartition) + 1);
}

// Random bytes and mutated events: a verdict, whatever they are.
TEST(Decode, AnyBytesGetAVerdict) {
  std::minstd_rand random(1);
  const std::string good = GoodCall().SerializeAsString();
  std::set<Reason> met;
  for (int i = 0; i < 20'000; ++i) {
    std::string value = i % 2 == 0 ? good : std::string(random() % 40, '\0');
    for (char& byte : value) {
      if (i % 2 == 1 || random() % 12 == 0) byte = static_cast<char>(random());
    }
    met.insert(DecodeBytes(KeyOf(GoodCall()), value).verdict.reason);
  }
  EXPECT_GE(met.size(), 5U);
}

}  // namespace
}  // namespace clientele::projections::runner
