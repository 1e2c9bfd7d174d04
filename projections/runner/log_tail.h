// Whether the log still is what the tables were made from: a log that lost its end (a power cut
// takes what Kafka had not yet written to the disk) and was then filled up again has other records
// at the same offsets. Called once at start; a pure check.
#pragma once

#include <string>

#include "base/result.h"
#include "clickhouse/store.h"
#include "kafka/consumer.h"
#include "projections/runner/ledger.h"

namespace clientele::projections::runner {

// Compares the last record below each ledger in `table` (one row an offset) with the log's, which
// `log` reads: a new one, not assigned yet. DATA_LOSS names the partition and offset that differ;
// UNAVAILABLE if Kafka does not answer.
[[nodiscard]] base::Status CheckLogTail(clickhouse::Store& store, kafka::EventLog& log,
                                        const std::string& table, const PartitionLedgers& ledgers);

}  // namespace clientele::projections::runner
