// The index's folder and its promises: what is refused, what is begun anew, what survives.
#include "projections/retirement/entity_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "projections/retirement/scratch_folder.h"

namespace clientele::projections::retirement {
namespace {

using testing::HasSubstr;

base::Hash128 Entity(uint64_t number) { return base::HashBytes(std::to_string(number)); }

Telling Told(uint64_t entity, uint64_t offset, uint32_t revision = 0, int32_t partition = 0) {
  return {Entity(entity), partition, offset, revision, false};
}

class EntityIndexTest : public testing::Test {
 protected:
  base::Result<std::unique_ptr<EntityIndex>> TryOpen() {
    return EntityIndex::Open(folder_.path() + "/index", log_id_, metrics_);
  }
  std::unique_ptr<EntityIndex> Open() {
    auto opened = TryOpen();
    EXPECT_TRUE(opened) << opened.error().message;
    return std::move(*opened);
  }
  // Tells `count` entities, the first at offset 0.
  static void Fill(EntityIndex& index, uint64_t count) {
    std::vector<Telling> tellings;
    for (uint64_t i = 0; i < count; ++i) tellings.push_back(Told(i, i));
    ASSERT_TRUE(index.Decide(tellings, {{0, count}}));
  }
  std::vector<std::filesystem::path> Files(const std::string& extension) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry :
         std::filesystem::directory_iterator(folder_.path() + "/index/states")) {
      if (entry.path().extension() == extension) files.push_back(entry.path());
    }
    return files;
  }
  // Has what was written put into table files, as a restart does.
  void Settle() {
    Open().reset();
    Open().reset();
  }

  const ScratchFolder folder_;
  base::Uuid log_id_ = base::RandomUuid();
  base::Metrics metrics_;
};

TEST_F(EntityIndexTest, DecidesAcrossARestart) {
  {
    const auto index = Open();
    EXPECT_EQ(index->NextOffset(0), 0U);
    Fill(*index, 1'000);
    EXPECT_EQ(index->NextOffset(0), 1'000U);
    EXPECT_EQ(index->NextOffset(1), 0U);
  }
  const auto index = Open();
  EXPECT_EQ(index->NextOffset(0), 1'000U);
  // Of one batch: a correction of an old telling, its repeat, and a new entity.
  const std::vector<Telling> tellings = {Told(7, 1'000, 1), Told(7, 1'001, 1), Told(5'000, 1'002)};
  const auto decided = index->Decide(tellings, {{0, 1'010}, {1, 3}});
  ASSERT_TRUE(decided) << decided.error().message;
  const std::vector<Decision> expected = {
      {Cause::kCorrection, 8}, {Cause::kDuplicate, 0}, {Cause::kTold, 0}};
  EXPECT_EQ(*decided, expected);
  EXPECT_EQ(index->NextOffset(0), 1'010U);
  EXPECT_EQ(index->NextOffset(1), 3U);
  EXPECT_THAT(metrics_.Text(),
              HasSubstr("clientele_retirement_decisions_total{cause=\"correction\"} 1"));
}

TEST_F(EntityIndexTest, WithoutTellingsTheOffsetsGoOn) {
  const auto index = Open();
  ASSERT_TRUE(index->Decide({}, {{3, 17}}));
  EXPECT_EQ(index->NextOffset(3), 17U);
  ASSERT_TRUE(index->Decide({}, {{3, 5}}));
  EXPECT_EQ(index->NextOffset(3), 17U) << "it never sinks";
}

TEST_F(EntityIndexTest, OffsetsAgainstTheRulesAreRefused) {
  const auto index = Open();
  Fill(*index, 10);
  const auto beyond = index->Decide(std::vector{Told(1, 12)}, {{0, 12}});
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().code, base::Code::kInternal);
  EXPECT_THAT(beyond.error().message, HasSubstr("partition 0 offset 12"));
  const auto unnamed = index->Decide(std::vector{Told(1, 0, 0, 1)}, {{0, 12}});
  ASSERT_FALSE(unnamed);
  EXPECT_EQ(unnamed.error().code, base::Code::kInternal);
  const auto sinking = index->Decide(std::vector{Told(1, 12, 1), Told(1, 11, 2)}, {{0, 20}});
  ASSERT_FALSE(sinking);
  EXPECT_THAT(sinking.error().message, HasSubstr("offset 11 came after offset 12"));
  EXPECT_EQ(index->NextOffset(0), 10U) << "nothing was written";
}

TEST_F(EntityIndexTest, WhatWasForgottenIsNotDecided) {
  {
    const auto index = Open();
    Fill(*index, 10);
    index->Forget(0, 8);
    index->Forget(0, 4);  // does not sink
    EXPECT_TRUE(index->Decide(std::vector{Told(8, 8)}, {{0, 10}}));
    const auto refused = index->Decide(std::vector{Told(7, 7)}, {{0, 11}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::Code::kFailedPrecondition);
    EXPECT_THAT(refused.error().message, HasSubstr("offset 7 is below 8"));
    ASSERT_TRUE(index->Decide({}, {{0, 12}}));
  }
  // The floor is remembered; tables that begin again make the index begin again.
  const auto index = Open();
  EXPECT_FALSE(index->Decide(std::vector{Told(7, 7)}, {{0, 12}}));
  ASSERT_TRUE(index->GoOnFrom({{0, 8}, {1, 0}}));
  EXPECT_EQ(index->NextOffset(0), 12U);
  ASSERT_TRUE(index->GoOnFrom({{0, 7}}));
  EXPECT_EQ(index->NextOffset(0), 0U);
  Fill(*index, 10);
  EXPECT_TRUE(index->Decide(std::vector{Told(7, 7)}, {{0, 10}}));
}

TEST_F(EntityIndexTest, ASecondOneIsRefused) {
  auto first = Open();
  const auto second = TryOpen();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::Code::kFailedPrecondition);
  EXPECT_THAT(second.error().message, HasSubstr(folder_.path() + "/index: another process has it"));
  first.reset();
  EXPECT_TRUE(TryOpen());
}

TEST_F(EntityIndexTest, AFolderThatCannotBeMadeIsUnavailable) {
  std::ofstream(folder_.path() + "/file").put('x');
  const auto opened = EntityIndex::Open(folder_.path() + "/file/index", log_id_, metrics_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, base::Code::kUnavailable);
}

TEST_F(EntityIndexTest, OfAnotherLogItIsBegunAnew) {
  Fill(*Open(), 10);
  log_id_ = base::RandomUuid();
  EXPECT_EQ(Open()->NextOffset(0), 0U);
  Fill(*Open(), 5);
  EXPECT_EQ(Open()->NextOffset(0), 5U);
}

TEST_F(EntityIndexTest, DamagedFilesAreBegunAnew) {
  const auto spoil = [](const std::filesystem::path& file) {
    std::ofstream(file, std::ios::trunc) << "no longer what it was";
  };
  Fill(*Open(), 100'000);
  Settle();
  ASSERT_FALSE(Files(".sst").empty());
  spoil(Files(".sst").front());
  EXPECT_EQ(Open()->NextOffset(0), 0U);

  Fill(*Open(), 10);
  spoil(folder_.path() + "/index/states/CURRENT");
  EXPECT_EQ(Open()->NextOffset(0), 0U);

  Fill(*Open(), 10);
  Settle();
  std::filesystem::remove(Files(".sst").front());
  EXPECT_EQ(Open()->NextOffset(0), 0U);
}

// Damage that only a look-up meets: the worker ends, the next start begins anew.
TEST_F(EntityIndexTest, DamageFoundLateIsBegunAnewAtTheNextStart) {
  constexpr uint64_t kEntities = 100'000;
  Fill(*Open(), kEntities);
  Settle();
  for (const auto& file : Files(".sst")) {
    if (std::filesystem::file_size(file) < kEntities) continue;  // not of entities
    std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(static_cast<std::streamoff>(std::filesystem::file_size(file) / 3));
    bytes << std::string(100, '!');
  }
  {
    const auto index = Open();
    ASSERT_EQ(index->NextOffset(0), kEntities);
    std::vector<Telling> tellings;
    for (uint64_t i = 0; i < kEntities; ++i) tellings.push_back(Told(i, kEntities + i));
    const auto decided = index->Decide(tellings, {{0, 2 * kEntities}});
    ASSERT_FALSE(decided);
    EXPECT_EQ(decided.error().code, base::Code::kDataLoss);
    EXPECT_EQ(index->NextOffset(0), kEntities);
  }
  EXPECT_EQ(Open()->NextOffset(0), 0U);
  Fill(*Open(), 10);
  EXPECT_EQ(Open()->NextOffset(0), 10U) << "begun anew once";
}

// Of a killed process states and offsets are there up to its last write, together.
TEST_F(EntityIndexTest, SurvivesKill) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  constexpr uint64_t kBetweenWrites = 10'000;
  constexpr uint64_t kBatch = 5'000;
  // The child runs this test anew, with a folder of its own: it is told the parent's.
  constexpr const char* kFolder = "CLIENTELE_TEST_INDEX_FOLDER";
  setenv(kFolder, folder_.path().c_str(), /*overwrite=*/0);
  EXPECT_EXIT(
      {
        const auto index = EntityIndex::Open(std::string(getenv(kFolder)) + "/index", base::Uuid{},
                                             metrics_, kBetweenWrites);
        for (uint64_t from = 0; from < 50'000; from += kBatch) {
          std::vector<Telling> tellings;
          for (uint64_t i = from; i < from + kBatch; ++i) tellings.push_back(Told(i, i));
          if (!(*index)->Decide(tellings, {{0, from + kBatch}})) break;
        }
        std::filesystem::remove_all(folder_.path());  // the child's own
        kill(getpid(), SIGKILL);
      },
      testing::KilledBySignal(SIGKILL), "");
  unsetenv(kFolder);
  log_id_ = {};
  const auto index = Open();
  ASSERT_EQ(index->NextOffset(0), 40'000U);
  const auto decided =
      index->Decide(std::vector{Told(39'999, 40'000, 1), Told(45'000, 40'001)}, {{0, 40'002}});
  ASSERT_TRUE(decided);
  EXPECT_EQ((*decided)[0], (Decision{Cause::kCorrection, 40'000}));
  EXPECT_EQ((*decided)[1], (Decision{Cause::kTold, 0}));
}

// While nothing can be written it decides nothing further, and goes on when that has passed.
TEST_F(EntityIndexTest, GoesOnAfterAWriteThatFailed) {
  auto opened = EntityIndex::Open(folder_.path() + "/index", log_id_, metrics_, 10);
  ASSERT_TRUE(opened) << opened.error().message;
  EntityIndex& index = **opened;
  Fill(index, 10);
  const std::filesystem::path in_the_way = folder_.path() + "/index/incoming/x";
  std::filesystem::create_directories(in_the_way);
  const std::vector<Telling> next = {Told(3, 10, 1)};
  const auto refused = index.Decide(next, {{0, 11}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::Code::kUnavailable) << refused.error().message;
  EXPECT_EQ(index.NextOffset(0), 10U);
  std::filesystem::remove_all(in_the_way.parent_path());
  const auto decided = index.Decide(next, {{0, 11}});
  ASSERT_TRUE(decided) << decided.error().message;
  EXPECT_EQ(decided->front(), (Decision{Cause::kCorrection, 4}));
}

}  // namespace
}  // namespace clientele::projections::retirement
