// librdkafka's C handles as owning values, the settings that every client of ours shares, and its
// errors as ours. Private to this folder. Handles are thread-safe, as librdkafka's are; destroying
// a client waits for its inner threads.
#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/config.h"
#include "base/result.h"

namespace clientele::kafka {

template <typename T, void (*Destroy)(T*)>
struct DestroyWith {
  void operator()(T* handle) const { Destroy(handle); }
};

struct DestroyClient {
  // Nobody of ours is a member of a group, so there is nothing to leave: closing the consumer
  // would only wait for a coordinator.
  void operator()(rd_kafka_t* client) const {
    rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
  }
};

using Client = std::unique_ptr<rd_kafka_t, DestroyClient>;
using Conf = std::unique_ptr<rd_kafka_conf_t, DestroyWith<rd_kafka_conf_t, rd_kafka_conf_destroy>>;
using Topic =
    std::unique_ptr<rd_kafka_topic_t, DestroyWith<rd_kafka_topic_t, rd_kafka_topic_destroy>>;
using Queue =
    std::unique_ptr<rd_kafka_queue_t, DestroyWith<rd_kafka_queue_t, rd_kafka_queue_destroy>>;
using Event =
    std::unique_ptr<rd_kafka_event_t, DestroyWith<rd_kafka_event_t, rd_kafka_event_destroy>>;
using Message =
    std::unique_ptr<rd_kafka_message_t, DestroyWith<rd_kafka_message_t, rd_kafka_message_destroy>>;
using PartitionList = std::unique_ptr<
    rd_kafka_topic_partition_list_t,
    DestroyWith<rd_kafka_topic_partition_list_t, rd_kafka_topic_partition_list_destroy>>;
using OwnedError =
    std::unique_ptr<rd_kafka_error_t, DestroyWith<rd_kafka_error_t, rd_kafka_error_destroy>>;

using Settings = std::vector<std::pair<std::string, std::string>>;

// The shared settings (brokers, client.id, quick reconnects, nagle off, logs to base::Log) and then
// `settings`. INVALID_ARGUMENT names the setting that librdkafka refused.
[[nodiscard]] base::Result<Conf> MakeConf(const base::KafkaConfig& config,
                                          const Settings& settings);
// Starts a client; it connects in the background, whether Kafka is there or not.
[[nodiscard]] base::Result<Client> MakeClient(rd_kafka_type_t type, Conf conf);

// gRPC's code of librdkafka's; errors that pass when a broker comes back are kUnavailable.
[[nodiscard]] base::Code CodeOf(rd_kafka_resp_err_t error);
// `what: explanation`.
[[nodiscard]] tl::unexpected<base::Error> FailWith(rd_kafka_resp_err_t error,
                                                   std::string_view what);

}  // namespace clientele::kafka
