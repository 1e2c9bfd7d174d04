// The transport against a real ClickHouse server: Debian's clickhouse-server, of 2018. It knows no
// bound parameters; what goes over the wire besides them is what servers of today speak.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>

#include "clickhouse/store.h"
#include "tests/support/broker_process.h"

namespace clientele::clickhouse {
namespace {

using base::Code;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kProgram = "/usr/sbin/clickhouse-server";

class OldServerTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    ASSERT_TRUE(std::filesystem::exists(kProgram))
        << kProgram << " is missing: apt-get install clickhouse-server";
    std::string form = "/tmp/clientele-clickhouse-XXXXXX";
    ASSERT_NE(mkdtemp(form.data()), nullptr);
    folder_ = form;
    const int port = testing::FreePortPair();
    Write("config.xml",
          fmt::format("<yandex><logger><level>warning</level><console>1</console></logger>"
                      "<http_port>{}</http_port><tcp_port>{}</tcp_port>"
                      "<listen_host>127.0.0.1</listen_host><path>{}/data/</path>"
                      "<tmp_path>{}/tmp/</tmp_path><users_config>users.xml</users_config>"
                      "<default_profile>default</default_profile>"
                      "<default_database>default</default_database>"
                      "<mark_cache_size>67108864</mark_cache_size></yandex>",
                      port, port + 1, folder_.string(), folder_.string()));
    Write("users.xml",
          "<yandex><profiles><default/></profiles><quotas><default/></quotas><users><tester>"
          "<password>se:cret</password><networks><ip>127.0.0.1</ip></networks>"
          "<profile>default</profile><quota>default</quota></tester></users></yandex>");
    process_ = testing::Spawn({kProgram, "--config-file=" + (folder_ / "config.xml").string()},
                              folder_ / "log");
    ASSERT_GT(process_, 0);
    store_ = OpenHttpStore({fmt::format("http://127.0.0.1:{}", port), "tester", "se:cret"});
    url_ = fmt::format("http://127.0.0.1:{}", port);
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!store_->Healthy()) {
      ASSERT_LT(std::chrono::steady_clock::now(), until) << "it does not answer";
      ASSERT_FALSE(testing::AwaitEnd(process_, 20)) << "it has ended";
    }
  }
  static void TearDownTestSuite() {
    store_.reset();
    if (process_ > 0) testing::EndProcess(process_, SIGKILL);
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  static void Write(const char* name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
  }
  static base::Result<Summary> Execute(std::string_view sql) {
    Statement statement;
    statement.sql = sql;
    return store_->Execute(statement);
  }
  static std::vector<uint64_t> Numbers(std::string_view sql) {
    Statement statement;
    statement.sql = sql;
    std::vector<uint64_t> numbers;
    const auto selected = store_->Select(statement, [&](const Block& block) -> base::Status {
      const auto& values = block.Get<uint64_t>("n");
      numbers.insert(numbers.end(), values.begin(), values.end());
      return {};
    });
    EXPECT_TRUE(selected.has_value()) << selected.error().message;
    return numbers;
  }

  static inline std::filesystem::path folder_;
  static inline std::string url_;
  static inline pid_t process_ = 0;
  static inline std::unique_ptr<Store> store_;
};

TEST_F(OldServerTest, InsertsAndSelects) {
  ASSERT_TRUE(
      Execute("CREATE TABLE default.t (n UInt64, s String, id UUID, a Array(UInt32), "
              "e Enum8('x' = -1), d DateTime) ENGINE = MergeTree ORDER BY n"));
  BlockWriter block({{"n", "UInt64"},
                     {"s", "String"},
                     {"id", "UUID"},
                     {"a", "Array(UInt32)"},
                     {"e", "Enum8('x' = -1)"},
                     {"d", "DateTime"}});
  const base::Uuid id = base::RandomUuid();
  constexpr uint64_t kRows = 300'000;
  for (uint64_t row = 0; row < kRows; ++row) {
    block.column(0).Append(row);
    block.column(1).Append(std::string_view("a\0\n'", 4));
    block.column(2).Append(id);
    block.column(3).AppendArraySize(row % 3);
    for (uint32_t i = 0; i < row % 3; ++i) block.column(3).Append(i);
    block.column(4).Append(int8_t{-1});
    block.column(5).Append(uint32_t{1'600'000'000});
    block.EndRow();
  }
  const auto inserted = store_->Insert("default.t", block, {});
  ASSERT_TRUE(inserted.has_value()) << inserted.error().message;
  EXPECT_THAT(Numbers("SELECT count() AS n FROM default.t"), ElementsAre(kRows));
  EXPECT_THAT(Numbers("SELECT sum(n) AS n FROM default.t"), ElementsAre(kRows * (kRows - 1) / 2));
  Statement statement;
  statement.sql = "SELECT * FROM default.t";
  size_t rows = 0;
  const auto selected = store_->Select(statement, [&](const Block& read) -> base::Status {
    rows += read.rows;
    for (size_t row = 0; row < read.rows; ++row) {
      const uint64_t n = read.Get<uint64_t>("n")[row];
      if (read.Get<std::string>("s")[row] != std::string_view("a\0\n'", 4) ||
          read.Get<base::Uuid>("id")[row] != id || read.Get<int64_t>("e")[row] != -1 ||
          read.Get<std::vector<uint64_t>>("a")[row].size() != n % 3 ||
          read.Get<uint64_t>("d")[row] != 1'600'000'000) {
        return base::Fail(Code::kDataLoss, "row {}", n);
      }
    }
    return {};
  });
  ASSERT_TRUE(selected.has_value()) << selected.error().message;
  EXPECT_EQ(rows, kRows);
}

TEST_F(OldServerTest, ErrorsHaveTheirCodes) {
  const auto error = [](std::string_view sql) {
    const auto executed = Execute(sql);
    return executed ? base::Error{Code{}, "no error", {}} : executed.error();
  };
  EXPECT_EQ(error("SELECT * FROM default.nowhere").code, Code::kNotFound);
  EXPECT_THAT(error("SELECT * FROM default.nowhere").message, HasSubstr("Code: 60"));
  EXPECT_EQ(error("SELEKT 1").code, Code::kInvalidArgument);
  const auto foreign = OpenHttpStore({url_, "tester", "wrong"});
  Statement statement;
  statement.sql = "SELECT 1";
  EXPECT_EQ(foreign->Execute(statement).error().code, Code::kUnauthenticated);
}

TEST_F(OldServerTest, ALateExceptionIsAnError) {
  const auto late = Execute("SELECT number, throwIf(number = 1000000) FROM system.numbers");
  ASSERT_FALSE(late.has_value());
  EXPECT_THAT(late.error().message, HasSubstr("Code: 395"));
}

TEST_F(OldServerTest, DeadlinesHold) {
  Statement statement;
  statement.sql = "SELECT count() FROM system.numbers";
  statement.deadline = std::chrono::milliseconds(200);
  EXPECT_EQ(store_->Execute(statement).error().code, Code::kDeadlineExceeded);
  // The server's own limit, in time before ours.
  statement.deadline = std::chrono::seconds(30);
  statement.settings = {{"max_execution_time", "1"}};
  const auto timed = store_->Execute(statement);
  ASSERT_FALSE(timed.has_value());
  EXPECT_THAT(timed.error().message, HasSubstr("Code: 159"));
  EXPECT_EQ(timed.error().code, Code::kDeadlineExceeded);
}

TEST_F(OldServerTest, KeepsItsConnection) {
  const auto store = OpenHttpStore({url_, "tester", "se:cret"});
  const auto connections = [&] {
    Statement statement;
    statement.sql = "SELECT value AS n FROM system.metrics WHERE metric = 'HTTPConnection'";
    int64_t open = -1;
    EXPECT_TRUE(store->Select(statement, [&](const Block& block) -> base::Status {
      open = block.Get<int64_t>("n").front();
      return {};
    }));
    return open;
  };
  const int64_t before = connections();
  for (int i = 0; i < 50; ++i) EXPECT_LE(connections(), before);
}

}  // namespace
}  // namespace clientele::clickhouse
