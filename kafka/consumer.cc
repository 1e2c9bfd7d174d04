#include "kafka/consumer.h"

#include <unordered_map>

#include "base/kill_point.h"
#include "base/log.h"
#include "kafka/client.h"
#include "kafka/statistics.h"

namespace clientele::kafka {
namespace {

using base::Code;
using std::chrono::milliseconds;

constexpr std::string_view kRemoved =
    ": records were removed before they were read; restore the topic, and set retention.ms=-1";

// Batches may outlive the log that gave them, and librdkafka's messages must not outlive their
// client: it goes with the last of them.
struct ReadingClient {
  Client client;
  Queue queue;  // declared last: let go of first
  // librdkafka 2.0.2 waits for ever when a client ends whose assigned topic was deleted: it is left
  // to the end of the process, which is near then.
  bool cannot_end = false;

  ~ReadingClient() {
    queue.reset();
    if (cannot_end) (void)client.release();
  }
};

class FetchedBatch final : public RecordBatch {
 public:
  FetchedBatch(std::shared_ptr<ReadingClient> client, size_t most) : client_(std::move(client)) {
    messages_.reserve(most);
    records_.reserve(most);
  }
  [[nodiscard]] const std::vector<Record>& records() const override { return records_; }

  void Add(Message message) {
    const auto bytes = [](const void* pointer, size_t size) {
      return std::string_view(static_cast<const char*>(pointer), pointer == nullptr ? 0 : size);
    };
    records_.push_back({{message->partition},
                        {message->offset},
                        rd_kafka_message_timestamp(message.get(), nullptr),
                        bytes(message->key, message->key_len),
                        bytes(message->payload, message->len)});
    messages_.push_back(std::move(message));
  }

 private:
  std::shared_ptr<ReadingClient> client_;  // declared first: let go of last
  std::vector<Message> messages_;
  std::vector<Record> records_;
};

class AssignedLog final : public EventLog {
 public:
  AssignedLog(std::string_view topic, base::Metrics& metrics)
      : topic_(topic),
        gauges_(metrics, "consumer"),
        records_(metrics.Counter("clientele_kafka_records_total", "Records read from the log.")),
        bytes_(
            metrics.Counter("clientele_kafka_bytes_total", "Keys and values read from the log.")) {}

  [[nodiscard]] base::Status Open(const base::KafkaConfig& config, std::string_view group);
  [[nodiscard]] base::Status Assign(const std::map<Partition, Offset>& from) override;
  [[nodiscard]] base::Result<std::unique_ptr<RecordBatch>> Poll(size_t most,
                                                                milliseconds wait) override;
  void CommitForLagTools(const std::map<Partition, Offset>& next) override;

 private:
  static int OnStatistics(rd_kafka_t* client, char* json, size_t size, void* self);
  // From within Poll.
  static void OnClientError(rd_kafka_t* client, int error, const char* reason, void* self);

  // NOT_FOUND if a partition is not there: librdkafka would wait for it silently.
  [[nodiscard]] base::Status CheckPartitions(const std::map<Partition, Offset>& wanted) const;
  [[nodiscard]] PartitionList ListOf(const std::map<Partition, Offset>& offsets) const;
  // Moves what lies in fetched_[0, count) into the batch.
  void Take(size_t count, FetchedBatch& batch);
  void TakeOne(Message message, FetchedBatch& batch);
  // Keeps an error that librdkafka does not heal; logs the others.
  void Judge(const rd_kafka_message_t& message);

  const std::string topic_;
  StatisticsGauges gauges_;
  prometheus::Counter& records_;
  prometheus::Counter& bytes_;
  std::shared_ptr<ReadingClient> reading_;
  std::vector<rd_kafka_message_t*> fetched_;
  std::unordered_map<int32_t, int64_t> next_;  // by partition: the least offset that may come
  std::optional<base::Error> failed_;
};

base::Status AssignedLog::Open(const base::KafkaConfig& config, std::string_view group) {
  auto conf =
      MakeConf(config, {{"group.id", std::string(group)},
                        {"enable.auto.commit", "false"},
                        {"enable.auto.offset.store", "false"},
                        {"auto.offset.reset", base::Broken("jump-to-the-end") ? "latest" : "error"},
                        {"check.crcs", "true"},
                        {"isolation.level", "read_uncommitted"},
                        {"fetch.min.bytes", "262144"},
                        {"fetch.wait.max.ms", "100"},
                        {"queued.min.messages", "200000"},
                        {"queued.max.messages.kbytes", "262144"},
                        {"statistics.interval.ms", "5000"}});
  if (!conf) return tl::unexpected(conf.error());
  rd_kafka_conf_set_opaque(conf->get(), this);
  rd_kafka_conf_set_stats_cb(conf->get(), OnStatistics);
  rd_kafka_conf_set_error_cb(conf->get(), OnClientError);
  auto client = MakeClient(RD_KAFKA_CONSUMER, *std::move(conf));
  if (!client) return tl::unexpected(client.error());
  reading_ = std::make_shared<ReadingClient>();
  reading_->client = *std::move(client);
  rd_kafka_poll_set_consumer(reading_->client.get());
  reading_->queue.reset(rd_kafka_queue_get_consumer(reading_->client.get()));
  return {};
}

PartitionList AssignedLog::ListOf(const std::map<Partition, Offset>& offsets) const {
  PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
  for (const auto& [partition, offset] : offsets) {
    rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), partition.value)->offset =
        offset.value;
  }
  return list;
}

base::Status AssignedLog::CheckPartitions(const std::map<Partition, Offset>& wanted) const {
  constexpr int kPatienceMs = 10'000;
  const Topic topic(rd_kafka_topic_new(reading_->client.get(), topic_.c_str(), nullptr));
  const rd_kafka_metadata_t* found = nullptr;
  auto error = rd_kafka_metadata(reading_->client.get(), 0, topic.get(), &found, kPatienceMs);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return FailWith(error, topic_);
  const std::unique_ptr<const rd_kafka_metadata_t,
                        DestroyWith<const rd_kafka_metadata_t, rd_kafka_metadata_destroy>>
      owned(found);
  if (found->topic_cnt != 1 || found->topics[0].partition_cnt == 0) {
    return base::Fail(Code::kNotFound, "{}: there is no such topic", topic_);
  }
  for (const auto& [partition, offset] : wanted) {
    if (partition.value < 0 || partition.value >= found->topics[0].partition_cnt) {
      return base::Fail(Code::kNotFound, "{}: there is no partition {}, it has {}", topic_,
                        partition.value, found->topics[0].partition_cnt);
    }
  }
  return {};
}

base::Status AssignedLog::Assign(const std::map<Partition, Offset>& from) {
  if (!next_.empty()) {
    return base::Fail(Code::kFailedPrecondition, "{}: partitions are assigned once", topic_);
  }
  for (const auto& [partition, offset] : from) {
    if (offset.value < 0) {
      // Negative numbers mean "the beginning", "the end" to librdkafka.
      return base::Fail(Code::kInvalidArgument, "{} partition {}: offset {} is negative", topic_,
                        partition.value, offset.value);
    }
  }
  if (auto checked = CheckPartitions(from); !checked) return checked;
  for (const auto& [partition, offset] : from) next_[partition.value] = offset.value;
  const auto error = rd_kafka_assign(reading_->client.get(), ListOf(from).get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return FailWith(error, topic_);
  return {};
}

base::Result<std::unique_ptr<RecordBatch>> AssignedLog::Poll(size_t most, milliseconds wait) {
  if (failed_) return tl::unexpected(*failed_);
  if (fetched_.size() < most) fetched_.resize(most);
  rd_kafka_queue_t* const queue = reading_->queue.get();
  // librdkafka waits until all `most` are there: so the first alone, then what else has come.
  const auto first =
      rd_kafka_consume_batch_queue(queue, static_cast<int>(wait.count()), fetched_.data(), 1);
  size_t count = first > 0 ? 1 : 0;
  if (count == 1 && most > 1) {
    const auto more = rd_kafka_consume_batch_queue(queue, 0, fetched_.data() + 1, most - 1);
    count += more > 0 ? static_cast<size_t>(more) : 0;
  }
  auto batch = std::make_unique<FetchedBatch>(reading_, count);
  Take(count, *batch);
  // What came before the error still counts; the error is told by the next call.
  if (failed_ && batch->records().empty()) return tl::unexpected(*failed_);
  return std::unique_ptr<RecordBatch>(std::move(batch));
}

void AssignedLog::Take(size_t count, FetchedBatch& batch) {
  for (size_t i = 0; i < count; ++i) {
    Message message(fetched_[i]);
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      Judge(*message);
    } else if (!failed_) {
      TakeOne(std::move(message), batch);
    }
  }
  if (batch.records().empty()) return;
  uint64_t bytes = 0;
  for (const Record& record : batch.records()) bytes += record.key.size() + record.value.size();
  records_.Increment(static_cast<double>(batch.records().size()));
  bytes_.Increment(static_cast<double>(bytes));
}

void AssignedLog::TakeOne(Message message, FetchedBatch& batch) {
  int64_t& next = next_[message->partition];
  if (message->offset < next) {
    failed_ = base::Error{Code::kDataLoss,
                          fmt::format("{} partition {}: offset {} came again, {} was awaited",
                                      topic_, message->partition, message->offset, next),
                          ""};
    return;
  }
  next = message->offset + 1;
  batch.Add(std::move(message));
}

void AssignedLog::Judge(const rd_kafka_message_t& message) {
  const auto next = next_.find(message.partition);
  const Code code = CodeOf(message.err);
  if (code == Code::kUnavailable && message.err != RD_KAFKA_RESP_ERR__FATAL) {
    base::LogWarning(
        "reading the log is interrupted",
        {{"error", rd_kafka_err2name(message.err)}, {"reason", rd_kafka_message_errstr(&message)}});
    return;
  }
  if (failed_) return;
  failed_ = base::Error{
      code,
      fmt::format("{} partition {}, next offset {}: {} ({}){}", topic_, message.partition,
                  next == next_.end() ? -1 : next->second, rd_kafka_message_errstr(&message),
                  rd_kafka_err2name(message.err), code == Code::kOutOfRange ? kRemoved : ""),
      ""};
}

void AssignedLog::CommitForLagTools(const std::map<Partition, Offset>& next) {
  constexpr int kAsync = 1;
  if (next.empty()) return;
  const auto error = rd_kafka_commit(reading_->client.get(), ListOf(next).get(), kAsync);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    base::LogDebug("offsets not committed", {{"error", rd_kafka_err2name(error)}});
  }
}

// That the topic is gone is told here alone, not as a message.
void AssignedLog::OnClientError(rd_kafka_t*, int error, const char* reason, void* self) {
  auto& log = *static_cast<AssignedLog*>(self);
  const auto code = static_cast<rd_kafka_resp_err_t>(error);
  base::LogDebug("kafka client", {{"code", rd_kafka_err2name(code)}, {"reason", reason}});
  if (CodeOf(code) != Code::kNotFound) return;
  log.reading_->cannot_end = true;
  // The reason names topic and partition.
  if (!log.failed_) log.failed_ = base::Error{Code::kNotFound, reason, ""};
}

int AssignedLog::OnStatistics(rd_kafka_t*, char* json, size_t size, void* self) {
  auto& log = *static_cast<AssignedLog*>(self);
  if (const auto read = ParseStatistics({json, size}, log.topic_)) log.gauges_.Set(*read);
  return 0;
}

}  // namespace

base::Result<std::unique_ptr<EventLog>> OpenEventLog(const base::KafkaConfig& config,
                                                     std::string_view topic, std::string_view group,
                                                     base::Metrics& metrics) {
  auto log = std::make_unique<AssignedLog>(topic, metrics);
  if (auto opened = log->Open(config, group); !opened) return tl::unexpected(opened.error());
  return std::unique_ptr<EventLog>(std::move(log));
}

}  // namespace clientele::kafka
