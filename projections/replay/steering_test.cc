// Commands, the runner and replays that change one version at the same moment; replays that are
// started again; and stores that refuse for a while.
#include <utility>

#include "projections/replay/holder.h"
#include "projections/replay/replay_fixture.h"
#include "projections/runner/fakes/small_projections.h"

namespace clientele::projections::replay {
namespace {

using base::Code;
using runner::Fault;
using runner::VersionRow;
using runner::VersionState;
using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

using Steering = ReplayTest;

TEST(VersionRow, TwoChangesOfOneRowNeverHaveTheSameNumber) {
  const VersionRow row{kSecond, 3, VersionState::kBuilding, "code", {}, "", 0};
  const VersionRow ready = row.ChangedTo(VersionState::kReady);
  const VersionRow paused = row.ChangedTo(VersionState::kPaused, 2);
  const VersionRow joined = ready.ChangedTo(VersionState::kJoined);
  const VersionRow cancelled = row.ChangedTo(VersionState::kCancelled, 2);
  EXPECT_LT(ready.change, paused.change);
  EXPECT_LT(paused.change, joined.change);
  EXPECT_LT(joined.change, cancelled.change);
  EXPECT_LT(joined.change, joined.ChangedTo(VersionState::kDropped).change);
  EXPECT_TRUE(joined.was_joined);
  EXPECT_FALSE(cancelled.was_joined);
}

TEST_F(Steering, ACancelIsNotLostToAReplayThatBecomesReady) {
  ASSERT_TRUE(rig_.Start()) << rig_.failure()->message;
  store_.BeforeWriting(VersionState::kReady, [this] {
    EXPECT_TRUE(CancelReplay(store_, rig_.clock, "tellings", folder_));
  });
  const auto replay = Open();
  const auto outcome = Run(*replay, [this] { return rig_.wanted_anew(); });
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().message, "tellings_v2: was cancelled");
  EXPECT_EQ(State(), VersionState::kCancelled);
  EXPECT_THAT(store_.dropped(), UnorderedElementsAre("tellings_v2", "legs_v2"));
}

TEST_F(Steering, APauseIsNotLostToAReplayThatBecomesReady) {
  ASSERT_TRUE(rig_.Start()) << rig_.failure()->message;
  std::atomic<bool> ready = false;
  store_.BeforeWriting(VersionState::kReady, [&] {
    EXPECT_TRUE(PauseReplay(store_, rig_.clock, "tellings"));
    ready = true;
  });
  const auto replay = Open();
  ASSERT_FALSE(Run(*replay, [&] { return ready.load(); }));
  EXPECT_EQ(State(), VersionState::kPaused);
  EXPECT_EQ(PauseReplay(store_, rig_.clock, "tellings").error().message,
            "tellings_v2: is paused already");
}

TEST_F(Steering, APauseThatComesTooLateSaysSo) {
  EndWhenReady();
  // The runner takes the version over after the command has read that it is ready.
  store_.BeforeWriting(VersionState::kPaused, [this] { EXPECT_TRUE(rig_.Start()); });
  const auto paused = PauseReplay(store_, rig_.clock, "tellings");
  ASSERT_FALSE(paused);
  EXPECT_EQ(paused.error().message,
            "tellings_v2: is joined, not paused: it was changed by another at the same moment");
  EXPECT_EQ(State(), VersionState::kJoined);
}

TEST_F(Steering, TheRunnerDoesNotTakeOverWhatIsCancelledMeanwhile) {
  EndWhenReady();
  // The runner has read that it is ready.
  store_.BeforeWriting(VersionState::kJoined, [this] {
    EXPECT_TRUE(CancelReplay(store_, rig_.clock, "tellings", folder_));
  });
  EXPECT_FALSE(rig_.Start());
  EXPECT_EQ(rig_.failure()->code, Code::kUnavailable);
  EXPECT_EQ(rig_.failure()->message, "versions have changed while the projections started");
  // As a process does after that.
  rig_.TellSomething(50, 11);
  rig_.RunToEnd();
  EXPECT_EQ(State(), VersionState::kCancelled);
  EXPECT_THAT(Rows("tellings_v2"), IsEmpty());
  EXPECT_EQ(rig_.Rows(), rig_.NaiveRows());
}

TEST_F(Steering, ACancelLeavesTheRunnersTablesToTheRunner) {
  EndWhenReady();
  // The command has read that it is ready.
  store_.BeforeWriting(VersionState::kCancelled, [this] { EXPECT_TRUE(rig_.Start()); });
  ASSERT_TRUE(CancelReplay(store_, rig_.clock, "tellings", folder_));
  EXPECT_TRUE(Versions().at(kSecond).was_joined);
  EXPECT_THAT(store_.dropped(), IsEmpty());
  ASSERT_TRUE(rig_.store.WaitFor([this] { return rig_.wanted_anew(); }));
  EXPECT_FALSE(rig_.failure());
  rig_.RunToEnd();
  EXPECT_THAT(store_.dropped(), UnorderedElementsAre("tellings_v2", "legs_v2"));
}

TEST_F(Steering, AReplayLeavesTheRunnersTablesToTheRunner) {
  EndWhenReady();
  const auto replay = Open();
  ASSERT_TRUE(rig_.Start()) << rig_.failure()->message;
  ASSERT_TRUE(CancelReplay(store_, rig_.clock, "tellings", folder_));
  // It has not seen that the version had joined before.
  const auto outcome = Run(*replay, [] { return false; });
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().message, "tellings_v2: was cancelled");
  EXPECT_THAT(store_.dropped(), IsEmpty());
}

TEST_F(Steering, AReplayThatWasReadAsReadyWritesNothingOnceItHasJoined) {
  EndWhenReady();
  Wanted faster;
  faster.rate = 7'000;
  const auto replay = Open(faster);
  ASSERT_TRUE(rig_.Start()) << rig_.failure()->message;
  ASSERT_EQ(State(), VersionState::kJoined);
  const size_t changes = rig_.store.Blocks("clientele.versions").size();
  const auto outcome = Run(*replay, [] { return false; });
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_TRUE(outcome->switched);
  EXPECT_EQ(rig_.store.Blocks("clientele.versions").size(), changes);
}

TEST_F(Steering, ANumberThatAnotherProcessTookMeanwhileIsNotBuiltOn) {
  rig_.RunToEnd();
  const auto replay = Open();
  runner::FencedStore other(rig_.store, {"replay-tellings_v2", 1});
  VersionRow row = Versions().at(kFirst);
  row.name = kSecond;
  row.state = VersionState::kBuilding;
  row.restriction = "tenant=main";
  ASSERT_TRUE(runner::WriteVersions(other, rig_.clock, {row}));
  const auto outcome = Run(*replay, [] { return false; });
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, Code::kAborted);
  EXPECT_THAT(Rows("tellings_v2"), IsEmpty());
}

TEST_F(Steering, AStoreBegunAnewEndsAReplayThatWaits) {
  EndWhenReady();
  ASSERT_TRUE(rig_.Start()) << rig_.failure()->message;
  rig_.Stop();
  rig_.store.Drop("clientele.marks");
  const auto replay = Open();
  const auto outcome = Run(*replay, [this] {
    if (waiting_) rig_.store.Drop("clientele.versions");
    return false;
  });
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, Code::kFailedPrecondition);
  EXPECT_EQ(outcome.error().message, "tellings_v2: the store has no such version any more");
}

TEST_F(Steering, WithoutAVersionThatIsReadThereIsNothingToCompareWith) {
  EndWhenReady();
  ASSERT_TRUE(rig_.Start()) << rig_.failure()->message;
  ASSERT_TRUE(rig_.store.WaitFor([this] { return LevelWithTheFirst(); }));
  rig_.Stop();
  rig_.store.Drop("clientele.active_versions");
  const auto replay = Open();
  const auto outcome = Run(*replay, [] { return false; });
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, Code::kFailedPrecondition);
  EXPECT_THAT(outcome.error().message,
              HasSubstr("tellings_v2: nothing to compare with: queries read no version"));
  EXPECT_TRUE(runner::ReadActiveVersions(rig_.store)->empty());
}

TEST_F(Steering, TheSameCommandAfterItsSwitchSaysThatItIsDone) {
  EndWhenReady();
  ASSERT_TRUE(rig_.Start()) << rig_.failure()->message;
  ASSERT_TRUE(rig_.store.WaitFor([this] { return LevelWithTheFirst(); }));
  // As a process that is killed after the switch leaves it.
  ASSERT_TRUE(SwitchTo(store_, rig_.clock, kSecond));
  ASSERT_TRUE(std::filesystem::exists(folder_ + "/tellings_v2"));
  {
    const auto replay = Open();
    const auto outcome = Run(*replay, [] { return false; });
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(outcome->version, kSecond);
    EXPECT_TRUE(outcome->equal);
    EXPECT_TRUE(outcome->switched);
    EXPECT_THAT(Told(), HasSubstr("proof 1/2: tellings_v2 against tellings_v1"));
  }
  EXPECT_FALSE(Versions().contains({"tellings", 3}));
  // It has said so: the next one builds another.
  const auto next = Open();
  ASSERT_FALSE(Run(*next, [this] { return Versions().contains({"tellings", 3}); }));
}

TEST_F(Steering, AnIndexLeftBehindIsNoSignOfAnEnd) {
  EndWhenJoined();
  ASSERT_TRUE(SwitchTo(store_, rig_.clock, kSecond));
  ASSERT_TRUE(SwitchTo(store_, rig_.clock, kFirst));
  ASSERT_TRUE(std::filesystem::exists(folder_ + "/tellings_v2"));
  EXPECT_NE(Open(), nullptr);
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/tellings_v2"));
  ASSERT_TRUE(SwitchTo(store_, rig_.clock, kSecond));
  const auto next = Open();
  ASSERT_FALSE(Run(*next, [this] { return Versions().contains({"tellings", 3}); }));
  EXPECT_TRUE(Versions().contains({"tellings", 3}));
}

TEST_F(Steering, AnotherLogIsRefusedBeforeAnythingIsWritten) {
  rig_.RunToEnd();
  const base::Uuid log_id = std::exchange(rig_.identity.log_id, base::RandomUuid());
  const uint64_t writes = rig_.faults.writes();
  const auto refused = TryOpen();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kFailedPrecondition);
  EXPECT_THAT(refused.error().message,
              HasSubstr("nothing is written: kafka.brokers and the store must be those of one"));
  EXPECT_THAT(refused.error().message,
              HasSubstr("the topic is log " + rig_.identity.log_id.ToString()));
  EXPECT_EQ(rig_.faults.writes(), writes);
  EXPECT_FALSE(std::filesystem::exists(folder_));
  rig_.identity.log_id = log_id;
  EXPECT_TRUE(TryOpen());
}

TEST_F(Steering, AVersionOfAnotherLogCanOnlyBeGivenUp) {
  EndWhenReady();
  rig_.Stop();
  runner::LedgerEntry entry = rig_.ReadLedgers().at(kSecond).at(0);
  ++entry.next_offset;
  entry.log_id = base::RandomUuid();
  runner::FencedStore store(rig_.store, {"replay-tellings_v2", 9});
  ASSERT_TRUE(runner::WriteLedgers(store, rig_.clock, {{kSecond, {{0, entry}}}}));
  const auto refused = TryOpen();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("; or give tellings_v2 up: --cancel"));
  EXPECT_TRUE(CancelReplay(store_, rig_.clock, "tellings", folder_));
}

TEST_F(Steering, ItIsToldWhoReplaysAndWhatIsWaitedFor) {
  EndWhenReady();
  EXPECT_THAT(Told(), HasSubstr("; waits for clientele run to take it over"));
  const std::string nobody = "no process replays it now; start clientele replay tellings";
  EXPECT_EQ(*WhoReplays(store_, "tellings"), nobody);
  EXPECT_THAT(*DescribeVersions(store_, "tellings"), HasSubstr(nobody));
  const auto replay = Open();
  EXPECT_EQ(*WhoReplays(store_, "tellings"),
            "process 42 on elsewhere replays it and said so 7 ms ago");
}

TEST_F(Steering, TheStatesOfVersionsSayWhatTheyAreForAndWhatIsLeft) {
  EndWhenJoined();
  const auto states = [this] { return *DescribeVersions(store_, "tellings"); };
  EXPECT_THAT(states(), ContainsRegex("tellings_v1 +joined +read "));
  EXPECT_THAT(states(), ContainsRegex("tellings_v2 +joined +not proved "));
  EXPECT_THAT(states(), HasSubstr("--accept-differences"));
  ASSERT_TRUE(SwitchTo(store_, rig_.clock, kSecond));
  EXPECT_THAT(states(), ContainsRegex("tellings_v1 +joined +kept up "));
  EXPECT_THAT(states(), ContainsRegex("tellings_v2 +joined +read "));
  EXPECT_THAT(states(), Not(HasSubstr("--accept-differences")));
}

TEST_F(Steering, AProofWaitsForTheStore) {
  EndWhenJoined();
  Wanted wanted;
  wanted.rate = 5;
  const auto replay = Open(wanted);
  store_.FailProofs(2);
  const auto outcome = Run(*replay, [] { return false; });
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_TRUE(outcome->switched);
  EXPECT_THAT(Told(), HasSubstr("--rate holds nothing back any more"));
}

TEST_F(Steering, AProofThatIsStoppedGoesOnLater) {
  EndWhenJoined();
  store_.FailProofs(1'000'000);
  const auto replay = Open();
  const auto stopped = Run(*replay, [this] { return Told().find("proof 1/2") != Told().npos; });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().message, "tellings_v2: stopped; the same command goes on from there");
  EXPECT_EQ(State(), VersionState::kJoined);
}

TEST_F(Steering, ASwitchWhoseAnswerIsLostIsOne) {
  EndWhenJoined();
  const auto replay = Open();
  rig_.faults.At(rig_.faults.writes(), Fault::kUnclearAfter);
  const auto outcome = Run(*replay, [] { return false; });
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_TRUE(outcome->switched);
  const auto active = runner::ReadActiveVersions(rig_.store)->at("tellings");
  EXPECT_EQ(active.version, 2U);
  EXPECT_EQ(active.latest_switch, 2U);
}

TEST_F(Steering, AVersionIsGivenUpOnAFullDisk) {
  EndWhenReady();
  rig_.Stop();
  store_.BeforeWriting(VersionState::kCancelled,
                       [this] { rig_.faults.At(rig_.faults.writes(), Fault::kNoMemory); });
  const auto cancelled = CancelReplay(store_, rig_.clock, "tellings", folder_);
  ASSERT_TRUE(cancelled) << cancelled.error().message;
  EXPECT_EQ(State(), VersionState::kCancelled);
  EXPECT_THAT(store_.dropped(), ElementsAre("reserve", "tellings_v2", "legs_v2"));
}

TEST_F(Steering, WhatFreesNothingDoesNotSpendTheReserve) {
  EndWhenReady();
  rig_.Stop();
  store_.BeforeWriting(VersionState::kPaused,
                       [this] { rig_.faults.At(rig_.faults.writes(), Fault::kNoMemory); });
  const auto paused = PauseReplay(store_, rig_.clock, "tellings");
  ASSERT_FALSE(paused);
  EXPECT_EQ(paused.error().code, Code::kResourceExhausted);
  EXPECT_THAT(store_.dropped(), IsEmpty());
}

TEST_F(Steering, OneReplayAtATimeWhateverItsDataFolder) {
  rig_.RunToEnd();
  auto first = Open();
  const std::string elsewhere = folder_ + "-elsewhere";
  const auto open_elsewhere = [&] {
    Wanted wanted;
    wanted.projection = "tellings";
    return Replay::Open(rig_.PartsOf(metrics_, elsewhere), std::move(wanted),
                        [](const std::string&, const std::string&) {});
  };
  const auto refused = open_elsewhere();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kFailedPrecondition);
  EXPECT_THAT(refused.error().message,
              HasSubstr("replay of tellings: only one at a time: process 42 on elsewhere"));
  first.reset();
  EXPECT_TRUE(open_elsewhere());
  std::error_code ignored;
  std::filesystem::remove_all(elsewhere, ignored);
}

TEST_F(Steering, AFullDiskIsWaitedForAtTheBeginning) {
  rig_.RunToEnd();
  const auto replay = Open();
  // The record and three rows of the fence, then the version.
  rig_.faults.At(rig_.faults.writes() + 1, Fault::kNoMemory);
  rig_.faults.At(rig_.faults.writes() + 6, Fault::kNoMemory);
  const auto outcome = Run(*replay, [this] { return !Rows("tellings_v2").empty(); });
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().message, "tellings_v2: stopped; the same command goes on from there");
  EXPECT_EQ(State(), VersionState::kBuilding);
}

TEST_F(Steering, AFullDiskIsWaitedForAtTheEndOfAPart) {
  ASSERT_TRUE(rig_.Start()) << rig_.failure()->message;
  ASSERT_TRUE(rig_.WaitCaughtUp());
  Wanted part;
  part.restriction.tenant = "main";
  const auto replay = Open(part);
  store_.BeforeWriting(VersionState::kDone,
                       [this] { rig_.faults.At(rig_.faults.writes(), Fault::kNoMemory); });
  const auto outcome = Run(*replay, [] { return false; });
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_TRUE(outcome->restricted);
  EXPECT_EQ(State(), VersionState::kDone);
}

TEST_F(Steering, APartOfTheLogThatHoldsNothingIsRefused) {
  ASSERT_TRUE(rig_.Start()) << rig_.failure()->message;
  ASSERT_TRUE(rig_.WaitCaughtUp());
  ASSERT_TRUE(rig_.store.WaitFor([this] { return !rig_.store.Blocks("clientele.marks").empty(); }));
  rig_.Stop();
  Wanted part;
  part.restriction.tenant = "no such";
  const auto refused = TryOpen(part);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kInvalidArgument);
  EXPECT_THAT(refused.error().message,
              HasSubstr("--where (tenant=no such): must be a part of the log that tellings_v1 has "
                        "rows of; at mark "));
  EXPECT_FALSE(Versions().contains(kSecond));
  // What other code makes of it, only the log can tell.
  rig_.projections = [] {
    std::vector<std::unique_ptr<const Projection>> all;
    all.push_back(runner::MakeLog());
    all.push_back(runner::MakeTellings());
    all.push_back(runner::MakeTellings(2, "new"));
    return all;
  };
  EXPECT_THAT(TryOpen(part).error().message, HasSubstr("a part of the log that log_v1 has rows"));
  part.restriction.tenant = "main";
  EXPECT_NE(Open(part), nullptr);
}

TEST_F(Steering, ABoundIsComparedWithTheNewestEventWhereverItLies) {
  constexpr int64_t kHour = 3'600'000;
  constexpr int64_t kNow = 1'800'000'000'000;
  rig_.log.SetRecordedAt(kNow + kHour);
  rig_.TellSomething(50, 3);
  // The broker's clock was set back: the last ones of all partitions are older.
  rig_.log.SetRecordedAt(kNow);
  rig_.TellSomething(50, 5);
  rig_.RunToEnd();
  Wanted part;
  part.restriction.to_ms = kNow + kHour;
  EXPECT_NE(Open(part), nullptr);
  // The whole second above the newest one.
  part.restriction.to_ms = kNow + kHour + 1'000;
  EXPECT_NE(Open(part), nullptr);
  ++*part.restriction.to_ms;
  EXPECT_FALSE(TryOpen(part));
  part.restriction.to_ms = kNow + 2 * kHour;
  const auto beyond = TryOpen(part);
  ASSERT_FALSE(beyond);
  EXPECT_THAT(beyond.error().message,
              HasSubstr("must not lie beyond the log, whose newest event was recorded at " +
                        FormatMoment(kNow + kHour).substr(0, 13)));
}

}  // namespace
}  // namespace clientele::projections::replay
