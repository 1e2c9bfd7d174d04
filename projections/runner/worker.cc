#include "projections/runner/worker.h"

#include <pthread.h>

#include <algorithm>
#include <limits>

#include "base/kill_point.h"
#include "base/patience.h"

namespace clientele::projections::runner {

namespace {

using base::Code;
using base::Fail;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Recent tellings kept in memory for taking back.
constexpr size_t kRecentBytes = size_t{64} << 20;
constexpr size_t kMostPolled = 20'000;
constexpr milliseconds kLongestPoll{200};  // a stop is seen after it
constexpr milliseconds kShortestPoll{10};
constexpr milliseconds kCrowdedFlush{5'000};

// Where the rows of every table go on: the smallest ledger of each partition.
std::map<int32_t, uint64_t> FloorsOf(const std::vector<PartitionLedgers>& ledgers) {
  std::map<int32_t, uint64_t> floors;
  for (const PartitionLedgers& version : ledgers) {
    for (const auto& [partition, entry] : version) {
      const auto [floor, added] = floors.try_emplace(partition, entry.next_offset);
      if (!added) floor->second = std::min(floor->second, entry.next_offset);
    }
  }
  return floors;
}

base::Status CheckBounds(int32_t partition, uint64_t begin, uint64_t furthest_ledger,
                         uint64_t index_next, const kafka::LogReader::Bounds& bounds) {
  const auto log_begin = static_cast<uint64_t>(bounds.begin.value);
  const auto log_end = static_cast<uint64_t>(bounds.end.value);
  if (furthest_ledger > log_end) {
    return Fail(Code::kDataLoss,
                "partition {}: the ledger is at offset {}, but the log ends at {}: the tables are "
                "ahead of the log; restore the topic, or start with an empty store",
                partition, furthest_ledger, log_end);
  }
  if (index_next > log_end) {
    return Fail(Code::kDataLoss,
                "partition {}: the entity index is at offset {}, but the log ends at {}: the log "
                "has lost its end; restore the topic, or remove the index's folder",
                partition, index_next, log_end);
  }
  if (begin < log_begin) {
    return Fail(Code::kOutOfRange,
                "partition {}: has to be read from offset {}, but the log begins at {}: its first "
                "records were removed; restore them from the archive",
                partition, begin, log_begin);
  }
  return {};
}

}  // namespace

Worker::Worker(const WorkerContext& context, int32_t number)
    : context_(context),
      number_(number),
      writer_(context.store, context.parts.clock, context.board, context.probe, context.versions,
              base::kLongestOutage),
      hand_over_(context.versions) {}

base::Result<std::vector<std::unique_ptr<Worker>>> Worker::OpenAll(const WorkerContext& context) {
  const auto count = static_cast<int32_t>(
      std::min<int64_t>(context.parts.config.workers, context.parts.log.partitions));
  std::vector<std::unique_ptr<Worker>> workers;
  for (int32_t number = 0; number < count; ++number) {
    auto worker = Open(context, number, count);
    if (!worker) return tl::unexpected(worker.error());
    workers.push_back(*std::move(worker));
  }
  return workers;
}

base::Result<std::unique_ptr<Worker>> Worker::Open(const WorkerContext& context, int32_t number,
                                                   int32_t workers) {
  std::unique_ptr<Worker> worker(new Worker(context, number));
  const Parts& parts = context.parts;
  for (int32_t p = number; p < parts.log.partitions; p += workers) worker->partitions_.push_back(p);
  auto ledgers = worker->LedgersOf(worker->partitions_);
  std::map<int32_t, uint64_t> ends;
  for (const auto& [partition, bounds] : context.bounds) {
    ends[partition.value] = static_cast<uint64_t>(bounds.end.value);
  }
  if (auto prepared = worker->writer_.Prepare(ledgers, ends); !prepared) {
    return tl::unexpected(prepared.error());
  }
  auto index = retirement::EntityIndex::Open(
      fmt::format("{}/worker-{}", parts.index_folder, number), parts.log.log_id, parts.metrics);
  if (!index) return tl::unexpected(index.error());
  worker->index_ = *std::move(index);
  const auto begins = worker->BeginsOf(ledgers);
  if (!begins) return tl::unexpected(begins.error());
  worker->source_ = retirement::TellingSource::Make(parts.store, parts.log_reader,
                                                    "clientele." + context.payload_table,
                                                    kRecentBytes, parts.metrics);
  auto log = parts.open_log();
  if (!log) return tl::unexpected(log.error());
  worker->log_ = *std::move(log);
  std::map<kafka::Partition, kafka::Offset> from;
  for (const auto& [partition, offset] : *begins) {
    from[kafka::Partition{partition}] = kafka::Offset{static_cast<int64_t>(offset)};
  }
  if (auto assigned = worker->log_->Assign(from); !assigned) {
    return tl::unexpected(assigned.error());
  }
  worker->maker_ = std::make_unique<BatchMaker>(
      context.versions, parts.log, std::move(ledgers), *begins, *worker->index_, *worker->source_,
      context.probe, parts.config.most_quarantined_percent);
  return worker;
}

std::vector<PartitionLedgers> Worker::LedgersOf(const std::vector<int32_t>& partitions) {
  std::vector<PartitionLedgers> ledgers;
  for (const LiveVersion& version : context_.versions) {
    PartitionLedgers& own = ledgers.emplace_back();
    const auto known = context_.ledgers.find(version.name);
    for (const int32_t partition : partitions) {
      LedgerEntry entry;
      entry.log_id = context_.parts.log.log_id;
      entry.code_hash = version.code_hash;
      if (known != context_.ledgers.end()) {
        const auto found = known->second.find(partition);
        if (found != known->second.end()) entry = found->second;
      }
      own[partition] = std::move(entry);
    }
  }
  return ledgers;
}

base::Result<std::map<int32_t, uint64_t>> Worker::BeginsOf(
    const std::vector<PartitionLedgers>& ledgers) {
  auto begins = FloorsOf(ledgers);
  if (auto kept = index_->GoOnFrom(begins); !kept) return tl::unexpected(kept.error());
  for (auto& [partition, begin] : begins) {
    uint64_t furthest = 0;
    for (const auto& version : ledgers) {
      furthest = std::max(furthest, version.at(partition).next_offset);
    }
    const uint64_t index_next = index_->NextOffset(partition);
    begin = std::min(begin, index_next);
    const auto checked = CheckBounds(partition, begin, furthest, index_next,
                                     context_.bounds.at(kafka::Partition{partition}));
    if (!checked) return tl::unexpected(checked.error());
  }
  return begins;
}

void Worker::Start(std::function<void(const base::Error&)> on_failure) {
  reading_ = std::jthread([this, on_failure](std::stop_token stop) {
    pthread_setname_np(pthread_self(), fmt::format("runner-read-{}", number_).c_str());
    const auto read = Read(stop);
    if (!read && !stop.stop_requested()) on_failure(read.error());
  });
  writing_ = std::jthread([this, on_failure](std::stop_token stop) {
    pthread_setname_np(pthread_self(), fmt::format("runner-write-{}", number_).c_str());
    const auto written = Write(stop);
    if (!written && !stop.stop_requested()) on_failure(written.error());
  });
}

void Worker::RequestStop() {
  reading_.request_stop();
  writing_.request_stop();
}

base::Status Worker::Read(std::stop_token stop) {
  for (;;) {
    std::unique_ptr<Batch> batch;
    {
      const StepTimer timer(context_.probe, Step::kHandOver);
      batch = hand_over_.TakeFree(stop);
    }
    if (batch == nullptr) return {};
    if (auto filled = Fill(*batch, stop); !filled) return filled;
    if (stop.stop_requested()) return {};
    maker_->Finish(*batch);
    Forget();
    hand_over_.Give(std::move(batch));
  }
}

base::Status Worker::Fill(Batch& batch, std::stop_token stop) {
  auto due = steady_clock::time_point::max();
  while (!stop.stop_requested() && !Full(batch)) {
    const auto now = steady_clock::now();
    if (now >= due && hand_over_.WriterIdle()) break;
    CommitWritten();
    if (polled_ == nullptr || taken_ == polled_->records().size()) {
      const auto left = std::chrono::duration_cast<milliseconds>(due - now);
      if (auto polled = Poll(batch, std::clamp(left, kShortestPoll, kLongestPoll)); !polled) {
        return polled;
      }
    }
    const auto records = NextRecords(batch);
    if (records.empty()) continue;
    if (batch.records == 0) {
      const milliseconds flush{context_.parts.config.flush_ms};
      due = steady_clock::now() + (context_.crowded ? std::max(flush, kCrowdedFlush) : flush);
    }
    if (auto added = maker_->Add(records, batch, stop); !added) return added;
    taken_ += records.size();
  }
  return {};
}

base::Status Worker::Poll(const Batch& batch, milliseconds wait) {
  const StepTimer timer(context_.probe, Step::kPoll);
  const auto room = static_cast<size_t>(context_.parts.config.batch_rows) - batch.records;
  polled_.reset();
  taken_ = 0;
  auto polled = log_->Poll(std::min(kMostPolled, room), wait);
  if (!polled) return tl::unexpected(polled.error());
  polled_ = *std::move(polled);
  return {};
}

// As many as fit one call of the maker and, but for the first, the batch.
std::span<const kafka::Record> Worker::NextRecords(const Batch& batch) {
  const std::span<const kafka::Record> left = std::span(polled_->records()).subspan(taken_);
  const auto& config = context_.parts.config;
  const size_t most = std::min({left.size(), BatchMaker::kMostRecords,
                                static_cast<size_t>(config.batch_rows) - batch.records});
  size_t count = 0;
  size_t bytes = batch.bytes;
  while (count < most && (count == 0 || bytes < static_cast<size_t>(config.batch_bytes))) {
    bytes += left[count++].value.size();
  }
  return left.first(count);
}

bool Worker::Full(const Batch& batch) const {
  const auto most_rows = static_cast<size_t>(context_.parts.config.batch_rows);
  if (batch.records >= most_rows) return true;
  if (batch.bytes >= static_cast<size_t>(context_.parts.config.batch_bytes)) return true;
  return std::ranges::any_of(batch.versions, [&](const VersionRows& version) {
    return std::ranges::any_of(version.blocks,
                               [&](const auto& block) { return block.rows() >= most_rows; });
  });
}

base::Status Worker::Write(std::stop_token stop) {
  while (auto batch = hand_over_.TakeFilled(stop)) {
    if (auto same = CheckLog(stop); !same) return same;
    if (auto written = writer_.Write(*batch, stop); !written) return written;
    hand_over_.Return(std::move(batch));
  }
  return {};
}

// Once the log is away, it is waited for: it may come back as another one.
base::Status Worker::CheckLog(std::stop_token stop) {
  base::Patience patience(base::kLongestOutage, std::move(stop));
  return base::KeepTrying(patience, "the log's first record not read yet", [&] {
    return CheckSameLog(context_.parts.log_reader, context_.parts.log);
  });
}

void Worker::Forget() {
  for (const int32_t partition : partitions_) {
    index_->Forget(partition, context_.board.Floor(partition));
  }
}

void Worker::CommitWritten() {
  const auto written = hand_over_.TakeWritten();
  if (written.empty()) return;
  base::KillPoint("before-commit");
  log_->CommitForLagTools(written);
}

}  // namespace clientele::projections::runner
