// The store against the engine process: everything that it promises, over the real protocol.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "clickhouse/store.h"
#include "tests/support/engine_process.h"

namespace clientele::clickhouse {
namespace {

using base::Code;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class EngineTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = testing::EngineProcess::Start();
    ASSERT_TRUE(started.has_value()) << started.error().message;
    engine_ = std::move(*started);
    store_ = OpenHttpStore({engine_->url(), "", ""});
  }
  static void TearDownTestSuite() {
    store_.reset();
    engine_.reset();
  }
  void SetUp() override {
    ASSERT_NE(store_, nullptr);
    Execute("DROP DATABASE IF EXISTS clientele");
  }

  static void Execute(std::string_view sql) {
    Statement statement;
    statement.sql = sql;
    const auto executed = store_->Execute(statement);
    ASSERT_TRUE(executed.has_value()) << sql << ": " << executed.error().message;
  }
  // The only block of a small answer.
  static Block One(const Statement& statement) {
    Block one;
    const auto selected = store_->Select(statement, [&](const Block& block) -> base::Status {
      EXPECT_EQ(one.rows, 0U);
      one = block;
      return {};
    });
    EXPECT_TRUE(selected.has_value()) << selected.error().message;
    return one;
  }
  static Block One(std::string_view sql) {
    Statement statement;
    statement.sql = sql;
    return One(statement);
  }
  static base::Error ErrorOf(std::string_view sql, Settings settings = {}) {
    Statement statement;
    statement.sql = sql;
    statement.settings = std::move(settings);
    const auto executed = store_->Execute(statement);
    return executed ? base::Error{Code{}, "no error", {}} : executed.error();
  }
  static uint64_t Running(const std::string& query_id) {
    Statement statement;
    statement.sql = "SELECT count() AS n FROM system.processes WHERE query_id = {id:String}";
    statement.parameters = {{"id", query_id}};
    return One(statement).Get<uint64_t>("n").front();
  }

  static inline std::unique_ptr<testing::EngineProcess> engine_;
  static inline std::unique_ptr<Store> store_;
};

const std::vector<BlockWriter::ColumnType> kEveryType = {
    {"u8", "UInt8"},
    {"flag", "Bool"},
    {"day", "Date"},
    {"at", "DateTime('UTC')"},
    {"u64", "UInt64"},
    {"small", "Enum8('told' = 1, 'correction' = -2)"},
    {"wide", "Enum16('a' = 300)"},
    {"i32", "Int32"},
    {"moment", "DateTime64(6, 'UTC')"},
    {"ratio", "Float64"},
    {"text", "String"},
    {"word", "LowCardinality(String)"},
    {"id", "UUID"},
    {"numbers", "Array(UInt32)"},
    {"words", "Array(LowCardinality(String))"},
    {"ids", "Array(UUID)"}};

void AppendRow(BlockWriter& block, uint32_t row) {
  const base::Uuid id = *base::ParseUuid(fmt::format("00000000-1111-2222-3333-{:012x}", row));
  size_t next = 0;
  const auto column = [&]() -> ColumnWriter& { return block.column(next++); };
  column().Append(static_cast<uint8_t>(row));
  column().Append(static_cast<uint8_t>(row % 2));
  column().Append(static_cast<uint16_t>(row));
  column().Append(row);
  column().Append(uint64_t{row} << 32);
  column().Append(static_cast<int8_t>(row % 2 == 0 ? 1 : -2));
  column().Append(int16_t{300});
  column().Append(-static_cast<int32_t>(row));
  column().Append(int64_t{row} * 1'000'003);
  column().Append(row / 4.0);
  column().Append(std::string(row % 50, static_cast<char>(row)));
  column().Append(fmt::format("word {}", row % 700));
  column().Append(id);
  column().AppendArraySize(row % 4);
  for (uint32_t i = 0; i < row % 4; ++i) block.column(next - 1).Append(row + i);
  column().AppendArraySize(row % 3);
  for (uint32_t i = 0; i < row % 3; ++i) block.column(next - 1).Append(std::to_string(i));
  column().AppendArraySize(1);
  block.column(next - 1).Append(id);
  block.EndRow();
}

TEST_F(EngineTest, EveryTypeComesBack) {
  std::string columns;
  for (const auto& column : kEveryType) {
    columns += fmt::format("{}{} {}", columns.empty() ? "" : ", ", column.name, column.type);
  }
  Execute("CREATE DATABASE clientele");
  Execute("CREATE TABLE clientele.t (" + columns + ") ENGINE = MergeTree ORDER BY at");
  constexpr uint32_t kRows = 100'000;
  BlockWriter block(kEveryType);
  for (uint32_t row = 0; row < kRows; ++row) AppendRow(block, row);
  Statement how;
  how.query_id = "insert-types";
  const auto inserted = store_->Insert("clientele.t", block, how);
  ASSERT_TRUE(inserted.has_value()) << inserted.error().message;
  EXPECT_EQ(inserted->rows_written, kRows);
  EXPECT_EQ(inserted->query_id, "insert-types");
  Statement statement;
  statement.sql = "SELECT * FROM clientele.t";
  std::vector<bool> seen(kRows);
  const auto selected = store_->Select(statement, [&](const Block& read) -> base::Status {
    for (size_t row = 0; row < read.rows; ++row) {
      const auto at = static_cast<uint32_t>(read.Get<uint64_t>("at")[row]);
      seen.at(at) = true;
      const base::Uuid id = *base::ParseUuid(fmt::format("00000000-1111-2222-3333-{:012x}", at));
      const bool same =
          read.Get<uint64_t>("u8")[row] == at % 256 && read.Get<uint64_t>("flag")[row] == at % 2 &&
          read.Get<uint64_t>("day")[row] == at % 65'536 &&
          read.Get<uint64_t>("u64")[row] == uint64_t{at} << 32 &&
          read.Get<int64_t>("small")[row] == (at % 2 == 0 ? 1 : -2) &&
          read.Get<int64_t>("wide")[row] == 300 &&
          read.Get<int64_t>("i32")[row] == -static_cast<int64_t>(at) &&
          read.Get<int64_t>("moment")[row] == int64_t{at} * 1'000'003 &&
          read.Get<double>("ratio")[row] == at / 4.0 &&
          read.Get<std::string>("text")[row] == std::string(at % 50, static_cast<char>(at)) &&
          read.Get<std::string>("word")[row] == fmt::format("word {}", at % 700) &&
          read.Get<base::Uuid>("id")[row] == id &&
          read.Get<std::vector<uint64_t>>("numbers")[row].size() == at % 4 &&
          read.Get<std::vector<std::string>>("words")[row].size() == at % 3 &&
          read.Get<std::vector<base::Uuid>>("ids")[row] == std::vector{id};
      if (!same) return base::Fail(Code::kDataLoss, "row {}", at);
    }
    return {};
  });
  ASSERT_TRUE(selected.has_value()) << selected.error().message;
  EXPECT_EQ(std::count(seen.begin(), seen.end(), true), kRows);
}

TEST_F(EngineTest, TypesThatOnlyAnswersHaveAreRead) {
  const Block block =
      One("SELECT CAST(NULL AS Nullable(UInt8)) AS absent, toFixedString('ab', 3) AS fixed, "
          "toFloat32(0.5) AS single, toDecimal64(-12.345, 3) AS decimal, "
          "CAST('x' AS LowCardinality(Nullable(String))) AS lc, toDate32('1970-01-02') AS day32, "
          "quantiles(0.5, 0.9)(number) AS quantiles, groupArray(toInt64(number)) AS signed "
          "FROM numbers(3)");
  EXPECT_THAT(block.columns[0].null, ElementsAre(1));
  EXPECT_EQ(block.Get<std::string>("fixed")[0], std::string("ab\0", 3));
  EXPECT_EQ(block.Get<double>("single")[0], 0.5);
  EXPECT_EQ(block.Get<int64_t>("decimal")[0], -12'345);
  EXPECT_EQ(block.Get<std::string>("lc")[0], "x");
  EXPECT_EQ(block.Get<int64_t>("day32")[0], 1);
  EXPECT_THAT(block.Get<std::vector<double>>("quantiles")[0], ElementsAre(1, 1.8));
  EXPECT_THAT(block.Get<std::vector<int64_t>>("signed")[0], ElementsAre(0, 1, 2));
}

TEST_F(EngineTest, HostileStringsStayStrings) {
  std::vector<std::string> texts = {"",
                                    "\\N",
                                    "\\",
                                    "\\b\\t\\0",
                                    "a\tb\nc\rd",
                                    std::string("\0x\0", 3),
                                    "'; DROP TABLE clientele.t; --",
                                    "{other:String}",
                                    "%27%00&query=SELECT+1#",
                                    "\n\nSELECT 1\n\n",
                                    "\xff\xfe not UTF-8",
                                    "];['"};
  std::mt19937 random(7);
  for (int i = 0; i < 200; ++i) {
    std::string text(random() % 40, '\0');
    for (char& c : text) c = static_cast<char>(random());
    texts.push_back(text);
  }
  Statement statement;
  statement.sql =
      "SELECT {text:String} AS text, {list:Array(String)} AS list, {text:String} = "
      "arrayElement({list:Array(String)}, 1) AS same";
  for (const std::string& text : texts) {
    statement.parameters = {{"text", text}, {"list", ArrayParameter({text, "b"})}};
    const Block block = One(statement);
    ASSERT_EQ(block.rows, 1U);
    EXPECT_EQ(block.Get<std::string>("text")[0], text);
    EXPECT_THAT(block.Get<std::vector<std::string>>("list")[0], ElementsAre(text, "b"));
    EXPECT_EQ(block.Get<uint64_t>("same")[0], 1U);
  }
}

TEST_F(EngineTest, LongParametersFit) {
  std::vector<uint64_t> next(50'000);
  for (size_t i = 0; i < next.size(); ++i) next[i] = 1'000'000'000 + i;
  Statement statement;
  statement.sql = "SELECT {next:Array(UInt64)}[50000] AS last, {least:Int64} AS least";
  statement.parameters = {{"next", ArrayParameter(next)}, {"least", "-9223372036854775808"}};
  const Block block = One(statement);
  EXPECT_EQ(block.Get<uint64_t>("last")[0], next.back());
  EXPECT_EQ(block.Get<int64_t>("least")[0], INT64_MIN);
}

TEST_F(EngineTest, ErrorsHaveTheirCodes) {
  EXPECT_EQ(ErrorOf("SELECT * FROM clientele.nowhere").code, Code::kNotFound);
  EXPECT_EQ(ErrorOf("SELEKT 1").code, Code::kInvalidArgument);
  EXPECT_EQ(ErrorOf("SELECT nowhere").code, Code::kInvalidArgument);
  EXPECT_EQ(ErrorOf("SELECT 1", {{"no_such_setting", "1"}}).code, Code::kInvalidArgument);
  EXPECT_EQ(ErrorOf("SELECT {a:UInt8}").code, Code::kInvalidArgument);
  EXPECT_EQ(ErrorOf("SELECT * FROM file('/etc/passwd', 'LineAsString')").code,
            Code::kPermissionDenied);
  EXPECT_EQ(
      ErrorOf("SELECT uniqExact(number) FROM numbers(10000000)", {{"max_memory_usage", "10000000"}})
          .code,
      Code::kResourceExhausted);
  Execute("CREATE DATABASE clientele");
  Execute("CREATE TABLE clientele.p (n UInt64) ENGINE = MergeTree PARTITION BY n ORDER BY n");
  EXPECT_EQ(ErrorOf("INSERT INTO clientele.p SELECT number FROM numbers(121)").code,
            Code::kInvalidArgument);
  const base::Error late =
      ErrorOf("SELECT number, throwIf(number = 3000000) FROM numbers(5000000)");
  EXPECT_THAT(late.message, HasSubstr("Code: 395"));
}

TEST_F(EngineTest, AnInsertOfAWrongShapeIsRefused) {
  Execute("CREATE DATABASE clientele");
  Execute("CREATE TABLE clientele.t (n UInt64) ENGINE = MergeTree ORDER BY n");
  BlockWriter block({BlockWriter::ColumnType{"m", "UInt64"}});
  block.column(0).Append(uint64_t{1});
  block.EndRow();
  EXPECT_EQ(store_->Insert("clientele.t", block, {}).error().code, Code::kInvalidArgument);
  EXPECT_EQ(store_->Insert("clientele.nowhere", block, {}).error().code, Code::kNotFound);
  EXPECT_EQ(One("SELECT count() AS n FROM clientele.t").Get<uint64_t>("n")[0], 0U);
}

// Statements that run until they are ended.
constexpr std::string_view kEndless =
    "SELECT sum(sipHash64(number)) AS n FROM numbers(1000000000000)";
constexpr std::string_view kEndlessRows = "SELECT number AS n FROM numbers(1000000000000)";

TEST_F(EngineTest, CancellingEndsAStatement) {
  for (const std::string_view sql : {kEndless, kEndlessRows}) {
    std::stop_source stop;
    Statement statement;
    statement.sql = sql;
    statement.query_id = "endless-cancel";
    statement.cancel = stop.get_token();
    std::jthread canceller([&] {
      while (Running("endless-cancel") == 0) std::this_thread::yield();
      stop.request_stop();
    });
    const auto selected =
        store_->Select(statement, [](const Block&) -> base::Status { return {}; });
    ASSERT_FALSE(selected.has_value());
    EXPECT_EQ(selected.error().code, Code::kCancelled);
    EXPECT_TRUE(store_->Kill("endless-cancel", milliseconds(10'000)).has_value());
  }
}

TEST_F(EngineTest, DeadlinesEndAStatement) {
  Statement statement;
  statement.sql = kEndless;
  statement.query_id = "endless-deadline";
  statement.deadline = milliseconds(300);
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(store_->Execute(statement).error().code, Code::kDeadlineExceeded);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, milliseconds(5'000));
  EXPECT_TRUE(store_->Kill("endless-deadline", milliseconds(10'000)).has_value());
}

TEST_F(EngineTest, KillEndsEverythingWithThePrefix) {
  base::Error error;
  std::jthread victim([&] {
    Statement statement;
    statement.sql = kEndless;
    statement.query_id = "w-victim:1";
    error = store_->Execute(statement).error();
  });
  while (Running("w-victim:1") == 0) std::this_thread::yield();
  EXPECT_TRUE(store_->Kill("w-victim:", milliseconds(10'000)).has_value());
  EXPECT_EQ(Running("w-victim:1"), 0U);
  victim.join();
  EXPECT_EQ(error.code, Code::kCancelled);
  EXPECT_TRUE(store_->Kill("w-nobody:", milliseconds(1'000)).has_value());
}

TEST_F(EngineTest, ACallerWhoWantsNoMoreEndsTheStatement) {
  Statement statement;
  statement.sql = kEndlessRows;
  statement.query_id = "endless-refused";
  const auto selected = store_->Select(statement, [](const Block&) -> base::Status {
    return base::Fail(Code::kOutOfRange, "enough");
  });
  EXPECT_EQ(selected.error().code, Code::kOutOfRange);
  EXPECT_TRUE(store_->Kill("endless-refused", milliseconds(10'000)).has_value());
}

TEST_F(EngineTest, SurvivesTheEnginesEnd) {
  EXPECT_TRUE(store_->Healthy());
  ASSERT_TRUE(engine_->Kill9().has_value());
  EXPECT_FALSE(store_->Healthy());
  EXPECT_EQ(ErrorOf("SELECT 1").code, Code::kUnavailable);
  ASSERT_TRUE(engine_->Run().has_value());
  EXPECT_TRUE(store_->Healthy());
}

// Adds settings to every statement: what another server's profile would do.
class DifferentServer final : public Store {
 public:
  DifferentServer(Store& store, Settings settings)
      : store_(store), settings_(std::move(settings)) {}
  base::Result<Summary> Execute(const Statement& statement) override {
    return store_.Execute(With(statement));
  }
  base::Result<Summary> Select(const Statement& statement,
                               const std::function<base::Status(const Block&)>& on_block) override {
    return store_.Select(With(statement), on_block);
  }
  base::Result<Summary> Insert(std::string_view table, const BlockWriter& block,
                               const Statement& how) override {
    return store_.Insert(table, block, With(how));
  }
  base::Status Kill(std::string_view prefix, milliseconds deadline) override {
    return store_.Kill(prefix, deadline);
  }
  bool Healthy() override { return store_.Healthy(); }

 private:
  Statement With(Statement statement) const {
    statement.settings.insert(settings_.begin(), settings_.end());
    return statement;
  }
  Store& store_;
  const Settings settings_;
};

TEST_F(EngineTest, SelfCheckNamesEveryDifference) {
  const auto checked = SelfCheck(*store_);
  ASSERT_TRUE(checked.has_value()) << checked.error().message;
  DifferentServer different(*store_, {{"async_insert", "1"}, {"insert_deduplicate", "1"}});
  Execute("CREATE DATABASE clientele");
  Execute(
      "CREATE TABLE clientele.bad (n UInt64) ENGINE = MergeTree ORDER BY n "
      "SETTINGS non_replicated_deduplication_window = 100");
  Execute(
      "CREATE TABLE clientele.good (n UInt64) ENGINE = ReplacingMergeTree ORDER BY n "
      "SETTINGS non_replicated_deduplication_window = 0");
  const auto refused = SelfCheck(different);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Code::kFailedPrecondition);
  EXPECT_THAT(refused.error().message, HasSubstr("setting async_insert is 1, must be 0"));
  EXPECT_THAT(refused.error().message, HasSubstr("setting insert_deduplicate is 1, must be 0"));
  EXPECT_THAT(refused.error().message,
              HasSubstr("table clientele.bad: non_replicated_deduplication_window is 100"));
  EXPECT_THAT(refused.error().message, ::testing::Not(HasSubstr("good")));
}

TEST_F(EngineTest, MigrationsRunOnce) {
  std::vector<Migration> migrations = {
      {"a/0001.sql",
       "CREATE TABLE IF NOT EXISTS clientele.a (s String DEFAULT ';') ENGINE = MergeTree ORDER BY "
       "s\n;\n-- the second\nINSERT INTO clientele.a SELECT 'x;'\n ; \n"}};
  for (int i = 0; i < 2; ++i) {
    const auto migrated = Migrate(*store_, migrations);
    ASSERT_TRUE(migrated.has_value()) << migrated.error().message;
    EXPECT_EQ(One("SELECT count() AS n FROM clientele.a").Get<uint64_t>("n")[0], 1U);
  }
  migrations.push_back({"b/0001.sql", "CREATE TABLE clientele.b (n UInt8) ENGINE = Log"});
  ASSERT_TRUE(Migrate(*store_, migrations).has_value());
  EXPECT_TRUE(SelfCheck(*store_).has_value());

  const auto older = Migrate(*store_, {migrations[0]});
  ASSERT_FALSE(older.has_value());
  EXPECT_EQ(older.error().code, Code::kFailedPrecondition);
  EXPECT_THAT(older.error().message, HasSubstr("b/0001.sql: has run and is not known"));

  migrations[1].sql = "CREATE TABLE clientele.b (n UInt16) ENGINE = Log";
  const auto changed = Migrate(*store_, migrations);
  ASSERT_FALSE(changed.has_value());
  EXPECT_EQ(changed.error().code, Code::kFailedPrecondition);
  EXPECT_THAT(changed.error().message, HasSubstr("b/0001.sql: has run with another text"));
}

TEST_F(EngineTest, AFailedMigrationIsNotRecorded) {
  const std::string broken = "CREATE TABLE clientele.c (n NoType) ENGINE = Log";
  const auto failed = Migrate(*store_, {{"c/0001.sql", broken}});
  ASSERT_FALSE(failed.has_value());
  EXPECT_THAT(failed.error().message, HasSubstr("migration c/0001.sql: Code: 50"));
  const std::string mended = "CREATE TABLE clientele.c (n UInt8) ENGINE = Log";
  EXPECT_TRUE(Migrate(*store_, {{"c/0001.sql", mended}}).has_value());
}

}  // namespace
}  // namespace clientele::clickhouse
