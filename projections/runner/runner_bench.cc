// What an event costs between the log and the store: decode, retire, project for the projections of
// this build, and the blocks' encoding; no Kafka, no ClickHouse. With an empty store's URL the
// whole runner into it, from a log in memory, of so many workers; with 0 workers nothing but the
// inserts of the same blocks, made before: the yardstick.
//   projections_runner_bench [EVENTS] [ENTITIES] [unix:/path/engine.sock] [WORKERS, default 1]
#include <fmt/core.h>

#include <chrono>
#include <condition_variable>
#include <ctime>
#include <deque>
#include <filesystem>
#include <mutex>
#include <random>

#include "base/entity.h"
#include "base/hash.h"
#include "projections/registry.h"
#include "projections/runner/batch_maker.h"
#include "projections/runner/fakes/in_memory_log.h"
#include "projections/runner/fakes/in_memory_store.h"
#include "projections/runner/runner.h"

namespace clientele::projections::runner {
namespace {

using std::chrono::steady_clock;
constexpr int32_t kPartitions = 4;

// A call of two legs, or a touchpoint, as a company's system tells them.
event::v1::Event EventOf(std::mt19937_64& random, int entities) {
  event::v1::Event event;
  event.set_event_id(base::RandomUuid().ToString());
  event.set_customer_id(base::RandomUuid().ToString());
  event.set_tenant("main");
  event.set_occurred_at(1'795'000'000'000'000 -
                        static_cast<int64_t>(random() % 9'000'000) * 1'000'000);
  event.set_received_at(event.occurred_at() + 1'000'000);
  event.mutable_source()->set_system("telephony");
  const auto number = random() % static_cast<uint64_t>(entities);
  event.set_entity_id(fmt::format("2026-11-{:012}", number));
  event.set_revision(static_cast<uint32_t>(random() % 3));
  if (number % 2 == 0) {
    auto& call = *event.mutable_call();
    call.set_call_id(event.entity_id());
    call.set_direction(event::v1::Call::INBOUND);
    call.set_queue_id("sales");
    call.set_queued_at(event.occurred_at());
    call.set_answered_at(event.occurred_at() + 20'000'000);
    call.set_ended_at(event.occurred_at() + 200'000'000);
    call.set_end(event::v1::Call::ANSWERED);
    for (const char* employee : {"anna.petrova", "boris.ivanov"}) {
      auto& leg = *call.add_legs();
      leg.set_employee_id(employee);
      leg.set_team_id("north");
      leg.set_line(1);
      leg.set_started_at(call.queued_at());
      leg.set_answered_at(call.answered_at());
      leg.set_talk_ms(60'000);
    }
  } else {
    auto& touchpoint = *event.mutable_touchpoint();
    touchpoint.set_touchpoint_id(event.entity_id());
    touchpoint.set_topic("delivery");
    touchpoint.set_employee_id("anna.petrova");
  }
  return event;
}

// A log of so many events, and its records as a consumer gives them.
struct Filled {
  explicit Filled(int events, int entities) : log(faults, kPartitions) {
    std::mt19937_64 random(1);
    base::SystemClock clock;
    identity = *EnsureGenesis(log, log, clock, kPartitions, "keys");
    for (int i = 0; i < events; ++i) {
      const auto event = EventOf(random, entities);
      std::string key;
      base::AppendKafkaKey({event.tenant(), base::EntityKindOf(event), event.entity_id()}, key);
      const int32_t home = base::PartitionOf(key, kPartitions);
      const int64_t offset = log.Append(kafka::kEventsTopic, home, key, event.SerializeAsString());
      owned.push_back(*log.ReadAt(kafka::kEventsTopic, {home}, {offset}));
    }
    for (const auto& one : owned) {
      records.push_back({one.partition, one.offset, one.recorded_at_ms, one.key, one.value});
      bytes += one.value.size();
    }
  }

  FaultPlan faults;
  InMemoryLog log;
  LogIdentity identity;
  std::vector<kafka::LogReader::OwnedRecord> owned;
  std::vector<kafka::Record> records;
  size_t bytes = 0;
};

void PrintSteps(const base::Metrics& metrics) {
  const std::string text = metrics.Text();
  for (const std::string name :
       {"clientele_runner_step_seconds_total{", "clientele_retirement_decisions",
        "clientele_retirement_tellings_read"}) {
    for (size_t at = text.find("\n" + name); at != std::string::npos;
         at = text.find("\n" + name, at + 1)) {
      fmt::print("{}\n", text.substr(at + 1, text.find('\n', at + 1) - at - 1));
    }
  }
}

// The reading half of a worker.
class Reading {
 public:
  Reading(Filled& filled, const std::string& folder) : filled_(filled), store_(filled.faults) {
    index_ = *retirement::EntityIndex::Open(folder + "/index", filled.identity.log_id, metrics_);
    source_ = retirement::TellingSource::Make(store_, filled.log, "clientele.events_v1",
                                              size_t{64} << 20, metrics_);
    std::vector<PartitionLedgers> ledgers(versions_.size());
    std::map<int32_t, uint64_t> begin;
    for (int32_t p = 0; p < kPartitions; ++p) {
      begin[p] = 0;
      for (auto& ledger : ledgers) ledger[p] = {};
    }
    maker_ = std::make_unique<BatchMaker>(versions_, filled.identity, ledgers, begin, *index_,
                                          *source_, probe_);
  }

  // Hands over batches of the runner's size; false if one could not be made.
  bool Make(const std::function<void(const Batch&)>& take) {
    Batch batch(versions_);
    const std::span<const kafka::Record> records = filled_.records;
    for (size_t i = 0; i < records.size(); i += BatchMaker::kMostRecords) {
      const size_t count = std::min(BatchMaker::kMostRecords, records.size() - i);
      if (auto added = maker_->Add(records.subspan(i, count), batch, {}); !added) {
        fmt::print(stderr, "{}\n", added.error().message);
        return false;
      }
      if (batch.records < kBatchRecords && i + count < records.size()) continue;
      maker_->Finish(batch);
      take(batch);
      batch.Clear();
    }
    return true;
  }
  [[nodiscard]] const std::vector<LiveVersion>& versions() const { return versions_; }
  [[nodiscard]] const base::Metrics& metrics() const { return metrics_; }

 private:
  static constexpr size_t kBatchRecords = 200'000;

  Filled& filled_;
  const std::vector<std::unique_ptr<const Projection>> projections_ = AllProjections();
  const std::vector<LiveVersion> versions_ = FirstVersions(projections_);
  base::Metrics metrics_;
  Probe probe_{metrics_, kPartitions, {}};
  InMemoryStore store_;
  std::unique_ptr<retirement::EntityIndex> index_;
  std::unique_ptr<retirement::TellingSource> source_;
  std::unique_ptr<BatchMaker> maker_;
};

// That half alone, and the encoding of what it gives.
int Make(Filled& filled, const std::string& folder) {
  Reading reading(filled, folder);
  const std::clock_t started = std::clock();
  std::clock_t encoding = 0;
  size_t encoded = 0;
  const bool made = reading.Make([&](const Batch& batch) {
    const std::clock_t before = std::clock();
    for (const auto& version : batch.versions) {
      for (const auto& block : version.blocks) encoded += block.Encode().size();
    }
    encoding += std::clock() - before;
  });
  const auto count = static_cast<double>(filled.records.size());
  const auto micros = [&](std::clock_t time) {
    return static_cast<double>(time) / CLOCKS_PER_SEC * 1e6 / count;
  };
  fmt::print("{} events of {} bytes: {:.2f} us of a CPU each, of them encoding {:.2f} us\n", count,
             filled.bytes / filled.records.size(), micros(std::clock() - started),
             micros(encoding));
  fmt::print("{} bytes an event to the store\n", encoded / filled.records.size());
  PrintSteps(reading.metrics());
  return made ? 0 : 1;
}

// The inserts alone: the same blocks, made before.
int Insert(Filled& filled, const std::string& folder, const std::string& url) {
  const auto store = clickhouse::OpenHttpStore({url, "default", ""});
  Reading reading(filled, folder);
  auto made = clickhouse::Migrate(*store, Migrations());
  for (const LiveVersion& version : reading.versions()) {
    if (made) made = CreateTables(*store, version);
  }
  if (!made) {
    fmt::print(stderr, "{}\n", made.error().message);
    return 1;
  }
  std::deque<Batch> batches;
  if (!reading.Make([&](const Batch& batch) { batches.push_back(batch); })) return 1;
  FencedStore fenced(*store, {"0", 0});
  const auto started = steady_clock::now();
  for (const Batch& batch : batches) {
    for (size_t v = 0; v < batch.versions.size(); ++v) {
      const auto& tables = reading.versions()[v].tables;
      for (size_t t = 0; t < tables.size(); ++t) {
        const auto& block = batch.versions[v].blocks[t];
        if (block.rows() == 0) continue;
        const auto outcome = fenced.Insert("bench", "clientele." + tables[t].name, block);
        if (outcome.status) continue;
        fmt::print(stderr, "{}\n", outcome.status.error().message);
        return 1;
      }
    }
  }
  const std::chrono::duration<double> total = steady_clock::now() - started;
  fmt::print("{} events' ready blocks inserted: {:.0f} events/s\n", filled.records.size(),
             static_cast<double>(filled.records.size()) / total.count());
  return 0;
}

// The whole runner into a store.
int Run(Filled& filled, const std::string& folder, const std::string& url, int workers) {
  base::RunnerConfig config;
  config.workers = workers;
  const auto store = clickhouse::OpenHttpStore({url, "default", ""});
  base::SystemClock clock;
  base::Metrics metrics;
  const auto started = steady_clock::now();
  auto runner =
      Runner::Start({*store, filled.log, filled.log,
                     [&]() -> base::Result<std::unique_ptr<kafka::EventLog>> {
                       return filled.log.OpenEventLog();
                     },
                     clock, metrics, config, folder, filled.identity, AllProjections()},
                    [](const base::Error& error) { fmt::print(stderr, "{}\n", error.message); });
  if (!runner) {
    fmt::print(stderr, "{}\n", runner.error().message);
    return 1;
  }
  const auto caught_up = [&] {
    const auto ledgers = ReadLedgers(*store);
    if (!ledgers) return false;
    uint64_t reached = 0;
    for (const auto& [version, partitions] : *ledgers) {
      uint64_t sum = 0;
      for (const auto& [partition, entry] : partitions) sum += entry.next_offset;
      reached = std::max(reached, sum);
    }
    return reached == filled.records.size() + kPartitions;
  };
  while (!caught_up()) {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable().wait_for(lock, std::chrono::milliseconds(20));
  }
  const std::chrono::duration<double> total = steady_clock::now() - started;
  fmt::print("{} events into the tables: {:.0f} events/s\n", filled.records.size(),
             static_cast<double>(filled.records.size()) / total.count());
  PrintSteps(metrics);
  return 0;
}

int Main(int argc, char** argv) {
  const int events = argc > 1 ? std::atoi(argv[1]) : 400'000;
  const int entities = argc > 2 ? std::atoi(argv[2]) : events;
  std::string folder = "/tmp/runner_bench_XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) return 1;
  Filled filled(events, entities);
  const int workers = argc > 4 ? std::atoi(argv[4]) : 1;
  const int status = argc <= 3      ? Make(filled, folder)
                     : workers == 0 ? Insert(filled, folder, argv[3])
                                    : Run(filled, folder, argv[3], workers);
  std::filesystem::remove_all(folder);
  return status;
}

}  // namespace
}  // namespace clientele::projections::runner

int main(int argc, char** argv) { return clientele::projections::runner::Main(argc, argv); }
