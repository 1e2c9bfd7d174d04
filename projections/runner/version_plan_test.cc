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

const VersionName kLog{"log", 1}, kFirst{"tellings", 1}, kSecond{"tellings", 2};

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
          {kFirst, Row(kFirst, 1, VersionState::kJoined, "old")}};
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
  EXPECT_THAT(NamesOf(*plan), ElementsAre(kLog, kSecond, QuarantineName()));
  ASSERT_EQ(plan->changes.size(), 2U);
  EXPECT_EQ(plan->changes[1].name, kSecond);
  EXPECT_EQ(plan->changes[1].state, VersionState::kJoined);
  EXPECT_EQ(plan->changes[1].code_hash, "new");
  EXPECT_THAT(plan->changes[1].tables, ElementsAre("tellings_v2", "legs_v2"));
  EXPECT_THAT(plan->replayed, IsEmpty());
}

TEST(VersionPlan, NewerCodeWaitsForAReplay) {
  const auto plan = PlanVersions(Both(), Joined(), kActive, {});
  ASSERT_TRUE(plan);
  EXPECT_THAT(NamesOf(*plan), ElementsAre(kLog, kFirst, QuarantineName()));
  EXPECT_THAT(plan->changes, IsEmpty());
}

TEST(VersionPlan, AReadyVersionJoinsWhenItIsNamed) {
  Versions versions = Joined();
  versions[kSecond] = Row(kSecond, 3, VersionState::kReady, "new");
  const Projections code = Both();
  EXPECT_THAT(NamesOf(*PlanVersions(code, versions, kActive, {})),
              ElementsAre(kLog, kFirst, QuarantineName()));
  const auto plan = PlanVersions(code, versions, kActive, {kSecond});
  EXPECT_THAT(NamesOf(*plan), ElementsAre(kLog, kFirst, kSecond, QuarantineName()));
  ASSERT_EQ(plan->changes.size(), 1U);
  EXPECT_EQ(plan->changes[0].state, VersionState::kJoined);
  EXPECT_THAT(plan->replayed, ElementsAre(kSecond));
  // Named, but no longer ready.
  versions[kSecond].state = VersionState::kCancelled;
  EXPECT_THAT(NamesOf(*PlanVersions(code, versions, kActive, {kSecond})),
              ElementsAre(kLog, kFirst, QuarantineName()));
}

TEST(VersionPlan, TheSameCodeMayHaveTwoVersions) {
  Versions versions = Joined();
  versions[kSecond] = Row(kSecond, 4, VersionState::kJoined, "old");
  const auto plan = PlanVersions(Code1(), versions, kActive, {});
  ASSERT_TRUE(plan);
  EXPECT_THAT(NamesOf(*plan), ElementsAre(kLog, kFirst, kSecond, QuarantineName()));
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
  versions[kSecond] = Row(kSecond, 4, VersionState::kJoined, "new");
  const auto later = PlanVersions(code, versions, {{"tellings", {2, 2, {1, 2}}}}, {});
  ASSERT_TRUE(later);
  EXPECT_THAT(NamesOf(*later), ElementsAre(kLog, kSecond, QuarantineName()));
}

TEST(VersionPlan, AProjectionThatWasTakenOutIsLeftAlone) {
  Projections code;
  code.push_back(MakeLog());
  const auto plan = PlanVersions(code, Joined(), kActive, {});
  ASSERT_TRUE(plan);
  EXPECT_THAT(NamesOf(*plan), ElementsAre(kLog, QuarantineName()));
}

TEST(VersionPlan, PartsOfTheLogBeginNothing) {
  VersionRow part = Row(kSecond, 2, VersionState::kDone, "old");
  part.restriction = "tenant=main";
  const auto plan = PlanVersions(Code1(), {{kSecond, part}}, {}, {});
  ASSERT_TRUE(plan);
  EXPECT_THAT(NamesOf(*plan), ElementsAre(kLog, kFirst, QuarantineName()));
}

TEST(Versions, AreReadBackAsTheLastChangeSays) {
  FaultPlan faults;
  InMemoryStore memory(faults);
  FencedStore store(memory, {"0", 1});
  const base::FakeClock clock(1'000'000);
  VersionRow row{kSecond,       1,  VersionState::kBuilding, "new", {"tellings_v2", "legs_v2"},
                 "tenant=main", 500};
  ASSERT_TRUE(WriteVersions(store, clock, {row, Row(kLog, 1, VersionState::kJoined, "log")}));
  ASSERT_TRUE(WriteVersions(store, clock, {row.ChangedTo(VersionState::kPaused)}));
  const auto read = ReadVersions(memory);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 2U);
  const VersionRow& found = read->at(kSecond);
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
  EXPECT_TRUE(Serves(At(kFirst, 7, kSecond, 7), kSecond, kActive));
  EXPECT_TRUE(Serves(At(kFirst, 7, kSecond, 8), kSecond, kActive));
  EXPECT_FALSE(Serves(At(kFirst, 7, kSecond, 6), kSecond, kActive));
  EXPECT_FALSE(Serves({}, kSecond, kActive));
}

TEST(MarkBoard, FloorsThatAreHeldDoNotRise) {
  MarkBoard board(1, {kFirst}, {});
  LedgerEntry at;
  at.next_offset = 5;
  board.Report({{kFirst, {{0, at}}}});
  EXPECT_THAT(board.HoldFloors(), ElementsAre(5));
  at.next_offset = 9;
  board.Report({{kFirst, {{0, at}}}});
  EXPECT_EQ(board.Floor(0), 5U);
  EXPECT_THAT(board.HoldFloors(), ElementsAre(5));
  board.LetFloorsGo();
  EXPECT_EQ(board.Floor(0), 9U);
}

}  // namespace
}  // namespace clientele::projections::runner
