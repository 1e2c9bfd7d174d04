// The rule as a model, tables and marks included: the runner's own parts as one thread over a log
// and a store in memory, dying at every write it makes. After every write that landed, what is
// visible at each mark so far must be what the rule read naively on the whole log gives there.
// Three lesser ways (states, recovery and queries done simply) must be found out by the same model.
#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <set>

#include "projections/retirement/states.h"
#include "projections/runner/active_versions.h"
#include "projections/runner/batch_maker.h"
#include "projections/runner/batch_writer.h"
#include "projections/runner/fakes/rig.h"
#include "projections/runner/fakes/small_projections.h"
#include "projections/runner/marks.h"
#include "projections/runner/sql.h"

namespace clientele::projections::runner {
namespace {

using base::Status;
using event::v1::Event;
using std::chrono::milliseconds;

// How the model's processes work; what differs from the defaults must be found out.
struct Ways {
  bool latest_state_alone = false;  // the index keeps no list of states
  bool refill_by_src = false;       // an offset of which some row is there counts as written
  bool no_mark_filter = false;      // a query sees all rows
};

// What an index keeps over the deaths of its processes.
struct KeptIndex {
  std::map<base::Hash128, std::vector<retirement::State>> states;
  std::map<int32_t, uint64_t> next;
};

class ListIndex final : public retirement::EntityIndex {
 public:
  ListIndex(KeptIndex& kept, bool latest_state_alone)
      : kept_(kept), latest_state_alone_(latest_state_alone) {}

  Status GoOnFrom(const std::map<int32_t, uint64_t>&) override { return {}; }
  uint64_t NextOffset(int32_t partition) const override { return kept_.next[partition]; }
  base::Result<std::vector<retirement::Decision>> Decide(
      std::span<const retirement::Telling> tellings,
      const std::map<int32_t, uint64_t>& next_offsets) override {
    std::vector<retirement::Decision> decisions;
    for (const auto& telling : tellings) {
      auto& states = kept_.states[telling.entity];
      const uint64_t below = latest_state_alone_ ? UINT64_MAX : telling.offset;
      const auto step = Apply(telling, retirement::StateBelow(states, below));
      decisions.push_back(step.decision);
      if (!step.next || telling.offset < kept_.next[telling.partition]) continue;
      states.push_back(*step.next);
      if (!latest_state_alone_) retirement::ForgetBelow(states, floors_[telling.partition]);
    }
    for (const auto& [p, next] : next_offsets) kept_.next[p] = std::max(kept_.next[p], next);
    return decisions;
  }
  void Forget(int32_t partition, uint64_t floor) override { floors_[partition] = floor; }

 private:
  KeptIndex& kept_;
  const bool latest_state_alone_;
  std::map<int32_t, uint64_t> floors_;
};

// The store in memory, with a look at it after every insert.
class WatchedStore final : public clickhouse::Store {
 public:
  WatchedStore(InMemoryStore& store, bool refill_by_src, std::function<void()> look)
      : store_(store), refill_by_src_(refill_by_src), look_(std::move(look)) {}

  base::Result<clickhouse::Summary> Execute(const clickhouse::Statement& statement) override {
    return store_.Execute(statement);
  }
  base::Result<clickhouse::Summary> Select(
      const clickhouse::Statement& statement,
      const std::function<Status(const clickhouse::Block&)>& on_block) override {
    const bool present = statement.sql == sql::kStatementsPresentRows ||
                         statement.sql == sql::kStatementsPresentOffsets;
    if (!refill_by_src_ || !present) return store_.Select(statement, on_block);
    // The insert leaves out what is there, by its offset.
    return store_.Select(statement, [](const clickhouse::Block&) { return Status(); });
  }
  base::Result<clickhouse::Summary> Insert(std::string_view table,
                                           const clickhouse::BlockWriter& block,
                                           const clickhouse::Statement& how) override {
    auto inserted = refill_by_src_ && how.query_id.starts_with("w:")
                        ? store_.Insert(table, WithoutKnownOffsets(table, block), how)
                        : store_.Insert(table, block, how);
    look_();
    return inserted;
  }
  Status Kill(std::string_view prefix, milliseconds deadline) override {
    return store_.Kill(prefix, deadline);
  }
  bool Healthy() override { return store_.Healthy(); }

 private:
  clickhouse::BlockWriter WithoutKnownOffsets(std::string_view table,
                                              const clickhouse::BlockWriter& block) {
    std::set<std::pair<uint64_t, uint64_t>> known;
    for (const auto& row : store_.Rows(std::string(table))) {
      known.insert({row.key.src_partition, row.key.src_offset});
    }
    if (known.empty()) return block;
    const RowKeys keys(block);
    std::vector<uint32_t> rows;
    for (uint32_t row = 0; row < block.rows(); ++row) {
      const RowKey key = keys.At(row);
      if (!known.contains({key.src_partition, key.src_offset})) rows.push_back(row);
    }
    clickhouse::BlockWriter left = block.EmptyCopy();
    left.AppendRows(block, rows);
    return left;
  }

  InMemoryStore& store_;
  const bool refill_by_src_;
  const std::function<void()> look_;
};

// A log, what processes made of it, and what the naive rule says of it.
class Model {
 public:
  Model(const Ways& ways, size_t batch, const std::function<void(Rig&)>& tell)
      : ways_(ways),
        batch_(batch),
        store_(rig_.store, ways.refill_by_src, [this] { LookAtEveryMark(); }),
        versions_(FirstVersions(projections_)) {
    tell(rig_);
    naive_ = rig_.NaiveRows();
    for (int32_t p = 0; p < rig_.partitions; ++p) {
      ends_[p] = static_cast<uint64_t>(rig_.log.EndOf(kafka::kEventsTopic, p));
    }
  }

  // A process, until the log's end or its own.
  Status Run();
  // The same, which meets the fault at this write of its own.
  void DieAt(uint64_t write, Fault fault) {
    rig_.faults.At(rig_.faults.writes() + write, fault);
    const bool ended = Run().has_value();
    // A fault beyond the last write: it went to the end.
    (void)ended;
    rig_.faults.Restart();
  }
  // A last process must get to the end, with nothing wrong then or before.
  [[nodiscard]] bool EndsWell() {
    const Status run = Run();
    if (!run) last_error_ = run.error().message;
    return run && wrong_ == 0 && rig_.Rows() == naive_ && MarksReachTheEnd();
  }

  void LoseIndex() { index_ = {}; }
  [[nodiscard]] uint64_t writes() const { return rig_.faults.writes(); }
  [[nodiscard]] size_t marks_looked_at() const { return looked_; }
  [[nodiscard]] const std::string& last_error() const { return last_error_; }

 private:
  [[nodiscard]] std::vector<PartitionLedgers> OwnLedgers(const Ledgers& known);
  // The next records of the log, of one partition after the other.
  [[nodiscard]] bool Take(std::map<int32_t, uint64_t>& at);
  void LookAtEveryMark();
  [[nodiscard]] bool MarksReachTheEnd();

  const Ways ways_;
  const size_t batch_;
  Rig rig_;
  WatchedStore store_;
  const std::vector<std::unique_ptr<const Projection>> projections_ = rig_.projections();
  const std::vector<LiveVersion> versions_;
  KeptIndex index_;
  std::vector<SeenRow> naive_;
  std::map<int32_t, uint64_t> ends_;
  size_t wrong_ = 0;   // marks that showed other rows
  size_t looked_ = 0;  // marks looked at
  std::string last_error_;

  // Of one process.
  std::vector<kafka::LogReader::OwnedRecord> owned_;
  std::vector<kafka::Record> records_;
};

std::vector<PartitionLedgers> Model::OwnLedgers(const Ledgers& known) {
  std::vector<PartitionLedgers> own;
  for (const LiveVersion& version : versions_) {
    PartitionLedgers& entries = own.emplace_back();
    for (const auto& [p, end] : ends_) {
      LedgerEntry entry;
      entry.log_id = rig_.identity.log_id;
      entry.code_hash = version.code_hash;
      const auto found = known.find(version.name);
      if (found != known.end() && found->second.contains(p)) entry = found->second.at(p);
      entries[p] = entry;
    }
  }
  return own;
}

bool Model::Take(std::map<int32_t, uint64_t>& at) {
  owned_.clear();
  records_.clear();
  for (auto& [p, next] : at) {
    for (size_t i = 0; i < batch_ && next < ends_[p]; ++i) {
      const kafka::Offset offset{static_cast<int64_t>(next++)};
      auto record = rig_.log.ReadAt(kafka::kEventsTopic, {p}, offset);
      if (record) owned_.push_back(*std::move(record));
    }
  }
  for (const auto& one : owned_) {
    records_.push_back({one.partition, one.offset, one.recorded_at_ms, one.key, one.value});
  }
  return !records_.empty();
}

Status Model::Run() {
  const auto fence = TakeOver(store_, rig_.log, rig_.clock, rig_.identity, "0",
                              {"ledger", "marks", "log_v1", "tellings_v1", "quarantine_v1"});
  if (!fence) return tl::unexpected(fence.error());
  FencedStore fenced(store_, *fence);
  const auto known = ReadLedgers(store_);
  if (!known) return tl::unexpected(known.error());
  const auto ledgers = OwnLedgers(*known);
  std::set<VersionName> serving;
  for (const LiveVersion& version : versions_) serving.insert(version.name);
  MarkBoard board(rig_.partitions, serving, {});
  board.Report(*known);
  MarkWriter marks(fenced, rig_.log, rig_.log, rig_.clock, milliseconds(0));
  if (auto started = marks.Start(); !started) return started;
  const auto mark = [&] {
    const auto state = board.Wait({}, milliseconds(0));
    return marks.Advance(state->next, {{"log", 1}, {"tellings", 1}}, {});
  };
  // What an earlier process wrote and did not mark.
  if (auto marked = mark(); !marked) return marked;
  base::Metrics metrics;
  Probe probe(metrics, rig_.partitions, {"records_v1", "tellings_v1", "legs_v1", "quarantine"});
  BatchWriter writer(fenced, rig_.clock, board, probe, versions_, milliseconds(0));
  if (auto prepared = writer.Prepare(ledgers, ends_); !prepared) return prepared;
  ListIndex index(index_, ways_.latest_state_alone);
  std::map<int32_t, uint64_t> at;
  for (const auto& [p, end] : ends_) at[p] = std::min(board.Floor(p), index.NextOffset(p));
  const auto source = retirement::TellingSource::Make(store_, rig_.log, "clientele.records_v1",
                                                      size_t{1} << 20, metrics);
  BatchMaker maker(versions_, rig_.identity, ledgers, at, index, *source, probe);
  // The index is one batch further than the tables, as a worker's is.
  std::deque<Batch> ahead;
  for (bool more = true; more || !ahead.empty();) {
    more = more && Take(at);
    if (more) {
      Batch& batch = ahead.emplace_back(versions_);
      if (auto added = maker.Add(records_, batch, {}); !added) return added;
      maker.Finish(batch);
      if (ahead.size() < 2) continue;
    }
    if (ahead.empty()) break;
    if (auto written = writer.Write(ahead.front(), {}); !written) return written;
    ahead.pop_front();
    if (auto marked = mark(); !marked) return marked;
    for (const auto& [p, end] : ends_) index.Forget(p, board.Floor(p));
  }
  return {};
}

void Model::LookAtEveryMark() {
  const std::vector<SeenRow> all = rig_.Rows();
  for (const auto& block : rig_.store.Blocks("clientele.marks")) {
    for (const auto& next : block->Get<std::vector<uint64_t>>("next")) {
      const auto before = [&](const SeenRow& row) {
        return row.src_offset < next[row.src_partition];
      };
      const auto sees = [&](const SeenRow& row) { return ways_.no_mark_filter || before(row); };
      std::vector<SeenRow> visible;
      std::vector<SeenRow> wanted;
      std::ranges::copy_if(all, std::back_inserter(visible), sees);
      std::ranges::copy_if(naive_, std::back_inserter(wanted), before);
      wrong_ += visible == wanted ? 0 : 1;
      ++looked_;
    }
  }
}

bool Model::MarksReachTheEnd() {
  std::vector<uint64_t> last(static_cast<size_t>(rig_.partitions));
  for (const auto& block : rig_.store.Blocks("clientele.marks")) {
    for (const auto& next : block->Get<std::vector<uint64_t>>("next")) last = std::max(last, next);
  }
  for (const auto& [p, end] : ends_) {
    if (last[static_cast<size_t>(p)] != end) return false;
  }
  return true;
}

// Every history of up to three events, of two revisions, each of an entity of its own; told in
// turns, so that batches cut them anywhere. Each telling lies in another month.
void TellEveryShortHistory(Rig& rig) {
  std::vector<std::pair<std::string, std::vector<int>>> histories;  // a word: revision, +2 retracts
  for (int words = 1; words <= 3; ++words) {
    for (int number = 0; number < 1 << (2 * words); ++number) {
      std::vector<int> history;
      for (int word = 0; word < words; ++word) history.push_back(number >> (2 * word) & 3);
      histories.emplace_back(fmt::format("{}-{}", words, number), history);
    }
  }
  for (size_t word = 0; word < 3; ++word) {
    for (const auto& [entity, history] : histories) {
      if (word >= history.size()) continue;
      const auto revision = static_cast<uint32_t>(history[word] & 1);
      const bool retraction = history[word] > 1;
      const auto month = static_cast<int64_t>(word) + 1;
      rig.Tell(retraction ? Rig::Retraction(entity, revision)
                          : Rig::Call(entity, revision, month * kMonth, 1));
    }
  }
}

void TellAtRandom(Rig& rig, uint64_t seed) {
  rig.TellSomething(120, seed);
  rig.Append(1, "key", "\xff");
  rig.log.AppendGap(kafka::kEventsTopic, 0);
  rig.TellSomething(120, seed + 1);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr uint64_t kDeathStep = 7;
#else
constexpr uint64_t kDeathStep = 1;
#endif
constexpr Fault kDeaths[] = {Fault::kCrashBefore, Fault::kCrashAfter, Fault::kCrashLate,
                             Fault::kCrashPartly};

// How many of the models do not end well: one for each way to die at each write of a process.
size_t FoundOut(const Ways& ways, uint64_t step) {
  constexpr size_t kBatch = 20;
  Model clean(ways, kBatch, TellEveryShortHistory);
  const uint64_t before = clean.writes();
  const bool well = clean.EndsWell();
  size_t found = well ? 0 : 1;
  const uint64_t writes = clean.writes() - before;
  EXPECT_GT(writes, 15U);
  EXPECT_GT(clean.marks_looked_at(), 20U);
  for (uint64_t write = 0; write < writes; write += step) {
    for (const Fault death : kDeaths) {
      Model model(ways, kBatch, TellEveryShortHistory);
      model.DieAt(write, death);
      if (model.EndsWell()) continue;
      ++found;
      if (found == 1 && !(ways.latest_state_alone || ways.refill_by_src || ways.no_mark_filter)) {
        ADD_FAILURE() << "write " << write << " of " << writes << ", death "
                      << static_cast<int>(death) << ": " << model.last_error();
      }
    }
  }
  return found;
}

TEST(RuleModel, EveryShortHistoryAndEveryDeath) { EXPECT_EQ(FoundOut({}, kDeathStep), 0U); }

TEST(RuleModel, LongLogsAndManyDeaths) {
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    Model model({}, 12, [&](Rig& rig) { TellAtRandom(rig, seed); });
    for (int death = 0; death < 30; ++death) {
      model.DieAt(random() % 40, kDeaths[random() % 4]);
      if (random() % 8 == 0) model.LoseIndex();
    }
    EXPECT_TRUE(model.EndsWell()) << model.last_error();
    EXPECT_GT(model.marks_looked_at(), 100U);
  }
}

TEST(RuleModel, TheLatestStateAloneIsFoundOut) {
  EXPECT_GT(FoundOut({.latest_state_alone = true}, 3), 0U);
}

TEST(RuleModel, RefillBySrcIsFoundOut) { EXPECT_GT(FoundOut({.refill_by_src = true}, 3), 0U); }

TEST(RuleModel, QueriesWithoutTheMarkAreFoundOut) {
  EXPECT_GT(FoundOut({.no_mark_filter = true}, 10), 0U);
}

}  // namespace
}  // namespace clientele::projections::runner
