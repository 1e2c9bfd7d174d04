// What the entity index costs an event. Not a test: built on demand.
//   retirement_bench FOLDER [--known M,M,..] [--events M] [--json]
// Fills one index to each of the numbers of known entities (in millions, rising; default 1,10) and
// there measures a stream as a company tells it, of so many events (in millions; default 4): 5 %
// duplicates of what was told lately, no or 1 % corrections of any entity ever told, and new
// entities; the two by turns, so that the ratio holds on a machine whose speed drifts. Then
// duplicates and corrections of any known entity alone, and how long an index that was closed needs
// until it is as fast as before. CPU is that of all threads; a row ends when RocksDB's own have
// nothing left to do.
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <random>

#include "base/log.h"
#include "projections/retirement/entity_index.h"

namespace clientele::projections::retirement {
namespace {

using std::chrono::steady_clock;
constexpr uint64_t kMillion = 1'000'000;
constexpr uint64_t kBatch = 4'096;  // the runner's
constexpr uint64_t kTurn = kMillion;
constexpr uint64_t kLately = 100'000;  // entities
constexpr int32_t kPartitions = 16;

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double CpuSeconds(int who) {
  rusage usage{};
  getrusage(who, &usage);
  return Seconds(usage.ru_utime) + Seconds(usage.ru_stime);
}

double SecondsSince(steady_clock::time_point begin) {
  return std::chrono::duration<double>(steady_clock::now() - begin).count();
}

double ResidentMiB() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::atof(line.c_str() + 6) / 1024;
  }
  return 0;
}

double DiskMiB(const std::string& folder) {
  uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return static_cast<double>(bytes) / (1 << 20);
}

// Shares of the events; the rest are new entities.
struct Mixture {
  double duplicates_lately = 0;
  double duplicates = 0;
  double corrections = 0;
};

struct Cost {  // seconds
  double worker = 0;
  double all = 0;
  double wall = 0;
  uint64_t events = 0;
  double resident_mib = 0;

  void operator+=(const Cost& other) {
    worker += other.worker;
    all += other.all;
    wall += other.wall;
    events += other.events;
    resident_mib = std::max(resident_mib, other.resident_mib);
  }
  [[nodiscard]] double Micros(double seconds) const {
    return seconds * 1e6 / static_cast<double>(events);
  }
};

class Bench {
 public:
  Bench(std::string folder, bool json) : folder_(std::move(folder)), json_(json) {
    if (json_) {
      fmt::print("[");
    } else {
      fmt::print("{:>7}  {:<40}{:>8}{:>8}{:>8}{:>9}{:>9}\n", "known M", "us/event", "worker", "all",
                 "wall", "RSS MiB", "disk MiB");
    }
    Open();
  }
  ~Bench() {
    index_.reset();
    if (json_) fmt::print("\n]\n");
  }

  void Fill(uint64_t known) {
    if (known > known_) Print("filling", known, Run(known - known_, {}));
  }

  void Measure(uint64_t known, uint64_t events) {
    Cost without;
    Cost with;
    const uint64_t turn = std::min(kTurn, known / 8);
    // The index grows meanwhile: to twice its size at most.
    for (uint64_t done = 0; done < std::min(events, known / 2); done += turn) {
      without += Run(turn, {.duplicates_lately = 0.05});
      with += Run(turn, {.duplicates_lately = 0.05, .corrections = 0.01});
    }
    Print("stream, no corrections", known, without);
    Print("stream, 1 % corrections of old entities", known, with);
    Print("duplicates of any entity", known, Run(turn, {.duplicates = 1}));
    Print("corrections of any entity", known, Run(turn, {.corrections = 1}));
    Reopen(known);
  }

 private:
  void Open() {
    index_.reset();
    auto opened = EntityIndex::Open(folder_, log_id_, metrics_);
    if (!opened) Stop(opened.error());
    index_ = std::move(*opened);
  }

  [[noreturn]] static void Stop(const base::Error& error) {
    fmt::print(stderr, "{}\n", error.message);
    std::exit(1);
  }

  // Until no thread of the process has used 2 % of a CPU for 0.2 s.
  static void AwaitIdle() {
    for (int idle = 0; idle < 4;) {
      const double before = CpuSeconds(RUSAGE_SELF);
      std::mutex mutex;
      std::unique_lock lock(mutex);
      std::condition_variable().wait_for(lock, std::chrono::milliseconds(50));
      idle = CpuSeconds(RUSAGE_SELF) - before < 0.001 ? idle + 1 : 0;
    }
  }

  Cost Run(uint64_t events, const Mixture& mixture) {
    Cost cost;
    cost.events = events;
    const double cpu = CpuSeconds(RUSAGE_SELF);
    double making = 0;
    for (uint64_t done = 0; done < events; done += kBatch) {
      double before = CpuSeconds(RUSAGE_THREAD);
      Make(std::min(kBatch, events - done), mixture);
      making += CpuSeconds(RUSAGE_THREAD) - before;
      before = CpuSeconds(RUSAGE_THREAD);
      const auto begin = steady_clock::now();
      const auto decided = index_->Decide(batch_, next_);
      if (!decided) Stop(decided.error());
      cost.wall += SecondsSince(begin);
      cost.worker += CpuSeconds(RUSAGE_THREAD) - before;
    }
    cost.resident_mib = ResidentMiB();
    AwaitIdle();
    cost.all = CpuSeconds(RUSAGE_SELF) - cpu - making;
    return cost;
  }

  void Reopen(uint64_t known) {
    const auto begin = steady_clock::now();
    const double cpu = CpuSeconds(RUSAGE_SELF);
    Open();
    Cost cost = {.wall = SecondsSince(begin), .events = kMillion};
    AwaitIdle();
    cost.all = CpuSeconds(RUSAGE_SELF) - cpu;
    Print("opening anew: seconds, not us", known, cost);
  }

  void Print(const char* row, uint64_t known, const Cost& cost) {
    const double worker = cost.Micros(cost.worker);
    const double all = cost.Micros(cost.all);
    const double wall = cost.Micros(cost.wall);
    if (json_) {
      fmt::print(
          "{}\n{{\"known\":{},\"row\":\"{}\",\"events\":{},\"worker_us\":{:.3f},"
          "\"all_us\":{:.3f},\"wall_us\":{:.3f},\"resident_mib\":{:.0f},\"disk_mib\":{:.0f}}}",
          printed_ ? "," : "", known, row, cost.events, worker, all, wall, cost.resident_mib,
          DiskMiB(folder_));
    } else {
      fmt::print("{:>7}  {:<40}{:>8.2f}{:>8.2f}{:>8.2f}{:>9.0f}{:>9.0f}\n", known / kMillion, row,
                 worker, all, wall, cost.resident_mib, DiskMiB(folder_));
    }
    std::fflush(stdout);
    printed_ = true;
  }

  void Make(uint64_t events, const Mixture& mixture) {
    batch_.clear();
    for (uint64_t i = 0; i < events; ++i) {
      double share = static_cast<double>(random_() >> 11) * 0x1.0p-53;
      uint64_t entity = known_;
      uint32_t revision = 0;
      if ((share -= mixture.duplicates_lately) < 0) {
        entity = known_ - 1 - random_() % std::min(known_, kLately);
      } else if ((share -= mixture.duplicates) < 0) {
        entity = random_() % known_;
      } else if ((share -= mixture.corrections) < 0) {
        entity = random_() % known_;
        revision = ++revision_;
      } else {
        ++known_;
      }
      const auto p = static_cast<int32_t>(entity % kPartitions);
      const std::string_view key(reinterpret_cast<const char*>(&entity), sizeof entity);
      batch_.push_back({base::HashBytes(key), p, next_[p]++, revision, false});
    }
    for (const auto& [p, next] : next_) index_->Forget(p, index_->NextOffset(p));
  }

  const std::string folder_;
  const bool json_;
  const base::Uuid log_id_ = base::RandomUuid();
  base::Metrics metrics_;
  std::mt19937_64 random_{1};
  std::unique_ptr<EntityIndex> index_;
  uint64_t known_ = 0;
  uint32_t revision_ = 0;  // rises with every correction
  std::map<int32_t, uint64_t> next_;
  std::vector<Telling> batch_;
  bool printed_ = false;
};

int Main(int argc, char** argv) {
  std::string folder;
  std::vector<uint64_t> known;
  uint64_t events = 4 * kMillion;
  bool json = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--json") {
      json = true;
    } else if (word == "--events" && i + 1 < argc) {
      events = std::strtoull(argv[++i], nullptr, 10) * kMillion;
    } else if (word == "--known" && i + 1 < argc) {
      for (char* at = argv[++i]; *at != '\0'; at += *at == ',' ? 1 : 0) {
        char* const before = at;
        known.push_back(std::strtoull(at, &at, 10) * kMillion);
        if (at == before) return 2;
      }
    } else if (folder.empty() && !word.starts_with("-")) {
      folder = std::string(word) + "/retirement_bench";
    } else {
      folder.clear();
      break;
    }
  }
  if (folder.empty()) {
    fmt::print(stderr, "retirement_bench FOLDER [--known M,M,..] [--events M] [--json]\n");
    return 2;
  }
  if (known.empty()) known = {kMillion, 10 * kMillion};
  std::filesystem::remove_all(folder);
  {
    Bench bench(folder, json);
    for (const uint64_t entities : known) {
      bench.Fill(entities);
      bench.Measure(entities, events);
    }
  }
  std::filesystem::remove_all(folder);
  return 0;
}

}  // namespace
}  // namespace clientele::projections::retirement

int main(int argc, char** argv) { return clientele::projections::retirement::Main(argc, argv); }
