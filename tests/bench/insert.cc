// The blocks that the runner makes of the log, inserted alone: what the store takes at most. The
// blocks are made in rounds beside the clock; making them is measured by itself, a CPU second a
// step.
#include <fmt/core.h>

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "base/metrics.h"
#include "clickhouse/store.h"
#include "kafka/consumer.h"
#include "kafka/producer.h"
#include "projections/registry.h"
#include "projections/runner/batch_maker.h"
#include "projections/runner/runner.h"
#include "tests/bench/steps.h"

namespace clientele::bench {
namespace {

using base::Code;
using base::Fail;
namespace runner = projections::runner;
namespace retirement = projections::retirement;

// As the runner's.
constexpr size_t kRecentBytes = size_t{64} << 20;
constexpr size_t kMostPolled = 20'000;
// Batches that a maker makes before they are inserted: the wait for the slowest is shared by many.
constexpr size_t kBatchesARound = 3;

struct InsertWanted {
  base::KafkaConfig kafka;
  std::string store;
  std::string folder;
  uint64_t events = 0;
  int32_t connections = 1;
};

// What the makers share.
struct Shared {
  clickhouse::Store& store;
  kafka::LogReader& reader;
  const InsertWanted& wanted;
  base::Metrics& metrics;
  runner::LogIdentity identity;
  const std::vector<std::unique_ptr<const projections::Projection>>& projections;
  const std::vector<runner::LiveVersion>& versions;
  runner::Probe& probe;
};

// The reading half of one worker, and its inserts.
class Maker {
 public:
  Maker(const Shared& shared, int32_t number) : shared_(shared) {
    for (size_t i = 0; i < kBatchesARound; ++i) batches_.emplace_back(shared.versions);
    for (int32_t p = number; p < shared.identity.partitions; p += shared.wanted.connections) {
      begins_[p] = 0;
    }
  }

  base::Status Open(int32_t number) {
    auto index =
        retirement::EntityIndex::Open(fmt::format("{}/index-{}", shared_.wanted.folder, number),
                                      shared_.identity.log_id, shared_.metrics);
    if (!index) return tl::unexpected(index.error());
    index_ = std::move(*index);
    source_ = retirement::TellingSource::Make(shared_.store, shared_.reader, "clientele.events_v1",
                                              kRecentBytes, shared_.metrics);
    std::vector<runner::PartitionLedgers> ledgers(shared_.versions.size());
    std::map<kafka::Partition, kafka::Offset> from;
    for (const auto& [partition, begin] : begins_) {
      from[{partition}] = {0};
      for (auto& ledger : ledgers) ledger[partition] = {};
    }
    maker_ = std::make_unique<runner::BatchMaker>(shared_.versions, shared_.identity, ledgers,
                                                  begins_, *index_, *source_, shared_.probe);
    auto log = kafka::OpenEventLog(shared_.wanted.kafka, kafka::kEventsTopic, "clientele-bench",
                                   shared_.metrics);
    if (!log) return tl::unexpected(log.error());
    log_ = *std::move(log);
    return log_->Assign(from);
  }

  // Fills its batches, fewer at the log's end. Counts the CPU that it needs beyond reading.
  base::Status Make() {
    filled_ = 0;
    while (filled_ < batches_.size() && !at_end_) {
      runner::Batch& batch = batches_[filled_];
      batch.Clear();
      if (base::Status made = Fill(batch); !made) return made;
      if (batch.records == 0) break;
      maker_->Finish(batch);
      ++filled_;
    }
    for (const auto& [partition, begin] : begins_) {
      index_->Forget(partition, index_->NextOffset(partition));
    }
    return {};
  }

  base::Status Insert() {
    for (size_t i = 0; i < filled_; ++i) {
      for (size_t v = 0; v < shared_.versions.size(); ++v) {
        for (size_t t = 0; t < shared_.versions[v].tables.size(); ++t) {
          const auto& block = batches_[i].versions[v].blocks[t];
          if (block.rows() == 0) continue;
          const auto inserted =
              shared_.store.Insert("clientele." + shared_.versions[v].tables[t].name, block, {});
          if (!inserted) return tl::unexpected(inserted.error());
          rows_ += block.rows();
          bytes_ += block.size();
        }
      }
    }
    return {};
  }

  [[nodiscard]] bool Done() const { return filled_ == 0; }
  [[nodiscard]] uint64_t records() const { return records_; }
  [[nodiscard]] uint64_t rows() const { return rows_; }
  [[nodiscard]] uint64_t bytes() const { return bytes_; }
  [[nodiscard]] double cpu_seconds() const { return cpu_seconds_; }
  [[nodiscard]] double encode_seconds() const { return encode_seconds_; }

 private:
  static double ThreadCpu() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
  }

  // As a worker's batch when the writer is busy: to its bounds.
  base::Status Fill(runner::Batch& batch) {
    const base::RunnerConfig config;
    while (batch.records < static_cast<size_t>(config.batch_rows) &&
           batch.bytes < static_cast<size_t>(config.batch_bytes)) {
      const auto room = static_cast<size_t>(config.batch_rows) - batch.records;
      const auto polled = log_->Poll(std::min(kMostPolled, room), std::chrono::seconds(2));
      if (!polled) return tl::unexpected(polled.error());
      if ((*polled)->records().empty()) {
        at_end_ = true;
        break;
      }
      const std::span<const kafka::Record> records = (*polled)->records();
      const double before = ThreadCpu();
      for (size_t i = 0; i < records.size(); i += runner::BatchMaker::kMostRecords) {
        const size_t count = std::min(runner::BatchMaker::kMostRecords, records.size() - i);
        auto added = maker_->Add(records.subspan(i, count), batch, {});
        if (!added) return added;
      }
      cpu_seconds_ += ThreadCpu() - before;
      records_ += records.size();
    }
    const double before = ThreadCpu();
    for (const auto& version : batch.versions) {
      for (const auto& block : version.blocks) (void)block.EncodeInPieces();
    }
    encode_seconds_ += ThreadCpu() - before;
    return {};
  }

  const Shared& shared_;
  std::map<int32_t, uint64_t> begins_;
  std::vector<runner::Batch> batches_;
  std::unique_ptr<retirement::EntityIndex> index_;
  std::unique_ptr<retirement::TellingSource> source_;
  std::unique_ptr<runner::BatchMaker> maker_;
  std::unique_ptr<kafka::EventLog> log_;
  size_t filled_ = 0;
  bool at_end_ = false;
  uint64_t records_ = 0;
  uint64_t rows_ = 0;
  uint64_t bytes_ = 0;
  double cpu_seconds_ = 0;
  double encode_seconds_ = 0;
};

// Of all makers at once; the first error.
base::Status OfEach(std::vector<Maker>& makers, base::Status (Maker::*what)()) {
  std::vector<base::Status> done(makers.size());
  {
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < makers.size(); ++i) {
      threads.emplace_back([&, i] { done[i] = (makers[i].*what)(); });
    }
  }
  for (base::Status& one : done) {
    if (!one) return one;
  }
  return {};
}

// The seconds that the clock ran beside; decode, retire and project of one maker's thread.
std::string Steps(const base::Metrics& metrics) {
  const std::string text = metrics.Text();
  std::string steps;
  for (const std::string name : {"decode", "retire", "project"}) {
    const std::string line = "clientele_runner_step_seconds_total{step=\"" + name + "\"} ";
    const size_t at = text.find(line);
    if (at == std::string::npos) continue;
    const size_t begin = at + line.size();
    steps +=
        fmt::format(",\"{}_seconds\":{}", name, text.substr(begin, text.find('\n', begin) - begin));
  }
  return steps;
}

base::Status Measure(const Shared& shared) {
  std::vector<Maker> makers;
  makers.reserve(static_cast<size_t>(shared.wanted.connections));
  for (int32_t i = 0; i < shared.wanted.connections; ++i) {
    makers.emplace_back(shared, i);
    if (base::Status opened = makers.back().Open(i); !opened) return opened;
  }
  double inserting = 0;
  for (;;) {
    if (base::Status made = OfEach(makers, &Maker::Make); !made) return made;
    if (std::ranges::all_of(makers, &Maker::Done)) break;
    const auto begin = Clock::now();
    if (base::Status inserted = OfEach(makers, &Maker::Insert); !inserted) return inserted;
    inserting += SecondsSince(begin);
  }
  uint64_t events = 0;
  uint64_t rows = 0;
  uint64_t bytes = 0;
  double cpu = 0;
  double encode = 0;
  for (const Maker& maker : makers) {
    events += maker.records();
    rows += maker.rows();
    bytes += maker.bytes();
    cpu += maker.cpu_seconds();
    encode += maker.encode_seconds();
  }
  fmt::print(
      "{{\"events\":{},\"rows\":{},\"bytes\":{},\"seconds\":{:.6f},"
      "\"making_cpu_seconds\":{:.6f},\"encode_cpu_seconds\":{:.6f}{}}}\n",
      events, rows, bytes, inserting, cpu, encode, Steps(shared.metrics));
  return {};
}

base::Status Insert(const InsertWanted& wanted) {
  const auto store = clickhouse::OpenHttpStore({wanted.store, "default", ""});
  const auto all = projections::AllProjections();
  const auto versions = runner::FirstVersions(all);
  if (auto made = clickhouse::Migrate(*store, runner::Migrations()); !made) return made;
  for (const runner::LiveVersion& version : versions) {
    if (auto made = runner::CreateTables(*store, version); !made) return made;
  }
  const auto reader = kafka::OpenLogReader(wanted.kafka);
  if (!reader) return tl::unexpected(reader.error());
  base::Metrics metrics;
  const auto producer = kafka::OpenProducer(wanted.kafka, metrics);
  if (!producer) return tl::unexpected(producer.error());
  const base::SystemClock clock;
  const auto identity =
      runner::EnsureGenesis(**reader, **producer, clock,
                            static_cast<int32_t>(wanted.kafka.partitions), std::string_view());
  if (!identity) return tl::unexpected(identity.error());
  runner::Probe probe(metrics, identity->partitions, {});
  return Measure({*store, **reader, wanted, metrics, *identity, all, versions, probe});
}

}  // namespace

void AddInsert(CLI::App& root, Step& chosen) {
  CLI::App* command = root.add_subcommand("insert", "The runner's blocks into the store, alone");
  const auto wanted = std::make_shared<InsertWanted>();
  command->add_option("--brokers", wanted->kafka.brokers)->required();
  command->add_option("--partitions", wanted->kafka.partitions)->required();
  command->add_option("--store", wanted->store)->required();
  command->add_option("--folder", wanted->folder)->required();
  command->add_option("--connections", wanted->connections)->check(CLI::Range(1, 16));
  command->callback([wanted, &chosen] { chosen = [wanted] { return Insert(*wanted); }; });
}

}  // namespace clientele::bench
