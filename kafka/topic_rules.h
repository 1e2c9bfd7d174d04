// What every topic of ours must be: pure rules, applied by topics.cc. Private to this folder.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/config.h"
#include "kafka/topics.h"

namespace clientele::kafka {

struct TopicRule {
  std::string name;
  int partitions = 1;
  int replication_factor = 1;
  std::map<std::string, std::string> settings;  // set when made, and checked at every start
};

// One rule for each topic of types.h, in that order.
[[nodiscard]] std::vector<TopicRule> TopicRules(const base::KafkaConfig& config);
// What is wrong with the topic as found: "partitions are 8, must be 16". More replicas than asked
// for are no fault.
[[nodiscard]] std::vector<std::string> FaultsOf(const TopicRule& rule, const TopicState& found,
                                                const std::map<std::string, std::string>& settings);
// FAILED_PRECONDITION naming every fault of every topic, missing ones included.
[[nodiscard]] base::Status Judge(const std::vector<TopicState>& states);

}  // namespace clientele::kafka
