#include "app/topics_command.h"

#include <fmt/core.h>

#include "kafka/topics.h"

namespace clientele::app {
namespace {

int Create(const base::Config& config) {
  if (auto made = kafka::CreateTopics(config.kafka); !made) return PrintError(made.error());
  fmt::print("all topics are there\n");
  return 0;
}

int Check(const base::Config& config) {
  if (auto checked = kafka::CheckTopics(config.kafka); !checked) return PrintError(checked.error());
  fmt::print("every topic has the settings that the guarantees need\n");
  return 0;
}

int List(const base::Config& config) {
  const auto topics = kafka::DescribeTopics(config.kafka);
  if (!topics) return PrintError(topics.error());
  fmt::print("{:<26} {:>10} {:>9}  {}\n", "topic", "partitions", "replicas", "state");
  for (const kafka::TopicState& topic : *topics) {
    std::string state = topic.partitions == 0 ? "missing" : "good";
    for (const std::string& fault : topic.faults) {
      state = state == "good" ? fault : state + "; " + fault;
    }
    fmt::print("{:<26} {:>10} {:>9}  {}\n", topic.name, topic.partitions, topic.replication_factor,
               state);
  }
  return 0;
}

}  // namespace

void AddTopics(CLI::App& root, CommandLine& line) {
  CLI::App* topics = root.add_subcommand("topics", "Kafka's topics");
  topics->require_subcommand(1);
  AddWithConfig(*topics, line, "create",
                "Make the missing topics; changes nothing about the others", Create);
  AddWithConfig(*topics, line, "check", "Name every setting that differs from what it must be",
                Check);
  AddWithConfig(*topics, line, "list", "Print every topic with its partitions, replicas and state",
                List);
}

}  // namespace clientele::app
