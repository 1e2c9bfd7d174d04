// The genesis record: what makes a log this log. Every partition of clientele.events.v1 begins with
// one (offset 0); only that one counts. Called once at start, by `app` before any role serves.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/uuid.h"
#include "clientele/log/v1/log.pb.h"
#include "kafka/consumer.h"
#include "kafka/producer.h"

namespace clientele::projections::runner {

// Which log it is, as partition 0's genesis record says.
struct LogIdentity {
  base::Uuid log_id;
  std::string key_fingerprint;
  int32_t partitions = 0;
};

// Writes the missing genesis records of an empty topic (partition 0 first: its log id is the
// topic's, so that two processes that start at once agree), reads all of them back and checks them.
// `key_fingerprint` is the tenant-key set's; a process without keys passes an empty one: it checks
// the rest and cannot begin a log.
// FAILED_PRECONDITION: another log id, fingerprint or partition count, or a partition that begins
// with something else; OUT_OF_RANGE: the log's begin has been removed.
[[nodiscard]] base::Result<LogIdentity> EnsureGenesis(kafka::LogReader& reader,
                                                      kafka::Producer& producer,
                                                      const base::Clock& clock, int32_t partitions,
                                                      std::string_view key_fingerprint);

// That the topic is still this log: a topic that is made anew while a reader stands still, or is
// cut off, is read on at the old offset by Kafka's client without a word. Called before what was
// read is written. FAILED_PRECONDITION: another log; else what the reader says.
[[nodiscard]] base::Status CheckSameLog(kafka::LogReader& reader, const LogIdentity& log);

// A genesis record: an empty key and its message. No value for any other record.
[[nodiscard]] std::optional<log::v1::Genesis> ParseGenesis(std::string_view key,
                                                           std::string_view value);

}  // namespace clientele::projections::runner
