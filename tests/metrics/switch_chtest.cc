// A switch of a projection with several tables under many readers: every answer is exactly one
// version's, of both tables, and none fails. CLIENTELE_TEST_LONG=1: 1,000 readers instead of 50.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "projections/registry.h"
#include "projections/replay/control.h"
#include "projections/runner/live_version.h"
#include "query/query.h"
#include "tests/metrics/world.h"

namespace clientele::testing {
namespace {

namespace runner = projections::runner;

const runner::VersionName kFirst{"calls", 1}, kSecond{"calls", 2};

void Execute(const std::string& sql) {
  clickhouse::Statement statement;
  statement.sql = sql;
  const auto done = World::Store().Execute(statement);
  ASSERT_TRUE(done.has_value()) << done.error().message;
}

// By team, answered is of one table, handled of another one.
query::v1::QueryRequest OfBothTables() {
  query::v1::QueryRequest request;
  request.add_metrics("calls_answered");
  request.add_metrics("calls_handled");
  request.add_group_by("team");
  request.set_from("2026-01-01");
  request.set_to("2027-01-01");
  return request;
}

base::Result<std::string> Figures() {
  const query::Caller caller{
      "main", std::chrono::steady_clock::now() + std::chrono::minutes(5), {}};
  const auto response =
      query::RunQuery(Metrics(), World::Store(), World::Identities(), OfBothTables(), caller);
  if (!response) return tl::unexpected(response.error());
  std::string text;
  for (const auto& row : response->rows()) text += row.ShortDebugString() + "\n";
  return text;
}

class SwitchUnderReaders : public ::testing::Test {
 protected:
  // A second version with half of the calls, which serves as the first does.
  void SetUp() override {
    World::Load(std::string(CLIENTELE_PROJECTIONS) + "/calls/testdata/basic.events.ndjson");
    const auto all = projections::AllProjections();
    const auto calls = std::ranges::find(all, "calls", [](const auto& one) { return one->name(); });
    const auto second = runner::LiveVersionOf(**calls, 2);
    const auto made = runner::CreateTables(World::Store(), second);
    ASSERT_TRUE(made.has_value()) << made.error().message;
    for (const char* table : {"calls", "call_legs"}) {
      Execute(
          fmt::format("INSERT INTO clientele.{0}_v2 SELECT * FROM clientele.{0}_v1 "
                      "WHERE sipHash64(call_id) % 2 = 0",
                      table));
    }
    runner::FencedStore store(World::Store(), {"switch", 1});
    const std::string hash((*calls)->code_hash());
    ASSERT_TRUE(runner::WriteVersions(
        store, clock_,
        {{kFirst, 1, runner::VersionState::kJoined, hash, {"calls_v1", "call_legs_v1"}, "", 0},
         {kSecond, 4, runner::VersionState::kJoined, hash, second.TableNames(), "", 0}}));
    runner::LedgerEntry entry;
    entry.next_offset = 1'000;
    ASSERT_TRUE(
        runner::WriteLedgers(store, clock_, {{kFirst, {{0, entry}}}, {kSecond, {{0, entry}}}}));
  }
  void TearDown() override {
    const auto active = runner::ReadActiveVersions(World::Store());
    if (active && active->at("calls").version != 1) Switch(kFirst);
    Execute("DROP TABLE clientele.calls_v2");
    Execute("DROP TABLE clientele.call_legs_v2");
  }
  void Switch(const runner::VersionName& version) {
    const auto switched = projections::replay::SwitchTo(World::Store(), clock_, version);
    EXPECT_TRUE(switched.has_value()) << switched.error().message;
  }

  const base::SystemClock clock_;
};

TEST_F(SwitchUnderReaders, EveryAnswerIsOneVersions) {
  const char* const longer = std::getenv("CLIENTELE_TEST_LONG");
  const size_t readers = longer != nullptr && std::string_view(longer) == "1" ? 1'000 : 50;
  const std::string first = Figures().value();
  Switch(kSecond);
  const std::string second = Figures().value();
  ASSERT_NE(first, second);

  std::mutex mutex;
  std::map<std::string, size_t> answers;  // figures or error -> how often
  std::atomic<size_t> answered = 0;
  std::atomic<size_t> switches = 0;
  {
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < readers; ++i) {
      threads.emplace_back([&] {
        do {
          const auto figures = Figures();
          const std::scoped_lock lock(mutex);
          ++answers[figures ? *figures : "failed: " + figures.error().message];
          ++answered;
        } while (answered < readers * 2 || switches < 3);
      });
    }
    // Again and again in the middle of their queries.
    while (answered < readers * 2 || switches < 3) {
      Switch(switches % 2 == 0 ? kFirst : kSecond);
      ++switches;
    }
  }
  RecordProperty("answers", static_cast<int>(answered));
  RecordProperty("switches", static_cast<int>(switches.load()));
  EXPECT_EQ(answers.size(), 2U);
  for (const auto& [figures, count] : answers) {
    EXPECT_TRUE(figures == first || figures == second) << count << " times: " << figures;
    fmt::print("{} answers of version {}\n", count, figures == first ? 1 : 2);
  }
  fmt::print("{} readers, {} answers, {} switches\n", readers, answered.load(), switches.load());
}

// What the test above would miss if it could not tell them: a query of both tables in two versions.
TEST_F(SwitchUnderReaders, AMixtureOfVersionsWouldBeSeen) {
  const std::string first = Figures().value();
  Switch(kSecond);
  const std::string second = Figures().value();
  Execute("EXCHANGE TABLES clientele.call_legs_v1 AND clientele.call_legs_v2");
  const std::string mixed = Figures().value();
  Execute("EXCHANGE TABLES clientele.call_legs_v1 AND clientele.call_legs_v2");
  EXPECT_NE(mixed, first);
  EXPECT_NE(mixed, second);
}

}  // namespace
}  // namespace clientele::testing
