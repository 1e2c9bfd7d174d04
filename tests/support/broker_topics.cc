// What a test does to the broker's topics behind the product's back.
#include <algorithm>
#include <array>
#include <optional>

#include "kafka/client.h"
#include "tests/support/broker.h"

namespace clientele::testing {
namespace {

using base::Code;
using namespace kafka;  // NOLINT: its handles

constexpr int kPatienceMs = 20'000;

using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t,
                                 DestroyWith<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy>>;
using OldTopic = std::unique_ptr<rd_kafka_DeleteTopic_t,
                                 DestroyWith<rd_kafka_DeleteTopic_t, rd_kafka_DeleteTopic_destroy>>;
using Resource =
    std::unique_ptr<rd_kafka_ConfigResource_t,
                    DestroyWith<rd_kafka_ConfigResource_t, rd_kafka_ConfigResource_destroy>>;
using Removal =
    std::unique_ptr<rd_kafka_DeleteRecords_t,
                    DestroyWith<rd_kafka_DeleteRecords_t, rd_kafka_DeleteRecords_destroy>>;

// What became of one message.
struct Report {
  std::optional<rd_kafka_resp_err_t> error;
  int64_t offset = -1;
};

void OnReport(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
  auto& report = *static_cast<Report*>(message->_private);
  report.error = message->err;
  report.offset = message->offset;
}

base::Result<Client> RawProducer(const base::KafkaConfig& config) {
  auto conf = MakeConf(config, {{"message.max.bytes", "33554432"},
                                {"acks", "all"},
                                {"linger.ms", "0"},
                                {"delivery.timeout.ms", "20000"}});
  if (!conf) return tl::unexpected(conf.error());
  rd_kafka_conf_set_dr_msg_cb(conf->get(), OnReport);
  return MakeClient(RD_KAFKA_PRODUCER, *std::move(conf));
}

// Asks by `ask(client, answers)` and waits; `read` gives the error in the answer itself.
template <typename Ask, typename Read>
base::Status Administer(const base::KafkaConfig& config, Ask ask, Read read) {
  auto client = RawProducer(config);
  if (!client) return tl::unexpected(client.error());
  const Queue answers(rd_kafka_queue_new(client->get()));
  ask(client->get(), answers.get());
  const Event answer(rd_kafka_queue_poll(answers.get(), kPatienceMs));
  if (!answer) return base::Fail(Code::kUnavailable, "the broker did not answer");
  auto error = rd_kafka_event_error(answer.get());
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) error = read(answer.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return FailWith(error, "test broker");
  return {};
}

}  // namespace

base::Status Broker::MakeTopic(std::string_view topic, int partitions,
                               const std::map<std::string, std::string>& settings) const {
  std::array<char, 512> reason{};
  const NewTopic made(rd_kafka_NewTopic_new(std::string(topic).c_str(), partitions, 1,
                                            reason.data(), reason.size()));
  if (!made) return base::Fail(Code::kInvalidArgument, "{}: {}", topic, reason.data());
  for (const auto& [name, value] : settings) {
    rd_kafka_NewTopic_set_config(made.get(), name.c_str(), value.c_str());
  }
  std::array<rd_kafka_NewTopic_t*, 1> topics{made.get()};
  return Administer(
      config_,
      [&](rd_kafka_t* client, rd_kafka_queue_t* answers) {
        rd_kafka_CreateTopics(client, topics.data(), topics.size(), nullptr, answers);
      },
      [](rd_kafka_event_t* answer) {
        size_t count = 0;
        const auto* results =
            rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(answer), &count);
        return rd_kafka_topic_result_error(results[0]);
      });
}

base::Status Broker::SetTopic(std::string_view topic,
                              const std::map<std::string, std::string>& settings) const {
  const Resource resource(
      rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, std::string(topic).c_str()));
  for (const auto& [name, value] : settings) {
    rd_kafka_ConfigResource_set_config(resource.get(), name.c_str(), value.c_str());
  }
  std::array<rd_kafka_ConfigResource_t*, 1> resources{resource.get()};
  return Administer(
      config_,
      [&](rd_kafka_t* client, rd_kafka_queue_t* answers) {
        rd_kafka_AlterConfigs(client, resources.data(), resources.size(), nullptr, answers);
      },
      [](rd_kafka_event_t* answer) {
        size_t count = 0;
        const auto* results = rd_kafka_AlterConfigs_result_resources(
            rd_kafka_event_AlterConfigs_result(answer), &count);
        return rd_kafka_ConfigResource_error(results[0]);
      });
}

base::Status Broker::DeleteTopic(std::string_view topic) const {
  const OldTopic old(rd_kafka_DeleteTopic_new(std::string(topic).c_str()));
  std::array<rd_kafka_DeleteTopic_t*, 1> topics{old.get()};
  return Administer(
      config_,
      [&](rd_kafka_t* client, rd_kafka_queue_t* answers) {
        rd_kafka_DeleteTopics(client, topics.data(), topics.size(), nullptr, answers);
      },
      [](rd_kafka_event_t* answer) {
        size_t count = 0;
        const auto* results =
            rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(answer), &count);
        return rd_kafka_topic_result_error(results[0]);
      });
}

base::Status Broker::DeleteBefore(std::string_view topic, Partition partition,
                                  Offset offset) const {
  const PartitionList list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), std::string(topic).c_str(), partition.value)
      ->offset = offset.value;
  const Removal removal(rd_kafka_DeleteRecords_new(list.get()));
  std::array<rd_kafka_DeleteRecords_t*, 1> removals{removal.get()};
  return Administer(
      config_,
      [&](rd_kafka_t* client, rd_kafka_queue_t* answers) {
        rd_kafka_DeleteRecords(client, removals.data(), removals.size(), nullptr, answers);
      },
      [](rd_kafka_event_t* answer) {
        return rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(answer))
            ->elems[0]
            .err;
      });
}

base::Result<Offset> Broker::Put(std::string_view topic, Partition partition, std::string_view key,
                                 std::string_view value) const {
  const auto offsets = PutAll(topic, {{partition, key, value}});
  if (!offsets) return tl::unexpected(offsets.error());
  return offsets->front();
}

base::Result<std::vector<Offset>> Broker::PutAll(std::string_view topic,
                                                 const std::vector<RawRecord>& records) const {
  auto client = RawProducer(config_);
  if (!client) return tl::unexpected(client.error());
  std::vector<Report> reports(records.size());
  const std::string name(topic);
  for (size_t i = 0; i < records.size(); ++i) {
    const RawRecord& record = records[i];
    const auto error = rd_kafka_producev(
        client->get(), RD_KAFKA_V_TOPIC(name.c_str()), RD_KAFKA_V_PARTITION(record.partition.value),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY | RD_KAFKA_MSG_F_BLOCK),
        RD_KAFKA_V_KEY(record.key.data(), record.key.size()),
        RD_KAFKA_V_VALUE(const_cast<char*>(record.value.data()), record.value.size()),
        RD_KAFKA_V_OPAQUE(&reports[i]), RD_KAFKA_V_END);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return FailWith(error, topic);
    rd_kafka_poll(client->get(), 0);
  }
  rd_kafka_flush(client->get(), kPatienceMs);
  if (!std::ranges::all_of(reports,
                           [](const Report& report) { return report.error.has_value(); })) {
    rd_kafka_purge(client->get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_flush(client->get(), kPatienceMs);
    return base::Fail(Code::kUnavailable, "{}: no delivery report", topic);
  }
  std::vector<Offset> offsets;
  for (const Report& report : reports) {
    if (*report.error != RD_KAFKA_RESP_ERR_NO_ERROR) return FailWith(*report.error, topic);
    offsets.push_back({report.offset});
  }
  return offsets;
}

base::Result<std::map<int32_t, Broker::Replicas>> Broker::ReplicasOf(std::string_view topic) const {
  auto client = RawProducer(config_);
  if (!client) return tl::unexpected(client.error());
  const Topic handle(rd_kafka_topic_new(client->get(), std::string(topic).c_str(), nullptr));
  const rd_kafka_metadata_t* found = nullptr;
  const auto error = rd_kafka_metadata(client->get(), 0, handle.get(), &found, kPatienceMs);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return FailWith(error, topic);
  std::map<int32_t, Replicas> replicas;
  for (int i = 0; i < found->topics[0].partition_cnt; ++i) {
    const rd_kafka_metadata_partition_t& partition = found->topics[0].partitions[i];
    replicas[partition.id] = {partition.leader,
                              {partition.isrs, partition.isrs + partition.isr_cnt}};
  }
  rd_kafka_metadata_destroy(found);
  return replicas;
}

base::Result<Broker::Headers> Broker::HeadersAt(std::string_view topic, Partition partition,
                                                Offset offset) const {
  auto conf = MakeConf(config_, {});
  if (!conf) return tl::unexpected(conf.error());
  auto client = MakeClient(RD_KAFKA_CONSUMER, *std::move(conf));
  if (!client) return tl::unexpected(client.error());
  const Topic handle(rd_kafka_topic_new(client->get(), std::string(topic).c_str(), nullptr));
  rd_kafka_consume_start(handle.get(), partition.value, offset.value);
  Headers headers;
  {
    const Message message(rd_kafka_consume(handle.get(), partition.value, kPatienceMs));
    if (!message || message->offset != offset.value) {
      return base::Fail(Code::kNotFound, "{}: no record at {}", topic, offset.value);
    }
    rd_kafka_headers_t* found = nullptr;
    rd_kafka_message_headers(message.get(), &found);
    const char* name = nullptr;
    const void* value = nullptr;
    size_t size = 0;
    for (size_t i = 0;
         found != nullptr && rd_kafka_header_get_all(found, i, &name, &value, &size) == 0; ++i) {
      headers.emplace_back(name, std::string(static_cast<const char*>(value), size));
    }
  }
  rd_kafka_consume_stop(handle.get(), partition.value);
  return headers;
}

}  // namespace clientele::testing
