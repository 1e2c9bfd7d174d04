// Ledgers as they are written, read and checked; the fence; the log's identity; versions' roles.
#include "projections/runner/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clientele/log/v1/log.pb.h"
#include "projections/runner/active_versions.h"
#include "projections/runner/fakes/in_memory_log.h"
#include "projections/runner/fakes/in_memory_store.h"
#include "projections/runner/fakes/small_projections.h"
#include "projections/runner/genesis.h"

namespace clientele::projections::runner {
namespace {

using base::Code;
using testing::ElementsAre;
using testing::HasSubstr;

base::Uuid IdOf(uint8_t byte) {
  base::Uuid id;
  id.bytes.fill(byte);
  return id;
}

class StoreTest : public testing::Test {
 protected:
  FaultPlan faults_;
  InMemoryStore store_{faults_};
  InMemoryLog log_{faults_, 2};
  base::FakeClock clock_{1'795'000'000'000'000};
};

using LedgerTest = StoreTest;
using FenceTest = StoreTest;
using GenesisTest = StoreTest;
using RolesTest = StoreTest;

TEST_F(LedgerTest, TheGreatestNextOffsetCounts) {
  FencedStore store(store_, {"0", 7});
  const VersionName calls{"calls", 1}, later{"calls", 2};
  LedgerEntry entry{10, 1, 2, 3, IdOf(9), "hash"};
  ASSERT_TRUE(
      WriteLedgers(store, clock_, {{calls, {{0, entry}, {1, entry}}}, {later, {{0, entry}}}}));
  LedgerEntry next = entry;
  next.next_offset = 20;
  next.quarantined = 4;
  ASSERT_TRUE(WriteLedgers(store, clock_, {{calls, {{0, next}}}}));
  ASSERT_TRUE(WriteLedgers(store, clock_, {{calls, {{0, entry}}}}));  // again, late
  const auto read = ReadLedgers(store_);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->size(), 2U);
  EXPECT_EQ(read->at(calls).at(0).next_offset, 20U);
  EXPECT_EQ(read->at(calls).at(0).quarantined, 4U);
  EXPECT_EQ(read->at(calls).at(1).next_offset, 10U);
  EXPECT_EQ(read->at(calls).at(1).gaps, 1U);
  EXPECT_EQ(read->at(calls).at(1).genesis, 2U);
  EXPECT_EQ(read->at(later).at(0).log_id, IdOf(9));
  EXPECT_EQ(read->at(later).at(0).code_hash, "hash");
}

TEST_F(LedgerTest, NoEntriesAreNoInsert) {
  FencedStore store(store_, {"0", 7});
  ASSERT_TRUE(WriteLedgers(store, clock_, {}));
  EXPECT_EQ(faults_.writes(), 0U);
}

TEST(CheckLedgers, AnotherLogOrOtherCodeIsRefused) {
  const Ledgers ledgers = {{{"calls", 1}, {{3, LedgerEntry{5, 0, 1, 0, IdOf(1), "old"}}}}};
  EXPECT_TRUE(CheckLedgers(ledgers, IdOf(1), {{{"calls", 1}, "old"}}));
  // Of a version that this program does not project.
  EXPECT_TRUE(CheckLedgers(ledgers, IdOf(2), {{{"calls", 2}, "new"}}));
  const auto foreign = CheckLedgers(ledgers, IdOf(2), {{{"calls", 1}, "old"}});
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().code, Code::kFailedPrecondition);
  EXPECT_EQ(foreign.error().message,
            "calls_v1: partition 3 was projected from log 01010101-0101-0101-0101-010101010101, "
            "the topic is log 02020202-0202-0202-0202-020202020202: the topic was made anew or is "
            "another; give it back, or start with an empty store");
  const auto other = CheckLedgers(ledgers, IdOf(1), {{{"calls", 1}, "new"}});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, Code::kFailedPrecondition);
  EXPECT_EQ(other.error().message,
            "calls_v1: was projected by other code (hash old, now new): raise its version, or use "
            "the program that wrote it");
}

TEST_F(FenceTest, EpochsRiseAndAreAnnounced) {
  const LogIdentity log{IdOf(1), "keys", 2};
  for (uint64_t epoch = 0; epoch < 2; ++epoch) {
    const auto fence = TakeOver(store_, log_, clock_, log, "0", {"calls_v1", "ledger"});
    ASSERT_TRUE(fence);
    EXPECT_EQ(fence->epoch, epoch);
    const auto announced = store_.Blocks("clientele.owners");
    ASSERT_EQ(announced.size(), 2 * (epoch + 1));
    EXPECT_THAT(announced.back()->Get<std::string>("writer"), ElementsAre("ledger"));
    EXPECT_THAT(announced.back()->Get<uint64_t>("epoch"), ElementsAre(epoch));
  }
  log::v1::OwnerRecord record;
  ASSERT_TRUE(record.ParseFromString(log_.ReadAt(kafka::kOwnersTopic, {0}, {1})->value));
  EXPECT_THAT(record.partitions(), ElementsAre(0, 1));
  EXPECT_EQ(record.log_id(), log.log_id.ToString());
}

TEST_F(FenceTest, AnUnclearOwnershipIsNone) {
  faults_.At(0, Fault::kUnclearAfter);
  const auto fence = TakeOver(store_, log_, clock_, {IdOf(1), "keys", 2}, "0", {"ledger"});
  ASSERT_FALSE(fence);
  EXPECT_EQ(fence.error().code, Code::kUnavailable);
  // The next one's epoch is above that of the record that may be there.
  EXPECT_EQ(TakeOver(store_, log_, clock_, {IdOf(1), "keys", 2}, "0", {"ledger"})->epoch, 1U);
}

TEST(Fence, NoQueryIdIsTheBeginningOfAnother) {
  const Fence fence{"0", 12};
  EXPECT_EQ(fence.QueryId("calls_v1", 7), "w:calls_v1:0:12:000000000007");
  EXPECT_FALSE(fence.QueryId("calls_v1", 77).starts_with(fence.QueryId("calls_v1", 7)));
}

TEST_F(GenesisTest, AnEmptyTopicIsBegunOnce) {
  const auto begun = EnsureGenesis(log_, log_, clock_, 2, "keys");
  ASSERT_TRUE(begun);
  const auto again = EnsureGenesis(log_, log_, clock_, 2, "keys");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->log_id, begun->log_id);
  EXPECT_EQ(log_.EndOf(kafka::kEventsTopic, 0), 1);
  EXPECT_EQ(log_.EndOf(kafka::kEventsTopic, 1), 1);
  // A process without keys takes the log as it is.
  EXPECT_EQ(EnsureGenesis(log_, log_, clock_, 2, "")->key_fingerprint, "keys");
}

TEST_F(GenesisTest, APartitionLeftOutIsWritten) {
  faults_.At(1, Fault::kCrashBefore);
  EXPECT_FALSE(EnsureGenesis(log_, log_, clock_, 2, "keys"));
  faults_.Restart();
  ASSERT_TRUE(EnsureGenesis(log_, log_, clock_, 2, "keys"));
  const auto id_in = [&](int32_t partition) {
    const auto record = log_.ReadAt(kafka::kEventsTopic, {partition}, {0});
    return ParseGenesis(record->key, record->value)->log_id();
  };
  EXPECT_EQ(id_in(0), id_in(1));
}

TEST_F(GenesisTest, AnotherLogsTopicIsRefused) {
  ASSERT_TRUE(EnsureGenesis(log_, log_, clock_, 2, "keys"));
  const auto refused = [&](int32_t partitions, std::string_view keys) {
    const auto ensured = EnsureGenesis(log_, log_, clock_, partitions, keys);
    EXPECT_FALSE(ensured);
    EXPECT_EQ(ensured.error().code, Code::kFailedPrecondition);
    return ensured.error().message;
  };
  EXPECT_THAT(refused(3, "keys"), HasSubstr("begun with 2 partitions and is set to 3"));
  EXPECT_THAT(refused(2, "others"),
              HasSubstr("holds pseudonyms of the key set keys, this process has others"));
  log_.Recreate(kafka::kEventsTopic);
  EXPECT_THAT(refused(2, ""), HasSubstr("this process has no tenant keys to begin it with"));
  log_.Append(kafka::kEventsTopic, 0, "key", "no genesis record");
  EXPECT_THAT(refused(2, "keys"), HasSubstr("partition 0 of clientele.events.v1 does not begin "
                                            "with a genesis record"));
}

TEST_F(GenesisTest, ATopicMixedFromTwoIsRefused) {
  InMemoryLog other(faults_, 2);
  InMemoryLog mixed(faults_, 2);
  ASSERT_TRUE(EnsureGenesis(log_, log_, clock_, 2, "keys"));
  ASSERT_TRUE(EnsureGenesis(other, other, clock_, 2, "keys"));
  mixed.Append(kafka::kEventsTopic, 0, "", log_.ReadAt(kafka::kEventsTopic, {0}, {0})->value);
  mixed.Append(kafka::kEventsTopic, 1, "", other.ReadAt(kafka::kEventsTopic, {1}, {0})->value);
  const auto ensured = EnsureGenesis(mixed, mixed, clock_, 2, "keys");
  ASSERT_FALSE(ensured);
  EXPECT_EQ(ensured.error().code, Code::kFailedPrecondition);
  EXPECT_THAT(ensured.error().message, HasSubstr("the topic was mixed from two"));
}

TEST_F(GenesisTest, ALogWhoseBeginWasRemovedIsRefused) {
  ASSERT_TRUE(EnsureGenesis(log_, log_, clock_, 2, "keys"));
  log_.Append(kafka::kEventsTopic, 1, "k", "v");
  log_.RemoveBefore(kafka::kEventsTopic, 1, 1);
  const auto ensured = EnsureGenesis(log_, log_, clock_, 2, "keys");
  ASSERT_FALSE(ensured);
  EXPECT_EQ(ensured.error().code, Code::kOutOfRange);
}

std::vector<LiveVersion> VersionsOf(std::initializer_list<uint32_t> numbers) {
  static std::vector<std::unique_ptr<const Projection>> kept;
  std::vector<LiveVersion> versions;
  for (const uint32_t number : numbers) {
    kept.push_back(MakeTellings(number));
    versions.push_back({{"tellings", number}, "code", kept.back().get(), {}});
  }
  versions.push_back({QuarantineName(), "", nullptr, {}});
  return versions;
}

TEST_F(RolesTest, InAnEmptyStoreEverythingServesAndTheNewestIsRead) {
  const auto roles = RolesOf(VersionsOf({1, 2}), {});
  ASSERT_TRUE(roles);
  EXPECT_THAT(roles->serving, ElementsAre(QuarantineName(), kTellings1, kTellings2));
  EXPECT_TRUE(roles->joining.empty());
  ASSERT_EQ(roles->first.size(), 1U);
  EXPECT_EQ(roles->first.at("tellings").version, 2U);
}

TEST_F(RolesTest, AnotherVersionJoins) {
  const auto roles = RolesOf(VersionsOf({1, 2}), {{"tellings", {1, 4}}});
  ASSERT_TRUE(roles);
  EXPECT_THAT(roles->serving, ElementsAre(QuarantineName(), kTellings1));
  EXPECT_THAT(roles->joining, ElementsAre(kTellings2));
  EXPECT_TRUE(roles->first.empty());
}

TEST_F(RolesTest, AVersionThatIsReadMustBeProjected) {
  const auto roles = RolesOf(VersionsOf({2}), {{"tellings", {1, 4}}});
  ASSERT_FALSE(roles);
  EXPECT_EQ(roles.error().code, Code::kFailedPrecondition);
  EXPECT_EQ(roles.error().message,
            "tellings: queries read version 1, which this program does not project: keep it in "
            "the registry until a replay has switched to another");
  // A projection that was removed is not read any more.
  EXPECT_TRUE(RolesOf(VersionsOf({2}), {{"gone", {1, 4}}, {"tellings", {2, 5}}}));
}

TEST_F(RolesTest, ActiveVersionsAreReadBack) {
  FencedStore store(store_, {"0", 1});
  ASSERT_TRUE(WriteActiveVersions(store, clock_, {{"calls", {1, 1}}, {"events", {1, 1}}}));
  ASSERT_TRUE(WriteActiveVersions(store, clock_, {{"calls", {2, 2}}}));
  const auto read = ReadActiveVersions(store_);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->at("calls").version, 2U);
  EXPECT_EQ(read->at("calls").latest_switch, 2U);
  EXPECT_EQ(read->at("calls").before, 1U);
  EXPECT_EQ(read->at("events").version, 1U);
  EXPECT_EQ(read->at("events").before, 0U);
  // Back and forth: what was read last, not the greatest number.
  ASSERT_TRUE(WriteActiveVersions(store, clock_, {{"calls", {3, 3}}}));
  ASSERT_TRUE(WriteActiveVersions(store, clock_, {{"calls", {1, 4}}}));
  ASSERT_TRUE(WriteActiveVersions(store, clock_, {{"calls", {2, 5}}}));
  const auto again = ReadActiveVersions(store_);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->at("calls").before, 1U);
  EXPECT_THAT(again->at("calls").read, ElementsAre(1, 2, 3));
}

}  // namespace
}  // namespace clientele::projections::runner
