#include "engine/fence.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace clientele::engine {
namespace {

using base::Code;

class FenceTest : public ::testing::Test {
 protected:
  void SetUp() override { folder_ = mkdtemp(form_.data()); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string File() const { return folder_ + "/EPOCHS"; }
  WriterFence Open() const { return {File(), WriterFence::Load(File()).value()}; }

  std::string form_ = "/tmp/clientele-fence-XXXXXX";
  std::string folder_;
};

TEST_F(FenceTest, ReadsWriterIds) {
  const auto id = ParseWriterId("w:calls_v3:0-15:812:000000000042");
  ASSERT_TRUE(id && *id);
  EXPECT_EQ((*id)->writer, "calls_v3");
  EXPECT_EQ((*id)->group, "0-15");
  EXPECT_EQ((*id)->epoch, 812U);
  EXPECT_FALSE(ParseWriterId("anything").value());
  for (const char* wrong : {"w:", "w:a:b:c:1", "w:a:b:1", "w:a:b:1:2:3", "w::b:1:2", "w:a::1:2",
                            "w:a:b:-1:2", "w:a:b:1:", "w:a:b:99999999999999999999:1"}) {
    EXPECT_EQ(ParseWriterId(wrong).error().code, Code::kInvalidArgument) << wrong;
  }
}

TEST_F(FenceTest, RefusesLowerEpochsForGood) {
  {
    WriterFence fence = Open();
    EXPECT_TRUE(fence.Admit("w:a:g:5:1"));
    EXPECT_TRUE(fence.Admit("w:b:g:5:1"));
    EXPECT_TRUE(fence.Admit("w:a:other:1:1"));
    EXPECT_TRUE(fence.Admit("no writer"));
    EXPECT_TRUE(fence.Admit("w:a:g:7:1"));
    EXPECT_EQ(fence.Admit("w:b:g:6:9").error().code, Code::kPermissionDenied);
  }
  WriterFence again = Open();
  EXPECT_EQ(again.Admit("w:a:g:6:9").error().code, Code::kPermissionDenied);
  EXPECT_TRUE(again.Admit("w:a:g:7:9"));
}

TEST_F(FenceTest, WhatCannotBeKeptIsNotLetIn) {
  WriterFence fence(folder_ + "/missing/EPOCHS", {{"g", 3}});
  EXPECT_EQ(fence.Admit("w:a:g:4:1").error().code, Code::kUnavailable);
  EXPECT_TRUE(fence.Admit("w:a:g:3:1"));
}

TEST_F(FenceTest, ABrokenFileIsRefused) {
  std::ofstream(File()) << "g 5\nnonsense\n";
  EXPECT_EQ(WriterFence::Load(File()).error().code, Code::kFailedPrecondition);
}

}  // namespace
}  // namespace clientele::engine
