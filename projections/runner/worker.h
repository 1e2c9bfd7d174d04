// One worker: the partitions whose number it is modulo the number of workers, from the log to the
// tables. Two threads: one reads, decodes, retires and projects, the other writes; one batch ahead
// at most. While the writing thread has two to do, the log is not polled. Owned by the runner.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "projections/runner/batch_maker.h"
#include "projections/runner/batch_writer.h"
#include "projections/runner/hand_over.h"
#include "projections/runner/runner.h"

namespace clientele::projections::runner {

// What the workers of a runner share; outlives them.
struct WorkerContext {
  const Parts& parts;
  const std::vector<LiveVersion>& versions;
  const Ledgers& ledgers;                                              // as read at start
  const std::map<kafka::Partition, kafka::LogReader::Bounds>& bounds;  // of the log, at start
  FencedStore& store;
  MarkBoard& board;
  Probe& probe;
  // Too many parts: batches are made larger, so that merges catch up.
  const std::atomic<bool>& crowded;
  // Where tellings to be taken back are read from: events_v1.
  const std::string& payload_table;
};

class Worker {
 public:
  // As many as runner.workers says, at most one a partition. Each opens its index and log, and
  // looks at its tables. UNAVAILABLE: try again; else stop and tell.
  [[nodiscard]] static base::Result<std::vector<std::unique_ptr<Worker>>> OpenAll(
      const WorkerContext& context);
  // `on_failure` gets the error that ends a thread; from that thread.
  void Start(std::function<void(const base::Error&)> on_failure);
  // Asks both threads to end; a batch being written is finished. The destructor waits for them.
  void RequestStop();

 private:
  Worker(const WorkerContext& context, int32_t number);
  [[nodiscard]] static base::Result<std::unique_ptr<Worker>> Open(const WorkerContext& context,
                                                                  int32_t number, int32_t workers);
  // The worker's entry of every version, of partitions that have none a new one.
  [[nodiscard]] std::vector<PartitionLedgers> LedgersOf(const std::vector<int32_t>& partitions);
  [[nodiscard]] base::Result<std::map<int32_t, uint64_t>> BeginsOf(
      const std::vector<PartitionLedgers>& ledgers);

  [[nodiscard]] base::Status Read(std::stop_token stop);
  [[nodiscard]] base::Status Fill(Batch& batch, std::stop_token stop);
  [[nodiscard]] base::Status Poll(const Batch& batch, std::chrono::milliseconds wait);
  [[nodiscard]] std::span<const kafka::Record> NextRecords(const Batch& batch);
  [[nodiscard]] bool Full(const Batch& batch) const;
  [[nodiscard]] base::Status Write(std::stop_token stop);
  [[nodiscard]] base::Status CheckLog(std::stop_token stop);
  void Forget();
  void CommitWritten();

  const WorkerContext context_;
  const int32_t number_;
  std::vector<int32_t> partitions_;
  std::unique_ptr<retirement::EntityIndex> index_;
  std::unique_ptr<retirement::TellingSource> source_;
  std::unique_ptr<kafka::EventLog> log_;
  std::unique_ptr<BatchMaker> maker_;
  BatchWriter writer_;
  HandOver hand_over_;
  std::unique_ptr<kafka::RecordBatch> polled_;
  size_t taken_ = 0;  // of polled_
  std::jthread reading_;
  std::jthread writing_;
};

}  // namespace clientele::projections::runner
