// What outlives the process: rows, the fence, refusals of a folder; a full disk; how it stops.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <thread>

#include "tests/support/broker_process.h"
#include "tests/support/engine_client.h"
#include "tests/support/engine_process.h"

namespace clientele::engine {
namespace {

using clientele::testing::EngineClient;
using clientele::testing::EngineProcess;
using clientele::testing::Reply;
using clientele::testing::UrlEncode;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const char* const kTable =
    "CREATE TABLE default.kept (a UInt64) ENGINE = MergeTree ORDER BY a "
    "SETTINGS fsync_after_insert = 1";

class Durability : public ::testing::Test {
 protected:
  void SetUp() override {
    auto started = EngineProcess::Start();
    ASSERT_TRUE(started) << started.error().message;
    engine_ = std::move(*started);
  }
  Reply Ask(const std::string& sql, const std::string& target = "/") {
    return EngineClient(engine_->socket()).Post(sql, target);
  }
  std::unique_ptr<EngineProcess> engine_;
};

TEST_F(Durability, NothingAcknowledgedIsLostByKill9) {
  ASSERT_EQ(Ask(kTable).status, 200);
  for (int round = 0; round < 3; ++round) {
    std::atomic<int> acknowledged = 0;
    std::jthread writer([&] {
      EngineClient client(engine_->socket());
      for (int i = 0;; ++i) {
        const std::string row = std::to_string(round * 1'000'000 + i);
        if (client.Post("INSERT INTO default.kept VALUES (" + row + ")").status != 200) return;
        ++acknowledged;
      }
    });
    while (acknowledged < 30) std::this_thread::yield();
    ASSERT_TRUE(engine_->Restart());
    writer.join();
    const std::string here =
        Ask("SELECT countIf(a < {last:UInt64}), max(a) <= {last:UInt64} FROM default.kept "
            "WHERE a >= {first:UInt64}",
            "/?param_first=" + std::to_string(round * 1'000'000) +
                "&param_last=" + std::to_string(round * 1'000'000 + acknowledged))
            .body;
    EXPECT_EQ(here, std::to_string(acknowledged) + "\t1\n");
  }
}

TEST_F(Durability, StopsGracefully) {
  ASSERT_EQ(Ask(kTable).status, 200);
  // A statement that runs is finished, and its answer arrives.
  EngineClient client(engine_->socket());
  client.SendHead("POST", "/?query=" + UrlEncode("INSERT INTO default.kept FORMAT TSV"),
                  {{"Transfer-Encoding", "chunked"}});
  client.Send("2\r\n1\n\r\n");
  while (Ask("SELECT count() FROM system.processes WHERE query LIKE 'INSERT%'").body != "1\n") {
  }
  const pid_t process = engine_->process();
  kill(process, SIGTERM);
  while (!EngineClient(engine_->socket()).Post("SELECT 1").body.empty()) {
  }
  client.Send("2\r\n2\n\r\n0\r\n\r\n");
  EXPECT_EQ(client.Receive().status, 200);
  ASSERT_TRUE(engine_->Stop());
  EXPECT_THAT(engine_->Log(), HasSubstr("the engine has stopped"));
  EXPECT_FALSE(std::filesystem::exists(engine_->socket()));
  ASSERT_TRUE(engine_->Run());
  EXPECT_EQ(Ask("SELECT count() FROM default.kept").body, "2\n");
}

TEST_F(Durability, SocketIsOursAlone) {
  struct stat found{};
  ASSERT_EQ(stat(engine_->socket().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600U);
  ASSERT_EQ(stat(engine_->data().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0700U);
}

TEST_F(Durability, LowerEpochIsRefusedForGood) {
  ASSERT_EQ(Ask(kTable).status, 200);
  const auto insert = [&](const std::string& id) {
    return Ask("INSERT INTO default.kept VALUES (1)", "/?query_id=" + UrlEncode(id));
  };
  EXPECT_EQ(insert("w:calls_v1:0-15:7:000000000001").status, 200);
  EXPECT_EQ(insert("w:calls_v1:0-15:8:000000000000").status, 200);
  // Another group has an epoch of its own; a read is nobody's write.
  EXPECT_EQ(insert("w:calls_v1:16-31:2:000000000001").status, 200);
  EXPECT_EQ(Ask("SELECT 1", "/?query_id=w%3Acalls_v1%3A0-15%3A1%3A1").body, "1\n");
  for (int round = 0; round < 2; ++round) {
    const Reply late = insert("w:ledger:0-15:7:000000000002");
    EXPECT_EQ(late.status, 403);
    EXPECT_THAT(late.body, HasSubstr("is at epoch 8"));
    ASSERT_TRUE(engine_->Restart());
  }
  EXPECT_THAT(insert("w:broken").body, StartsWith("Code: 36."));
  EXPECT_EQ(Ask("SELECT count() FROM default.kept").body, "3\n");
}

TEST_F(Durability, FolderOfAnotherProcessIsRefused) {
  const auto second = EngineProcess::Prepare({{"data_dir", engine_->data().parent_path()}});
  ASSERT_TRUE(second);
  const auto started = (*second)->Run();
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().message,
              HasSubstr("another process has it open (" + std::to_string(engine_->process())));
  EXPECT_EQ(Ask("SELECT 1").body, "1\n");
}

TEST_F(Durability, FolderOfANewerVersionIsRefused) {
  ASSERT_TRUE(engine_->Stop());
  std::ofstream(engine_->data() / "ENGINE") << "99.1.1.1\n";
  auto started = engine_->Run();
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().message, HasSubstr("written by engine 99.1.1.1, newer"));
  std::ofstream(engine_->data() / "FORMAT") << "99\n";
  started = engine_->Run();
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().message, HasSubstr("format 99 of a newer version"));
}

TEST(EngineDisk, FullDiskIsAnErrorAndNoMore) {
  const auto engine = EngineProcess::Prepare();
  ASSERT_TRUE(engine);
  const std::string folder = (*engine)->data();
  std::filesystem::create_directories(folder);
  if (mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=64m") != 0) {
    GTEST_SKIP() << "a small disk cannot be mounted here: " << std::strerror(errno);
  }
  struct Unmount {
    const std::string& folder;
    EngineProcess& engine;
    ~Unmount() {
      static_cast<void>(engine.Kill9());
      umount2(folder.c_str(), MNT_DETACH);
    }
  } const unmount{folder, **engine};
  const auto started = (*engine)->Run();
  ASSERT_TRUE(started) << started.error().message;
  EngineClient client((*engine)->socket());
  ASSERT_EQ(client.Post(kTable).status, 200);
  Reply reply;
  do {
    reply = client.Post(
        "INSERT INTO default.kept SELECT sipHash64(number) FROM numbers(500000) "
        "SETTINGS max_block_size = 500000");
  } while (reply.status == 200);
  EXPECT_THAT(reply.body, ::testing::AnyOf(StartsWith("Code: 243."), StartsWith("Code: 75."),
                                           StartsWith("Code: 49.")));
  EXPECT_EQ(client.Post("SELECT count() > 0 FROM default.kept").body, "1\n");
  // Room again, and it goes on.
  while (client.Post("DROP TABLE IF EXISTS default.kept SYNC").status != 200) {
  }
  ASSERT_EQ(client.Post(kTable).status, 200);
  EXPECT_EQ(client.Post("INSERT INTO default.kept SELECT number FROM numbers(1000)").status, 200);
  EXPECT_EQ(client.Post("SELECT count() FROM default.kept").body, "1000\n");
}

TEST(EngineListen, TcpOnlyOnLoopbackWithoutAPassword) {
  const auto open = EngineProcess::Prepare({{"engine.listen", "0.0.0.0:0"}});
  ASSERT_TRUE(open);
  const auto refused = (*open)->Run();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("only loopback may be listened on"));
  const auto engine = EngineProcess::Start({{"engine.listen", "127.0.0.1:0"}});
  ASSERT_TRUE(engine) << engine.error().message;
  EXPECT_THAT((*engine)->Log(), HasSubstr("\"tcp_port\":"));
}

}  // namespace
}  // namespace clientele::engine
