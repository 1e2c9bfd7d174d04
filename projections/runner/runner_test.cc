// The whole runner over the fakes: what lands, what is accounted for, what is refused.
#include <gmock/gmock.h>

#include <filesystem>

#include "base/entity.h"
#include "clientele/log/v1/log.pb.h"
#include "projections/runner/fakes/rig.h"
#include "projections/runner/fakes/small_projections.h"
#include "projections/runner/versions.h"

namespace clientele::projections::runner {
namespace {

using base::Code;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Runner, GivesTheRowsOfTheRuleReadNaively) {
  Rig rig;
  rig.TellSomething(600);
  rig.RunToEnd();
  EXPECT_EQ(rig.Rows(), rig.NaiveRows());
  rig.ExpectAllAccountedFor();
}

TEST(Runner, FollowsTheLog) {
  Rig rig;
  ASSERT_TRUE(rig.Start()) << rig.failure()->message;
  for (uint64_t i = 0; i < 5; ++i) {
    rig.TellSomething(30, i);
    ASSERT_TRUE(rig.WaitCaughtUp());
    EXPECT_EQ(rig.Rows(), rig.NaiveRows());
  }
  rig.Stop();
  rig.ExpectAllAccountedFor();
}

TEST(Runner, TheBatchesMakeNoDifference) {
  std::vector<SeenRow> wanted;
  for (const int64_t rows : {1, 7, 10'000}) {
    Rig rig;
    rig.config.batch_rows = rows;
    rig.TellSomething(120);
    rig.RunToEnd();
    if (wanted.empty()) wanted = rig.Rows();
    EXPECT_EQ(rig.Rows(), wanted) << rows << " records a batch";
  }
}

TEST(Runner, BatchesEndAtTheirBytesToo) {
  Rig rig;
  rig.config.batch_rows = 10'000;
  rig.config.batch_bytes = 1'000;
  auto event = Rig::Call("large", 0, kMonth);
  event.mutable_call()->set_topic(std::string(600, 't'));
  for (uint32_t i = 0; i < 20; ++i) {
    event.set_revision(i);
    rig.Tell(event);
  }
  rig.RunToEnd();
  EXPECT_EQ(rig.Rows(), rig.NaiveRows());
  // Two records each, one ledger a batch.
  EXPECT_GE(rig.store.Blocks("clientele.ledger").size(), 10U);
}

TEST(Runner, AnyNumberOfWorkersGivesTheSameRows) {
  std::vector<SeenRow> wanted;
  for (const int64_t workers : {1, 3, 9}) {
    Rig rig(5);
    rig.config.workers = workers;
    rig.TellSomething(400);
    rig.RunToEnd();
    if (wanted.empty()) wanted = rig.NaiveRows();
    EXPECT_EQ(rig.Rows(), wanted) << workers << " workers";
    rig.ExpectAllAccountedFor();
  }
}

TEST(Runner, TheNumberOfWorkersMayChange) {
  Rig rig(5);
  uint64_t seed = 0;
  for (const int64_t workers : {2, 3, 1, 2}) {
    rig.config.workers = workers;
    rig.TellSomething(100, ++seed);
    rig.RunToEnd();
  }
  EXPECT_EQ(rig.Rows(), rig.NaiveRows());
  rig.ExpectAllAccountedFor();
}

TEST(Runner, ALostIndexIsRebuiltAlone) {
  Rig rig;
  rig.TellSomething(200);
  rig.RunToEnd();
  const uint64_t writes = rig.faults.writes();
  std::filesystem::remove_all(rig.index_folder + "/worker-0");
  rig.Tell(Rig::Call("call-1", 9, kMonth));  // takes back what was told before
  rig.RunToEnd();
  EXPECT_EQ(rig.Rows(), rig.NaiveRows());
  // Of one event: ownership of five writers, a batch of at most five tables, its ledger, its mark.
  EXPECT_LT(rig.faults.writes() - writes, 20U);
  EXPECT_EQ(rig.store.present_reads(), 0U);
}

TEST(Runner, TablesThatWereLostAreMadeAnew) {
  Rig rig;
  rig.TellSomething(200);
  rig.RunToEnd();
  const auto before = rig.Rows();
  // The index knows everything already, and has forgotten old states.
  for (const char* table :
       {"records_v1", "tellings_v1", "legs_v1", "ledger", "quarantine", "active_versions"}) {
    rig.store.Drop(std::string("clientele.") + table);
  }
  rig.RunToEnd();
  EXPECT_EQ(rig.Rows(), before);
}

TEST(Runner, ALedgerThatWasLostIsFoundOutByTheRows) {
  Rig rig;
  rig.TellSomething(200);
  rig.RunToEnd();
  const auto before = rig.Rows();
  rig.store.Drop("clientele.ledger");
  rig.RunToEnd();
  EXPECT_EQ(rig.Rows(), before);
  EXPECT_GT(rig.store.present_reads(), 0U);
}

TEST(Runner, BadRecordsGoToQuarantineAndTheirNeighboursLand) {
  Rig rig(1);
  rig.Tell(Rig::Call("before", 0, kMonth));
  rig.Append(0, "k", "\xff\xff");
  auto event = Rig::Call("call", 0, kMonth);
  rig.Append(0, "another key", event.SerializeAsString());
  event.clear_tenant();
  rig.Append(0, Rig::KeyOf(event), event.SerializeAsString());
  rig.Append(0, "k", std::string(2'000'000, 'x'));
  rig.Append(0, std::string(5'000, 'k'), "\n\nDROP DATABASE clientele;");
  rig.Tell(Rig::Call("after", 0, kMonth));
  rig.RunToEnd();
  EXPECT_EQ(rig.Rows(), rig.NaiveRows());
  EXPECT_THAT(rig.QuarantineReasons(),
              ElementsAre("UNDECODABLE", "KEY_MISMATCH", "NO_TENANT", "OVERSIZE", "UNDECODABLE"));
  const auto stored = rig.store.Rows("clientele.quarantine");
  clickhouse::BlockReader reader;
  reader.Feed(stored.back().bytes);
  const auto last = reader.Next();
  EXPECT_EQ((*last)->Get<std::string>("key_bytes").front(), std::string(1'024, 'k'));
  EXPECT_THAT((*last)->Get<uint64_t>("value_bytes"), ElementsAre(26));
  EXPECT_THAT(rig.metrics_text(),
              HasSubstr("clientele_runner_quarantined_total{reason=\"UNDECODABLE\"} 2"));
  rig.ExpectAllAccountedFor();
}

TEST(Runner, GapsAndGenesisAreCounted) {
  Rig rig(1);
  rig.log.AppendGap(kafka::kEventsTopic, 0);
  rig.log.AppendGap(kafka::kEventsTopic, 0);
  rig.Tell(Rig::Call("call", 0, kMonth));
  // What a second process wrote that began the log at the same moment: of another id, and void.
  log::v1::Genesis second;
  second.set_magic("clientele.genesis.v1");
  second.set_log_id("another");
  rig.Append(0, "", second.SerializeAsString());
  rig.log.AppendGap(kafka::kEventsTopic, 0);
  rig.Append(0, "k", "\xff");
  rig.RunToEnd();
  for (const auto& [version, ledgers] : rig.ReadLedgers()) {
    const LedgerEntry& entry = ledgers.at(0);
    EXPECT_EQ(entry.next_offset, 7U);
    EXPECT_EQ(entry.gaps, 3U);
    EXPECT_EQ(entry.genesis, 2U);
    EXPECT_EQ(entry.quarantined, 1U);
  }
  rig.ExpectAllAccountedFor();
}

TEST(Runner, AKindOfALaterSchemaIsARowOfTheRecordsOnly) {
  Rig rig(1);
  auto event = Rig::Call("later", 0, kMonth);
  event.clear_call();
  std::string key;
  base::AppendKafkaKey({"main", 99, "later"}, key);
  const std::string payload("\x9a\x06\x04then", 7);  // field 99
  rig.Append(0, key, event.SerializeAsString() + payload);
  event.set_revision(1);
  rig.Append(0, key, event.SerializeAsString() + payload);
  rig.RunToEnd();
  const auto rows = rig.Rows();
  ASSERT_EQ(rows.size(), 2U);
  for (const SeenRow& row : rows) {
    EXPECT_EQ(row.table, "records_v1");
    EXPECT_EQ(row.cause, static_cast<int64_t>(Cause::kUnknown));
    EXPECT_TRUE(row.text.ends_with(payload));
  }
  EXPECT_EQ(rows[1].number, 2U);  // the rule holds for what is not known yet
  EXPECT_TRUE(rig.QuarantineReasons().empty());
  rig.ExpectAllAccountedFor();
}

TEST(Runner, MarksFollowTheTables) {
  Rig rig;
  rig.TellSomething(100);
  ASSERT_TRUE(rig.Start());
  ASSERT_TRUE(rig.WaitCaughtUp());
  const std::vector<uint64_t> end = {static_cast<uint64_t>(rig.log.EndOf(kafka::kEventsTopic, 0)),
                                     static_cast<uint64_t>(rig.log.EndOf(kafka::kEventsTopic, 1))};
  ASSERT_TRUE(rig.store.WaitFor([&] {
    const auto marks = rig.store.Blocks("clientele.marks");
    return !marks.empty() && marks.back()->Get<std::vector<uint64_t>>("next").back() == end;
  }));
  const auto marks = rig.store.Blocks("clientele.marks");
  EXPECT_THAT(marks.back()->Get<std::vector<std::string>>("projections").back(),
              ElementsAre("log", "tellings"));
  EXPECT_THAT(rig.metrics_text(), HasSubstr("clientele_runner_lag_records{partition=\"0\"}"));
  rig.Stop();
}

TEST(Runner, AProjectionThatIsAddedCatchesUpAndThenServes) {
  Rig rig(1);
  const auto both = rig.projections;
  rig.projections = [] {
    std::vector<std::unique_ptr<const Projection>> one;
    one.push_back(MakeLog());
    return one;
  };
  rig.TellSomething(100);
  rig.RunToEnd();
  rig.projections = both;
  rig.TellSomething(30, 9);
  ASSERT_TRUE(rig.Start()) << rig.failure()->message;
  ASSERT_TRUE(rig.WaitCaughtUp());
  ASSERT_TRUE(rig.store.WaitFor([&] {
    const auto marks = rig.store.Blocks("clientele.marks");
    return !marks.empty() &&
           marks.back()->Get<std::vector<std::string>>("projections").back().size() == 2;
  }));
  rig.Stop();
  EXPECT_EQ(rig.Rows(), rig.NaiveRows());
  rig.ExpectAllAccountedFor();
}

TEST(Runner, OffsetsAreCommittedForLagToolsOnly) {
  Rig rig(1);
  rig.TellSomething(50);
  ASSERT_TRUE(rig.Start());
  ASSERT_TRUE(rig.WaitCaughtUp());
  const int64_t end = rig.log.EndOf(kafka::kEventsTopic, 0);
  EXPECT_TRUE(rig.store.WaitFor([&] { return rig.log.Committed()[0] == end; }));
  rig.Stop();
}

TEST(Runner, AStoreThatStandsStillStopsThePolling) {
  Rig rig(1);
  rig.config.batch_rows = 10;
  rig.TellSomething(500);
  rig.store.Hold("clientele.records_v1");
  ASSERT_TRUE(rig.Start());
  // One batch being written, one ahead, and one begun cannot be: the third waits for the first.
  ASSERT_TRUE(rig.store.WaitFor([&] { return rig.log.Polled()[0] == 20; }));
  rig.TellSomething(100, 8);
  EXPECT_EQ(rig.log.Polled()[0], 20);
  rig.store.Hold("");
  ASSERT_TRUE(rig.WaitCaughtUp());
  rig.Stop();
  EXPECT_EQ(rig.Rows(), rig.NaiveRows());
}

// What must be refused, and by which words.
class RunnerRefuses : public testing::Test {
 protected:
  RunnerRefuses() : rig_(1) {
    rig_.config.batch_rows = 1'000;  // one batch: the index forgets nothing
    rig_.TellSomething(50);
    rig_.RunToEnd();
  }
  base::Error Refused() {
    EXPECT_FALSE(rig_.Start());
    return rig_.failure().value_or(base::Error{});
  }

  Rig rig_;
};

TEST_F(RunnerRefuses, ATopicMadeAnew) {
  rig_.log.Recreate(kafka::kEventsTopic);
  const auto begun = EnsureGenesis(rig_.log, rig_.log, rig_.clock, 1, "keys");
  ASSERT_TRUE(begun);
  rig_.identity = *begun;
  const base::Error error = Refused();
  EXPECT_EQ(error.code, Code::kFailedPrecondition);
  EXPECT_THAT(error.message, HasSubstr("the topic was made anew or is another"));
}

TEST_F(RunnerRefuses, WhatAReplayBuiltOfAnotherLogUntilItIsGivenUp) {
  FencedStore store(rig_.store, {"0", 1});
  VersionRow row = ReadVersions(rig_.store)->at(kTellings1);
  row.name = kTellings2;
  row.change = 3;
  row.tables = {"tellings_v2", "legs_v2"};
  row = row.ChangedTo(VersionState::kJoined);
  ASSERT_TRUE(WriteVersions(store, rig_.clock, {row}));
  LedgerEntry entry = rig_.ReadLedgers().at(kTellings1).at(0);
  entry.log_id = base::RandomUuid();
  ASSERT_TRUE(WriteLedgers(store, rig_.clock, {{kTellings2, {{0, entry}}}}));
  const base::Error error = Refused();
  EXPECT_EQ(error.code, Code::kFailedPrecondition);
  EXPECT_THAT(error.message, HasSubstr("tellings_v2: partition 0 was projected from log"));
  EXPECT_THAT(error.message, HasSubstr("; or give this version up"));
  EXPECT_THAT(error.message, HasSubstr("clientele replay NAME --cancel"));
  ASSERT_TRUE(WriteVersions(store, rig_.clock, {row.ChangedTo(VersionState::kCancelled)}));
  rig_.RunToEnd();
}

TEST_F(RunnerRefuses, OtherCodeUnderTheSameVersion) {
  rig_.projections = [] {
    std::vector<std::unique_ptr<const Projection>> all;
    all.push_back(MakeLog());
    all.push_back(MakeTellings(1, "other code"));
    return all;
  };
  const base::Error error = Refused();
  EXPECT_EQ(error.code, Code::kFailedPrecondition);
  EXPECT_EQ(error.message,
            "tellings: queries read version 1, made by code (hash code) that this program does not "
            "have: keep it in the registry until a replay has switched to another");
}

TEST_F(RunnerRefuses, ALogShorterThanItsTables) {
  // The same log, but its end is gone.
  const auto records = rig_.log.ReadToEnd(kafka::kEventsTopic, {0}, {0});
  rig_.log.Recreate(kafka::kEventsTopic);
  for (size_t i = 0; i < 10; ++i) rig_.Append(0, (*records)[i].key, (*records)[i].value);
  EXPECT_EQ(Refused().code, Code::kDataLoss);
  EXPECT_EQ(rig_.failure()->message,
            "partition 0: the ledger is at offset 51, but the log ends at 10: the tables are ahead "
            "of the log; restore the topic, or start with an empty store");
  // The ledger is gone too: the rows tell.
  rig_.store.Drop("clientele.ledger");
  EXPECT_EQ(Refused().code, Code::kDataLoss);
  EXPECT_THAT(rig_.failure()->message, HasSubstr("the table is ahead of the log"));
  // Everything in the store is gone: the index tells.
  for (const char* table : {"records_v1", "tellings_v1", "legs_v1", "quarantine"}) {
    rig_.store.Drop(std::string("clientele.") + table);
  }
  EXPECT_EQ(Refused().code, Code::kDataLoss);
  EXPECT_THAT(rig_.failure()->message, HasSubstr("the log has lost its end"));
}

TEST_F(RunnerRefuses, ALogThatLostItsEndAndWasFilledUpAgain) {
  const auto records = rig_.log.ReadToEnd(kafka::kEventsTopic, {0}, {0});
  rig_.log.Recreate(kafka::kEventsTopic);
  for (const auto& record : *records) rig_.Append(0, record.key, record.value);
  EXPECT_EQ(Refused().code, Code::kDataLoss);
  EXPECT_THAT(rig_.failure()->message, HasSubstr("the log has lost its end since"));
}

TEST_F(RunnerRefuses, ALogWhoseNeededRecordsWereRemoved) {
  rig_.TellSomething(20, 9);
  rig_.log.RemoveBefore(kafka::kEventsTopic, 0, 60);
  const base::Error error = Refused();
  EXPECT_EQ(error.code, Code::kOutOfRange);
  EXPECT_EQ(error.message,
            "partition 0: has to be read from offset 51, but the log begins at 60: its first "
            "records were removed; restore them from the archive");
}

TEST_F(RunnerRefuses, SettingsThatMeanNothing) {
  rig_.config.workers = 0;
  EXPECT_EQ(Refused().code, Code::kInvalidArgument);
}

// Another process has taken over: the one before ends by itself.
TEST(Runner, EndsWhenAnotherProcessHasTakenOver) {
  Rig rig(1);
  rig.TellSomething(50);
  ASSERT_TRUE(rig.Start());
  ASSERT_TRUE(rig.WaitCaughtUp());
  rig.store.RefuseBelow(1'000);
  rig.TellSomething(5, 8);
  ASSERT_TRUE(rig.WaitFailed());
  EXPECT_EQ(rig.failure()->code, Code::kFailedPrecondition);
}

TEST(Runner, EndsWhenTheLogsNextRecordsAreRemoved) {
  Rig rig(1);
  ASSERT_TRUE(rig.Start());
  ASSERT_TRUE(rig.WaitCaughtUp());
  rig.store.Hold("clientele.records_v1");
  rig.TellSomething(200);
  rig.log.RemoveBefore(kafka::kEventsTopic, 0, 190);
  rig.store.Hold("");
  ASSERT_TRUE(rig.WaitFailed());
  EXPECT_EQ(rig.failure()->code, Code::kOutOfRange);
}

// Kafka's client reads a new topic of the same name on at the old offset.
TEST(Runner, StopsAtATopicThatWasMadeAnewUnderIt) {
  Rig rig;
  rig.TellSomething(40);
  ASSERT_TRUE(rig.Start());
  ASSERT_TRUE(rig.WaitCaughtUp());
  const auto rows = rig.Rows();
  rig.log.Recreate(kafka::kEventsTopic);
  ASSERT_TRUE(EnsureGenesis(rig.log, rig.log, rig.clock, rig.partitions, "keys"));
  rig.TellSomething(400, 8);
  ASSERT_TRUE(rig.WaitFailed());
  EXPECT_THAT(rig.failure()->message, HasSubstr("the topic was made anew"));
  rig.Stop();
  EXPECT_EQ(rig.Rows(), rows);
}

}  // namespace
}  // namespace clientele::projections::runner
