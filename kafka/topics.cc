#include "kafka/topics.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/log.h"
#include "base/patience.h"
#include "kafka/client.h"
#include "kafka/topic_rules.h"

namespace clientele::kafka {
namespace {

using base::Code;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kTopicsPatience{15'000};
// How long a broker that has just started may not know a topic that is there.
constexpr milliseconds kBrokerBehind{10'000};

using Options =
    std::unique_ptr<rd_kafka_AdminOptions_t,
                    DestroyWith<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy>>;
using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t,
                                 DestroyWith<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy>>;
using Resource =
    std::unique_ptr<rd_kafka_ConfigResource_t,
                    DestroyWith<rd_kafka_ConfigResource_t, rd_kafka_ConfigResource_destroy>>;
using SettingsOfTopics = std::map<std::string, std::map<std::string, std::string>>;

template <typename T, typename Deleter>
std::vector<T*> Pointers(const std::vector<std::unique_ptr<T, Deleter>>& owned) {
  std::vector<T*> pointers;
  for (const auto& one : owned) pointers.push_back(one.get());
  return pointers;
}

// A client that asks and waits for the answer. Belongs to one thread.
class Admin {
 public:
  static base::Result<Admin> Open(const base::KafkaConfig& config) {
    auto conf = MakeConf(config, {});
    if (!conf) return tl::unexpected(conf.error());
    auto client = MakeClient(RD_KAFKA_PRODUCER, *std::move(conf));
    if (!client) return tl::unexpected(client.error());
    Admin admin;
    admin.brokers_ = config.brokers;
    admin.client_ = *std::move(client);
    admin.answers_.reset(rd_kafka_queue_new(admin.client_.get()));
    return admin;
  }

  base::Status Ping(milliseconds timeout) {
    const rd_kafka_metadata_t* found = nullptr;
    const auto error =
        rd_kafka_metadata(client_.get(), 0, nullptr, &found, static_cast<int>(timeout.count()));
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return base::Fail(Code::kUnavailable, "kafka.brokers {}: no broker answers: {}", brokers_,
                        rd_kafka_err2str(error));
    }
    rd_kafka_metadata_destroy(found);
    return {};
  }

  base::Result<std::map<std::string, TopicState>> Topics() {
    const rd_kafka_metadata_t* found = nullptr;
    constexpr int kAllTopics = 1;
    const auto error = rd_kafka_metadata(client_.get(), kAllTopics, nullptr, &found,
                                         static_cast<int>(kTopicsPatience.count()));
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return FailWith(error, fmt::format("kafka.brokers {}: topics", brokers_));
    }
    std::map<std::string, TopicState> topics;
    for (int i = 0; i < found->topic_cnt; ++i) {
      const rd_kafka_metadata_topic_t& topic = found->topics[i];
      if (topic.err != RD_KAFKA_RESP_ERR_NO_ERROR || topic.partition_cnt == 0) continue;
      topics[topic.topic] = StateOf(topic);
    }
    rd_kafka_metadata_destroy(found);
    return topics;
  }

  base::Status Create(const std::vector<TopicRule>& rules) {
    std::vector<NewTopic> owned;
    for (const TopicRule& rule : rules) {
      auto topic = MakeNewTopic(rule);
      if (!topic) return tl::unexpected(topic.error());
      owned.push_back(*std::move(topic));
    }
    auto topics = Pointers(owned);
    const Options options = MakeOptions(RD_KAFKA_ADMIN_OP_CREATETOPICS);
    rd_kafka_CreateTopics(client_.get(), topics.data(), topics.size(), options.get(),
                          answers_.get());
    const auto answer = Await();
    if (!answer) return tl::unexpected(answer.error());
    size_t count = 0;
    const auto* results = rd_kafka_CreateTopics_result_topics(
        rd_kafka_event_CreateTopics_result(answer->get()), &count);
    for (size_t i = 0; i < count; ++i) {
      const auto error = rd_kafka_topic_result_error(results[i]);
      // Another process may have made it a moment ago.
      if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
        continue;
      }
      const char* const reason = rd_kafka_topic_result_error_string(results[i]);
      return base::Fail(CodeOf(error), "topic {} cannot be made: {}",
                        rd_kafka_topic_result_name(results[i]),
                        reason == nullptr ? rd_kafka_err2str(error) : reason);
    }
    return {};
  }

  base::Result<SettingsOfTopics> SettingsOf(const std::vector<std::string>& names) {
    if (names.empty()) return SettingsOfTopics();
    std::vector<Resource> owned;
    for (const std::string& name : names) {
      owned.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name.c_str()));
    }
    auto resources = Pointers(owned);
    const Options options = MakeOptions(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
    rd_kafka_DescribeConfigs(client_.get(), resources.data(), resources.size(), options.get(),
                             answers_.get());
    const auto answer = Await();
    if (!answer) return tl::unexpected(answer.error());
    size_t count = 0;
    const auto* results = rd_kafka_DescribeConfigs_result_resources(
        rd_kafka_event_DescribeConfigs_result(answer->get()), &count);
    SettingsOfTopics settings;
    for (size_t i = 0; i < count; ++i) {
      const auto error = rd_kafka_ConfigResource_error(results[i]);
      const std::string name = rd_kafka_ConfigResource_name(results[i]);
      if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return FailWith(error, name);
      settings[name] = SettingsIn(*results[i]);
    }
    return settings;
  }

 private:
  Admin() = default;

  static TopicState StateOf(const rd_kafka_metadata_topic_t& topic) {
    TopicState state;
    state.name = topic.topic;
    state.partitions = topic.partition_cnt;
    state.replication_factor = topic.partitions[0].replica_cnt;
    for (int p = 1; p < topic.partition_cnt; ++p) {
      state.replication_factor =
          std::min(state.replication_factor, topic.partitions[p].replica_cnt);
    }
    return state;
  }

  static base::Result<NewTopic> MakeNewTopic(const TopicRule& rule) {
    std::array<char, 512> reason{};
    NewTopic topic(rd_kafka_NewTopic_new(rule.name.c_str(), rule.partitions,
                                         rule.replication_factor, reason.data(), reason.size()));
    if (!topic) {
      return base::Fail(Code::kInvalidArgument, "topic {}: {}", rule.name, reason.data());
    }
    for (const auto& [name, value] : rule.settings) {
      const auto error = rd_kafka_NewTopic_set_config(topic.get(), name.c_str(), value.c_str());
      if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return FailWith(error, rule.name + ": " + name);
    }
    return topic;
  }

  static std::map<std::string, std::string> SettingsIn(const rd_kafka_ConfigResource_t& resource) {
    size_t count = 0;
    const auto* entries = rd_kafka_ConfigResource_configs(&resource, &count);
    std::map<std::string, std::string> settings;
    for (size_t i = 0; i < count; ++i) {
      const char* const value = rd_kafka_ConfigEntry_value(entries[i]);
      settings[rd_kafka_ConfigEntry_name(entries[i])] = value == nullptr ? "" : value;
    }
    return settings;
  }

  Options MakeOptions(rd_kafka_admin_op_t operation) {
    std::array<char, 512> reason{};
    Options options(rd_kafka_AdminOptions_new(client_.get(), operation));
    rd_kafka_AdminOptions_set_request_timeout(
        options.get(), static_cast<int>(kTopicsPatience.count()), reason.data(), reason.size());
    return options;
  }

  base::Result<Event> Await() {
    constexpr milliseconds kMargin{5'000};
    Event event(
        rd_kafka_queue_poll(answers_.get(), static_cast<int>((kTopicsPatience + kMargin).count())));
    if (!event) {
      return base::Fail(Code::kUnavailable, "kafka.brokers {}: did not answer", brokers_);
    }
    const auto error = rd_kafka_event_error(event.get());
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return base::Fail(CodeOf(error), "kafka.brokers {}: {}", brokers_,
                        rd_kafka_event_error_string(event.get()));
    }
    return event;
  }

  std::string brokers_;
  Client client_;
  Queue answers_;  // declared after the client: let go of first
};

std::vector<TopicRule> Missing(const std::vector<TopicRule>& rules,
                               const std::map<std::string, TopicState>& found) {
  std::vector<TopicRule> missing;
  std::ranges::copy_if(rules, std::back_inserter(missing),
                       [&](const TopicRule& rule) { return !found.contains(rule.name); });
  return missing;
}

// A topic that was made shows up at every broker a moment later.
base::Status AwaitTopics(Admin& admin, const std::vector<TopicRule>& rules) {
  base::Patience patience(kTopicsPatience, {});
  for (;;) {
    const auto found = admin.Topics();
    if (!found) return tl::unexpected(found.error());
    const auto missing = Missing(rules, *found);
    if (missing.empty()) return {};
    if (!patience.Wait()) {
      return base::Fail(Code::kUnavailable, "topic {}: made, but not shown within {} ms",
                        missing.front().name, kTopicsPatience.count());
    }
  }
}

}  // namespace

base::Status CreateTopics(const base::KafkaConfig& config) {
  auto admin = Admin::Open(config);
  if (!admin) return tl::unexpected(admin.error());
  const auto rules = TopicRules(config);
  const auto found = admin->Topics();
  if (!found) return tl::unexpected(found.error());
  const auto missing = Missing(rules, *found);
  if (missing.empty()) return {};
  if (auto created = admin->Create(missing); !created) return created;
  return AwaitTopics(*admin, rules);
}

base::Result<std::vector<TopicState>> DescribeTopics(const base::KafkaConfig& config) {
  auto admin = Admin::Open(config);
  if (!admin) return tl::unexpected(admin.error());
  const auto found = admin->Topics();
  if (!found) return tl::unexpected(found.error());
  const auto rules = TopicRules(config);
  std::vector<std::string> names;
  for (const TopicRule& rule : rules) {
    if (found->contains(rule.name)) names.push_back(rule.name);
  }
  auto settings = admin->SettingsOf(names);
  if (!settings) return tl::unexpected(settings.error());
  std::vector<TopicState> states;
  for (const TopicRule& rule : rules) {
    const auto there = found->find(rule.name);
    TopicState state;
    if (there != found->end()) state = there->second;
    state.name = rule.name;
    state.faults = FaultsOf(rule, state, (*settings)[rule.name]);
    states.push_back(std::move(state));
  }
  return states;
}

base::Status CheckTopics(const base::KafkaConfig& config) {
  base::Patience patience(kBrokerBehind, {});
  for (;;) {
    const auto states = DescribeTopics(config);
    if (!states) return tl::unexpected(states.error());
    const bool all_there =
        std::ranges::all_of(*states, [](const TopicState& state) { return state.partitions > 0; });
    if (all_there || !patience.Wait()) return Judge(*states);
  }
}

base::Status Ping(const base::KafkaConfig& config, milliseconds timeout) {
  auto admin = Admin::Open(config);
  if (!admin) return tl::unexpected(admin.error());
  return admin->Ping(timeout);
}

base::Status WaitForBroker(const base::KafkaConfig& config, std::stop_token stop) {
  constexpr milliseconds kTry{500};
  constexpr std::chrono::seconds kSayEvery{5};
  auto admin = Admin::Open(config);
  if (!admin) return tl::unexpected(admin.error());
  const auto start = steady_clock::now();
  auto say_at = start;
  for (;;) {
    // Each try waits itself: librdkafka connects meanwhile.
    const auto answer = admin->Ping(kTry);
    if (answer) return {};
    if (stop.stop_requested()) {
      return base::Fail(Code::kCancelled, "stopped while waiting for Kafka at {}", config.brokers);
    }
    if (const auto now = steady_clock::now(); now >= say_at) {
      say_at = now + kSayEvery;
      base::LogWarning(
          "waiting for Kafka",
          {{"brokers", config.brokers},
           {"waited_s", std::chrono::duration_cast<std::chrono::seconds>(now - start).count()},
           {"error", answer.error().message}});
    }
  }
}

}  // namespace clientele::kafka
