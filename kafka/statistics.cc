#include "kafka/statistics.h"

#include <algorithm>
// Boost.JSON is compiled here, so that no library has to be linked.
#include <boost/json/src.hpp>

namespace clientele::kafka {
namespace {

namespace json = boost::json;

const json::value* Find(const json::value& in, std::string_view name) {
  const auto* object = in.if_object();
  return object == nullptr ? nullptr
                           : object->if_contains(json::string_view(name.data(), name.size()));
}

int64_t Number(const json::value& in, std::string_view name) {
  const json::value* found = Find(in, name);
  const int64_t* number = found == nullptr ? nullptr : found->if_int64();
  return number == nullptr ? 0 : *number;
}

int64_t Percentile99(const json::value& in, std::string_view window) {
  const json::value* found = Find(in, window);
  return found == nullptr ? 0 : Number(*found, "p99");
}

void AddBroker(const json::value& broker, Statistics& into) {
  const json::value* state = Find(broker, "state");
  if (state != nullptr && state->is_string() && state->get_string() == "UP") ++into.brokers_up;
  into.transmit_errors += Number(broker, "txerrs");
  into.retries += Number(broker, "txretries");
  into.round_trip_p99_us = std::max(into.round_trip_p99_us, Percentile99(broker, "rtt"));
  into.queue_latency_p99_us =
      std::max(into.queue_latency_p99_us, Percentile99(broker, "int_latency"));
}

int64_t PartitionsWithLeader(const json::value& root, std::string_view topic) {
  const json::value* topics = Find(root, "topics");
  const json::value* found = topics == nullptr ? nullptr : Find(*topics, topic);
  const json::value* partitions = found == nullptr ? nullptr : Find(*found, "partitions");
  if (partitions == nullptr || !partitions->is_object()) return 0;
  return std::ranges::count_if(partitions->get_object(), [](const auto& entry) {
    // Entry -1 holds what has no partition yet.
    return entry.key() != "-1" && Number(entry.value(), "leader") >= 0;
  });
}

}  // namespace

base::Result<Statistics> ParseStatistics(std::string_view text, std::string_view topic) {
  json::error_code failure;
  const json::value root = json::parse(json::string_view(text.data(), text.size()), failure);
  const json::value* brokers = failure ? nullptr : Find(root, "brokers");
  if (brokers == nullptr || !brokers->is_object()) {
    return base::Fail(base::Code::kInvalidArgument, "kafka statistics: {}",
                      failure ? failure.message() : "no brokers in it");
  }
  Statistics statistics;
  for (const auto& entry : brokers->get_object()) AddBroker(entry.value(), statistics);
  statistics.topic_partitions = PartitionsWithLeader(root, topic);
  return statistics;
}

StatisticsGauges::StatisticsGauges(base::Metrics& metrics, const std::string& role)
    : brokers_up_(metrics.Gauge("clientele_kafka_brokers_up", "Brokers with an open connection.",
                                {{"role", role}})),
      transmit_errors_(metrics.Gauge("clientele_kafka_transmit_errors",
                                     "Requests that could not be sent, since the start.",
                                     {{"role", role}})),
      retries_(metrics.Gauge("clientele_kafka_retries", "Requests sent again, since the start.",
                             {{"role", role}})),
      round_trip_(metrics.Gauge("clientele_kafka_round_trip_seconds",
                                "Round trip to the slowest broker, 99th percentile.",
                                {{"role", role}})),
      queue_latency_(metrics.Gauge("clientele_kafka_queue_latency_seconds",
                                   "Wait in the queue before the request, 99th percentile.",
                                   {{"role", role}})) {}

void StatisticsGauges::Set(const Statistics& statistics) {
  constexpr double kMicrosPerSecond = 1e6;
  brokers_up_.Set(static_cast<double>(statistics.brokers_up));
  transmit_errors_.Set(static_cast<double>(statistics.transmit_errors));
  retries_.Set(static_cast<double>(statistics.retries));
  round_trip_.Set(static_cast<double>(statistics.round_trip_p99_us) / kMicrosPerSecond);
  queue_latency_.Set(static_cast<double>(statistics.queue_latency_p99_us) / kMicrosPerSecond);
}

}  // namespace clientele::kafka
