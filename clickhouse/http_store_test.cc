// The store against a server that does what a test says: the faults of transport.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <condition_variable>
#include <thread>

#include "clickhouse/scripted_server.h"
#include "clickhouse/store.h"

namespace clientele::clickhouse {
namespace {

using base::Code;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Request = ScriptedServer::Request;
using Line = ScriptedServer::Line;

std::string Numbers(std::initializer_list<uint64_t> numbers, const std::string& name = "n") {
  BlockWriter block({BlockWriter::ColumnType{name, "UInt64"}});
  for (const uint64_t number : numbers) {
    block.column(0).Append(number);
    block.EndRow();
  }
  return block.Encode();
}

std::unique_ptr<Store> Open(const ScriptedServer& server) {
  return OpenHttpStore({server.url(), "default", ""});
}

struct Answered {
  base::Result<Summary> summary;
  std::vector<uint64_t> numbers;
};

Answered Select(Store& store, Statement statement = {}) {
  if (statement.sql.empty()) statement.sql = "SELECT n";
  std::vector<uint64_t> numbers;
  auto summary = store.Select(statement, [&](const Block& block) -> base::Status {
    const auto& values = block.Get<uint64_t>("n");
    numbers.insert(numbers.end(), values.begin(), values.end());
    return {};
  });
  return {std::move(summary), std::move(numbers)};
}

Code CodeOf(const base::Result<Summary>& summary) {
  return summary ? Code{} : summary.error().code;
}

// What a test's thread and a server's thread wait for.
class Event {
 public:
  void Set() {
    const std::scoped_lock lock(mutex_);
    set_ = true;
    changed_.notify_all();
  }
  bool Wait() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [this] { return set_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool set_ = false;
};

TEST(HttpStore, SendsAStatementWithEverythingThatGoesWithIt) {
  ScriptedServer server([](const Request&, Line& line) {
    line.Send(
        ScriptedServer::Reply(200, Numbers({1, 2}),
                              "X-ClickHouse-Summary: {\"read_rows\":\"70\",\"read_bytes\":"
                              "\"9\",\"written_rows\":\"3\",\"elapsed_ns\":\"2500000\"}\r\n"));
  });
  const auto store = OpenHttpStore({server.url(), "reader", "se:cret"});
  Statement statement;
  statement.sql = "SELECT {text:String}, {number:UInt8}, {list:Array(String)}, {table:Identifier}";
  statement.parameters = {{"text", "a\tb\\c'&+ \n"},
                          {"number", "255"},
                          {"list", ArrayParameter(std::vector<std::string>{"x\\y", "it's"})},
                          {"table", "calls_v1"}};
  statement.settings = {{"max_threads", "2"}};
  statement.query_id = "q 1";
  statement.deadline = milliseconds(2'500);
  const Answered answered = Select(*store, statement);
  ASSERT_TRUE(answered.summary.has_value()) << answered.summary.error().message;
  EXPECT_THAT(answered.numbers, ElementsAre(1, 2));
  EXPECT_EQ(answered.summary->query_id, "q 1");
  EXPECT_EQ(answered.summary->rows_read, 70U);
  EXPECT_EQ(answered.summary->rows_written, 3U);
  EXPECT_EQ(answered.summary->elapsed_ms, 2.5);
  const Request request = server.requests().at(0);
  EXPECT_EQ(request.body, statement.sql);
  EXPECT_EQ(request.Parameter("query_id"), "q 1");
  EXPECT_EQ(request.Parameter("default_format"), "Native");
  EXPECT_EQ(request.Parameter("max_execution_time"), "3");
  EXPECT_EQ(request.Parameter("max_threads"), "2");
  EXPECT_EQ(request.Parameter("param_text"), "a\\tb\\\\c'&+ \\n");
  EXPECT_EQ(request.Parameter("param_number"), "255");
  EXPECT_EQ(request.Parameter("param_list"), "['x\\\\y','it\\'s']");
  EXPECT_EQ(request.Parameter("param_table"), "calls_v1");
  EXPECT_THAT(request.head, StartsWith("POST /?"));
  EXPECT_THAT(request.head, HasSubstr("Authorization: Basic cmVhZGVyOnNlOmNyZXQ=\r\n"));
  EXPECT_THAT(request.head, Not(HasSubstr("Expect:")));
}

// A long answer's cost is known at its end: it is told behind the last chunk.
TEST(HttpStore, ReadsTheSummaryBehindTheBody) {
  ScriptedServer server([](const Request&, Line& line) {
    line.Send(ScriptedServer::ChunkedHead() + ScriptedServer::Chunk(Numbers({1, 2})) +
              "0\r\nX-ClickHouse-Summary: {\"read_rows\":\"3000000\"}\r\n\r\n");
  });
  const auto store = Open(server);
  for (int i = 0; i < 2; ++i) {
    const Answered answered = Select(*store);
    ASSERT_TRUE(answered.summary.has_value()) << answered.summary.error().message;
    EXPECT_THAT(answered.numbers, ElementsAre(1, 2));
    EXPECT_EQ(answered.summary->rows_read, 3'000'000U);
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpStore, InsertsABlock) {
  ScriptedServer server([](const Request&, Line& line) {
    line.Send(
        ScriptedServer::Reply(200, "", "X-ClickHouse-Summary: {\"written_rows\":\"50000\"}\r\n"));
  });
  const auto store = Open(server);
  BlockWriter block({{"end", "LowCardinality(String)"}, {"n", "Array(UInt64)"}});
  for (uint64_t row = 0; row < 50'000; ++row) {
    block.column(0).Append(std::to_string(row));
    block.column(1).AppendArraySize(1);
    block.column(1).Append(row);
    block.EndRow();
  }
  Statement how;
  how.query_id = "w:calls_v1:0:7:000000000001";
  const auto summary = store->Insert("clientele.calls_v1", block, how);
  ASSERT_TRUE(summary.has_value()) << summary.error().message;
  EXPECT_EQ(summary->rows_written, 50'000U);
  const Request request = server.requests().at(0);
  EXPECT_EQ(request.Parameter("query"),
            "INSERT INTO clientele.calls_v1 (`end`, `n`) FORMAT Native");
  EXPECT_EQ(request.Parameter("query_id"), how.query_id);
  EXPECT_EQ(request.body, block.Encode());
  EXPECT_THAT(request.head, Not(HasSubstr("Expect:")));
}

TEST(HttpStore, RefusesWhatCannotBeSent) {
  ScriptedServer server([](const Request&, Line& line) { line.Cut(); });
  const auto store = Open(server);
  BlockWriter block({BlockWriter::ColumnType{"n", "UInt64"}});
  EXPECT_EQ(CodeOf(store->Insert("t (n) SELECT 1 --", block, {})), Code::kInvalidArgument);
  BlockWriter quoted({BlockWriter::ColumnType{"n`", "UInt64"}});
  EXPECT_EQ(CodeOf(store->Insert("t", quoted, {})), Code::kInvalidArgument);
  Statement statement;
  statement.sql = "SELECT {n:UInt8}";
  statement.parameters = {{"n", "256"}};
  EXPECT_EQ(CodeOf(store->Execute(statement)), Code::kInvalidArgument);
  statement.sql = "SELECT {n:String}";
  statement.parameters = {{"n", std::string(2 << 20, 'x')}};
  EXPECT_EQ(CodeOf(store->Execute(statement)), Code::kInvalidArgument);
  EXPECT_EQ(server.connections(), 0);
}

TEST(HttpStore, KeepsConnections) {
  ScriptedServer server([](const Request& request, Line& line) {
    if (request.body == "SELECT bad") {
      line.Send(ScriptedServer::Reply(404, "Code: 60. DB::Exception: no such table"));
    } else {
      line.Send(ScriptedServer::Reply(200, Numbers({1})));
    }
  });
  const auto store = Open(server);
  Statement bad;
  bad.sql = "SELECT bad";
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(Select(*store).summary.has_value());
    EXPECT_EQ(CodeOf(Select(*store, bad).summary), Code::kNotFound);
  }
  EXPECT_TRUE(store->Healthy());
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpStore, SpeaksOverAUnixSocket) {
  std::string folder = "/tmp/clientele-store-XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  {
    ScriptedServer server(
        [](const Request&, Line& line) { line.Send(ScriptedServer::Reply(200, Numbers({7}))); },
        folder + "/s");
    EXPECT_THAT(Select(*Open(server)).numbers, ElementsAre(7));
  }
  unlink((folder + "/s").c_str());
  rmdir(folder.c_str());
}

TEST(HttpStore, ManyThreadsShareIt) {
  ScriptedServer server([](const Request& request, Line& line) {
    line.Send(ScriptedServer::Reply(200, Numbers({std::stoull(request.body)})));
  });
  const auto store = Open(server);
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> threads;
    for (uint64_t thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&, thread] {
        for (uint64_t i = 0; i < 50; ++i) {
          const std::string sql = std::to_string(thread * 1'000 + i);
          Statement statement;
          statement.sql = sql;
          if (Select(*store, statement).numbers != std::vector{thread * 1'000 + i}) ++wrong;
        }
      });
    }
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_LE(server.connections(), 8);
}

TEST(HttpStore, NoServerIsUnavailable) {
  std::string url;
  {
    ScriptedServer server([](const Request&, Line&) {});
    url = server.url();
  }
  EXPECT_EQ(CodeOf(Select(*OpenHttpStore({url, "", ""})).summary), Code::kUnavailable);
  const auto none = OpenHttpStore({"unix:/nowhere/engine.sock", "", ""});
  EXPECT_EQ(CodeOf(Select(*none).summary), Code::kUnavailable);
  EXPECT_FALSE(none->Healthy());
  BlockWriter block({BlockWriter::ColumnType{"n", "UInt64"}});
  EXPECT_EQ(CodeOf(none->Insert("t", block, {})), Code::kUnavailable);
}

TEST(HttpStore, ErrorsKeepTheirTextWithinBounds) {
  const std::string endless(10 << 20, 'x');
  ScriptedServer server([&](const Request& request, Line& line) {
    if (request.body == "SELECT proxy") {
      line.Send(ScriptedServer::Reply(502, "<html>Bad gateway</html>"));
    } else {
      line.Send(ScriptedServer::Reply(500, "Code: 241. DB::Exception: " + endless));
    }
  });
  const auto store = Open(server);
  const auto failed = Select(*store).summary;
  EXPECT_EQ(CodeOf(failed), Code::kResourceExhausted);
  EXPECT_THAT(failed.error().message, StartsWith("Code: 241. DB::Exception: xxx"));
  EXPECT_LE(failed.error().message.size(), 2'000U);
  Statement proxy;
  proxy.sql = "SELECT proxy";
  EXPECT_EQ(CodeOf(Select(*store, proxy).summary), Code::kUnknown);
}

// Every way in which an answer can go wrong behind its 200.
struct LateFault {
  const char* name;
  std::string bytes;  // then the connection is cut
  Code code;
  const char* text;
};

TEST(HttpStore, ALateFaultIsAnError) {
  const std::string block = Numbers({1, 2, 3});
  const std::string head = ScriptedServer::ChunkedHead();
  const std::string tagged = ScriptedServer::ChunkedHead("X-ClickHouse-Exception-Tag: abcdef\r\n");
  const auto chunk = [](std::string_view bytes) { return ScriptedServer::Chunk(bytes); };
  const std::string old_style = "Code: 241. DB::Exception: Memory limit exceeded (version 24)\n";
  const std::string framed =
      "\r\n__exception__\r\nabcdef\r\nCode: 395. DB::Exception: thrown: while reading "
      "(FUNCTION_THROW)\n59 abcdef\r\n__exception__\r\n";
  const std::string end = "0\r\n\r\n";
  const std::vector<LateFault> faults = {
      {"tagged, ended early", tagged + chunk(block) + chunk(framed), Code::kInternal, "Code: 395"},
      {"tagged, ended well", tagged + chunk(block) + chunk(framed) + end, Code::kInternal,
       "(FUNCTION_THROW)"},
      {"tagged, inside a block", tagged + chunk(block.substr(0, 9) + framed) + end, Code::kInternal,
       "Code: 395"},
      {"untagged, ended early", head + chunk(block) + chunk(old_style), Code::kResourceExhausted,
       "Code: 241"},
      {"untagged, ended well", head + chunk(block) + chunk(old_style) + end,
       Code::kResourceExhausted, "Code: 241"},
      {"inside a string of a block", head + chunk(Numbers({1}).substr(0, 5)) + chunk(old_style),
       Code::kResourceExhausted, "Code: 241"},
      {"cut between blocks", head + chunk(block), Code::kUnknown, "no complete answer"},
      {"cut inside a chunk", head + "ffff\r\n" + block, Code::kUnknown, "no complete answer"},
      {"ended inside a block", head + chunk(block.substr(0, 20)) + end, Code::kUnknown,
       "inside a block"},
      {"cut inside a whole reply", ScriptedServer::Reply(200, block).substr(0, 60), Code::kUnknown,
       "no complete answer"},
      {"no HTTP", "SSH-2.0-OpenSSH_9.2\r\n", Code::kUnknown, "no complete answer"},
      {"no block", ScriptedServer::Reply(200, "<html>" + std::string(500, 'x')), Code::kInternal,
       "the answer: Native block"},
      {"nothing", "", Code::kUnknown, "no complete answer"},
  };
  std::atomic<size_t> now = 0;
  ScriptedServer server([&](const Request&, Line& line) {
    line.Send(faults[now].bytes);
    line.Cut();
  });
  for (now = 0; now < faults.size(); ++now) {
    SCOPED_TRACE(faults[now].name);
    const auto store = Open(server);  // of its own: no connection is left over
    const auto summary = Select(*store).summary;
    EXPECT_EQ(CodeOf(summary), faults[now].code);
    ASSERT_FALSE(summary.has_value());
    EXPECT_THAT(summary.error().message, HasSubstr(faults[now].text));
  }
}

// A row that reads like an error is a row.
TEST(HttpStore, ErrorsInsideRowsAreRows) {
  BlockWriter block({BlockWriter::ColumnType{"s", "String"}});
  block.column(0).Append(std::string_view("Code: 60. DB::Exception: quoted"));
  block.EndRow();
  ScriptedServer server(
      [&](const Request&, Line& line) { line.Send(ScriptedServer::Reply(200, block.Encode())); });
  Statement statement;
  statement.sql = "SELECT s";
  EXPECT_TRUE(Open(server)->Execute(statement).has_value());
}

TEST(HttpStore, ADeadConnectionIsReplacedForSelects) {
  std::atomic<int> answers = 0;
  ScriptedServer server([&](const Request&, Line& line) {
    if (answers++ == 1) return line.Cut();  // the second request, on the kept connection
    line.Send(ScriptedServer::Reply(200, Numbers({1})));
  });
  const auto store = Open(server);
  EXPECT_TRUE(Select(*store).summary.has_value());
  EXPECT_TRUE(Select(*store).summary.has_value());
  EXPECT_EQ(server.connections(), 2);
  EXPECT_EQ(server.requests().size(), 3U);
}

TEST(HttpStore, AConnectionThatTheServerClosedIsNotUsedForInserts) {
  constexpr int kInserts = 20;
  std::atomic<int> closed = 0;
  ScriptedServer server([&](const Request&, Line& line) {
    line.Send(ScriptedServer::Reply(200, ""));
    line.Cut();
    ++closed;
    closed.notify_all();
  });
  const auto store = Open(server);
  BlockWriter block({BlockWriter::ColumnType{"n", "UInt64"}});
  for (int i = 0; i < kInserts; ++i) {
    EXPECT_TRUE(store->Insert("t", block, {}).has_value());
    closed.wait(i);
  }
  EXPECT_EQ(server.connections(), kInserts);
}

// The server has taken the insert and died before it answered: sending it again would count twice.
TEST(HttpStore, AnInsertIsNeverSentTwice) {
  std::atomic<int> inserts = 0;
  ScriptedServer server([&](const Request& request, Line& line) {
    if (request.body == "SELECT n") return line.Send(ScriptedServer::Reply(200, Numbers({1})));
    ++inserts;
    line.Cut();
  });
  const auto store = Open(server);
  BlockWriter block({BlockWriter::ColumnType{"n", "UInt64"}});
  block.column(0).Append(uint64_t{1});
  block.EndRow();
  EXPECT_TRUE(Select(*store).summary.has_value());  // leaves a kept connection
  EXPECT_EQ(CodeOf(store->Insert("t", block, {})), Code::kUnknown);
  EXPECT_EQ(inserts, 1);
  EXPECT_TRUE(Select(*store).summary.has_value());
  Statement ddl;
  ddl.sql = "CREATE TABLE t";
  EXPECT_EQ(CodeOf(store->Execute(ddl)), Code::kUnknown);
  EXPECT_EQ(inserts, 2);
}

// Stalls every statement but KILL; a KILL ends the stalled one with ClickHouse's error.
class StallingServer {
 public:
  explicit StallingServer(bool kill_works)
      : server_([this, kill_works](const Request& request, Line& line) {
          if (request.IsKill()) {
            line.Send(ScriptedServer::Reply(200, ""));
            if (kill_works) killed.Set();
            return;
          }
          line.Send(ScriptedServer::ChunkedHead() + ScriptedServer::Chunk(Numbers({1})));
          stalled.Set();
          if (!kill_works) return line.AwaitClient();
          killed.Wait();
          line.Send(ScriptedServer::Chunk("Code: 394. DB::Exception: Query was cancelled"));
          line.Cut();
        }) {}

  Event stalled;
  Event killed;

  [[nodiscard]] std::unique_ptr<Store> Open() const { return clickhouse::Open(server_); }
  // Which statement a KILL named last.
  [[nodiscard]] std::string KilledId() {
    std::string id;
    for (const Request& request : server_.requests()) {
      if (request.IsKill()) id = request.Parameter("param_query_id");
    }
    return id;
  }

 private:
  ScriptedServer server_;
};

TEST(HttpStore, CancellingKillsTheStatement) {
  for (const bool kill_works : {true, false}) {
    StallingServer server(kill_works);
    const auto store = server.Open();
    std::stop_source stop;
    Statement statement;
    statement.query_id = "slow-1";
    statement.cancel = stop.get_token();
    std::jthread canceller([&] {
      server.stalled.Wait();
      stop.request_stop();
    });
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(CodeOf(Select(*store, statement).summary), Code::kCancelled);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10));
    EXPECT_EQ(server.KilledId(), "slow-1");
  }
}

TEST(HttpStore, ADeadlineKillsTheStatement) {
  StallingServer server(true);
  const auto store = server.Open();
  Statement statement;
  statement.query_id = "slow-2";
  statement.deadline = milliseconds(100);
  const auto summary = Select(*store, statement).summary;
  EXPECT_EQ(CodeOf(summary), Code::kDeadlineExceeded);
  EXPECT_THAT(summary.error().message, EndsWith("took longer than 100 ms"));
  EXPECT_EQ(server.KilledId(), "slow-2");
}

TEST(HttpStore, ACallerWhoWantsNoMoreKillsTheStatement) {
  StallingServer server(true);
  const auto store = server.Open();
  Statement statement;
  statement.sql = "SELECT n";
  statement.query_id = "slow-3";
  const auto summary = store->Select(statement, [](const Block&) -> base::Status {
    return base::Fail(Code::kOutOfRange, "too many rows");
  });
  EXPECT_EQ(CodeOf(summary), Code::kOutOfRange);
  EXPECT_EQ(server.KilledId(), "slow-3");
}

TEST(HttpStore, CancelledBeforehandSendsNothing) {
  ScriptedServer server([](const Request&, Line& line) { line.Cut(); });
  std::stop_source stop;
  stop.request_stop();
  Statement statement;
  statement.cancel = stop.get_token();
  EXPECT_EQ(CodeOf(Select(*Open(server), statement).summary), Code::kCancelled);
  EXPECT_TRUE(server.requests().empty());
}

TEST(HttpStore, KillAsksUntilNothingRuns) {
  std::atomic<uint64_t> running = 3;
  std::atomic<int> kills = 0;
  ScriptedServer server([&](const Request& request, Line& line) {
    // Without: the end of a statement of its own that has passed the deadline.
    EXPECT_THAT(request.Parameter("param_prefix"), testing::AnyOf("w:calls:0:", ""));
    if (request.IsKill()) {
      ++kills;
      line.Send(ScriptedServer::Reply(200, ""));
    } else {
      line.Send(ScriptedServer::Reply(200, Numbers({running.load()}, "running")));
      if (running > 0) --running;
    }
  });
  const auto store = Open(server);
  EXPECT_TRUE(store->Kill("w:calls:0:", std::chrono::seconds(20)).has_value());
  EXPECT_EQ(kills, 4);
  running = 1'000'000;
  const auto left = store->Kill("w:calls:0:", milliseconds(100));
  ASSERT_FALSE(left.has_value());
  EXPECT_EQ(left.error().code, Code::kDeadlineExceeded);
  EXPECT_FALSE(store->Kill("", milliseconds(100)).has_value());
}

}  // namespace
}  // namespace clientele::clickhouse
