// The log by itself: its records into a file, and a file's messages into a topic by a bare
// idempotent producer with the settings and headers of kafka/producer.
#include <fmt/core.h>
#include <librdkafka/rdkafka.h>

#include <array>
#include <cstring>
#include <numeric>

#include "base/metrics.h"
#include "base/uuid.h"
#include "clientele/event/v1/event.pb.h"
#include "kafka/consumer.h"
#include "tests/bench/frames.h"
#include "tests/bench/steps.h"

namespace clientele::bench {
namespace {

using base::Code;
using base::Fail;

struct Capture {
  base::KafkaConfig kafka;
  uint64_t events = 0;
  std::string out;
};

base::Status Run(const Capture& wanted) {
  base::Metrics metrics;
  auto log = kafka::OpenEventLog(wanted.kafka, kafka::kEventsTopic, "clientele-bench", metrics);
  if (!log) return tl::unexpected(log.error());
  std::map<kafka::Partition, kafka::Offset> from;
  for (int32_t p = 0; p < wanted.kafka.partitions; ++p) from[{p}] = {0};
  if (auto assigned = (*log)->Assign(from); !assigned) return assigned;
  auto file = FrameWriter::Open(wanted.out);
  if (!file) return tl::unexpected(file.error());
  uint64_t events = 0;
  uint64_t bytes = 0;
  while (events < wanted.events) {
    const auto batch = (*log)->Poll(20'000, std::chrono::seconds(10));
    if (!batch) return tl::unexpected(batch.error());
    if ((*batch)->records().empty()) {
      return Fail(Code::kOutOfRange, "the log has {} events, not {}", events, wanted.events);
    }
    for (const kafka::Record& record : (*batch)->records()) {
      if (record.key.empty() || events == wanted.events) continue;  // a genesis record
      file->Add(Message{record.key, record.value});
      bytes += record.key.size() + record.value.size();
      ++events;
    }
  }
  if (base::Status closed = file->Close(); !closed) return closed;
  fmt::print("{{\"events\":{},\"bytes\":{}}}\n", events, bytes);
  return {};
}

struct Produce {
  base::KafkaConfig kafka;
  std::string topic;
  std::string messages;
  size_t skip = 0;
  size_t events = 0;
  // Of the messages of the file's first `old` ones every so many-th is replaced by a correction.
  size_t corrected_every = 0;
  size_t old = 0;
};

// A bare producer: one thread gives it messages and takes the delivery reports.
class BareProducer {
 public:
  base::Status Open(const Produce& wanted) {
    rd_kafka_conf_t* const conf = rd_kafka_conf_new();
    std::array<char, 512> reason{};
    constexpr std::pair<const char*, const char*> kSettings[] = {
        {"enable.idempotence", "true"},
        {"acks", "all"},
        {"compression.type", "lz4"},
        {"partitioner", "murmur2_random"},
        {"linger.ms", "5"},
        {"batch.size", "1000000"},
        {"message.max.bytes", "2097152"},
        {"delivery.timeout.ms", "120000"},
        {"socket.nagle.disable", "true"},
        {"queue.buffering.max.messages", "200000"},
        {"queue.buffering.max.kbytes", "278528"}};
    rd_kafka_conf_set(conf, "bootstrap.servers", wanted.kafka.brokers.c_str(), reason.data(),
                      reason.size());
    for (const auto& [name, value] : kSettings) {
      if (rd_kafka_conf_set(conf, name, value, reason.data(), reason.size()) != RD_KAFKA_CONF_OK) {
        return Fail(Code::kInvalidArgument, "{}: {}", name, reason.data());
      }
    }
    rd_kafka_conf_set_opaque(conf, this);
    rd_kafka_conf_set_dr_msg_cb(conf, [](rd_kafka_t*, const rd_kafka_message_t* message, void* of) {
      auto& self = *static_cast<BareProducer*>(of);
      ++(message->err == RD_KAFKA_RESP_ERR_NO_ERROR ? self.persisted_ : self.failed_);
    });
    client_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason.data(), reason.size());
    if (client_ == nullptr) return Fail(Code::kInternal, "librdkafka: {}", reason.data());
    if (base::Status made = MakeTopic(wanted); !made) return made;
    topic_ = rd_kafka_topic_new(client_, wanted.topic.c_str(), nullptr);
    return {};
  }
  ~BareProducer() {
    if (topic_ != nullptr) rd_kafka_topic_destroy(topic_);
    if (client_ != nullptr) rd_kafka_destroy(client_);
  }

  base::Status Send(const Message& message) {
    constexpr std::string_view kTrace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    for (;;) {
      rd_kafka_headers_t* const headers = rd_kafka_headers_new(2);
      rd_kafka_header_add(headers, "content-type", -1, "application/protobuf", -1);
      rd_kafka_header_add(headers, "traceparent", -1, kTrace.data(),
                          static_cast<ssize_t>(kTrace.size()));
      const auto error = rd_kafka_producev(
          client_, RD_KAFKA_V_RKT(topic_), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
          RD_KAFKA_V_KEY(message.key.data(), message.key.size()),
          RD_KAFKA_V_VALUE(const_cast<char*>(message.value.data()), message.value.size()),
          RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
      if (error == RD_KAFKA_RESP_ERR_NO_ERROR) break;
      rd_kafka_headers_destroy(headers);
      if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
        return Fail(Code::kInternal, "librdkafka: {}", rd_kafka_err2str(error));
      }
      rd_kafka_poll(client_, 10);
    }
    constexpr uint64_t kPollEvery = 256;
    if (++sent_ % kPollEvery == 0) rd_kafka_poll(client_, 0);
    return {};
  }
  base::Status Finish() {
    rd_kafka_flush(client_, 120'000);
    if (failed_ == 0 && persisted_ == sent_) return {};
    return Fail(Code::kDataLoss, "{} of {} messages persisted", persisted_, sent_);
  }

 private:
  // As the events topic, unless it is there.
  base::Status MakeTopic(const Produce& wanted) {
    std::array<char, 512> reason{};
    rd_kafka_NewTopic_t* topic =
        rd_kafka_NewTopic_new(wanted.topic.c_str(), static_cast<int>(wanted.kafka.partitions), 1,
                              reason.data(), reason.size());
    rd_kafka_NewTopic_set_config(topic, "message.timestamp.type", "LogAppendTime");
    rd_kafka_NewTopic_set_config(topic, "retention.ms", "-1");
    rd_kafka_queue_t* const queue = rd_kafka_queue_new(client_);
    rd_kafka_CreateTopics(client_, &topic, 1, nullptr, queue);
    rd_kafka_event_t* const event = rd_kafka_queue_poll(queue, 10'000);
    size_t count = 0;
    base::Status made = Fail(Code::kUnavailable, "{}: no answer within 10 s", wanted.topic);
    if (const auto* result = event == nullptr ? nullptr : rd_kafka_event_CreateTopics_result(event);
        result != nullptr) {
      const auto* const* topics = rd_kafka_CreateTopics_result_topics(result, &count);
      const auto error = rd_kafka_topic_result_error(topics[0]);
      made = {};
      if (error != RD_KAFKA_RESP_ERR_NO_ERROR && error != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
        made = Fail(Code::kInternal, "{}: {}", wanted.topic, rd_kafka_err2str(error));
      }
    }
    if (event != nullptr) rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_NewTopic_destroy(topic);
    return made;
  }

  rd_kafka_t* client_ = nullptr;
  rd_kafka_topic_t* topic_ = nullptr;
  uint64_t sent_ = 0;
  uint64_t persisted_ = 0;
  uint64_t failed_ = 0;
};

// The old telling told again under a higher revision.
std::string Correction(const Message& old) {
  event::v1::Event event;
  event.ParseFromArray(old.value.data(), static_cast<int>(old.value.size()));
  event.set_revision(event.revision() + 1'000);
  event.set_event_id(base::RandomUuid().ToString());
  return event.SerializeAsString();
}

base::Status Run(const Produce& wanted) {
  const auto file = FrameFile::Open(wanted.messages);
  if (!file) return tl::unexpected(file.error());
  auto messages = (*file)->Messages();
  std::vector<std::string> corrections;
  const size_t begin = std::min(wanted.skip, messages.size());
  const size_t end =
      wanted.events == 0 ? messages.size() : std::min(messages.size(), begin + wanted.events);
  if (begin == end) return Fail(Code::kInvalidArgument, "{}: no message is left", wanted.messages);
  if (wanted.corrected_every > 0) {
    corrections.reserve((end - begin) / wanted.corrected_every + 1);
    // Spread over the old ones, each once: a prime stride.
    constexpr size_t kStride = 7'919;
    for (size_t i = begin, old = 0; i < end; i += wanted.corrected_every) {
      old = (old + kStride) % std::min(wanted.old, messages.size());
      corrections.push_back(Correction(messages[old]));
      messages[i] = {messages[old].key, corrections.back()};
    }
  }
  BareProducer producer;
  if (base::Status opened = producer.Open(wanted); !opened) return opened;
  const double cpu = CpuSeconds();
  const auto started = Clock::now();
  uint64_t bytes = 0;
  for (size_t i = begin; i < end; ++i) {
    if (base::Status sent = producer.Send(messages[i]); !sent) return sent;
    bytes += messages[i].key.size() + messages[i].value.size();
  }
  if (base::Status finished = producer.Finish(); !finished) return finished;
  fmt::print("{{\"events\":{},\"bytes\":{},\"seconds\":{:.6f},\"cpu_seconds\":{:.6f}}}\n",
             end - begin, bytes, SecondsSince(started), CpuSeconds() - cpu);
  return {};
}

void AddKafka(CLI::App& command, base::KafkaConfig& kafka) {
  command.add_option("--brokers", kafka.brokers)->required();
  command.add_option("--partitions", kafka.partitions)->required();
}

}  // namespace

void AddCapture(CLI::App& root, Step& chosen) {
  CLI::App* command = root.add_subcommand("capture", "The events topic's records into a file");
  const auto wanted = std::make_shared<Capture>();
  AddKafka(*command, wanted->kafka);
  command->add_option("--events", wanted->events)->required();
  command->add_option("--out", wanted->out)->required();
  command->callback([wanted, &chosen] { chosen = [wanted] { return Run(*wanted); }; });
}

void AddProduce(CLI::App& root, Step& chosen) {
  CLI::App* command = root.add_subcommand("produce", "Messages by a bare idempotent producer");
  const auto wanted = std::make_shared<Produce>();
  AddKafka(*command, wanted->kafka);
  command->add_option("--topic", wanted->topic)->required();
  command->add_option("--messages", wanted->messages)->required();
  command->add_option("--skip", wanted->skip);
  command->add_option("--events", wanted->events);
  const auto* every = command->add_option("--corrected-every", wanted->corrected_every);
  command->add_option("--old", wanted->old)->needs(const_cast<CLI::Option*>(every));
  command->callback([wanted, &chosen] { chosen = [wanted] { return Run(*wanted); }; });
}

}  // namespace clientele::bench
