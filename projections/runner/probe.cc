#include "projections/runner/probe.h"

namespace clientele::projections::runner {

namespace {

constexpr std::string_view kStepNames[kSteps] = {"poll",      "decode", "retire", "project",
                                                 "hand_over", "insert", "ledger"};
constexpr double kMicrosPerSecond = 1e6;

}  // namespace

Probe::Probe(base::Metrics& metrics, int32_t partitions, const std::vector<std::string>& tables)
    : records_(metrics.Counter("clientele_runner_records_total", "Records taken from the log")),
      bytes_(metrics.Counter("clientele_runner_bytes_total", "Bytes of their values")),
      batches_(metrics.Counter("clientele_runner_batches_total", "Batches written")),
      retried_(metrics.Counter("clientele_runner_unclear_inserts_total",
                               "Inserts without a clear answer, filled up afterwards")),
      batch_records_(metrics.Histogram("clientele_runner_batch_records", "Records of a batch",
                                       {100, 1'000, 10'000, 50'000, 100'000, 200'000, 500'000})),
      mark_id_(metrics.Gauge("clientele_runner_mark_id", "Id of the last mark")),
      mark_known_at_(metrics.Gauge("clientele_runner_mark_known_at_seconds",
                                   "Moment of the last mark, seconds since the epoch")),
      crowded_parts_(metrics.Gauge("clientele_runner_crowded_parts",
                                   "Active parts beyond one a month, of the worst table")),
      quarantined_share_(metrics.Gauge("clientele_runner_quarantined_share",
                                       "Of the newest records, the share that went to quarantine, "
                                       "0 to 1; see runner.most_quarantined_percent")) {
  for (const std::string_view name : kStepNames) {
    steps_.push_back(&metrics.Counter("clientele_runner_step_seconds_total",
                                      "Time that the workers spent in a step",
                                      {{"step", std::string(name)}}));
  }
  for (uint8_t i = 0; i <= static_cast<uint8_t>(Reason::kWrongPartition); ++i) {
    quarantined_.push_back(
        &metrics.Counter("clientele_runner_quarantined_total", "Records that went to quarantine",
                         {{"reason", std::string(ReasonName(static_cast<Reason>(i)))}}));
  }
  for (int32_t p = 0; p < partitions; ++p) {
    lag_.push_back(&metrics.Gauge("clientele_runner_lag_records",
                                  "Records of the log that are not in all tables yet",
                                  {{"partition", std::to_string(p)}}));
  }
  for (const std::string& table : tables) {
    rows_[table] = &metrics.Counter("clientele_runner_rows_total", "Rows written to a table",
                                    {{"table", table}});
  }
}

void Probe::BatchDone(size_t records, size_t bytes) {
  records_.Increment(static_cast<double>(records));
  bytes_.Increment(static_cast<double>(bytes));
  batches_.Increment();
  batch_records_.Observe(static_cast<double>(records));
}

void Probe::RowsInserted(const std::string& table, size_t rows) {
  const auto found = rows_.find(table);
  if (found != rows_.end()) found->second->Increment(static_cast<double>(rows));
}

void Probe::MarkWritten(uint64_t id, int64_t known_at) {
  mark_id_.Set(static_cast<double>(id));
  mark_known_at_.Set(static_cast<double>(known_at) / kMicrosPerSecond);
}

}  // namespace clientele::projections::runner
