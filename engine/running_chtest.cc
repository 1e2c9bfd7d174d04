// Statements while they run: seen, killed, left by their client, held up by it, waiting for a slot.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <thread>
#include <vector>

#include "tests/support/engine_client.h"
#include "tests/support/engine_process.h"

namespace clientele::engine {
namespace {

using clientele::testing::EngineClient;
using clientele::testing::EngineProcess;
using clientele::testing::Reply;
using clientele::testing::SharedEngine;
using clientele::testing::UrlEncode;
using std::chrono::steady_clock;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::chrono::seconds kPatience{20};

bool Eventually(const std::function<bool()>& holds) {
  const auto until = steady_clock::now() + kPatience;
  while (!holds()) {
    if (steady_clock::now() > until) return false;
  }
  return true;
}

std::string Ask(EngineClient& client, const std::string& sql, const std::string& target = "/") {
  return client.Post(sql, target).body;
}

bool Runs(EngineClient& client, const std::string& id) {
  return Ask(client, "SELECT count() FROM system.processes WHERE query_id = '" + id + "'") == "1\n";
}

const char* const kEndless =
    "SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number))";

class Running : public ::testing::Test {
 protected:
  void SetUp() override {
    Ask(watcher_,
        "CREATE TABLE IF NOT EXISTS default.running (a UInt64) ENGINE = MergeTree "
        "ORDER BY a");
    Ask(watcher_, "TRUNCATE TABLE default.running");
  }
  void BeginInsert(EngineClient& client, const std::string& id) {
    client.SendHead(
        "POST",
        "/?query_id=" + id + "&query=" + UrlEncode("INSERT INTO default.running FORMAT TSV"),
        {{"Transfer-Encoding", "chunked"}});
    client.Send("4\r\n123\n\r\n");
  }
  std::string Count() { return Ask(watcher_, "SELECT count() FROM default.running"); }

  EngineClient watcher_{SharedEngine().socket()};
  EngineClient client_{SharedEngine().socket()};
};

TEST_F(Running, SelectIsSeenUnderItsIdAndKilled) {
  client_.SendHead("POST", "/?query_id=victim",
                   {{"Content-Length", std::to_string(std::string(kEndless).size())}});
  client_.Send(kEndless);
  ASSERT_TRUE(Eventually([&] { return Runs(watcher_, "victim"); }));
  const std::string seen = Ask(watcher_,
                               "SELECT initial_query_id, query FROM system.processes "
                               "WHERE query_id = 'victim' FORMAT TSVRaw");
  EXPECT_THAT(seen, StartsWith(std::string("victim\t") + kEndless));
  EXPECT_EQ(seen.find("OUTFILE"), std::string::npos);
  const auto before = steady_clock::now();
  // A synchronous kill, too, comes back at once.
  EXPECT_THAT(Ask(watcher_, "KILL QUERY WHERE query_id = {query_id:String} SYNC",
                  "/?param_query_id=victim"),
              HasSubstr("waiting"));
  const Reply reply = client_.Receive();
  EXPECT_LT(steady_clock::now() - before, std::chrono::seconds(5));
  EXPECT_THAT(reply.body, StartsWith("Code: 394."));
  EXPECT_FALSE(Runs(watcher_, "victim"));
  EXPECT_EQ(Ask(client_, "SELECT 1"), "1\n");
}

TEST_F(Running, InsertIsKilledAndLandsNothing) {
  BeginInsert(client_, "w:calls_v1:0-15:1:000000000001");
  ASSERT_TRUE(Eventually([&] { return Runs(watcher_, "w:calls_v1:0-15:1:000000000001"); }));
  Ask(watcher_, "KILL QUERY WHERE startsWith(query_id, {p:String}) ASYNC",
      "/?param_p=w%3Acalls_v1%3A0-15%3A");
  const Reply reply = client_.Receive();
  EXPECT_THAT(reply.body, StartsWith("Code: 394."));
  EXPECT_TRUE(Eventually([&] { return !Runs(watcher_, "w:calls_v1:0-15:1:000000000001"); }));
  EXPECT_EQ(Count(), "0\n");
}

TEST_F(Running, SameIdTwiceIsRefused) {
  BeginInsert(client_, "once");
  ASSERT_TRUE(Eventually([&] { return Runs(watcher_, "once"); }));
  EXPECT_THAT(Ask(watcher_, "SELECT 1", "/?query_id=once"), StartsWith("Code: 216."));
  client_.Send("0\r\n\r\n");
  EXPECT_EQ(client_.Receive().status, 200);
  EXPECT_EQ(Ask(watcher_, "SELECT 1", "/?query_id=once"), "1\n");
}

TEST_F(Running, EndsWhenItsClientIsGone) {
  {
    EngineClient gone(SharedEngine().socket());
    gone.SendHead("POST", "/?query_id=left",
                  {{"Content-Length", std::to_string(std::string(kEndless).size())}});
    gone.Send(kEndless);
    ASSERT_TRUE(Eventually([&] { return Runs(watcher_, "left"); }));
  }
  EXPECT_TRUE(Eventually([&] { return !Runs(watcher_, "left"); }));
  {
    EngineClient gone(SharedEngine().socket());
    BeginInsert(gone, "left-insert");
    ASSERT_TRUE(Eventually([&] { return Runs(watcher_, "left-insert"); }));
  }
  EXPECT_TRUE(Eventually([&] { return !Runs(watcher_, "left-insert"); }));
  EXPECT_EQ(Count(), "0\n");
}

TEST_F(Running, AReaderThatStallsHoldsTheEngineAndCanBeKilled) {
  const std::string sql = "SELECT number FROM numbers(1000000000) FORMAT RowBinary";
  client_.SendHead("POST", "/?query_id=stalled", {{"Content-Length", std::to_string(sql.size())}});
  client_.Send(sql);
  EXPECT_FALSE(client_.ReceiveSome().empty());
  const std::string read = "SELECT read_rows FROM system.processes WHERE query_id = 'stalled'";
  // It stops reading rows once every buffer is full.
  std::string last;
  ASSERT_TRUE(Eventually([&] {
    const std::string now = Ask(watcher_, read);
    return std::exchange(last, now) == now;
  }));
  EXPECT_LT(std::stoull(last), 100'000'000U);
  Ask(watcher_, "KILL QUERY WHERE query_id = 'stalled'");
  EXPECT_TRUE(Eventually([&] { return !Runs(watcher_, "stalled"); }));
}

TEST_F(Running, WritersAndReadersHaveSlotsOfTheirOwn) {
  const auto engine = EngineProcess::Start({{"engine.reader_slots", "1"}});
  ASSERT_TRUE(engine) << engine.error().message;
  EngineClient watcher((*engine)->socket());
  EngineClient reader((*engine)->socket());
  reader.SendHead("POST", "/?query_id=long",
                  {{"Content-Length", std::to_string(std::string(kEndless).size())}});
  reader.Send(kEndless);
  ASSERT_TRUE(Eventually([&] { return Runs(watcher, "long"); }));
  // The only reader slot is taken: another read waits, and is refused in time.
  EXPECT_THAT(Ask(watcher, "SELECT 1", "/?queue_max_wait_ms=50"), StartsWith("Code: 202."));
  // A write is let in.
  EXPECT_EQ(watcher.Post("CREATE TABLE default.w (a UInt8) ENGINE = Memory").status, 200);
  EXPECT_EQ(watcher.Post("INSERT INTO default.w VALUES (1)").status, 200);
  // One that waits is killed like one that runs.
  EngineClient waiting((*engine)->socket());
  waiting.SendHead("POST", "/?query_id=waiting&queue_max_wait_ms=60000", {{"Content-Length", "8"}});
  waiting.Send("SELECT 1");
  std::jthread killer([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) Ask(watcher, "KILL QUERY WHERE query_id = 'waiting'");
  });
  EXPECT_THAT(waiting.Receive().body, StartsWith("Code: 394."));
  killer.request_stop();
  killer.join();
  Ask(watcher, "KILL QUERY WHERE query_id = 'long'");
  EXPECT_THAT(reader.Receive().body, StartsWith("Code: 394."));
  EXPECT_EQ(Ask(watcher, "SELECT 1"), "1\n");
}

TEST_F(Running, ManyAtOnceWithCancelsAndCloses) {
  std::vector<std::jthread> threads;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < 12; ++t) {
    threads.emplace_back([t, &wrong] {
      for (int i = 0; i < 20; ++i) {
        EngineClient client(SharedEngine().socket());
        const std::string sql = "SELECT count() FROM numbers(" + std::to_string(1000 + i) + ")";
        if (i % 4 == 3) {  // leaves at once
          client.SendHead("POST", "/", {{"Content-Length", std::to_string(sql.size())}});
          client.Send(sql);
          continue;
        }
        if (client.Post(sql, "/?queue_max_wait_ms=60000").body != std::to_string(1000 + i) + "\n") {
          ++wrong;
        }
        if (t % 3 == 0) client.Post("INSERT INTO default.running VALUES (1)");
      }
    });
  }
  threads.clear();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(Count(), "60\n");
}

TEST_F(Running, IdleClientsDoNotKeepOthersOut) {
  std::vector<EngineClient> idle;
  for (int i = 0; i < 400; ++i) idle.emplace_back(SharedEngine().socket());
  EngineClient late(SharedEngine().socket());
  EXPECT_EQ(Ask(late, "SELECT 1"), "1\n");
}

}  // namespace
}  // namespace clientele::engine
