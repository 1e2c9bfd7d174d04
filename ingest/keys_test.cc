#include "ingest/keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace clientele::ingest {
namespace {

using base::Code;
using testing::HasSubstr;

class KeysTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "/keys.XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string Path() const { return folder_ + "/keys.toml"; }
  void Write(const std::string& text) const {
    std::ofstream(Path()) << text;
    ASSERT_EQ(chmod(Path().c_str(), 0600), 0);
  }

  std::string folder_;
};

TEST_F(KeysTest, InitMakesAPrivateFileThatLoads) {
  const auto made = KeySet::Init(Path());
  ASSERT_TRUE(made) << made.error().message;
  struct stat state{};
  ASSERT_EQ(stat(Path().c_str(), &state), 0);
  EXPECT_EQ(state.st_mode & 0777, 0600U);
  const auto loaded = KeySet::Load(Path());
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ((*loaded)->Fingerprint(), (*made)->Fingerprint());
  EXPECT_EQ((*loaded)->Fingerprint().size(), 32U);
  EXPECT_EQ((*loaded)->Of("acme")->pseudonym, (*made)->Of("acme")->pseudonym);
}

TEST_F(KeysTest, InitNeverOverwrites) {
  ASSERT_TRUE(KeySet::Init(Path()));
  const auto before = KeySet::Load(Path());
  const auto again = KeySet::Init(Path());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Code::kAlreadyExists);
  EXPECT_EQ((*KeySet::Load(Path()))->Fingerprint(), (*before)->Fingerprint());
}

TEST_F(KeysTest, RefusesAFileThatOthersCanRead) {
  ASSERT_TRUE(KeySet::Init(Path()));
  for (const mode_t mode : {0640, 0604, 0602, 0660}) {
    ASSERT_EQ(chmod(Path().c_str(), mode), 0);
    const auto loaded = KeySet::Load(Path());
    ASSERT_FALSE(loaded) << mode;
    EXPECT_EQ(loaded.error().code, Code::kPermissionDenied);
    EXPECT_THAT(loaded.error().message, HasSubstr("chmod 600"));
  }
}

TEST_F(KeysTest, SaysWhatIsWrongWithAFile) {
  EXPECT_EQ(KeySet::Load(Path()).error().code, Code::kNotFound);
  EXPECT_THAT(KeySet::Load(Path()).error().message, HasSubstr("keys init"));
  Write("version = 1\nmaster = \"12\"\n");
  EXPECT_THAT(KeySet::Load(Path()).error().message, HasSubstr("64 hex digits"));
  Write("version = 1\nmaster = \"" + std::string(64, 'g') + "\"\n");
  EXPECT_THAT(KeySet::Load(Path()).error().message, HasSubstr("64 hex digits"));
  Write("master = \"" + std::string(64, 'a') + "\"\n");
  EXPECT_THAT(KeySet::Load(Path()).error().message, HasSubstr("version"));
  Write("version = 2\n");
  EXPECT_EQ(KeySet::Load(Path()).error().code, Code::kFailedPrecondition);
  Write("what is this\n");
  EXPECT_THAT(KeySet::Load(Path()).error().message, HasSubstr("line 1"));
}

TEST(Keys, DerivationNeverChanges) {
  Key master{};
  for (size_t i = 0; i < master.size(); ++i) master[i] = static_cast<uint8_t>(i);
  KeySet keys(master);
  // HKDF-SHA-256 of master 00..1f, no salt; computed apart (Python's hmac).
  EXPECT_EQ(keys.Fingerprint(), "98251aabe06587f27954d99b71b28fdb");
  const auto acme = keys.Of("acme");
  EXPECT_EQ(acme->pseudonym[0], 0xf2);
  EXPECT_EQ(acme->pseudonym[31], 0xed);
  EXPECT_EQ(acme->wrapping[0], 0xe3);
}

TEST(Keys, TenantsAndPurposesHaveTheirOwnKeys) {
  KeySet keys(Key{7});
  EXPECT_NE(keys.Of("a")->pseudonym, keys.Of("b")->pseudonym);
  EXPECT_NE(keys.Of("a")->pseudonym, keys.Of("a")->wrapping);
  EXPECT_NE(KeySet(Key{8}).Of("a")->pseudonym, keys.Of("a")->pseudonym);
}

TEST(Keys, ManyTenantsTakeBoundedMemory) {
  KeySet keys(Key{7});
  const auto first = keys.Of("tenant-0")->pseudonym;
  for (size_t i = 0; i < 3 * KeySet::kMostCachedTenants; ++i)
    (void)keys.Of(fmt::format("tenant-{}", i));
  EXPECT_EQ(keys.CachedTenants(), KeySet::kMostCachedTenants);
  EXPECT_EQ(keys.Of("tenant-0")->pseudonym, first);
}

}  // namespace
}  // namespace clientele::ingest
