#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "engine/supervisor.h"
#include "tests/support/engine_client.h"
#include "tests/support/engine_process.h"

namespace clientele::engine {
namespace {

using clientele::testing::EngineClient;
using std::chrono::seconds;

class SupervisorTest : public ::testing::Test {
 protected:
  void SetUp() override { folder_ = mkdtemp(form_.data()); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::vector<std::string> Command() const {
    return {clientele::testing::EngineProgram(), "--set", "data_dir=" + folder_, "engine"};
  }
  std::string Socket() const { return folder_ + "/engine.sock"; }
  static bool AwaitDeath(pid_t process) {
    const int handle = static_cast<int>(syscall(SYS_pidfd_open, process, 0));
    if (handle < 0) return true;
    pollfd ended{handle, POLLIN, 0};
    const bool dead = poll(&ended, 1, 20'000) > 0;
    close(handle);
    return dead;
  }

  std::string form_ = "/tmp/clientele-supervisor-XXXXXX";
  std::string folder_;
  base::Metrics metrics_;
};

TEST_F(SupervisorTest, StartsAgainWhoDies) {
  Supervisor supervisor(Command(), Socket(), metrics_);
  ASSERT_TRUE(supervisor.AwaitServing(seconds(60)));
  ASSERT_EQ(EngineClient(Socket())
                .Post("CREATE TABLE default.t ENGINE = MergeTree ORDER BY a AS SELECT 1 AS a")
                .status,
            200);
  const pid_t first = supervisor.process();
  kill(first, SIGKILL);
  while (supervisor.process() == first) {
  }
  ASSERT_TRUE(supervisor.AwaitServing(seconds(60)));
  EXPECT_EQ(EngineClient(Socket()).Post("SELECT count() FROM default.t").body, "1\n");
  EXPECT_NE(supervisor.process(), first);
  EXPECT_NE(metrics_.Text().find("clientele_engine_starts_total 2"), std::string::npos);
  EXPECT_NE(metrics_.Text().find("clientele_engine_serving 1"), std::string::npos);
  const pid_t second = supervisor.process();
  supervisor.Stop();
  EXPECT_EQ(supervisor.state(), Supervisor::State::kStopped);
  EXPECT_NE(kill(second, 0), 0);
  EXPECT_FALSE(std::filesystem::exists(Socket()));  // it ended by itself
}

TEST_F(SupervisorTest, WhatNoTryCanMendFails) {
  std::vector<std::string> no_library = Command();
  no_library.insert(no_library.end() - 1, {"--set", "engine.library=/nonexistent/libchdb.so"});
  const std::pair<std::vector<std::string>, const char*> commands[] = {
      {{"/nonexistent/program"}, "tried 3 times: /nonexistent/program: there is no such program"},
      {{"/bin/sh", "-c", "kill -SEGV $$"}, "tried 3 times: it dies by signal 11 before it serves"},
      {no_library, "tried 3 times: its library cannot be loaded"}};
  for (const auto& [command, words] : commands) {
    base::Metrics metrics;
    Supervisor supervisor(command, Socket(), metrics);
    EXPECT_FALSE(supervisor.AwaitServing(seconds(60)));
    EXPECT_EQ(supervisor.state(), Supervisor::State::kFailed);
    ASSERT_TRUE(supervisor.failure());
    EXPECT_THAT(supervisor.failure()->message, ::testing::HasSubstr(words));
    EXPECT_NE(metrics.Text().find("clientele_engine_starts_total 3"), std::string::npos);
    supervisor.Stop();
  }
}

TEST_F(SupervisorTest, WhatMayPassIsTriedAgainWithPauses) {
  // As where the folder is still another process's.
  Supervisor supervisor({"/bin/sh", "-c", "exit 1"}, Socket(), metrics_);
  EXPECT_FALSE(supervisor.AwaitServing(std::chrono::milliseconds(2'200)));
  EXPECT_FALSE(supervisor.failure());
  supervisor.Stop();
  EXPECT_NE(metrics_.Text().find("clientele_engine_starts_total 4"), std::string::npos);
}

TEST_F(SupervisorTest, TheEngineDoesNotOutliveItsParent) {
  std::array<int, 2> pipes{};
  ASSERT_EQ(pipe(pipes.data()), 0);
  const pid_t parent = fork();
  if (parent == 0) {
    Supervisor supervisor(Command(), Socket(), metrics_);
    const pid_t engine = supervisor.AwaitServing(seconds(60)) ? supervisor.process() : 0;
    static_cast<void>(!write(pipes[1], &engine, sizeof(engine)));
    raise(SIGKILL);
  }
  pid_t engine = 0;
  ASSERT_EQ(read(pipes[0], &engine, sizeof(engine)), static_cast<ssize_t>(sizeof(engine)));
  ASSERT_GT(engine, 0);
  int status = 0;
  waitpid(parent, &status, 0);
  EXPECT_TRUE(AwaitDeath(engine));
  close(pipes[0]);
  close(pipes[1]);
}

}  // namespace
}  // namespace clientele::engine
