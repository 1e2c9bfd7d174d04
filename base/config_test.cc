#include "base/config.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace clientele::base {
namespace {

class ConfigTest : public testing::Test {
 protected:
  std::string Write(const std::string& text) {
    const std::string path = testing::TempDir() + "/config_test.toml";
    std::ofstream(path) << text;
    return path;
  }
};

TEST_F(ConfigTest, FlagsWinOverEnvironmentAndThatOverTheFile) {
  const std::string file = Write("data_dir = \"/f\"\n[kafka]\nbrokers = \"f:1\"\npartitions = 4\n");
  const auto config =
      LoadConfig(file, {{"CLIENTELE_DATA_DIR", "/e"}, {"CLIENTELE_KAFKA_BROKERS", "e:1"}},
                 {{"kafka.brokers", "flag:1"}});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->kafka.partitions, 4);
  EXPECT_EQ(config->data_dir, "/e");
  EXPECT_EQ(config->kafka.brokers, "flag:1");
  EXPECT_EQ(config->KeysFile(), "/e/keys.toml");
}

TEST_F(ConfigTest, AnUnknownKeyIsNamed) {
  EXPECT_EQ(LoadConfig(Write("[kafka]\nbroker = \"x\"\n"), {}, {}).error().field, "kafka.broker");
  EXPECT_EQ(LoadConfig("", {{"CLIENTELE_KAFKA_BROKER", "x"}}, {}).error().field,
            "CLIENTELE_KAFKA_BROKER");
  EXPECT_EQ(LoadConfig("", {}, {{"kafka.broker", "x"}}).error().field, "kafka.broker");
}

TEST_F(ConfigTest, AValueOutOfItsRangeIsNamedWithTheRule) {
  const auto config = LoadConfig("", {}, {{"runner.workers", "0"}});
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().message, "runner.workers = 0: must be from 1 to 64");
  EXPECT_FALSE(LoadConfig("", {}, {{"runner.workers", "two"}}));
  EXPECT_FALSE(LoadConfig(Write("[runner]\nworkers = \"2\"\n"), {}, {}));
  EXPECT_FALSE(LoadConfig("", {}, {{"log_level", "loud"}}));
}

TEST_F(ConfigTest, WhatNothingWorksWithoutIsNotEmpty) {
  EXPECT_EQ(LoadConfig("", {}, {{"kafka.brokers", ""}}).error().message,
            "kafka.brokers = \"\": must not be empty");
  EXPECT_EQ(LoadConfig("", {{"CLIENTELE_DATA_DIR", ""}}, {}).error().field, "data_dir");
  EXPECT_EQ(LoadConfig(Write("[grpc]\nlisten = \"\"\n"), {}, {}).error().field, "grpc.listen");
  EXPECT_TRUE(LoadConfig("", {}, {{"clickhouse.url", ""}}));
}

TEST_F(ConfigTest, BrokenTomlNamesTheLine) {
  const auto config = LoadConfig(Write("data_dir = \"a\"\nkafka = [\n"), {}, {});
  ASSERT_FALSE(config);
  EXPECT_NE(config.error().message.find("line"), std::string::npos);
}

TEST_F(ConfigTest, WhatIsPrintedReadsBackAndHidesSecrets) {
  Config config;
  config.clickhouse.password = "geheim";
  config.data_dir = "/a \"b\"";
  const std::string printed = PrintConfig(config);
  EXPECT_EQ(printed.find("geheim"), std::string::npos);
  const auto read = LoadConfig(Write(printed), {}, {});
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->data_dir, config.data_dir);
}

}  // namespace
}  // namespace clientele::base
