// The engine as its clients see it: statements, formats, parameters, headers, codings, errors.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/compression.h"
#include "tests/support/engine_client.h"
#include "tests/support/engine_process.h"

namespace clientele::engine {
namespace {

using clientele::testing::EngineClient;
using clientele::testing::EngineProcess;
using clientele::testing::Reply;
using clientele::testing::SharedEngine;
using clientele::testing::UrlEncode;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

class Engine : public ::testing::Test {
 protected:
  // A fresh table (a UInt64, s String) of the test's own.
  void SetUp() override {
    table_ =
        std::string("default.") + ::testing::UnitTest::GetInstance()->current_test_info()->name();
    ASSERT_TRUE(client_.connected());
    Good("CREATE TABLE " + table_ + " (a UInt64, s String) ENGINE = MergeTree ORDER BY a");
  }
  std::string Good(const std::string& sql, const std::string& target = "/",
                   const EngineClient::Headers& headers = {}) {
    const Reply reply = client_.Post(sql, target, headers);
    EXPECT_EQ(reply.status, 200) << sql << ": " << reply.body;
    EXPECT_TRUE(reply.whole) << sql;
    return reply.body;
  }
  // Status and body of a refusal; the connection must go on.
  std::string Bad(int status, const std::string& sql, const std::string& target = "/") {
    const Reply reply = client_.Post(sql, target);
    EXPECT_EQ(reply.status, status) << sql << ": " << reply.body;
    EXPECT_THAT(reply.body, MatchesRegex("Code: [0-9]+\\. DB::Exception: (.|\n)* "
                                         "\\([A-Z_]+\\) \\(version .* \\(official build\\)\\)\n"))
        << sql;
    EXPECT_EQ(reply.body.substr(6, reply.body.find('.') - 6),
              reply.Header("x-clickhouse-exception-code"))
        << sql;
    return reply.body;
  }
  std::string InsertTarget(const std::string& format) {
    return "/?query=" + UrlEncode("INSERT INTO " + table_ + " FORMAT " + format);
  }

  EngineClient client_{SharedEngine().socket()};
  std::string table_;
};

TEST_F(Engine, AnswersWithTheHeadersOfTheServer) {
  const Reply reply = client_.Post("SELECT 1 AS x FORMAT JSONEachRow", "/?query_id=asked-for");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "{\"x\":1}\n");
  EXPECT_EQ(reply.Header("x-clickhouse-query-id"), "asked-for");
  EXPECT_EQ(reply.Header("x-clickhouse-format"), "JSONEachRow");
  EXPECT_EQ(reply.Header("x-clickhouse-timezone"), "Etc/UTC");
  EXPECT_EQ(reply.Header("x-clickhouse-server-display-name"), "clientele");
  EXPECT_THAT(reply.Header("x-clickhouse-summary"), HasSubstr("\"read_rows\":\"1\""));
  EXPECT_EQ(reply.Header("content-type"), "application/x-ndjson; charset=UTF-8");
  EXPECT_EQ(reply.Header("connection"), "Keep-Alive");
}

TEST_F(Engine, Pings) {
  EXPECT_EQ(client_.Get("/ping").body, "Ok.\n");
  EXPECT_EQ(client_.Get("/").body, "Ok.\n");
  EXPECT_EQ(client_.Get("/nothing").status, 404);
  EXPECT_EQ(client_.Get("/ping").status, 200);
}

TEST_F(Engine, TakesEveryFormatAndGivesItBack) {
  for (const std::string& format : std::vector<std::string>{
           "Native", "RowBinary", "RowBinaryWithNamesAndTypes", "JSONEachRow", "JSONCompactEachRow",
           "JSON", "CSV", "CSVWithNames", "TabSeparated", "Parquet", "Arrow", "ArrowStream", "ORC",
           "Avro", "MsgPack", "Values"}) {
    // More than one block, more than one chunk of the wire.
    const Reply made = client_.Post(
        "SELECT number AS a, toString(number * 7) AS s FROM numbers(150000) FORMAT " + format);
    ASSERT_EQ(made.status, 200) << format << made.body;
    ASSERT_TRUE(made.whole) << format;
    EXPECT_EQ(made.Header("x-clickhouse-format"), format);
    const Reply landed = client_.Post(made.body, InsertTarget(format));
    ASSERT_EQ(landed.status, 200) << format << landed.body;
    EXPECT_THAT(landed.Header("x-clickhouse-summary"), HasSubstr("\"written_rows\":\"150000\""))
        << format;
    EXPECT_EQ(Good("SELECT count(), sum(a), uniqExact(s) FROM " + table_),
              "150000\t11249925000\t150000\n")
        << format;
    Good("TRUNCATE TABLE " + table_);
  }
}

TEST_F(Engine, GivesOneDocumentWhateverTheLength) {
  const std::string json = Good("SELECT number FROM numbers(300000) FORMAT JSON");
  EXPECT_EQ(json.find("\"meta\""), json.rfind("\"meta\""));
  EXPECT_THAT(json, HasSubstr("\"rows\": 300000,"));
  const std::string csv = Good("SELECT number FROM numbers(300000) FORMAT CSVWithNames");
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 300'001);
  // What is longer than what is held back tells behind its body what it cost.
  const Reply reply = client_.Post("SELECT number FROM numbers(300000) FORMAT TSV");
  EXPECT_EQ(reply.Header("transfer-encoding"), "chunked");
  EXPECT_EQ(reply.Header("trailer"), "X-ClickHouse-Summary");
  EXPECT_THAT(reply.Header("x-clickhouse-summary"), HasSubstr("\"read_rows\":\"300000\""));
  EXPECT_THAT(reply.Header("x-clickhouse-summary"),
              HasSubstr(fmt::format("\"result_bytes\":\"{}\"", reply.body.size())));
  for (const char* sql :
       {"SHOW DATABASES", "SHOW TABLES FROM system LIKE 'processes'", "DESCRIBE TABLE system.one",
        "EXISTS TABLE system.one", "EXPLAIN SELECT 1", "(SELECT 1) UNION ALL (SELECT 1)",
        "WITH 1 AS x SELECT x -- a comment", "SELECT 1;"}) {
    EXPECT_FALSE(Good(sql).empty()) << sql;
  }
}

TEST_F(Engine, FindsTheDataOfAnInsertWhereverItStands) {
  Good("INSERT INTO " + table_ + " FORMAT JSONEachRow\n{\"a\":1,\"s\":\"x\"}\n{\"a\":2}\n");
  Good("INSERT INTO " + table_ + " (a, s) VALUES (3, 'it''s; \n\nDROP'), (4, 'y')");
  Good("5,\"q\"\n", InsertTarget("CSV"));
  Good("INSERT INTO " + table_ + " SELECT 6, 'z'");
  Good("INSERT INTO " + table_ + " (a) SETTINGS max_threads = 1 FORMAT TSV\n7\n");
  Good("8\n", "/?default_format=TSV&query=" + UrlEncode("INSERT INTO " + table_ + " (a)"));
  EXPECT_EQ(Good("SELECT groupArray(a) FROM (SELECT a FROM " + table_ + " ORDER BY a)"),
            "[1,2,3,4,5,6,7,8]\n");
  EXPECT_EQ(Good("SELECT s FROM " + table_ + " WHERE a = 3"), "it\\'s; \\n\\nDROP\n");
}

TEST_F(Engine, NeverRunsDataAsSql) {
  Good("1,\"\n\n; DROP TABLE " + table_ + ";\n\n\"\n", InsertTarget("CSV"));
  Bad(500, "\n\n; DROP TABLE " + table_, InsertTarget("Native"));
  EXPECT_EQ(Good("SELECT count() FROM " + table_), "1\n");
}

TEST_F(Engine, BindsParameters) {
  EXPECT_EQ(Good("SELECT {a:UInt8} + 1, {s:String}, {l:Array(String)}, {d:DateTime64(3)}",
                 "/?param_a=41&param_s=it%27s%5Ct&param_l=" + UrlEncode("['x\\'y','z']") +
                     "&param_d=" + UrlEncode("2026-11-26 10:00:00.125")),
            "42\tit\\'s\\t\t['x\\'y','z']\t2026-11-26 10:00:00.125\n");
  EXPECT_EQ(Good("SELECT * FROM {t:Identifier}", "/?param_t=one&database=system"), "0\n");
  EXPECT_THAT(Bad(500, "SELECT {missing:UInt8}"), StartsWith("Code: 456."));
}

TEST_F(Engine, TakesLongParameters) {
  std::string array = "[0";
  for (int i = 1; i < 100'000; ++i) array += "," + std::to_string(i);
  EXPECT_EQ(Good("SELECT sum(x) FROM (SELECT arrayJoin({l:Array(UInt64)}) AS x)",
                 "/?param_l=" + array + "]"),
            "4999950000\n");
}

TEST_F(Engine, TakesSettingsForOneStatement) {
  EXPECT_EQ(Good("SELECT getSetting('max_block_size')", "/?max_block_size=77"), "77\n");
  EXPECT_NE(Good("SELECT getSetting('max_block_size')"), "77\n");
  EXPECT_THAT(Bad(404, "SELECT 1", "/?no_such_setting=1"), StartsWith("Code: 115."));
  EXPECT_THAT(Bad(400, "SELECT 1", "/?max_threads=many"), HasSubstr("max_threads"));
  EXPECT_THAT(Bad(500, "SELECT 1", "/?max_memory_usage=999999999999"), StartsWith("Code: 452."));
  EXPECT_THAT(Bad(408, "SELECT sleepEachRow(1) FROM numbers(30)",
                  "/?max_execution_time=0.2&function_sleep_max_microseconds_per_block=60000000"
                  "&max_block_size=1"),
              StartsWith("Code: 159."));
}

TEST_F(Engine, IgnoresWhatClientsSayOfTheirSessions) {
  EXPECT_EQ(Good("SELECT 1",
                 "/?session_id=a&session_timeout=5&wait_end_of_query=1&role=x"
                 "&client_protocol_version=54405&send_progress_in_http_headers=0"
                 "&http_headers_progress_interval_ms=1000&quota_key=k&buffer_size=9"
                 "&cancel_http_readonly_queries_on_client_close=1"
                 "&date_time_input_format=best_effort"
                 "&cast_string_to_dynamic_use_inference=1&stacktrace=0"),
            "1\n");
}

TEST_F(Engine, ChoosesTheDatabaseAndTheFormat) {
  Good("CREATE DATABASE IF NOT EXISTS chosen");
  EXPECT_EQ(Good("SELECT currentDatabase()", "/?database=chosen"), "chosen\n");
  EXPECT_EQ(Good("SELECT currentDatabase()", "/", {{"X-ClickHouse-Database", "chosen"}}),
            "chosen\n");
  EXPECT_EQ(Good("SELECT currentDatabase()"), "default\n");
  EXPECT_THAT(Bad(404, "SELECT 1", "/?database=nowhere"), StartsWith("Code: 81."));
  EXPECT_EQ(Good("SELECT 1 AS x", "/?default_format=CSVWithNames"), "\"x\"\n1\n");
  EXPECT_EQ(Good("SELECT 1 AS x", "/", {{"X-ClickHouse-Format", "JSONEachRow"}}), "{\"x\":1}\n");
  EXPECT_EQ(Good("SELECT 1 AS x FORMAT TSV", "/?default_format=CSV"), "1\n");
}

TEST_F(Engine, TellsErrorsAsTheServerDoes) {
  EXPECT_THAT(Bad(404, "SELECT * FROM default.nowhere"), StartsWith("Code: 60."));
  EXPECT_THAT(Bad(400, "SELEC 1"), StartsWith("Code: 62."));
  EXPECT_THAT(Bad(400, ""), StartsWith("Code: 62."));
  EXPECT_THAT(Bad(404, "SELECT 1 FORMAT Nonsense"), StartsWith("Code: 73."));
  EXPECT_THAT(Bad(400, "INSERT INTO " + table_), StartsWith("Code: 62."));
  EXPECT_THAT(Bad(404, "x", "/?query=" + UrlEncode("INSERT INTO default.nowhere FORMAT CSV")),
              StartsWith("Code: 60."));
  EXPECT_EQ(client_.Post("\"garbage", InsertTarget("Native")).status / 100, 5);
  Bad(400, "{\"a\":\"no number\"}", InsertTarget("JSONEachRow"));
  EXPECT_EQ(Good("SELECT count() FROM " + table_), "0\n");
}

TEST_F(Engine, TellsALateErrorInTheBody) {
  const Reply reply = client_.Post(
      "SELECT throwIf(number = 3000000) FROM numbers(10000000) SETTINGS max_block_size = 1000");
  EXPECT_EQ(reply.status, 200);
  EXPECT_FALSE(reply.whole);
  EXPECT_THAT(reply.body,
              HasSubstr("__exception__\r\n" + reply.Header("x-clickhouse-exception-tag") +
                        "\r\nCode: 395. DB::Exception: "));
  EXPECT_TRUE(client_.ReceiveSome().empty());
}

TEST_F(Engine, RefusesWhatLeavesTheEngine) {
  for (const char* sql :
       {"SELECT * FROM file('/etc/passwd', 'LineAsString')", "SELECT file('/etc/passwd')",
        "SELECT 1 INTO OUTFILE '/tmp/never'", "SELECT * FROM url('http://127.0.0.1/', 'TSV')",
        "SELECT * FROM executable('id', 'TSV', 'x String')",
        "INSERT INTO FUNCTION file('/tmp/never', 'TSV') SELECT 1", "SYSTEM SHUTDOWN",
        "CREATE TABLE default.f (x String) ENGINE = File(TSV, '/etc/passwd')",
        "CREATE TABLE default.f (x String) ENGINE = URL('http://127.0.0.1/')",
        "CREATE TEMPORARY TABLE f (x String)", "SET max_threads = 1", "USE system",
        "SELECT * FROM remote('127.0.0.1', system.one)",
        "BACKUP DATABASE default TO Disk('x', 'y')", "CREATE USER u",
        "GRANT ALL ON *.* TO default"}) {
    EXPECT_THAT(Bad(403, sql), StartsWith("Code: 497.")) << sql;
  }
  Bad(400, "SELECT 1; DROP TABLE " + table_);
  Bad(400, "DROP TABLE " + table_ + "; SELECT 1");
  EXPECT_EQ(Good("EXISTS TABLE " + table_), "1\n");
}

TEST_F(Engine, ChangesNothingOnGet) {
  EXPECT_EQ(client_.Get("/?query=" + UrlEncode("SELECT 2")).body, "2\n");
  for (const std::string& sql : std::vector<std::string>{
           "DROP TABLE " + table_, "INSERT INTO " + table_ + " VALUES (1, 'a')",
           "INSERT INTO " + table_ + " SELECT 1, 'a'", std::string("KILL QUERY WHERE 1")}) {
    const Reply reply = client_.Get("/?query=" + UrlEncode(sql));
    EXPECT_THAT(reply.body, StartsWith("Code: 164.")) << sql;
  }
  EXPECT_EQ(Good("SELECT count() FROM " + table_), "0\n");
}

TEST_F(Engine, CodesBodies) {
  const std::string rows = Good("SELECT number, 'text' FROM numbers(300000) FORMAT CSV");
  const std::string all = "SELECT a, s FROM " + table_ + " ORDER BY a FORMAT CSV";
  for (const Coding coding : {Coding::kGzip, Coding::kDeflate, Coding::kZstd, Coding::kLz4}) {
    std::string coded;
    ASSERT_TRUE(MakeEncoder(coding)->Encode(rows, true, coded));
    const std::string name(CodingName(coding));
    Good(coded, InsertTarget("CSV"), {{"Content-Encoding", name}});
    const Reply reply = client_.Post(all, "/", {{"Accept-Encoding", name}});
    EXPECT_EQ(reply.Header("content-encoding"), name);
    std::string plain(rows.size() + 1, '\0');
    size_t got = 0;
    const auto decoder = MakeDecoder(coding);
    for (std::string_view in = reply.body; !in.empty();) {
      const auto step = decoder->Decode(in, plain.data() + got, plain.size() - got);
      ASSERT_TRUE(step) << name;
      in.remove_prefix(step->consumed);
      got += step->produced;
      if (step->consumed + step->produced == 0) break;
    }
    EXPECT_EQ(plain.substr(0, got), rows) << name;
    Good("TRUNCATE TABLE " + table_);
  }
}

TEST_F(Engine, SpeaksClickHousesOwnBlocks) {
  const std::string rows = Good("SELECT number, 'text' FROM numbers(300000) FORMAT CSV");
  std::string coded;
  ASSERT_TRUE(MakeEncoder(Coding::kBlocks)->Encode(rows, true, coded));
  Good(coded, InsertTarget("CSV") + "&decompress=1");
  const Reply reply =
      client_.Post("SELECT a, s FROM " + table_ + " ORDER BY a FORMAT CSV", "/?compress=1");
  EXPECT_EQ(reply.Header("content-encoding"), "");
  std::string plain(rows.size() + 1, '\0');
  size_t got = 0;
  const auto decoder = MakeDecoder(Coding::kBlocks);
  for (std::string_view in = reply.body; !in.empty() || !decoder->AtEnd();) {
    const auto step = decoder->Decode(in, plain.data() + got, plain.size() - got);
    ASSERT_TRUE(step);
    ASSERT_GT(step->consumed + step->produced, 0U);
    in.remove_prefix(step->consumed);
    got += step->produced;
  }
  EXPECT_EQ(plain.substr(0, got), rows);
  coded[20] = static_cast<char>(coded[20] ^ 1);
  const Reply broken = client_.Post(coded, InsertTarget("CSV") + "&decompress=1");
  EXPECT_THAT(broken.body, StartsWith("Code: 271."));
}

TEST_F(Engine, AnswersExpectBeforeTheBody) {
  client_.SendHead("POST", InsertTarget("CSV"),
                   {{"Content-Length", "5"}, {"Expect", "100-continue"}});
  EXPECT_EQ(client_.Receive().status, 100);
  client_.Send("1,\"a\"");
  EXPECT_EQ(client_.Receive().status, 200);
  EXPECT_EQ(Good("SELECT count() FROM " + table_), "1\n");
}

TEST_F(Engine, TakesChunkedBodiesAndKeepsTheConnection) {
  client_.SendHead("POST", InsertTarget("JSONEachRow"), {{"Transfer-Encoding", "chunked"}});
  for (int i = 0; i < 3; ++i) client_.Send("9\r\n{\"a\": 1}\n\r\n");
  client_.Send("0\r\n\r\n");
  EXPECT_EQ(client_.Receive().status, 200);
  EXPECT_EQ(Good("SELECT count() FROM " + table_), "3\n");
}

TEST_F(Engine, BoundsWhatItIsSent) {
  const std::string much(20 << 20, 'x');
  EngineClient other(SharedEngine().socket());
  EXPECT_EQ(other.Post("SELECT '" + much + "'").status, 413);
  EngineClient third(SharedEngine().socket());
  EXPECT_EQ(third.Get("/?query=" + much).status, 431);
  // 20 MB of garbage as data is refused by its format, not by its size.
  EngineClient fourth(SharedEngine().socket());
  EXPECT_EQ(fourth.Post(much, InsertTarget("RowBinary")).status / 100, 5);
  EXPECT_EQ(Good("SELECT count() FROM " + table_), "0\n");
}

TEST_F(Engine, RefusesBrokenHttp) {
  for (const char* head : {"nonsense\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
                           "POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
                           "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n"
                           "\r\n",
                           "GET /?query=%zz HTTP/1.1\r\n\r\n"}) {
    EngineClient other(SharedEngine().socket());
    other.Send(head);
    EXPECT_EQ(other.Receive().status, 400) << head;
  }
}

TEST(EnginePassword, IsAskedFor) {
  const auto engine = EngineProcess::Start({{"engine.password", "se:cret"}});
  ASSERT_TRUE(engine) << engine.error().message;
  EngineClient client((*engine)->socket());
  EXPECT_THAT(client.Post("SELECT 1").body, StartsWith("Code: 516."));
  EXPECT_EQ(client.Post("SELECT 1", "/?user=default&password=wrong").status, 403);
  EXPECT_EQ(client.Post("SELECT 1", "/?user=other&password=se%3Acret").status, 403);
  EXPECT_EQ(client.Post("SELECT 1", "/?user=default&password=se%3Acret").body, "1\n");
  EXPECT_EQ(client
                .Post("SELECT 1", "/",
                      {{"X-ClickHouse-User", "default"}, {"X-ClickHouse-Key", "se:cret"}})
                .body,
            "1\n");
  // base64 of default:se:cret
  EXPECT_EQ(client.Post("SELECT 1", "/", {{"Authorization", "Basic ZGVmYXVsdDpzZTpjcmV0"}}).body,
            "1\n");
  EXPECT_EQ(client.Get("/ping").status, 200);
}

TEST(EngineMemory, IsCapped) {
  const auto engine = EngineProcess::Start({{"engine.max_memory_bytes", "536870912"}});
  ASSERT_TRUE(engine) << engine.error().message;
  EngineClient client((*engine)->socket());
  const Reply reply = client.Post("SELECT groupArray(number) FROM numbers(200000000)");
  EXPECT_THAT(reply.body, StartsWith("Code: 241."));
  EXPECT_EQ(client.Post("SELECT 1").body, "1\n");
}

}  // namespace
}  // namespace clientele::engine
