// What the runner projects: from the store's versions, what queries read, and the program's code.
#include "projections/runner/version_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "projections/runner/fakes/rig.h"
#include "projections/runner/fakes/small_projections.h"

namespace clientele::projections::runner {
namespace {

using base::Code;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const VersionName kLog{"log", 1};

Projections Code1() {
  Projections all;
  all.push_back(MakeLog());
  all.push_back(MakeTellings(1, "old"));
  return all;
}

// With newer code of the same projection beside it.
Projections Both() {
  Projections all = Code1();
  all.push_back(MakeTellings(2, "new"));
  return all;
}

VersionRow Row(const VersionName& name, uint64_t change, VersionState state,
               const std::string& code_hash) {
  return {name, change, state, code_hash, {"t"}, "", 0};
}

Versions Joined() {
  return {{kLog, Row(kLog, 1, VersionState::kJoined, "log's code")},
          {kTellings1, Row(kTellings1, 1, VersionState::kJoined, "old")}};
}

const ActiveVersions kActive = {{"log", {1, 1, {1}}}, {"tellings", {1, 1, {1}}}};

std::vector<VersionName> NamesOf(const VersionPlan& plan) {
  std::vector<VersionName> names;
  for (const LiveVersion& version : plan.live) names.push_back(version.name);
  return names;
}

TEST(VersionPlan, AnEmptyStoreBeginsWithTheNewestCode) {
  const Projections code = Both();
  const auto plan = PlanVersions(code, {}, {}, {});
  ASSERT_TRUE(plan);
  EXPECT_THAT(NamesOf(*plan), ElementsAre(kLog, kTellings2, QuarantineName()));
  ASSERT_EQ(plan->changes.size(), 2U);
  EXPECT_EQ(plan->changes[1].name, kTellings2);
  EXPECT_EQ(plan->changes[1].state, VersionState::kJoined);
  EXPECT_EQ(plan->changes[1].code_hash, "new");
  EXPECT_THAT(plan->changes[1].tables, ElementsAre("tellings_v2", "legs_v2"));
  EXPECT_THAT(plan->replayed, IsEmpty());
}

TEST(VersionPlan, NewerCodeWaitsForAReplay) {
  const auto plan = PlanVersions(Both(), Joined(), kActive, {});
  ASSERT_TRUE(plan);
  EXPECT_THAT(NamesOf(*plan), ElementsAre(kLog, kTellings1, QuarantineName()));
  EXPECT_THAT(plan->changes, IsEmpty());
}

TEST(VersionPlan, AReadyVersionJoinsWhenItIsNamed) {
  Versions versions = Joined();
  versions[kTellings2] = Row(kTellings2, 3, VersionState::kReady, "new");
  const Projections code = Both();
  EXPECT_THAT(NamesOf(*PlanVersions(code, versions, kActive, {})),
              ElementsAre(kLog, kTellings1, QuarantineName()));
  const auto plan = PlanVersions(code, versions, kActive, {kTellings2});
  EXPECT_THAT(NamesOf(*plan), ElementsAre(kLog, kTellings1, kTellings2, QuarantineName()));
  ASSERT_EQ(plan->changes.size(), 1U);
  EXPECT_EQ(plan->changes[0].state, VersionState::kJoined);
  EXPECT_THAT(plan->replayed, ElementsAre(kTellings2));
  // Named, but no longer ready.
  versions[kTellings2].state = VersionState::kCancelled;
  EXPECT_THAT(NamesOf(*PlanVersions(code, versions, kActive, {kTellings2})),
              ElementsAre(kLog, kTellings1, QuarantineName()));
}

TEST(VersionPlan, TheSameCodeMayHaveTwoVersions) {
  Versions versions = Joined();
  versions[kTellings2] = Row(kTellings2, 4, VersionState::kJoined, "old");
  const auto plan = PlanVersions(Code1(), versions, kActive, {});
  ASSERT_TRUE(plan);
  EXPECT_THAT(NamesOf(*plan), ElementsAre(kLog, kTellings1, kTellings2, QuarantineName()));
  EXPECT_EQ(plan->live[1].projection, plan->live[2].projection);
  EXPECT_EQ(plan->live[2].tables.front().name, "tellings_v2");
}

TEST(VersionPlan, ReadCodeThatWasTakenOutIsRefused) {
  Projections code;
  code.push_back(MakeLog());
  code.push_back(MakeTellings(2, "new"));
  const auto plan = PlanVersions(code, Joined(), kActive, {});
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, Code::kFailedPrecondition);
  EXPECT_THAT(plan.error().message, HasSubstr("tellings: queries read version 1, made by code"));
  // One that is not read stands still.
  Versions versions = Joined();
  versions[kTellings2] = Row(kTellings2, 4, VersionState::kJoined, "new");
  const auto later = PlanVersions(code, versions, {{"tellings", {2, 2, {1, 2}}}}, {});
  ASSERT_TRUE(later);
  EXPECT_THAT(NamesOf(*later), ElementsAre(kLog, kTellings2, QuarantineName()));
}

TEST(VersionPlan, AProjectionThatWasTakenOutIsLeftAlone) {
  Projections code;
  code.push_back(MakeLog());
  const auto plan = PlanVersions(code, Joined(), kActive, {});
  ASSERT_TRUE(plan);
  EXPECT_THAT(NamesOf(*plan), ElementsAre(kLog, QuarantineName()));
}

TEST(VersionPlan, PartsOfTheLogBeginNothing) {
  VersionRow part = Row(kTellings2, 2, VersionState::kDone, "old");
  part.restriction = "tenant=main";
  const auto plan = PlanVersions(Code1(), {{kTellings2, part}}, {}, {});
  ASSERT_TRUE(plan);
  EXPECT_THAT(NamesOf(*plan), ElementsAre(kLog, kTellings1, QuarantineName()));
}

TEST(Versions, AreReadBackAsTheLastChangeSays) {
  FaultPlan faults;
  InMemoryStore memory(faults);
  FencedStore store(memory, {"0", 1});
  const base::FakeClock clock(1'000'000);
  VersionRow row{kTellings2,    1,  VersionState::kBuilding, "new", {"tellings_v2", "legs_v2"},
                 "tenant=main", 500};
  ASSERT_TRUE(WriteVersions(store, clock, {row, Row(kLog, 1, VersionState::kJoined, "log")}));
  ASSERT_TRUE(WriteVersions(store, clock, {row.ChangedTo(VersionState::kPaused)}));
  const auto read = ReadVersions(memory);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 2U);
  const VersionRow& found = read->at(kTellings2);
  EXPECT_EQ(found.change, 2U);
  EXPECT_EQ(found.state, VersionState::kPaused);
  EXPECT_EQ(found.code_hash, "new");
  EXPECT_THAT(found.tables, ElementsAre("tellings_v2", "legs_v2"));
  EXPECT_EQ(found.restriction, "tenant=main");
  EXPECT_EQ(found.rate, 500U);
}

Ledgers At(const VersionName& one, uint64_t first, const VersionName& other, uint64_t second) {
  LedgerEntry a, b;
  a.next_offset = first;
  b.next_offset = second;
  return {{one, {{0, a}}}, {other, {{0, b}}}};
}

TEST(Serves, NoVersionBehindTheOneThatIsRead) {
  EXPECT_TRUE(Serves(At(kTellings1, 7, kTellings2, 7), kTellings2, kActive));
  EXPECT_TRUE(Serves(At(kTellings1, 7, kTellings2, 8), kTellings2, kActive));
  EXPECT_FALSE(Serves(At(kTellings1, 7, kTellings2, 6), kTellings2, kActive));
  EXPECT_FALSE(Serves({}, kTellings2, kActive));
}

TEST(MarkBoard, FloorsThatAreHeldDoNotRise) {
  MarkBoard board(1, {kTellings1}, {});
  LedgerEntry at;
  at.next_offset = 5;
  board.Report({{kTellings1, {{0, at}}}});
  EXPECT_THAT(board.HoldFloors(), ElementsAre(5));
  at.next_offset = 9;
  board.Report({{kTellings1, {{0, at}}}});
  EXPECT_EQ(board.Floor(0), 5U);
  EXPECT_THAT(board.HoldFloors(), ElementsAre(5));
  board.LetFloorsGo();
  EXPECT_EQ(board.Floor(0), 9U);
}

}  // namespace
}  // namespace clientele::projections::runner
