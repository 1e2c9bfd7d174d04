#include "kafka/client.h"

#include <array>

#include "base/log.h"

namespace clientele::kafka {
namespace {

using base::Code;

// librdkafka's levels are syslog's. Its repeated "connection refused" lines are no errors of ours:
// who waits for Kafka says so himself, and health shows it.
void OnLog(const rd_kafka_t*, int level, const char* facility, const char* text) {
  constexpr int kCritical = 2;
  constexpr int kWarning = 4;
  constexpr int kNotice = 5;
  const auto ours = level <= kCritical  ? base::LogLevel::kError
                    : level <= kWarning ? base::LogLevel::kWarning
                    : level <= kNotice  ? base::LogLevel::kInfo
                                        : base::LogLevel::kDebug;
  base::Log(ours, "librdkafka", {{"facility", facility}, {"text", text}});
}

// Without a callback librdkafka writes client errors to its log a second time. Producers set their
// own; all others meet their errors where they wait.
void OnError(rd_kafka_t*, int error, const char* reason, void*) {
  base::LogDebug("kafka client",
                 {{"code", rd_kafka_err2name(rd_kafka_resp_err_t(error))}, {"reason", reason}});
}

}  // namespace

base::Result<Conf> MakeConf(const base::KafkaConfig& config, const Settings& settings) {
  Conf conf(rd_kafka_conf_new());
  std::array<char, 512> reason{};
  const auto set = [&](const std::string& name, const std::string& value) -> base::Status {
    if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), reason.data(), reason.size()) !=
        RD_KAFKA_CONF_OK) {
      return base::Fail(Code::kInvalidArgument, "kafka setting {}: {}", name, reason.data());
    }
    return {};
  };
  const Settings shared = {{"bootstrap.servers", config.brokers},
                           {"client.id", "clientele"},
                           {"socket.nagle.disable", "true"},
                           // A broker that restarts shall be found again within a second.
                           {"reconnect.backoff.max.ms", "1000"},
                           {"log.connection.close", "false"},
                           {"allow.auto.create.topics", "false"}};
  for (const Settings* part : {&shared, &settings}) {
    for (const auto& [name, value] : *part) {
      if (auto done = set(name, value); !done) return tl::unexpected(done.error());
    }
  }
  rd_kafka_conf_set_log_cb(conf.get(), OnLog);
  rd_kafka_conf_set_error_cb(conf.get(), OnError);
  return conf;
}

base::Result<Client> MakeClient(rd_kafka_type_t type, Conf conf) {
  std::array<char, 512> reason{};
  Client client(rd_kafka_new(type, conf.get(), reason.data(), reason.size()));
  if (!client) return base::Fail(Code::kInvalidArgument, "kafka client: {}", reason.data());
  (void)conf.release();  // The client's now.
  return client;
}

base::Code CodeOf(rd_kafka_resp_err_t error) {
  switch (error) {
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
      return Code::kNotFound;
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
      return Code::kOutOfRange;
    case RD_KAFKA_RESP_ERR__BAD_MSG:
    case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
      return Code::kDataLoss;
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
    case RD_KAFKA_RESP_ERR__INVALID_ARG:
    case RD_KAFKA_RESP_ERR_INVALID_PARTITIONS:
    case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR:
    case RD_KAFKA_RESP_ERR_INVALID_CONFIG:
      return Code::kInvalidArgument;
    case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS:
      return Code::kAlreadyExists;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
      return Code::kPermissionDenied;
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
      return Code::kUnauthenticated;
    case RD_KAFKA_RESP_ERR__QUEUE_FULL:
      return Code::kResourceExhausted;
    default:
      return Code::kUnavailable;
  }
}

tl::unexpected<base::Error> FailWith(rd_kafka_resp_err_t error, std::string_view what) {
  return base::Fail(CodeOf(error), "{}: {} ({})", what, rd_kafka_err2str(error),
                    rd_kafka_err2name(error));
}

}  // namespace clientele::kafka
