// The topics: made with the right settings, checked at start. Called by `app` before the roles
// start, and by `clientele topics`.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/config.h"
#include "base/result.h"

namespace clientele::kafka {

struct TopicState {
  std::string name;
  int partitions = 0;
  int replication_factor = 0;
  // Settings that differ from what they must be: "retention.ms is 604800000, must be -1".
  std::vector<std::string> faults;
};

// Makes the missing topics of types.h (events: config.partitions, LogAppendTime, retention.ms=-1,
// max.message.bytes for 1 MiB events; small ones: one partition; keys compacted), and waits until
// they can be written. Changes nothing about a topic that is there.
[[nodiscard]] base::Status CreateTopics(const base::KafkaConfig& config);
// What is there, in the order of types.h; a missing topic has partitions 0.
[[nodiscard]] base::Result<std::vector<TopicState>> DescribeTopics(const base::KafkaConfig& config);
// FAILED_PRECONDITION naming every fault; a changed partition count is one. A missing topic is
// looked for during ten seconds: a broker that has just started may not know it yet.
[[nodiscard]] base::Status CheckTopics(const base::KafkaConfig& config);
// UNAVAILABLE if no broker answers in time.
[[nodiscard]] base::Status Ping(const base::KafkaConfig& config, std::chrono::milliseconds timeout);
// Waits until a broker answers, and says in the log every few seconds that it waits. CANCELLED if
// asked to stop before.
[[nodiscard]] base::Status WaitForBroker(const base::KafkaConfig& config, std::stop_token stop);

}  // namespace clientele::kafka
