#include "engine/sql_text.h"

#include <gtest/gtest.h>

#include "engine/error_text.h"

namespace clientele::engine {
namespace {

TEST(SqlText, FindsWhereTheDataOfAnInsertBegins) {
  struct Case {
    std::string_view text;
    std::string_view format;  // default
    std::string_view sql;
    std::string_view found;
    std::string_view data;
  };
  for (const Case& c : {
           Case{"INSERT INTO d.t FORMAT Native\nDATA", "", "INSERT INTO d.t ", "Native", "DATA"},
           Case{"insert into d.t (a, b) format TSV \r\n1\t2", "", "insert into d.t (a, b) ", "TSV",
                "1\t2"},
           Case{"INSERT INTO t VALUES (1)", "", "INSERT INTO t ", "Values", " (1)"},
           Case{"INSERT INTO t FORMAT Native", "", "INSERT INTO t ", "Native", ""},
           Case{"INSERT INTO TABLE `format` FORMAT CSV\nx", "", "INSERT INTO TABLE `format` ",
                "CSV", "x"},
           Case{"INSERT INTO format FORMAT CSV\nx", "", "INSERT INTO format ", "CSV", "x"},
           Case{"INSERT INTO t (a)", "TSV", "INSERT INTO t (a)", "TSV", ""},
           Case{"INSERT INTO t /* FORMAT x */ SETTINGS a = 1 FORMAT Native\nD", "",
                "INSERT INTO t /* FORMAT x */ SETTINGS a = 1 ", "Native", "D"},
       }) {
    const SqlText text = ReadSqlText(c.text, c.format);
    EXPECT_EQ(text.kind, TextKind::kInsertData) << c.text;
    EXPECT_EQ(text.sql, c.sql);
    EXPECT_EQ(text.format, c.found) << c.text;
    EXPECT_EQ(c.text.substr(text.data_begin), c.data) << c.text;
  }
}

TEST(SqlText, TellsKinds) {
  const auto kind = [](std::string_view text) { return ReadSqlText(text, "").kind; };
  EXPECT_EQ(kind(" -- nothing"), TextKind::kEmpty);
  EXPECT_EQ(kind(";"), TextKind::kEmpty);
  EXPECT_EQ(kind("(SELECT 1)"), TextKind::kRead);
  EXPECT_EQ(kind("/* x */ with 1 AS x SELECT x"), TextKind::kRead);
  EXPECT_EQ(kind("INSERT INTO t SELECT 1"), TextKind::kChange);
  EXPECT_EQ(kind("INSERT INTO t WITH 1 AS x SELECT x"), TextKind::kChange);
  EXPECT_EQ(kind("alter TABLE t DROP COLUMN a"), TextKind::kChange);
  EXPECT_EQ(kind("KILL QUERY WHERE 1"), TextKind::kKillQuery);
  EXPECT_EQ(kind("KILL MUTATION WHERE 1"), TextKind::kOther);
  EXPECT_EQ(kind("INSERT INTO t"), TextKind::kOther);
  EXPECT_EQ(kind("SELECT 'a"), TextKind::kOther);
}

TEST(SqlText, FindsTheFormat) {
  const auto format = [](std::string_view text) { return ReadSqlText(text, "").format; };
  EXPECT_EQ(format("SELECT 1 FORMAT JSON"), "JSON");
  EXPECT_EQ(format("SELECT 1 format `CSV` SETTINGS a = 1;"), "CSV");
  EXPECT_EQ(format("SELECT 1 AS FORMAT"), "");
  EXPECT_EQ(format("SELECT format FROM t"), "");
  EXPECT_EQ(format("SELECT t.format x"), "");
}

TEST(SqlText, RefusesSeveralStatementsAndWalls) {
  EXPECT_EQ(ReadSqlText("SELECT 1; SELECT 2", "").refusal_code, error_code::kSyntaxError);
  EXPECT_EQ(ReadSqlText("SELECT ';'; -- end", "").refusal, "");
  for (const char* sql :
       {"SELECT 1 INTO OUTFILE 'x'", "SELECT 1 into /**/ outfile 'x'", "SELECT * FROM file('x')",
        "SELECT FILE ('x')", "SELECT * FROM executable('x', TSV, 'a')",
        "INSERT INTO FUNCTION file('x') SELECT 1", "INSERT INTO t FROM INFILE 'x' FORMAT CSV",
        "INSERT INTO t SELECT * FROM file('x')",
        "CREATE DICTIONARY d (a UInt8) PRIMARY KEY a SOURCE(EXECUTABLE(COMMAND 'id'))",
        "CREATE DICTIONARY d (a UInt8) PRIMARY KEY a SOURCE(CLICKHOUSE(HOST 'x'))",
        "CREATE TABLE t (a UInt8) ENGINE = Executable('x', TSV)", "SELECT `fi\\x6ce`('x')"}) {
    EXPECT_EQ(ReadSqlText(sql, "").refusal_code, error_code::kAccessDenied) << sql;
  }
  for (const char* sql : {"SELECT file FROM t", "SELECT 'file(x)'", "SELECT t.outfile FROM t",
                          "CREATE DICTIONARY d (a UInt8) PRIMARY KEY a "
                          "SOURCE(CLICKHOUSE(DB 'd' TABLE 't'))"}) {
    EXPECT_EQ(ReadSqlText(sql, "").refusal, "") << sql;
  }
}

TEST(SqlText, PutsOutputBeforeFormatAndSettings) {
  const auto with = [](std::string_view sql) {
    return WithOutput(ReadSqlText(sql, ""), "/p", "CSV");
  };
  EXPECT_EQ(with("SELECT 1 -- x"),
            "SELECT 1\n INTO OUTFILE '/p' APPEND COMPRESSION 'none' FORMAT CSV");
  EXPECT_EQ(with("SELECT 1 FORMAT JSON SETTINGS a = 1"),
            "SELECT 1 \n INTO OUTFILE '/p' APPEND COMPRESSION 'none' FORMAT CSV SETTINGS a = 1");
}

TEST(SqlText, RewritesProcesses) {
  EXPECT_TRUE(ReadSqlText("SELECT 1 FROM system.processes", "").asks_processes);
  EXPECT_FALSE(ReadSqlText("SELECT 'system.processes'", "").asks_processes);
  EXPECT_EQ(WithProcesses("SELECT a FROM `system` . processes AS p WHERE 1", "(X)"),
            "SELECT a FROM (X) AS p WHERE 1");
}

TEST(SqlText, RewritesKill) {
  const KillText kill = RewriteKill("KILL QUERY WHERE query_id = 'a' AND elapsed > 1 SYNC", "ID");
  EXPECT_EQ(kill.sql, "KILL QUERY WHERE ID = 'a' AND elapsed > 1  ASYNC ");
  EXPECT_EQ(kill.condition, " query_id = 'a' AND elapsed > 1 ");
  EXPECT_EQ(RewriteKill("KILL QUERY WHERE query_id = {query_id:String}", "ID").sql,
            "KILL QUERY WHERE ID = {query_id:String} ASYNC ");
  const KillText test = RewriteKill("KILL QUERY WHERE query_id IN ('a') TEST FORMAT TSV", "ID");
  EXPECT_EQ(test.condition, "");
  EXPECT_EQ(test.sql, "KILL QUERY WHERE ID IN ('a')  TEST  FORMAT TSV");
}

}  // namespace
}  // namespace clientele::engine
