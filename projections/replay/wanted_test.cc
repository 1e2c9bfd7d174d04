// Which version a replay builds: the next number, the one that was begun, or none.
#include "projections/replay/wanted.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "projections/runner/fakes/small_projections.h"

namespace clientele::projections::replay {
namespace {

using base::Code;
using runner::VersionName;
using runner::VersionRow;
using runner::VersionState;
using testing::HasSubstr;

class WantedTest : public testing::Test {
 protected:
  WantedTest() {
    projections_.push_back(runner::MakeLog());
    projections_.push_back(runner::MakeTellings(1, "old"));
    projections_.push_back(runner::MakeTellings(2, "new"));
    Is(1, 1, VersionState::kJoined);
    wanted_.projection = "tellings";
  }
  void Is(uint32_t version, uint64_t change, VersionState state) {
    const VersionName name{"tellings", version};
    versions_[name] = VersionRow{name, change, state, version == 1 ? "old" : "new", {}, "", 0};
  }
  base::Result<VersionRow> Choose() {
    return ChooseVersion(wanted_, projections_, versions_, active_);
  }
  std::string Refused(Code code) {
    const auto chosen = Choose();
    EXPECT_FALSE(chosen);
    if (chosen) return chosen->name.ToString();
    EXPECT_EQ(chosen.error().code, code) << chosen.error().message;
    return chosen.error().message;
  }

  runner::Projections projections_;
  runner::Versions versions_;
  runner::ActiveVersions active_ = {{"tellings", {1, 1, {1}}}};
  Wanted wanted_;
};

TEST_F(WantedTest, TheNextNumberIsMadeByTheNewestCode) {
  const auto chosen = Choose();
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->name.ToString(), "tellings_v2");
  EXPECT_EQ(chosen->change, 0U);
  EXPECT_EQ(chosen->code_hash, "new");
  EXPECT_THAT(chosen->tables, testing::ElementsAre("tellings_v2", "legs_v2"));
}

TEST_F(WantedTest, OneThatWasBegunGoesOn) {
  for (const VersionState state : {VersionState::kBuilding, VersionState::kPaused,
                                   VersionState::kReady, VersionState::kJoined}) {
    Is(2, 3, state);
    const auto chosen = Choose();
    ASSERT_TRUE(chosen);
    EXPECT_EQ(chosen->name.version, 2U);
    EXPECT_EQ(chosen->change, 3U);
  }
}

TEST_F(WantedTest, WhatWasReadOrGivenUpIsFollowedByAnother) {
  Is(2, 4, VersionState::kJoined);
  active_ = {{"tellings", {2, 2, {1, 2}}}};
  EXPECT_EQ(Choose()->name.version, 3U);
  active_ = {{"tellings", {1, 3, {1, 2}}}};  // rolled back
  EXPECT_EQ(Choose()->name.version, 3U);
  for (const VersionState state :
       {VersionState::kCancelled, VersionState::kDropped, VersionState::kDone}) {
    Is(2, 4, state);
    EXPECT_EQ(Choose()->name.version, 3U);
  }
}

TEST_F(WantedTest, ANumberIsUsedOnce) {
  wanted_.version = 1;
  EXPECT_EQ(Refused(Code::kAlreadyExists),
            "--version 1: tellings_v1 exists already (joined): a number is used once, take one "
            "above 1");
  wanted_.version = 7;
  EXPECT_EQ(Choose()->name.version, 7U);
  wanted_.version = 0;
  EXPECT_THAT(Refused(Code::kInvalidArgument), HasSubstr("--version 0: must lie between 1 and"));
}

TEST_F(WantedTest, OneReplayOfAProjectionAtATime) {
  Is(2, 2, VersionState::kBuilding);
  wanted_.version = 3;
  EXPECT_EQ(Refused(Code::kFailedPrecondition),
            "--version 3: the replay of tellings_v2 is under way: let it end, or cancel it");
  wanted_.version.reset();
  wanted_.restriction.tenant = "main";
  EXPECT_EQ(Refused(Code::kFailedPrecondition),
            "tellings_v2: a replay of the whole log is under way, this one asks for "
            "\"tenant=main\": let it end, or cancel it");
}

TEST_F(WantedTest, AProjectionOfThisProgramThatTheStoreHas) {
  wanted_.projection = "journeys";
  EXPECT_EQ(Refused(Code::kNotFound),
            "NAME journeys: must be a projection of this program: log, tellings");
  wanted_.projection = "log";
  EXPECT_THAT(Refused(Code::kFailedPrecondition), HasSubstr("the store has no version of it yet"));
}

}  // namespace
}  // namespace clientele::projections::replay
