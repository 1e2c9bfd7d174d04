#include "base/owned_folder.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

namespace clientele::base {
namespace {

class OwnedFolderTest : public testing::Test {
 protected:
  OwnedFolderTest() {
    std::string pattern = testing::TempDir() + "owned_folder_XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~OwnedFolderTest() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
};

TEST_F(OwnedFolderTest, ASecondOwnerIsRefusedAndToldWhoHasIt) {
  const auto first = OwnedFolder::Open(folder_ + "/data/", 1);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->path(), folder_ + "/data");
  const auto second = OwnedFolder::Open(folder_ + "/data", 1);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::kFailedPrecondition);
  EXPECT_NE(second.error().message.find(fmt::format("({})", getpid())), std::string::npos)
      << second.error().message;
}

TEST_F(OwnedFolderTest, CanBeOpenedAgainOnceLeft) {
  {
    ASSERT_TRUE(OwnedFolder::Open(folder_, 1));
  }
  EXPECT_TRUE(OwnedFolder::Open(folder_, 1));
}

TEST_F(OwnedFolderTest, ANewerFormatIsRefusedAnOlderOneRaised) {
  {
    ASSERT_TRUE(OwnedFolder::Open(folder_, 2));
  }
  const auto older_program = OwnedFolder::Open(folder_, 1);
  ASSERT_FALSE(older_program);
  EXPECT_NE(older_program.error().message.find("format 2 of a newer version, this one knows 1"),
            std::string::npos)
      << older_program.error().message;
  {
    ASSERT_TRUE(OwnedFolder::Open(folder_, 3));
  }
  EXPECT_EQ(*ReadWhole(folder_ + "/FORMAT"), "3\n");
}

TEST_F(OwnedFolderTest, AFileInItsPlaceIsAnError) {
  ASSERT_TRUE(WriteDurably(folder_ + "/data", "x"));
  const auto opened = OwnedFolder::Open(folder_ + "/data", 1);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::kUnavailable);
}

}  // namespace
}  // namespace clientele::base
