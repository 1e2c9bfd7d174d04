#include "kafka/topic_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kafka/types.h"

namespace clientele::kafka {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

base::KafkaConfig Config() {
  base::KafkaConfig config;
  config.partitions = 16;
  config.replication_factor = 3;
  config.min_insync_replicas = 2;
  return config;
}

TEST(TopicRules, EventsHasThePartitionsAndTheSmallOnesHaveOne) {
  const auto rules = TopicRules(Config());
  ASSERT_EQ(rules.size(), 5U);
  EXPECT_EQ(rules[0].name, kEventsTopic);
  EXPECT_EQ(rules[0].partitions, 16);
  for (size_t i = 1; i < rules.size(); ++i) EXPECT_EQ(rules[i].partitions, 1) << rules[i].name;
  for (const TopicRule& rule : rules) {
    EXPECT_EQ(rule.replication_factor, 3);
    EXPECT_EQ(rule.settings.at("min.insync.replicas"), "2");
    EXPECT_EQ(rule.settings.at("retention.ms"), "-1");
    EXPECT_EQ(rule.settings.at("message.timestamp.type"), "LogAppendTime");
    EXPECT_EQ(rule.settings.at("unclean.leader.election.enable"), "false");
    EXPECT_EQ(rule.settings.at("cleanup.policy"), rule.name == kKeysTopic ? "compact" : "delete");
    // An event of 1 MiB fits.
    EXPECT_GT(std::stoll(rule.settings.at("max.message.bytes")), 1'100'000);
  }
}

TEST(TopicRules, NamesEveryDifference) {
  const TopicRule rule = TopicRules(Config())[0];
  TopicState found{rule.name, 16, 3, {}};
  auto settings = rule.settings;
  EXPECT_THAT(FaultsOf(rule, found, settings), IsEmpty());

  found.partitions = 8;
  found.replication_factor = 1;
  settings["retention.ms"] = "604800000";
  settings.erase("compression.type");
  EXPECT_THAT(FaultsOf(rule, found, settings),
              ElementsAre("partitions are 8, must be 16 (a changed count moves entities)",
                          "replication factor is 1, must be 3",
                          "compression.type is not told by the broker, must be producer",
                          "retention.ms is 604800000, must be -1"));
}

TEST(TopicRules, MoreReplicasAreNoFault) {
  const TopicRule rule = TopicRules(Config())[0];
  EXPECT_THAT(FaultsOf(rule, TopicState{rule.name, 16, 5, {}}, rule.settings), IsEmpty());
}

TEST(TopicRules, TheJudgementNamesTopicsAndWhatToDo) {
  EXPECT_TRUE(Judge({TopicState{"a", 1, 1, {}}}));
  const auto judged = Judge({TopicState{"a", 0, 0, {"is not there"}},
                             TopicState{"b", 1, 1, {"retention.ms is 1, must be -1"}}});
  ASSERT_FALSE(judged);
  EXPECT_EQ(judged.error().code, base::Code::kFailedPrecondition);
  EXPECT_THAT(judged.error().message, HasSubstr("topic a: is not there; topic b: retention.ms"));
  EXPECT_THAT(judged.error().message, HasSubstr("clientele topics create"));
}

}  // namespace
}  // namespace clientele::kafka
