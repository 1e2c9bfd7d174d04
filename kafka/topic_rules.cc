#include "kafka/topic_rules.h"

#include "kafka/producer.h"

namespace clientele::kafka {
namespace {

TopicRule Small(const base::KafkaConfig& config, std::string_view name) {
  TopicRule rule;
  rule.name = name;
  rule.replication_factor = static_cast<int>(config.replication_factor);
  rule.settings = {
      {"cleanup.policy", "delete"},
      // Nothing goes by age or size: the log is the truth.
      {"retention.ms", "-1"},
      {"retention.bytes", "-1"},
      // recorded_at is the log's own clock.
      {"message.timestamp.type", "LogAppendTime"},
      // A batch of one event of 1 MiB, its key and headers.
      {"max.message.bytes", std::to_string(kLargestMessage)},
      {"min.insync.replicas", std::to_string(config.min_insync_replicas)},
      {"unclean.leader.election.enable", "false"},
      // As the producer packed it.
      {"compression.type", "producer"},
  };
  return rule;
}

}  // namespace

std::vector<TopicRule> TopicRules(const base::KafkaConfig& config) {
  TopicRule events = Small(config, kEventsTopic);
  events.partitions = static_cast<int>(config.partitions);
  TopicRule keys = Small(config, kKeysTopic);
  keys.settings["cleanup.policy"] = "compact";
  return {std::move(events), Small(config, kMarksTopic), Small(config, kOwnersTopic),
          std::move(keys), Small(config, kErasuresTopic)};
}

std::vector<std::string> FaultsOf(const TopicRule& rule, const TopicState& found,
                                  const std::map<std::string, std::string>& settings) {
  if (found.partitions == 0) return {"is not there"};
  std::vector<std::string> faults;
  if (found.partitions != rule.partitions) {
    faults.push_back(fmt::format("partitions are {}, must be {} (a changed count moves entities)",
                                 found.partitions, rule.partitions));
  }
  if (found.replication_factor < rule.replication_factor) {
    faults.push_back(fmt::format("replication factor is {}, must be {}", found.replication_factor,
                                 rule.replication_factor));
  }
  for (const auto& [name, must] : rule.settings) {
    const auto is = settings.find(name);
    if (is == settings.end()) {
      faults.push_back(fmt::format("{} is not told by the broker, must be {}", name, must));
    } else if (is->second != must) {
      faults.push_back(fmt::format("{} is {}, must be {}", name, is->second, must));
    }
  }
  return faults;
}

base::Status Judge(const std::vector<TopicState>& states) {
  std::string all;
  for (const TopicState& state : states) {
    for (const std::string& fault : state.faults) {
      all += fmt::format("{}topic {}: {}", all.empty() ? "" : "; ", state.name, fault);
    }
  }
  if (all.empty()) return {};
  return base::Fail(base::Code::kFailedPrecondition,
                    "{}. Missing topics are made by `clientele topics create`; what is there is "
                    "never changed: set it right with Kafka's own tools",
                    all);
}

}  // namespace clientele::kafka
