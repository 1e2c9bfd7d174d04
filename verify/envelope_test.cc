// Every rule of the envelope, and that the runner, which has them a second time, says the same of
// records that were damaged at random.
#include "verify/envelope.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "base/entity.h"
#include "projections/runner/decode.h"

namespace clientele::verify {
namespace {

using event::v1::Event;

constexpr int32_t kPartitions = 8;

Event GoodEvent() {
  Event event;
  event.set_event_id("01890a5d-ac96-774b-bcce-b302099a8057");
  event.set_tenant("main");
  event.set_occurred_at(1'800'000'000'000'000);
  event.set_entity_id("call-1");
  event.mutable_call()->set_call_id("call-1");
  event.mutable_call()->set_queue_id("sales");
  return event;
}

std::string KeyOf(const Event& event) {
  std::string key;
  base::AppendKafkaKey({event.tenant(), base::EntityKindOf(event), event.entity_id()}, key);
  return key;
}

kafka::Record RecordOf(std::string_view key, std::string_view value) {
  return {{base::PartitionOf(key, kPartitions)}, {7}, 1'800'000'000'000, key, value};
}

std::string ReasonOf(const Event& told, const std::string& key) {
  Event event;
  const std::string value = told.SerializeAsString();
  return std::string(ReadEvent(RecordOf(key, value), kPartitions, event).reason);
}

std::string ReasonOf(const Event& told) { return ReasonOf(told, KeyOf(told)); }

TEST(Envelope, GoodOnes) {
  EXPECT_EQ(ReasonOf(GoodEvent()), "");
  Event event = GoodEvent();
  event.mutable_retraction()->set_kind(21);
  event.mutable_retraction()->set_revision(0);
  EXPECT_EQ(ReasonOf(event), "");
  Event read;
  const std::string value = event.SerializeAsString();
  const std::string key = KeyOf(event);
  EXPECT_EQ(ReadEvent(RecordOf(key, value), kPartitions, read).entity_kind, 21U);
}

TEST(Envelope, EveryBrokenRule) {
  Event event = GoodEvent();
  event.mutable_call()->set_topic(std::string(1'048'576, 'x'));
  EXPECT_EQ(ReasonOf(event), "OVERSIZE");
  event = GoodEvent();
  event.clear_tenant();
  EXPECT_EQ(ReasonOf(event), "NO_TENANT");
  event.set_tenant(std::string(65, 'x'));
  EXPECT_EQ(ReasonOf(event), "NO_TENANT");
  event = GoodEvent();
  event.clear_entity_id();
  EXPECT_EQ(ReasonOf(event), "NO_ENTITY");
  event = GoodEvent();
  event.set_occurred_at(0);
  EXPECT_EQ(ReasonOf(event), "NO_OCCURRED_AT");
  event.set_occurred_at(-1);
  EXPECT_EQ(ReasonOf(event), "OCCURRED_AT_OUTSIDE");
  event.set_occurred_at(7'258'118'400'000'000);
  EXPECT_EQ(ReasonOf(event), "OCCURRED_AT_OUTSIDE");
  event = GoodEvent();
  const std::string key = KeyOf(event);
  event.clear_call();
  EXPECT_EQ(ReasonOf(event, key), "NO_PAYLOAD");
  event.mutable_retraction()->set_kind(21);
  EXPECT_EQ(ReasonOf(event), "BAD_RETRACTION");
  event.mutable_retraction()->set_revision(1);
  event.mutable_retraction()->set_kind(27);
  EXPECT_EQ(ReasonOf(event), "BAD_RETRACTION");
  event = GoodEvent();
  EXPECT_EQ(ReasonOf(event, ""), "KEY_MISMATCH");
  EXPECT_EQ(ReasonOf(event, key + "x"), "KEY_MISMATCH");
}

TEST(Envelope, BytesThatAreNoEvent) {
  Event event;
  const std::string key = KeyOf(GoodEvent());
  EXPECT_EQ(ReadEvent(RecordOf(key, "\xff\xff\xff"), kPartitions, event).reason, "UNDECODABLE");
  // Field 2, tenant, of two bytes that are not UTF-8.
  EXPECT_EQ(ReadEvent(RecordOf(key, "\x12\x02\xff\xfe"), kPartitions, event).reason, "BAD_UTF8");
  const std::string value = GoodEvent().SerializeAsString();
  kafka::Record elsewhere = RecordOf(key, value);
  elsewhere.partition.value = (elsewhere.partition.value + 1) % kPartitions;
  EXPECT_EQ(ReadEvent(elsewhere, kPartitions, event).reason, "WRONG_PARTITION");
}

TEST(Envelope, AKindOfALaterBuildIsAnEvent) {
  Event event = GoodEvent();
  event.clear_call();
  event.GetReflection()->MutableUnknownFields(&event)->AddLengthDelimited(63, "later");
  std::string key;
  base::AppendKafkaKey({"main", 63, "call-1"}, key);
  const std::string value = event.SerializeAsString();
  Event read;
  const Reading reading = ReadEvent(RecordOf(key, value), kPartitions, read);
  EXPECT_EQ(reading.reason, "");
  EXPECT_TRUE(reading.unknown_kind);
  EXPECT_EQ(reading.entity_kind, 63U);
}

TEST(Envelope, TheRunnerSaysTheSameOfDamagedRecords) {
  std::mt19937_64 random(20261126);
  const std::string whole = GoodEvent().SerializeAsString();
  const std::string good_key = KeyOf(GoodEvent());
  std::map<std::string, int> reasons;
  for (int i = 0; i < 200'000; ++i) {
    std::string value = whole;
    std::string key = good_key;
    for (uint64_t change = random() % 3; change > 0; --change) {
      std::string& bytes = random() % 8 == 0 ? key : value;
      const size_t at = random() % bytes.size();
      switch (random() % 3) {
        case 0:
          bytes[at] = static_cast<char>(random());
          break;
        case 1:
          bytes.erase(at, 1 + random() % 3);
          break;
        default:
          bytes.insert(at, 1, static_cast<char>(random()));
      }
      if (bytes.empty()) bytes = "x";
    }
    const kafka::Record record = RecordOf(key, value);
    Event ours;
    Event theirs;
    const Reading reading = ReadEvent(record, kPartitions, ours);
    const auto verdict = projections::runner::Decode(record, kPartitions, theirs);
    const auto name = projections::runner::ReasonName(verdict.reason);
    ASSERT_EQ(reading.reason.empty() ? "NONE" : reading.reason, name) << i;
    ++reasons[std::string(name)];
    if (!reading.reason.empty()) continue;
    ASSERT_EQ(reading.entity_kind, verdict.entity_kind) << i;
    ASSERT_EQ(reading.unknown_kind, verdict.unknown_kind) << i;
  }
  EXPECT_GE(reasons.size(), 8U) << "the damage is too small to try the rules";
}

TEST(Envelope, GenesisRecords) {
  log::v1::Genesis genesis;
  genesis.set_magic("clientele.genesis.v1");
  genesis.set_log_id("01890a5d-ac96-774b-bcce-b302099a8057");
  const std::string value = genesis.SerializeAsString();
  EXPECT_EQ(ReadGenesis("", value)->log_id(), genesis.log_id());
  EXPECT_FALSE(ReadGenesis("key", value));
  EXPECT_FALSE(ReadGenesis("", "poison"));
  EXPECT_FALSE(ReadGenesis("", ""));
  genesis.set_magic("another");
  EXPECT_FALSE(ReadGenesis("", genesis.SerializeAsString()));
}

}  // namespace
}  // namespace clientele::verify
