#include "kafka/producer.h"

#include <pthread.h>

#include "base/kill_point.h"
#include "base/log.h"
#include "kafka/idempotent_producer.h"

namespace clientele::kafka {
namespace {

using base::Code;
using std::chrono::milliseconds;

constexpr std::string_view kContentType = "application/protobuf";

Delivery::Outcome OutcomeOf(const rd_kafka_message_t& message) {
  // librdkafka never lowers a status: "not persisted" means that no attempt can have reached the
  // log.
  switch (rd_kafka_message_status(&message)) {
    case RD_KAFKA_MSG_STATUS_PERSISTED:
      return message.err == RD_KAFKA_RESP_ERR_NO_ERROR ? Delivery::Outcome::kPersisted
                                                       : Delivery::Outcome::kUnknown;
    case RD_KAFKA_MSG_STATUS_NOT_PERSISTED:
      return Delivery::Outcome::kRefused;
    case RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED:
      break;
  }
  return Delivery::Outcome::kUnknown;
}

Delivery FailureOf(const rd_kafka_message_t& message, Delivery::Outcome outcome) {
  Delivery delivery{.outcome = outcome,
                    .partition = {message.partition},
                    .offset = {message.offset},
                    .error = FailWith(message.err, rd_kafka_topic_name(message.rkt)).value()};
  if (outcome == Delivery::Outcome::kUnknown) delivery.error.code = Code::kUnknown;
  return delivery;
}

// Keeps itself until its delivery has come, which may be after the caller gave up.
class Waiter final : public DeliveryReceiver {
 public:
  void KeepUntilDelivered(std::shared_ptr<Waiter> self) { self_ = std::move(self); }
  void OnDelivery(uint64_t, const Delivery& delivery) override {
    const auto self = std::move(self_);
    const std::lock_guard lock(mutex_);
    delivery_ = delivery;
    changed_.notify_all();
  }
  void Forget() { self_.reset(); }
  std::optional<Delivery> Wait(milliseconds timeout) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, timeout, [this] { return delivery_.has_value(); });
    return delivery_;
  }

 private:
  std::shared_ptr<Waiter> self_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Delivery> delivery_;
};

rd_kafka_vu_t Bytes(rd_kafka_vtype_t type, const void* pointer, size_t size) {
  rd_kafka_vu_t argument{};
  argument.vtype = type;
  argument.u.mem.ptr = const_cast<void*>(pointer);
  argument.u.mem.size = size;
  return argument;
}

using Headers =
    std::unique_ptr<rd_kafka_headers_t, DestroyWith<rd_kafka_headers_t, rd_kafka_headers_destroy>>;

// Ours until the message is taken. (Headers given one by one are freed twice by librdkafka 2.0.2
// when it refuses the partition.)
Headers MakeHeaders(std::string_view traceparent) {
  Headers headers(rd_kafka_headers_new(2));
  const auto add = [&](std::string_view name, std::string_view value) {
    rd_kafka_header_add(headers.get(), name.data(), static_cast<ssize_t>(name.size()), value.data(),
                        static_cast<ssize_t>(value.size()));
  };
  add("content-type", kContentType);
  if (!traceparent.empty()) add("traceparent", traceparent);
  return headers;
}

prometheus::Counter& Deliveries(base::Metrics& metrics, const char* outcome) {
  return metrics.Counter("clientele_kafka_deliveries_total",
                         "Messages by what became of them: persisted, unknown, refused.",
                         {{"outcome", outcome}});
}

}  // namespace

IdempotentProducer::IdempotentProducer(base::Metrics& metrics, const ProducerLimits& limits)
    : limits_(limits),
      in_flight_(limits.most_messages, limits.most_bytes),
      gauges_(metrics, "producer"),
      outstanding_messages_(metrics.Gauge("clientele_kafka_outstanding_messages",
                                          "Messages given to Kafka and not reported yet.")),
      outstanding_bytes_(metrics.Gauge("clientele_kafka_outstanding_bytes",
                                       "Keys and values given to Kafka and not reported yet.")),
      deliveries_{&Deliveries(metrics, "persisted"), &Deliveries(metrics, "unknown"),
                  &Deliveries(metrics, "refused")} {}

base::Status IdempotentProducer::Open(const base::KafkaConfig& config) {
  constexpr uint64_t kKibi = 1024;
  brokers_ = config.brokers;
  const bool one_ack = base::Broken("acks-one");
  auto conf = MakeConf(
      config,
      {{"enable.idempotence", one_ack ? "false" : "true"},
       {"acks", one_ack ? "1" : "all"},
       {"compression.type", "lz4"},
       {"partitioner", "murmur2_random"},
       {"linger.ms", std::to_string(limits_.linger.count())},
       {"batch.size", "1000000"},
       {"message.max.bytes", std::to_string(kLargestMessage)},
       {"delivery.timeout.ms", std::to_string(limits_.delivery_timeout.count())},
       // InFlight is the bound; librdkafka's own, which also counts headers, lies above it.
       {"queue.buffering.max.messages", std::to_string(limits_.most_messages)},
       {"queue.buffering.max.kbytes", std::to_string(limits_.most_bytes / kKibi * 2 + 16 * kKibi)},
       {"statistics.interval.ms", "1000"}});
  if (!conf) return tl::unexpected(conf.error());
  rd_kafka_conf_set_opaque(conf->get(), this);
  rd_kafka_conf_set_dr_msg_cb(conf->get(), OnDeliveryReport);
  rd_kafka_conf_set_error_cb(conf->get(), OnClientError);
  rd_kafka_conf_set_stats_cb(conf->get(), OnStatistics);
  auto client = MakeClient(RD_KAFKA_PRODUCER, *std::move(conf));
  if (!client) return tl::unexpected(client.error());
  client_ = *std::move(client);
  const std::array names = {kEventsTopic, kKeysTopic, kMarksTopic, kOwnersTopic, kErasuresTopic};
  for (size_t i = 0; i < names.size(); ++i) {
    // The names are constants that end with NUL.
    topics_[i] = {names[i], Topic(rd_kafka_topic_new(client_.get(), names[i].data(), nullptr))};
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
  return {};
}

IdempotentProducer::~IdempotentProducer() {
  if (!client_) return;
  constexpr milliseconds kGrace{5'000};
  if (!Flush(limits_.delivery_timeout + kGrace)) {
    Abandon();
    if (!Flush(kGrace)) {
      base::LogError("deliveries were never reported", {{"messages", in_flight_.messages()}});
    }
  }
  thread_.request_stop();
  thread_.join();
  for (KnownTopic& topic : topics_) topic.handle.reset();
}

base::Status IdempotentProducer::Produce(std::string_view topic, std::string_view key,
                                         std::string_view value, std::string_view traceparent,
                                         DeliveryReceiver& receiver, uint64_t tag) {
  return Send(topic, RD_KAFKA_PARTITION_UA, key, value, traceparent, receiver, tag);
}

base::Status IdempotentProducer::Send(std::string_view topic, int32_t partition,
                                      std::string_view key, std::string_view value,
                                      std::string_view traceparent, DeliveryReceiver& receiver,
                                      uint64_t tag) {
  const size_t bytes = key.size() + value.size();
  if (bytes > static_cast<size_t>(kLargestMessage)) {
    return base::Fail(Code::kInvalidArgument, "message of {} bytes for {}: at most {} bytes", bytes,
                      topic, kLargestMessage);
  }
  if (fatal_) return tl::unexpected(*FatalError());
  InFlight::Place* const place = in_flight_.Take(receiver, tag, static_cast<uint32_t>(bytes));
  if (place == nullptr) return Refused(nullptr, topic, bytes);

  std::array<rd_kafka_vu_t, 7> arguments{};
  size_t count = 0;
  std::string name;
  rd_kafka_vu_t& where = arguments[count++];
  where.vtype = RD_KAFKA_VTYPE_TOPIC;
  for (const KnownTopic& known : topics_) {
    if (known.name != topic) continue;
    where.vtype = RD_KAFKA_VTYPE_RKT;
    where.u.rkt = known.handle.get();
    break;
  }
  if (where.vtype == RD_KAFKA_VTYPE_TOPIC) {
    name = topic;
    where.u.cstr = name.c_str();
  }
  arguments[count].vtype = RD_KAFKA_VTYPE_PARTITION;
  arguments[count++].u.i32 = partition;
  arguments[count].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  arguments[count++].u.i = RD_KAFKA_MSG_F_COPY;
  arguments[count].vtype = RD_KAFKA_VTYPE_OPAQUE;
  arguments[count++].u.ptr = place;
  // A key without a pointer would be dealt out at random.
  arguments[count++] =
      Bytes(RD_KAFKA_VTYPE_KEY, key.data() == nullptr ? "" : key.data(), key.size());
  arguments[count++] = Bytes(RD_KAFKA_VTYPE_VALUE, value.data(), value.size());
  Headers headers = MakeHeaders(traceparent);
  arguments[count].vtype = RD_KAFKA_VTYPE_HEADERS;
  arguments[count++].u.headers = headers.get();

  OwnedError error(rd_kafka_produceva(client_.get(), arguments.data(), count));
  if (!error) {
    (void)headers.release();  // The message's now.
    return {};
  }
  in_flight_.GiveBack(*place);
  return Refused(std::move(error), topic, bytes);
}

base::Status IdempotentProducer::Refused(OwnedError error, std::string_view topic,
                                         size_t bytes) const {
  const auto code = error ? rd_kafka_error_code(error.get()) : RD_KAFKA_RESP_ERR__QUEUE_FULL;
  if (fatal_) return tl::unexpected(*FatalError());
  if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
    return base::Fail(Code::kResourceExhausted,
                      "the queue to Kafka is full: {} messages, {} bytes; try again later",
                      in_flight_.messages(), in_flight_.bytes());
  }
  return base::Fail(CodeOf(code), "message of {} bytes for {}: {}", bytes, topic,
                    rd_kafka_error_string(error.get()));
}

base::Result<Delivery> IdempotentProducer::ProduceAndWait(std::string_view topic,
                                                          Partition partition, std::string_view key,
                                                          std::string_view value,
                                                          milliseconds timeout) {
  const auto waiter = std::make_shared<Waiter>();
  waiter->KeepUntilDelivered(waiter);
  if (auto sent = Send(topic, partition.value, key, value, {}, *waiter, 0); !sent) {
    waiter->Forget();
    return tl::unexpected(sent.error());
  }
  if (auto delivery = waiter->Wait(timeout)) return *std::move(delivery);
  Delivery unknown;
  unknown.partition = partition;
  unknown.error = {Code::kDeadlineExceeded,
                   fmt::format("kafka.brokers {}: {} partition {}: no answer within {} ms",
                               brokers_, topic, partition.value, timeout.count()),
                   ""};
  return unknown;
}

void IdempotentProducer::OnDeliveryReport(rd_kafka_t*, const rd_kafka_message_t* message,
                                          void* self) {
  static_cast<IdempotentProducer*>(self)->Deliver(*message);
}

void IdempotentProducer::Deliver(const rd_kafka_message_t& message) {
  auto& place = *static_cast<InFlight::Place*>(message._private);
  DeliveryReceiver& receiver = *place.receiver.load(std::memory_order_acquire);
  const Delivery::Outcome outcome = OutcomeOf(message);
  ++counted_[static_cast<size_t>(outcome)];
  if (outcome == Delivery::Outcome::kPersisted) {
    persisted_.partition = {message.partition};
    persisted_.offset = {message.offset};
    receiver.OnDelivery(place.tag, persisted_);
  } else {
    receiver.OnDelivery(place.tag, FailureOf(message, outcome));
  }
  returned_.Add(place);
}

void IdempotentProducer::OnClientError(rd_kafka_t*, int error, const char* reason, void* self) {
  auto& producer = *static_cast<IdempotentProducer*>(self);
  if (error == RD_KAFKA_RESP_ERR__FATAL) {
    producer.TakeFatalError();
  } else if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
    if (producer.healthy_.exchange(false)) {
      base::LogWarning("kafka is away", {{"reason", reason}});
    }
  } else {
    base::LogDebug("kafka producer", {{"reason", reason}});
  }
}

void IdempotentProducer::TakeFatalError() {
  std::array<char, 512> reason{};
  const auto code = rd_kafka_fatal_error(client_.get(), reason.data(), reason.size());
  base::LogError("kafka producer cannot go on: end the process and start it again",
                 {{"code", rd_kafka_err2name(code)}, {"reason", reason.data()}});
  {
    const std::lock_guard lock(mutex_);
    fatal_error_ =
        base::Error{Code::kUnavailable,
                    fmt::format("kafka producer: {} ({}); the process must be started again",
                                reason.data(), rd_kafka_err2name(code)),
                    ""};
  }
  fatal_ = true;
  healthy_ = false;
  rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT |
                                    RD_KAFKA_PURGE_F_NON_BLOCKING);
}

int IdempotentProducer::OnStatistics(rd_kafka_t*, char* json, size_t size, void* self) {
  auto& producer = *static_cast<IdempotentProducer*>(self);
  const auto read = ParseStatistics({json, size}, kEventsTopic);
  if (!read) {
    base::LogWarning("kafka statistics not readable", {{"error", read.error().message}});
    return 0;
  }
  producer.gauges_.Set(*read);
  const bool healthy = read->brokers_up > 0 && read->topic_partitions > 0 && !producer.fatal_;
  if (producer.healthy_.exchange(healthy) != healthy) {
    base::Log(healthy ? base::LogLevel::kInfo : base::LogLevel::kWarning,
              healthy ? "kafka is there" : "kafka is away",
              {{"kafka.brokers", producer.brokers_},
               {"brokers_up", read->brokers_up},
               {"partitions", read->topic_partitions}});
  }
  return 0;
}

void IdempotentProducer::Run(const std::stop_token& stop) {
  pthread_setname_np(pthread_self(), "kafka-delivery");
  constexpr int kPollMs = 100;
  LookForTopic();
  while (!stop.stop_requested()) {
    rd_kafka_poll(client_.get(), kPollMs);
    AfterPoll();
  }
}

// The first statistics come after a second; a Kafka that is there is known at once.
void IdempotentProducer::LookForTopic() {
  constexpr int kPatienceMs = 500;
  const rd_kafka_metadata_t* found = nullptr;
  if (rd_kafka_metadata(client_.get(), 0, topics_[0].handle.get(), &found, kPatienceMs) !=
      RD_KAFKA_RESP_ERR_NO_ERROR) {
    return;
  }
  healthy_ = found->topic_cnt == 1 && found->topics[0].partition_cnt > 0;
  rd_kafka_metadata_destroy(found);
}

void IdempotentProducer::AfterPoll() {
  returned_.GiveBack();
  for (size_t outcome = 0; outcome < counted_.size(); ++outcome) {
    const uint64_t count = std::exchange(counted_[outcome], 0);
    if (count > 0) deliveries_[outcome]->Increment(static_cast<double>(count));
  }
  outstanding_messages_.Set(static_cast<double>(in_flight_.messages()));
  outstanding_bytes_.Set(static_cast<double>(in_flight_.bytes()));
  if (waiting_.load() == 0) return;
  // The lock: no one may look and then sleep in between.
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
}

template <typename Condition>
bool IdempotentProducer::Await(milliseconds timeout, Condition condition) {
  if (condition()) return true;
  waiting_.fetch_add(1);
  std::unique_lock lock(mutex_);
  const bool reached = changed_.wait_for(lock, timeout, condition);
  lock.unlock();
  waiting_.fetch_sub(1);
  return reached;
}

bool IdempotentProducer::WaitForSpace(milliseconds timeout) {
  return Await(timeout, [this] { return in_flight_.HasRoom(); });
}

bool IdempotentProducer::Healthy() const { return healthy_.load(); }

bool IdempotentProducer::Flush(milliseconds timeout) {
  return Await(timeout, [this] { return in_flight_.messages() == 0; });
}

void IdempotentProducer::Abandon() {
  rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
}

std::optional<base::Error> IdempotentProducer::FatalError() const {
  const std::lock_guard lock(mutex_);
  return fatal_error_;
}

base::Result<std::unique_ptr<Producer>> OpenProducer(const base::KafkaConfig& config,
                                                     base::Metrics& metrics,
                                                     const ProducerLimits& limits) {
  auto producer = std::make_unique<IdempotentProducer>(metrics, limits);
  if (auto opened = producer->Open(config); !opened) return tl::unexpected(opened.error());
  return std::unique_ptr<Producer>(std::move(producer));
}

}  // namespace clientele::kafka
