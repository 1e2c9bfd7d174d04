// Exactly once: the same rows, whatever write of a run goes wrong, however it goes wrong.
#include <gmock/gmock.h>

#include <filesystem>
#include <random>

#include "projections/runner/fakes/rig.h"

namespace clientele::projections::runner {
namespace {

// Six batches, and a record of every other sort among them.
constexpr int kRecords = 110;
#if defined(_GLIBCXX_TSAN) || defined(__SANITIZE_ADDRESS__)
constexpr uint64_t kFaultStep = 5;  // sanitizers take their time
#else
constexpr uint64_t kFaultStep = 1;
#endif

void TellEverySort(Rig& rig) {
  rig.TellSomething(kRecords / 2);
  rig.Append(0, "", "no event");
  rig.log.AppendGap(kafka::kEventsTopic, 1);
  rig.Append(1, "key", "\xff");
  rig.TellSomething(kRecords / 2, 8);
}

struct Outcome {
  std::vector<SeenRow> rows;
  std::vector<std::string> quarantine;
  bool operator==(const Outcome&) const = default;
};

Outcome OutcomeOf(Rig& rig) { return {rig.Rows(), rig.QuarantineReasons()}; }

class RunnerFaults : public testing::TestWithParam<std::pair<Fault, std::string_view>> {};

// A process that meets the fault at this write and, if it ends of it, another one after it.
void RunThrough(Rig& rig, uint64_t write, Fault fault) {
  rig.faults.At(rig.faults.writes() + write, fault);
  const bool ended = !rig.Start() || !rig.WaitCaughtUp();
  rig.Stop();
  // A start may end at an unclear answer: it is tried again, as the program does.
  EXPECT_TRUE(!ended || rig.faults.dead() || rig.failure()) << "stands still";
  rig.faults.Restart();
  rig.RunToEnd();
}

TEST_P(RunnerFaults, EveryWriteMayGoWrong) {
  Rig clean;
  clean.config.batch_rows = 20;
  TellEverySort(clean);
  const uint64_t before = clean.faults.writes();
  clean.RunToEnd();
  const uint64_t writes = clean.faults.writes() - before;
  const Outcome wanted = OutcomeOf(clean);
  EXPECT_EQ(wanted.rows, clean.NaiveRows());
  EXPECT_EQ(wanted.quarantine.size(), 2U);
  // Ownership, tables, quarantine, ledgers, marks: a run has many.
  EXPECT_GT(writes, 30U);
  for (uint64_t write = 0; write < writes; write += kFaultStep) {
    SCOPED_TRACE(testing::Message() << "write " << write << " of " << writes);
    Rig rig;
    rig.config.batch_rows = 20;
    TellEverySort(rig);
    RunThrough(rig, write, GetParam().first);
    ASSERT_EQ(OutcomeOf(rig), wanted);
    rig.ExpectAllAccountedFor();
    if (HasFailure()) break;
  }
}

constexpr std::pair<Fault, std::string_view> kFaults[] = {
    {Fault::kCrashBefore, "CrashBefore"},   {Fault::kCrashAfter, "CrashAfter"},
    {Fault::kCrashLate, "CrashLate"},       {Fault::kCrashPartly, "CrashPartly"},
    {Fault::kUnclearAfter, "UnclearAfter"}, {Fault::kUnclearLate, "UnclearLate"},
    {Fault::kUnclearNone, "UnclearNone"},   {Fault::kPartly, "Partly"},
    {Fault::kNoMemory, "NoMemory"}};

INSTANTIATE_TEST_SUITE_P(All, RunnerFaults, testing::ValuesIn(kFaults),
                         [](const auto& one) { return std::string(one.param.second); });

// It dies again and again, also while it recovers, and its index is lost now and then.
TEST(RunnerDying, ComesThroughManyDeaths) {
  Rig rig;
  rig.config.batch_rows = 20;
  TellEverySort(rig);
  std::minstd_rand random(3);
  for (int death = 0; death < 40; ++death) {
    // The first four are deaths.
    rig.faults.At(rig.faults.writes() + random() % 30, kFaults[random() % 4].first);
    if (rig.Start()) (void)rig.WaitCaughtUp();
    rig.Stop();
    rig.faults.Restart();
    if (death % 10 == 9) std::filesystem::remove_all(rig.index_folder + "/worker-0");
    rig.TellSomething(6, 100 + static_cast<uint64_t>(death));
  }
  rig.RunToEnd();
  EXPECT_EQ(rig.Rows(), rig.NaiveRows());
  EXPECT_EQ(rig.QuarantineReasons().size(), 2U);
  rig.ExpectAllAccountedFor();
}

}  // namespace
}  // namespace clientele::projections::runner
