#include "engine/request.h"

#include <gtest/gtest.h>

namespace clientele::engine {
namespace {

namespace http = boost::beast::http;

const SettingNames kSettings = {
    "max_threads",       "max_memory_usage", "enable_http_compression",
    "queue_max_wait_ms", "log_comment",      "allow_introspection_functions"};
constexpr int64_t kMemory = 1'000'000;

struct Read {
  Request request;
  int code = 0;  // 0: it was good
};

Read ReadTarget(const std::string& target,
                const std::vector<std::pair<std::string, std::string>>& headers = {},
                http::verb method = http::verb::post) {
  http::fields fields;
  for (const auto& [name, value] : headers) fields.set(name, value);
  Read read;
  const auto error = ReadRequest(method, target, fields, {kSettings, kMemory}, read.request);
  if (error) read.code = error->code;
  return read;
}

TEST(Request, ReadsTheUrl) {
  const Request request = ReadTarget(
                              "/path?query=SELECT+%7Ba%3AUInt8%7D&param_a=1&database=d&query_id=q%"
                              "201&default_format=CSV"
                              "&max_threads=3&session_id=x&&user=u&password=p%26")
                              .request;
  EXPECT_EQ(request.path, "/path");
  EXPECT_EQ(request.query, "SELECT {a:UInt8}");
  EXPECT_EQ(request.database, "d");
  EXPECT_EQ(request.query_id, "q 1");
  EXPECT_EQ(request.format, "CSV");
  EXPECT_EQ(request.parameters, (std::vector<NameValue>{{"a", "1"}}));
  EXPECT_EQ(request.settings, (std::vector<NameValue>{{"max_threads", "3"}}));
  EXPECT_EQ(request.user, "u");
  EXPECT_EQ(request.password, "p&");
}

TEST(Request, ReadsHeaders) {
  const Request request = ReadTarget("/", {{"X-ClickHouse-Database", "d"},
                                           {"X-ClickHouse-Format", "JSON"},
                                           {"X-ClickHouse-Query-Id", "q"},
                                           {"Authorization", "Basic dTpwOnE="},
                                           {"Accept-Encoding", "br, gzip;q=0.5, zstd;q=0"},
                                           {"Content-Encoding", "lz4"}})
                              .request;
  EXPECT_EQ(request.database, "d");
  EXPECT_EQ(request.format, "JSON");
  EXPECT_TRUE(request.format_given);
  EXPECT_EQ(request.query_id, "q");
  EXPECT_EQ(request.user, "u");
  EXPECT_EQ(request.password, "p:q");
  EXPECT_EQ(request.answer_coding, Coding::kGzip);
  EXPECT_EQ(request.body_coding, Coding::kLz4);
}

TEST(Request, TheUrlsFormatGoesBeforeTheHeaders) {
  EXPECT_EQ(ReadTarget("/?default_format=A", {{"X-ClickHouse-Format", "B"}}).request.format, "A");
  const Request none = ReadTarget("/").request;
  EXPECT_EQ(none.format, "TabSeparated");
  EXPECT_FALSE(none.format_given);
  EXPECT_EQ(none.query_id.size(), 36U);
}

TEST(Request, CompressionByItsOwnParameters) {
  const Request blocks =
      ReadTarget("/?compress=1&decompress=true", {{"Accept-Encoding", "gzip"}}).request;
  EXPECT_EQ(blocks.answer_coding, Coding::kBlocks);
  EXPECT_EQ(blocks.body_coding, Coding::kBlocks);
  EXPECT_EQ(ReadTarget("/?compress=0&decompress=0").request.answer_coding, Coding::kIdentity);
  EXPECT_EQ(ReadTarget("/?enable_http_compression=0", {{"Accept-Encoding", "gzip"}})
                .request.answer_coding,
            Coding::kIdentity);
  EXPECT_EQ(ReadTarget("/?decompress=1", {{"Content-Encoding", "gzip"}}).code,
            error_code::kNotImplemented);
}

TEST(Request, TellsWhatIsWrong) {
  EXPECT_EQ(ReadTarget("/?nonsense=1").code, error_code::kUnknownSetting);
  EXPECT_EQ(ReadTarget("/?query=%g1").code, error_code::kBadArguments);
  EXPECT_EQ(ReadTarget("/?query_id=" + std::string(257, 'x')).code, error_code::kBadArguments);
  EXPECT_EQ(ReadTarget("/?query_id=a%0Ab").code, error_code::kBadArguments);
  EXPECT_EQ(ReadTarget("/?default_format=a%27b").code, error_code::kBadArguments);
  EXPECT_EQ(ReadTarget("/?database=a%60b").code, error_code::kBadArguments);
  EXPECT_EQ(ReadTarget("/?max_memory_usage=1000001").code, error_code::kConstraint);
  EXPECT_EQ(ReadTarget("/?max_memory_usage=0").code, error_code::kConstraint);
  EXPECT_EQ(ReadTarget("/?allow_introspection_functions=1").code, error_code::kConstraint);
  EXPECT_EQ(ReadTarget("/", {{"Authorization", "Bearer x"}}).code,
            error_code::kAuthenticationFailed);
  EXPECT_EQ(ReadTarget("/", {{"Content-Encoding", "br"}}).code, error_code::kNotImplemented);
  EXPECT_EQ(ReadTarget("/", {{"Content-Type", "multipart/form-data"}}).code,
            error_code::kNotImplemented);
  // Even then there is an id to answer with.
  EXPECT_FALSE(ReadTarget("/?nonsense=1").request.query_id.empty());
}

TEST(Request, DecodesUrls) {
  EXPECT_EQ(UrlDecode("a%20b+c%2F").value_or(""), "a b c/");
  EXPECT_FALSE(UrlDecode("%"));
  EXPECT_FALSE(UrlDecode("%2"));
  EXPECT_FALSE(UrlDecode("%2x"));
}

}  // namespace
}  // namespace clientele::engine
