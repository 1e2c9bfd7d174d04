// `clientele import` of Parquet files: the program itself, for it starts itself as the reader.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "tests/support/engine_client.h"
#include "tests/support/engine_process.h"

namespace clientele::app {
namespace {

using ::testing::HasSubstr;

class ParquetTest : public ::testing::Test {
 protected:
  ParquetTest()
      : folder_(std::filesystem::temp_directory_path() /
                ("parquet_test." + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
    Write("m.toml", R"(
time_format = "%Y-%m-%d %H:%M:%S"
[[event]]
[event.fields]
"source.system" = "test"
"source.external_id" = { column = "id" }
"occurred_at" = { column = "at", required = true }
"call.call_id" = { column = "id" }
"call.direction" = "OUTBOUND"
"call.end" = "NO_ANSWER"
"call.topic" = { column = "topic" }
"call.ivr_ms" = { column = "menu", unit = "s" }
)");
  }
  ~ParquetTest() override { std::filesystem::remove_all(folder_); }

  void Write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
  }
  // Both outputs of a dry run; its status in `status_`.
  std::string DryRun(const std::string& file) {
    const std::string command = "cd " + folder_.string() +
                                " && TZ=Asia/Tokyo " CLIENTELE_PROGRAM
                                " import --dry-run --mapping m.toml '" +
                                file + "' 2>&1";
    std::FILE* const pipe = popen(command.c_str(), "r");
    EXPECT_NE(pipe, nullptr);
    std::string text;
    char buffer[4096];
    while (const size_t got = std::fread(buffer, 1, sizeof buffer, pipe)) text.append(buffer, got);
    status_ = WEXITSTATUS(pclose(pipe));
    return text;
  }

  const std::filesystem::path folder_;
  int status_ = -1;
};

TEST_F(ParquetTest, RowsAreRead) {
  const auto engine = testing::EngineProcess::Start();
  ASSERT_TRUE(engine) << engine.error().message;
  testing::EngineClient client((*engine)->socket());
  const testing::Reply reply = client.Post(
      "SELECT number AS id, toDateTime64('2026-09-01 09:00:00.5', 3, 'UTC') + number AS at, "
      "if(number = 1, NULL, 'two\nlines, \"quoted\"') AS topic, toDecimal64(12.5, 2) AS menu "
      "FROM numbers(20000) FORMAT Parquet");
  ASSERT_EQ(reply.status, 200) << reply.body;
  Write("back\\slash.parquet", reply.body);
  const std::string text = DryRun("back\\slash.parquet");
  EXPECT_EQ(status_, 0) << text.substr(0, 1'000);
  EXPECT_THAT(text, HasSubstr(R"({"occurred_at":"1788253200500000","source":{"system":"test",)"
                              R"("external_id":"0"},"call":{"call_id":"0","direction":"OUTBOUND",)"
                              R"("topic":"two\nlines, \"quoted\"","ivr_ms":"12500",)"));
  EXPECT_THAT(text, HasSubstr(R"("call":{"call_id":"1","direction":"OUTBOUND","ivr_ms")"));
  EXPECT_THAT(text, HasSubstr(R"({"rows":20000,"broken_rows":0,)"));
}

TEST_F(ParquetTest, WhatIsNoneIsToldWithTheReason) {
  Write("junk.parquet", "no Parquet at all");
  const std::string text = DryRun("junk.parquet");
  EXPECT_EQ(status_, 1);
  EXPECT_THAT(text, HasSubstr("junk.parquet: Code: "));
  EXPECT_THAT(text, HasSubstr("clientele: junk.parquet: cannot be read as Parquet"));
}

}  // namespace
}  // namespace clientele::app
