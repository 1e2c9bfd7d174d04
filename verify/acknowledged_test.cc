#include "verify/acknowledged.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace clientele::verify {
namespace {

using testing::HasSubstr;

constexpr const char* kOne = "01890a5d-ac96-774b-bcce-b302099a8057";
constexpr const char* kOther = "01890a5d-ac96-774b-bcce-b302099a8058";

class AcknowledgedTest : public testing::Test {
 protected:
  ~AcknowledgedTest() override { std::filesystem::remove(path_); }
  base::Result<Acknowledged> Read(const std::string& text) {
    std::ofstream(path_) << text;
    return Acknowledged::Read(path_);
  }
  static base::Uuid Id(const char* text) { return *base::ParseUuid(text); }
  const std::string path_ =
      std::filesystem::temp_directory_path() / ("acknowledged." + std::to_string(getpid()));
};

TEST_F(AcknowledgedTest, NamesWhatIsNotThere) {
  auto read = Read(std::string(kOne) + "\n\n" + kOther + ",3,17\n");
  ASSERT_TRUE(read.has_value()) << read.error().message;
  read->Take(Id(kOne), 1, 4);
  // The same id at another place: a duplicate, not the acknowledged record.
  read->Take(Id(kOther), 3, 16);
  Report report(10);
  read->Finish(report);
  EXPECT_EQ(report.acknowledged, 2U);
  ASSERT_EQ(report.differences().size(), 1U);
  EXPECT_EQ(report.differences()[0].partition, 3);
  EXPECT_EQ(report.differences()[0].offset, 17);
  EXPECT_THAT(report.differences()[0].text, HasSubstr(kOther));
  read->Take(Id(kOther), 3, 17);
  Report green(10);
  read->Finish(green);
  EXPECT_TRUE(green.equal());
}

TEST_F(AcknowledgedTest, OneThatLiesBeyondTheMarkIsNotLost) {
  auto read = Read(std::string(kOne) + "\n" + kOther + ",3,17\n");
  ASSERT_TRUE(read.has_value()) << read.error().message;
  read->Take(Id(kOther), 3, 17);
  EXPECT_TRUE(read->Missing());
  EXPECT_TRUE(read->CheckCovered({5, 5, 5, 18}));
  // Again of one that is found: changes nothing.
  read->TakeBeyond(Id(kOther), 3, 18);
  EXPECT_TRUE(read->CheckCovered({5, 5, 5, 18}));
  read->TakeBeyond(Id(kOne), 2, 5);
  EXPECT_FALSE(read->Missing());
  EXPECT_THAT(
      read->CheckCovered({5, 5, 5, 18}).error().message,
      HasSubstr(std::string(kOne) +
                " was acknowledged at partition 2 offset 5, which the mark does not cover"));
  Report report(10);
  read->Finish(report);
  EXPECT_TRUE(report.equal());
}

TEST_F(AcknowledgedTest, AnEmptyFileIsToldAsOne) {
  const auto read = Read("");
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_FALSE(read->Missing());
  Report report(10);
  EXPECT_THAT(report.Text(), testing::Not(HasSubstr("acknowledged")));
  EXPECT_THAT(report.Json(), HasSubstr(R"("acknowledged":null,)"));
  read->Finish(report);
  EXPECT_THAT(report.Text(), HasSubstr("\nacknowledged: 0 events\n"));
  EXPECT_THAT(report.Json(), HasSubstr(R"("acknowledged":0,)"));
}

TEST_F(AcknowledgedTest, AMarkMustCoverThem) {
  const auto read = Read(std::string(kOther) + ",1,17\n");
  ASSERT_TRUE(read.has_value());
  EXPECT_TRUE(read->CheckCovered({0, 18}));
  EXPECT_THAT(read->CheckCovered({0, 17}).error().message,
              HasSubstr("partition 1 offset 17, which the mark does not cover"));
  EXPECT_FALSE(read->CheckCovered({18}));
}

TEST_F(AcknowledgedTest, BadLines) {
  for (const char* bad :
       {"x", "01890a5d-ac96-774b-bcce-b302099a8057,1", "01890a5d-ac96-774b-bcce-b302099a8057,1,-2",
        "01890a5d-ac96-774b-bcce-b302099a8057,1,2,3"}) {
    EXPECT_THAT(Read(std::string(kOne) + "\n" + bad).error().message, HasSubstr(" line 2: "))
        << bad;
  }
  EXPECT_EQ(Acknowledged::Read(path_ + ".none").error().code, base::Code::kNotFound);
}

}  // namespace
}  // namespace clientele::verify
