// The point reader of consumer.h: one librdkafka consumer that reads one partition at a time, from
// an offset on, by its simple interface (start, consume, stop).
#include <algorithm>
#include <mutex>

#include "kafka/client.h"
#include "kafka/consumer.h"

namespace clientele::kafka {
namespace {

using base::Code;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kReadPatience{10'000};

std::string Place(std::string_view topic, Partition partition) {
  return fmt::format("{} partition {}", topic, partition.value);
}

LogReader::OwnedRecord Owned(const rd_kafka_message_t& message) {
  const auto bytes = [](const void* pointer, size_t size) {
    return pointer == nullptr ? std::string()
                              : std::string(static_cast<const char*>(pointer), size);
  };
  return {{message.partition},
          {message.offset},
          rd_kafka_message_timestamp(&message, nullptr),
          bytes(message.key, message.key_len),
          bytes(message.payload, message.len)};
}

// One partition read from an offset on, for as long as this lives.
class Reading {
 public:
  Reading(rd_kafka_topic_t* topic, Partition partition, Offset from)
      : topic_(topic), partition_(partition.value) {
    if (rd_kafka_consume_start(topic_, partition_, from.value) != 0) error_ = rd_kafka_last_error();
  }
  ~Reading() {
    if (error_ == RD_KAFKA_RESP_ERR_NO_ERROR) rd_kafka_consume_stop(topic_, partition_);
  }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

  [[nodiscard]] rd_kafka_resp_err_t error() const { return error_; }
  // The next message or error, null after `wait`.
  [[nodiscard]] Message Next(milliseconds wait) {
    return Message(rd_kafka_consume(topic_, partition_, static_cast<int>(wait.count())));
  }

 private:
  rd_kafka_topic_t* topic_;
  int32_t partition_;
  rd_kafka_resp_err_t error_ = RD_KAFKA_RESP_ERR_NO_ERROR;
};

class PointReader final : public LogReader {
 public:
  [[nodiscard]] base::Status Open(const base::KafkaConfig& config, steady_clock::time_point until);
  [[nodiscard]] base::Result<Bounds> BoundsOf(std::string_view topic, Partition partition) override;
  [[nodiscard]] base::Result<std::map<Partition, Bounds>> BoundsOfAll(
      std::string_view topic, const std::vector<Partition>& partitions) override;
  [[nodiscard]] base::Result<OwnedRecord> ReadAt(std::string_view topic, Partition partition,
                                                 Offset offset) override;
  [[nodiscard]] base::Status VisitToEnd(std::string_view topic, Partition partition, Offset from,
                                        const Take& take) override;

 private:
  // The first offset or the end of each.
  [[nodiscard]] base::Result<std::map<Partition, Offset>> AskEdges(
      std::string_view topic, const std::vector<Partition>& partitions, int64_t edge,
      milliseconds patience);
  // The same, asked again while the error is one that passes: a topic that was just made has no
  // leader for a moment.
  [[nodiscard]] base::Result<std::map<Partition, Offset>> EdgesOf(
      std::string_view topic, const std::vector<Partition>& partitions, int64_t edge);
  // Opens the client of long readings, the first time.
  [[nodiscard]] base::Status OpenLong();
  // Hands over messages from `from` on until `take` says that it has enough (false), the end of the
  // partition, or an error. Another reading of the same client must not run.
  template <typename TakeMessage>
  [[nodiscard]] base::Status Read(const Client& client, std::string_view topic, Partition partition,
                                  Offset from, TakeMessage take) const;
  // Until when a call that begins now waits for the next answer.
  [[nodiscard]] steady_clock::time_point Until() const {
    return std::min(steady_clock::now() + kReadPatience, until_);
  }

  base::KafkaConfig config_;
  steady_clock::time_point until_ = steady_clock::time_point::max();
  Client client_;  // of questions and of single records
  std::mutex one_reading_;
  // Of readings to the end: it fetches ahead. librdkafka 2.0.2 rests for a second when as much as
  // it may fetch ahead is there, however soon that is used up.
  Client long_client_;
  std::mutex one_long_reading_;
};

base::Result<Client> OpenReadingClient(const base::KafkaConfig& config, const char* messages_ahead,
                                       const char* kbytes_ahead) {
  auto conf = MakeConf(config, {{"auto.offset.reset", "error"},
                                {"enable.partition.eof", "true"},
                                {"check.crcs", "true"},
                                {"isolation.level", "read_uncommitted"},
                                {"fetch.wait.max.ms", "10"},
                                {"queued.min.messages", messages_ahead},
                                {"queued.max.messages.kbytes", kbytes_ahead}});
  if (!conf) return tl::unexpected(conf.error());
  return MakeClient(RD_KAFKA_CONSUMER, *std::move(conf));
}

base::Status PointReader::Open(const base::KafkaConfig& config, steady_clock::time_point until) {
  config_ = config;
  until_ = until;
  auto client = OpenReadingClient(config_, "1000", "16384");
  if (!client) return tl::unexpected(client.error());
  client_ = *std::move(client);
  return {};
}

base::Status PointReader::OpenLong() {
  if (long_client_) return {};
  auto client = OpenReadingClient(config_, "200000", "131072");
  if (!client) return tl::unexpected(client.error());
  long_client_ = *std::move(client);
  return {};
}

base::Result<LogReader::Bounds> PointReader::BoundsOf(std::string_view topic, Partition partition) {
  const auto all = BoundsOfAll(topic, {partition});
  if (!all) return tl::unexpected(all.error());
  return all->at(partition);
}

base::Result<std::map<Partition, LogReader::Bounds>> PointReader::BoundsOfAll(
    std::string_view topic, const std::vector<Partition>& partitions) {
  const auto begins = EdgesOf(topic, partitions, RD_KAFKA_OFFSET_BEGINNING);
  if (!begins) return tl::unexpected(begins.error());
  const auto ends = EdgesOf(topic, partitions, RD_KAFKA_OFFSET_END);
  if (!ends) return tl::unexpected(ends.error());
  std::map<Partition, Bounds> all;
  for (const Partition partition : partitions) {
    all[partition] = {begins->at(partition), ends->at(partition)};
  }
  return all;
}

base::Result<std::map<Partition, Offset>> PointReader::EdgesOf(
    std::string_view topic, const std::vector<Partition>& partitions, int64_t edge) {
  constexpr int kPauseMs = 20;
  const auto until = Until();
  for (;;) {
    const auto left = std::chrono::duration_cast<milliseconds>(until - steady_clock::now());
    auto edges = AskEdges(topic, partitions, edge, std::max(left, milliseconds(1)));
    if (edges || edges.error().code != Code::kUnavailable) return edges;
    if (steady_clock::now() >= until) {
      return base::Fail(Code::kUnavailable, "kafka.brokers {}: {}", config_.brokers,
                        edges.error().message);
    }
    rd_kafka_poll(client_.get(), kPauseMs);
  }
}

base::Result<std::map<Partition, Offset>> PointReader::AskEdges(
    std::string_view topic, const std::vector<Partition>& partitions, int64_t edge,
    milliseconds patience) {
  const std::string name(topic);
  PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
  for (const Partition partition : partitions) {
    rd_kafka_topic_partition_list_add(list.get(), name.c_str(), partition.value)->offset = edge;
  }
  // The protocol's times -2 and -1 are the first offset and the end.
  const auto error =
      rd_kafka_offsets_for_times(client_.get(), list.get(), static_cast<int>(patience.count()));
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return FailWith(error, topic);
  std::map<Partition, Offset> edges;
  for (int i = 0; i < list->cnt; ++i) {
    const auto& one = list->elems[i];
    if (one.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return FailWith(one.err, Place(topic, {one.partition}));
    }
    edges[{one.partition}] = {one.offset};
  }
  return edges;
}

template <typename TakeMessage>
base::Status PointReader::Read(const Client& client, std::string_view topic, Partition partition,
                               Offset from, TakeMessage take) const {
  const Topic handle(rd_kafka_topic_new(client.get(), std::string(topic).c_str(), nullptr));
  Reading reading(handle.get(), partition, from);
  if (reading.error() != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return FailWith(reading.error(), Place(topic, partition));
  }
  auto until = Until();
  for (;;) {
    const auto left = std::chrono::duration_cast<milliseconds>(until - steady_clock::now());
    if (left <= milliseconds::zero()) {
      return base::Fail(Code::kUnavailable, "kafka.brokers {}: {}: nothing came in time",
                        config_.brokers, Place(topic, partition));
    }
    const Message message = reading.Next(left);
    if (!message) continue;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) return {};
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      // Those that pass by themselves are waited for.
      if (CodeOf(message->err) == Code::kUnavailable) continue;
      return FailWith(message->err,
                      fmt::format("{}, from offset {}", Place(topic, partition), from.value));
    }
    if (message->offset < from.value) continue;
    if (!take(*message)) return {};
    until = Until();
  }
}

base::Result<LogReader::OwnedRecord> PointReader::ReadAt(std::string_view topic,
                                                         Partition partition, Offset offset) {
  const auto bounds = BoundsOf(topic, partition);
  if (!bounds) return tl::unexpected(bounds.error());
  std::optional<OwnedRecord> found;
  base::Status read;
  if (offset >= bounds->begin && offset < bounds->end) {
    const std::lock_guard lock(one_reading_);
    read = Read(client_, topic, partition, offset, [&](const rd_kafka_message_t& message) {
      if (message.offset == offset.value) found = Owned(message);
      return false;
    });
  }
  // Out of range: removed since.
  if (!read && read.error().code != Code::kOutOfRange) return tl::unexpected(read.error());
  if (found) return *std::move(found);
  return base::Fail(Code::kNotFound, "{}: there is no record at offset {}", Place(topic, partition),
                    offset.value);
}

base::Status PointReader::VisitToEnd(std::string_view topic, Partition partition, Offset from,
                                     const Take& take) {
  const auto bounds = BoundsOf(topic, partition);
  if (!bounds) return tl::unexpected(bounds.error());
  if (from < bounds->begin) {
    return base::Fail(Code::kOutOfRange,
                      "{}: offset {} was removed, the first one there is {}; restore the topic",
                      Place(topic, partition), from.value, bounds->begin.value);
  }
  if (from >= bounds->end) return {};
  const std::lock_guard lock(one_long_reading_);
  if (auto opened = OpenLong(); !opened) return opened;
  base::Status taken;
  const auto read =
      Read(long_client_, topic, partition, from, [&](const rd_kafka_message_t& message) {
        // Past the end known at the call: written since.
        if (message.offset >= bounds->end.value) return false;
        taken = take(Owned(message));
        return taken && message.offset + 1 < bounds->end.value;
      });
  return read ? taken : read;
}

}  // namespace

base::Result<std::unique_ptr<LogReader>> OpenLogReader(const base::KafkaConfig& config,
                                                       steady_clock::time_point until) {
  auto reader = std::make_unique<PointReader>();
  if (auto opened = reader->Open(config, until); !opened) return tl::unexpected(opened.error());
  return std::unique_ptr<LogReader>(std::move(reader));
}

}  // namespace clientele::kafka
