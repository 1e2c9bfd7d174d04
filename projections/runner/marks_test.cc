// Marks: which records of the topic count, the one writer, its restarts, and a table that is made
// anew; the board that says when there is something to mark.
#include "projections/runner/marks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "clientele/log/v1/log.pb.h"
#include "projections/runner/fakes/in_memory_log.h"
#include "projections/runner/fakes/in_memory_store.h"
#include "projections/runner/mark_board.h"

namespace clientele::projections::runner {
namespace {

using base::Code;
using testing::ElementsAre;
using testing::HasSubstr;
using Next = std::vector<uint64_t>;
using MarkVersions = std::map<std::string, uint32_t>;

constexpr int64_t kNow = 1'795'000'000'000'000;
const MarkVersions kVersions = {{"calls", 1}};

class MarksTest : public testing::Test {
 protected:
  std::unique_ptr<MarkWriter> Writer(uint64_t epoch = 1) {
    fenced_.push_back(std::make_unique<FencedStore>(store_, Fence{"0", epoch}));
    return std::make_unique<MarkWriter>(*fenced_.back(), log_, log_, clock_,
                                        std::chrono::milliseconds(10'000));
  }
  std::unique_ptr<MarkWriter> Started(uint64_t epoch = 1) {
    auto writer = Writer(epoch);
    const auto started = writer->Start();
    EXPECT_TRUE(started.has_value()) << started.error().message;
    return writer;
  }
  void Advance(MarkWriter& writer, const Next& next, const MarkVersions& versions = kVersions) {
    const auto advanced = writer.Advance(next, versions, {});
    EXPECT_TRUE(advanced.has_value()) << advanced.error().message;
  }

  struct Row {
    uint64_t id = 0;
    int64_t known_at = 0;
    Next next;
    bool operator==(const Row&) const = default;
  };
  // The distinct rows of the table, by id; the same id twice is the same mark.
  std::vector<Row> Table() {
    std::map<uint64_t, Row> rows;
    for (const auto& block : store_.Blocks("clientele.marks")) {
      for (size_t i = 0; i < block->rows; ++i) {
        const Row row{block->Get<uint64_t>("id")[i], block->Get<int64_t>("known_at")[i],
                      block->Get<std::vector<uint64_t>>("next")[i]};
        const auto found = rows.try_emplace(row.id, row).first;
        EXPECT_EQ(found->second, row);
      }
    }
    std::vector<Row> all;
    for (auto& [id, row] : rows) all.push_back(std::move(row));
    return all;
  }
  // What the topic's rule makes of the topic.
  std::vector<Row> Topic() {
    std::vector<Row> rows;
    MarkLog fold;
    const auto records = log_.ReadToEnd(kafka::kMarksTopic, {0}, {0});
    for (const auto& record : *records) {
      if (const auto mark = fold.Take(record))
        rows.push_back({mark->id, mark->known_at, mark->next});
    }
    return rows;
  }
  int64_t Append(const Next& next, int64_t known_at, uint64_t epoch) {
    log::v1::MarkRecord message;
    message.set_known_at(known_at);
    message.mutable_next()->Assign(next.begin(), next.end());
    message.set_epoch(epoch);
    return log_.Append(kafka::kMarksTopic, 0, "", message.SerializeAsString());
  }

  FaultPlan faults_;
  InMemoryLog log_{faults_, 2};
  InMemoryStore store_{faults_};
  base::FakeClock clock_{kNow};
  std::vector<std::unique_ptr<FencedStore>> fenced_;
};

TEST_F(MarksTest, AMarkIsInTheTopicAndTheTable) {
  auto writer = Started();
  Advance(*writer, {3, 4});
  EXPECT_THAT(Table(), ElementsAre(Row{0, kNow, {3, 4}}));
  EXPECT_EQ(Topic(), Table());
  EXPECT_EQ(writer->last()->versions, kVersions);
}

TEST_F(MarksTest, OnlyWhatMovesIsMarked) {
  auto writer = Started();
  Advance(*writer, {3, 4});
  Advance(*writer, {3, 4});
  EXPECT_EQ(Topic().size(), 1U);
  Advance(*writer, {3, 5});
  Advance(*writer, {3, 5}, {{"calls", 2}});
  EXPECT_EQ(Topic().size(), 3U);
  EXPECT_EQ(Topic(), Table());
}

TEST_F(MarksTest, KnownAtRisesWhenTheClockDoesNot) {
  auto writer = Started();
  Advance(*writer, {1, 0});
  clock_.Set(kNow - 3'600'000'000);  // the broker's hour back
  Advance(*writer, {2, 0});
  EXPECT_THAT(Table(), ElementsAre(Row{0, kNow, {1, 0}}, Row{1, kNow + 1, {2, 0}}));
}

TEST_F(MarksTest, ARestartGoesOn) {
  Advance(*Started(1), {1, 1});
  auto writer = Started(2);
  Advance(*writer, {1, 1});
  EXPECT_EQ(Topic().size(), 1U);
  Advance(*writer, {1, 2});
  EXPECT_EQ(Topic().size(), 2U);
  EXPECT_EQ(Topic(), Table());
}

TEST_F(MarksTest, ATableBehindItsTopicIsFilled) {
  auto dies = Started();
  faults_.At(1, Fault::kCrashBefore);  // the first mark's insert into the table
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(dies->Advance({1, 1}, kVersions, stop.get_token()));
  faults_.Restart();
  EXPECT_TRUE(Table().empty());
  auto writer = Started(2);
  Advance(*writer, {1, 1});
  EXPECT_EQ(Topic().size(), 1U);
  EXPECT_EQ(Table(), Topic());
}

TEST_F(MarksTest, ATableThatWasLostComesBackFromTheTopicAsItsRowsDo) {
  auto first = Started();
  for (uint64_t i = 1; i <= 5; ++i) Advance(*first, {i, 10 * i});
  const auto before = Topic();
  store_.Drop("clientele.marks");
  // The other tables are made anew too: what they do not reach yet is not in the table.
  auto writer = Started(2);
  Advance(*writer, {2, 25});
  EXPECT_THAT(Table(), ElementsAre(before[0], before[1]));
  Advance(*writer, {4, 50});
  EXPECT_EQ(Table().size(), 4U);
  EXPECT_EQ(Topic(), before);  // no new mark while behind
  Advance(*writer, {6, 60});
  EXPECT_EQ(Topic().size(), 6U);
  EXPECT_EQ(Table(), Topic());
}

TEST_F(MarksTest, AnOlderWriterIsRefused) {
  auto old = Started(1);
  Advance(*old, {1, 1});
  auto taken_over = Started(2);
  Advance(*taken_over, {2, 2});
  const auto advanced = old->Advance({3, 3}, kVersions, {});
  ASSERT_FALSE(advanced);
  EXPECT_EQ(advanced.error().code, Code::kFailedPrecondition);
  EXPECT_EQ(advanced.error().message,
            "marks: epoch 2 has taken over from epoch 1: another process writes");
  // What it wrote is void.
  EXPECT_EQ(Topic().size(), 2U);
  Advance(*taken_over, {3, 3});
  EXPECT_EQ(Topic().size(), 3U);
  EXPECT_EQ(Table(), Topic());
}

TEST_F(MarksTest, AnUnclearDeliveryIsLookedUp) {
  for (const Fault fault : {Fault::kUnclearAfter, Fault::kUnclearNone}) {
    auto writer = Started();
    const size_t before = Topic().size();
    faults_.At(faults_.writes(), fault);
    Advance(*writer, {10 + before, 0});
    EXPECT_EQ(Topic().size(), before + 1);
    EXPECT_EQ(Table(), Topic());
  }
}

TEST_F(MarksTest, ATopicMadeAnewIsRefused) {
  Advance(*Started(), {1, 1});
  Advance(*Started(), {2, 2});
  log_.Recreate(kafka::kMarksTopic);
  const auto started = Writer(2)->Start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, Code::kFailedPrecondition);
  EXPECT_THAT(started.error().message,
              HasSubstr("knows mark 1, which clientele.marks.v1 does not"));
}

TEST_F(MarksTest, RecordsThatDoNotRiseAreVoid) {
  Append({1, 1}, 100, 5);
  Append({2, 1}, 100, 5);  // the same moment
  Append({0, 9}, 200, 5);  // backwards in a partition
  Append({2, 2}, 300, 4);  // of a writer before
  log_.Append(kafka::kMarksTopic, 0, "", "no mark");
  log_.AppendGap(kafka::kMarksTopic, 0);
  Append({2, 2}, 101, 6);
  EXPECT_THAT(Topic(), ElementsAre(Row{0, 100, {1, 1}}, Row{6, 101, {2, 2}}));
}

LedgerEntry At(uint64_t next_offset) {
  LedgerEntry entry;
  entry.next_offset = next_offset;
  return entry;
}

constexpr std::chrono::milliseconds kSoon{0};
const VersionName kCalls{"calls", 1}, kEvents{"events", 1}, kNewCalls{"calls", 2};

TEST(MarkBoard, TheSmallestLedgerOfAllServingVersionsCounts) {
  MarkBoard board(2, {kCalls, kEvents}, {});
  EXPECT_EQ(board.Wait({}, kSoon)->next, (Next{0, 0}));
  board.Report({{kCalls, {{0, At(5)}, {1, At(7)}}}, {kEvents, {{0, At(6)}, {1, At(3)}}}});
  EXPECT_EQ(board.Wait({}, kSoon)->next, (Next{5, 3}));
  EXPECT_EQ(board.Floor(0), 5U);
}

TEST(MarkBoard, AVersionServesOnceItHasCaughtUpEverywhere) {
  MarkBoard board(2, {kCalls}, {kNewCalls});
  board.Report({{kCalls, {{0, At(5)}, {1, At(5)}}}, {kNewCalls, {{0, At(5)}, {1, At(4)}}}});
  auto state = board.Wait({}, kSoon);
  EXPECT_EQ(state->next, (Next{5, 5}));
  EXPECT_TRUE(state->joined.empty());
  EXPECT_EQ(board.Floor(1), 4U);
  board.Report({{kNewCalls, {{1, At(5)}}}});
  state = board.Wait({}, kSoon);
  EXPECT_THAT(state->joined, ElementsAre(kNewCalls));
  // From now on marks wait for it.
  board.Report({{kCalls, {{0, At(9)}}}});
  state = board.Wait({}, kSoon);
  EXPECT_EQ(state->next, (Next{5, 5}));
  EXPECT_TRUE(state->joined.empty());
}

TEST(MarkBoard, AReportOrAStopEndsTheWaiting) {
  MarkBoard board(1, {kCalls}, {});
  std::jthread reports([&] { board.Report({{kCalls, {{0, At(1)}}}}); });
  EXPECT_EQ(board.Wait({}, std::chrono::minutes(5))->next, Next{1});
  std::stop_source stop;
  std::jthread stops([&] { stop.request_stop(); });
  EXPECT_FALSE(board.Wait(stop.get_token(), std::chrono::minutes(5)));
}

}  // namespace
}  // namespace clientele::projections::runner
