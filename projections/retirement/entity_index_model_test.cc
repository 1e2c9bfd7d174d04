// The index against the naive rule on a whole log, as a worker drives it: batches cut anywhere,
// crashes between any two writes, the index ahead of the ledger, behind it (a kill) or lost,
// the tables dropped, old states forgotten. Every decision, first or repeated, must be the naive
// one.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "projections/retirement/entity_index.h"
#include "projections/retirement/history.h"
#include "projections/retirement/scratch_folder.h"
#include "projections/retirement/states.h"

namespace clientele::projections::retirement {
namespace {

using Random = std::mt19937_64;

uint64_t Below(Random& random, uint64_t bound) { return random() % bound; }

struct Log {
  struct Partition {
    std::vector<Telling> tellings;
    std::vector<Decision> expected;
    uint64_t end = 0;
  };
  std::vector<Partition> partitions;
  size_t tellings = 0;
};

// Every history is an entity; those of a partition are told in turns, `abreast` at a time, with
// offsets left out now and then.
Log MakeLog(std::vector<History> histories, size_t partitions, size_t abreast, Random& random) {
  std::shuffle(histories.begin(), histories.end(), random);
  Log log;
  log.partitions.resize(partitions);
  for (size_t p = 0; p < partitions; ++p) {
    Log::Partition& partition = log.partitions[p];
    struct Told {
      size_t history;
      std::vector<uint64_t> offsets;
    };
    std::vector<Told> open;
    std::map<uint64_t, Decision> expected;
    size_t next = p;
    partition.end = 1;  // the genesis record
    while (true) {
      while (open.size() < abreast && next < histories.size()) {
        open.push_back({next, {}});
        next += partitions;
      }
      if (open.empty()) break;
      const size_t chosen = Below(random, open.size());
      Told& told = open[chosen];
      const History& history = histories[told.history];
      partition.end += Below(random, 10) == 0 ? 1 : 0;
      const Word& word = history[told.offsets.size()];
      partition.tellings.push_back({base::HashBytes(std::to_string(told.history)),
                                    static_cast<int32_t>(p), partition.end, word.revision,
                                    word.retraction});
      told.offsets.push_back(partition.end++);
      if (told.offsets.size() < history.size()) continue;
      const std::vector<Decision> decisions = Naive(history, told.offsets);
      for (size_t i = 0; i < decisions.size(); ++i) expected[told.offsets[i]] = decisions[i];
      open.erase(open.begin() + static_cast<ptrdiff_t>(chosen));
    }
    for (const auto& [offset, decision] : expected) partition.expected.push_back(decision);
    log.tellings += partition.tellings.size();
  }
  return log;
}

// How an index is opened, and what may happen to what it keeps.
class Machine {
 public:
  virtual ~Machine() = default;
  virtual std::unique_ptr<EntityIndex> Open() = 0;
  virtual void Lose() = 0;  // the whole index
  // What the index has not written is gone; the next Open finds what it had written.
  virtual void Kill(std::unique_ptr<EntityIndex> index) = 0;
};

struct Tally {
  size_t starts = 0;
  size_t decided = 0;
  size_t wrong = 0;
  size_t again = 0;    // decisions below the index's next offset
  size_t rebuilt = 0;  // decisions below the ledger that the index had not made yet
};

// A worker: reads from the smaller of ledger and index, decides, and some batches later the ledger
// follows, until the log's end.
class Worker {
 public:
  Worker(const Log& log, Machine& machine, Random& random)
      : log_(log), machine_(machine), random_(random) {
    for (size_t p = 0; p < log.partitions.size(); ++p) ledger_[static_cast<int32_t>(p)] = 0;
  }

  Tally Run(size_t most_batch) {
    while (!Done()) RunUntilCrash(most_batch);
    return tally_;
  }

 private:
  bool Done() const {
    return std::all_of(ledger_.begin(), ledger_.end(), [this](const auto& entry) {
      return entry.second >= log_.partitions[static_cast<size_t>(entry.first)].end;
    });
  }

  void RunUntilCrash(size_t most_batch) {
    ++tally_.starts;
    std::unique_ptr<EntityIndex> index = machine_.Open();
    ASSERT_TRUE(index->GoOnFrom(ledger_));
    std::map<int32_t, uint64_t> at;
    for (const auto& [p, next] : ledger_) at[p] = std::min(next, index->NextOffset(p));
    std::vector<std::map<int32_t, uint64_t>> unwritten;  // batches that the ledger has not
    for (uint64_t batches = 1 + Below(random_, 20); batches > 0 && !Done(); --batches) {
      ASSERT_NO_FATAL_FAILURE(DecideBatch(*index, at, most_batch));
      unwritten.push_back(at);
      // The tables lag by up to 3 batches; the crash comes with the ledger anywhere among them.
      while (unwritten.size() > Below(random_, 4)) {
        for (const auto& [p, next] : unwritten.front()) ledger_[p] = std::max(ledger_[p], next);
        unwritten.erase(unwritten.begin());
      }
      for (const auto& [p, next] : ledger_) {
        if (Below(random_, 4) == 0) index->Forget(p, Below(random_, next + 1));
      }
    }
    const uint64_t fate = Below(random_, 12);
    if (fate < 4) machine_.Kill(std::move(index));
    index.reset();
    if (fate == 4) machine_.Lose();
    if (fate == 5 && tables_dropped_++ < 2) {
      for (auto& [p, next] : ledger_) next = 0;
    }
  }

  void DecideBatch(EntityIndex& index, std::map<int32_t, uint64_t>& at, size_t most_batch) {
    std::vector<Telling> batch;
    std::vector<Decision> expected;
    for (auto& [p, next] : at) {
      const Log::Partition& partition = log_.partitions[static_cast<size_t>(p)];
      const auto first = std::lower_bound(
          partition.tellings.begin(), partition.tellings.end(), next,
          [](const Telling& telling, uint64_t offset) { return telling.offset < offset; });
      const uint64_t to = std::min(partition.end, next + Below(random_, most_batch + 1));
      for (auto telling = first; telling != partition.tellings.end() && telling->offset < to;
           ++telling) {
        const bool known = telling->offset < index.NextOffset(p);
        tally_.again += known ? 1 : 0;
        tally_.rebuilt += !known && telling->offset < ledger_[p] ? 1 : 0;
        batch.push_back(*telling);
        expected.push_back(
            partition.expected[static_cast<size_t>(telling - partition.tellings.begin())]);
      }
      next = to;
    }
    const auto decided = index.Decide(batch, at);
    ASSERT_TRUE(decided) << decided.error().message;
    ASSERT_EQ(decided->size(), expected.size());
    for (size_t i = 0; i < expected.size(); ++i) {
      tally_.wrong += (*decided)[i] == expected[i] ? 0 : 1;
    }
    for (const auto& [p, next] : at) ASSERT_GE(index.NextOffset(p), next);
    tally_.decided += batch.size();
  }

  const Log& log_;
  Machine& machine_;
  Random& random_;
  std::map<int32_t, uint64_t> ledger_;
  int tables_dropped_ = 0;
  Tally tally_;
};

class RealMachine final : public Machine {
 public:
  std::unique_ptr<EntityIndex> Open() override {
    auto opened = EntityIndex::Open(folder_.path(), log_id_, metrics_, kEventsBetweenWrites);
    EXPECT_TRUE(opened) << opened.error().message;
    return std::move(*opened);
  }
  void Lose() override { std::filesystem::remove_all(folder_.path()); }
  void Kill(std::unique_ptr<EntityIndex> index) override {
    const std::filesystem::path states = folder_.path() + "/states";
    const std::filesystem::path kept = folder_.path() + "/kept";
    // Anew if RocksDB's own threads changed the folder meanwhile.
    for (auto before = Listing(states);; before = Listing(states)) {
      std::error_code failed;
      std::filesystem::remove_all(kept);
      std::filesystem::copy(states, kept, failed);
      if (!failed && Listing(states) == before && Listing(kept) == before) break;
    }
    index.reset();
    std::filesystem::remove_all(states);
    std::filesystem::rename(kept, states);
  }

 private:
  static constexpr size_t kEventsBetweenWrites = 250;

  static std::map<std::string, uintmax_t> Listing(const std::filesystem::path& folder) {
    std::map<std::string, uintmax_t> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      std::error_code gone;
      // RocksDB's own log file says what it does; nothing is read from it.
      if (entry.path().filename() == "LOG") continue;
      files[entry.path().filename()] = entry.file_size(gone);
    }
    return files;
  }

  const ScratchFolder folder_;
  const base::Uuid log_id_ = base::RandomUuid();
  base::Metrics metrics_;
};

// What the index must not be: it keeps the latest state of an entity alone.
class LatestStateOnly final : public Machine {
 public:
  std::unique_ptr<EntityIndex> Open() override { return std::make_unique<Index>(*this); }
  void Lose() override {
    states_.clear();
    next_.clear();
  }
  void Kill(std::unique_ptr<EntityIndex> index) override { index.reset(); }

 private:
  class Index final : public EntityIndex {
   public:
    explicit Index(LatestStateOnly& kept) : kept_(kept) {}
    base::Status GoOnFrom(const std::map<int32_t, uint64_t>&) override { return {}; }
    uint64_t NextOffset(int32_t partition) const override { return kept_.next_[partition]; }
    base::Result<std::vector<Decision>> Decide(
        std::span<const Telling> tellings,
        const std::map<int32_t, uint64_t>& next_offsets) override {
      std::vector<Decision> decisions;
      for (const Telling& telling : tellings) {
        State& state = kept_.states_[telling.entity];
        const Step step = Apply(telling, state);
        if (step.next && telling.offset >= kept_.next_[telling.partition]) state = *step.next;
        decisions.push_back(step.decision);
      }
      for (const auto& [p, next] : next_offsets) kept_.next_[p] = std::max(kept_.next_[p], next);
      return decisions;
    }
    void Forget(int32_t, uint64_t) override {}

   private:
    LatestStateOnly& kept_;
  };

  std::map<base::Hash128, State> states_;
  std::map<int32_t, uint64_t> next_;
};

std::vector<History> RandomHistories(size_t count, size_t most_words, uint32_t revisions,
                                     Random& random) {
  std::vector<History> histories(count);
  for (History& history : histories) {
    history.resize(1 + Below(random, most_words));
    for (Word& word : history) {
      word = {static_cast<uint32_t>(Below(random, revisions)), Below(random, 6) == 0};
    }
  }
  return histories;
}

TEST(EntityIndexModel, EveryOrderOfSmallHistories) {
  Random random(1);
  const Log log = MakeLog(AllHistories(5, 3), 3, 40, random);
  ASSERT_GT(log.tellings, 40'000U);
  RealMachine machine;
  const Tally tally = Worker(log, machine, random).Run(100);
  EXPECT_EQ(tally.wrong, 0U);
  EXPECT_GT(tally.again, 1'000U);
  EXPECT_GT(tally.rebuilt, 1'000U);
}

TEST(EntityIndexModel, LongHistories) {
  for (const uint64_t seed : {2, 3, 4}) {
    Random random(seed);
    const Log log = MakeLog(RandomHistories(400, 60, 12, random), 2, 30, random);
    RealMachine machine;
    const Tally tally = Worker(log, machine, random).Run(150);
    EXPECT_EQ(tally.wrong, 0U);
    EXPECT_GT(tally.again, 100U);
  }
}

// The same worker and crashes find a lesser index out.
TEST(EntityIndexModel, LatestStateAloneIsWrong) {
  Random random(5);
  const Log log = MakeLog(AllHistories(5, 3), 3, 40, random);
  LatestStateOnly machine;
  const Tally tally = Worker(log, machine, random).Run(100);
  EXPECT_GT(tally.again, 1'000U);
  EXPECT_GT(tally.wrong, tally.again / 10);
}

}  // namespace
}  // namespace clientele::projections::retirement
