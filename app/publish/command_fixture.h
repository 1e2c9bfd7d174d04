// What the tests of `clientele publish`, `import` and `simulate` share: the commands as a shell
// calls them, against the real ingest service on loopback, in a folder of their own. For tests.
#pragma once

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/import_command.h"
#include "app/publish_command.h"
#include "app/simulate_command.h"
#include "ingest/service_fixture.h"

namespace clientele::app {

class CommandTest : public ingest::ServiceTest {
 protected:
  struct Outcome {
    int status = -1;
    std::string out;
    std::string err;
    // The last line of `out`.
    [[nodiscard]] std::string LastLine() const {
      const size_t end = out.find_last_not_of('\n');
      if (end == std::string::npos) return "";
      const size_t begin = out.rfind('\n', end);
      const size_t from = begin == std::string::npos ? 0 : begin + 1;
      return out.substr(from, end + 1 - from);
    }
  };

  void SetUp() override {
    ServiceTest::SetUp();
    folder_ = std::filesystem::temp_directory_path() / ("inputs_test." + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    home_ = std::filesystem::current_path();
    std::filesystem::current_path(folder_);
  }
  void TearDown() override {
    std::filesystem::current_path(home_);
    std::filesystem::remove_all(folder_);
    ServiceTest::TearDown();
  }

  // "publish", "import" or "simulate" with arguments; the service's address is added to the former
  // two unless one is given.
  Outcome Run(std::vector<std::string> arguments) {
    if (arguments.front() != "simulate" &&
        std::ranges::find(arguments, "--address") == arguments.end()) {
      arguments.insert(arguments.end(), {"--address", "127.0.0.1:" + std::to_string(port_)});
    }
    CLI::App root("test");
    CommandLine line;
    AddPublish(root, line);
    AddImport(root, line);
    AddSimulate(root, line);
    std::ranges::reverse(arguments);
    Outcome outcome;
    try {
      root.parse(std::move(arguments));
    } catch (const CLI::ParseError& wrong) {
      outcome.status = 2;
      outcome.err = wrong.what();
      return outcome;
    }
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    outcome.status = line.run();
    std::fflush(stdout);
    outcome.out = testing::internal::GetCapturedStdout();
    outcome.err = testing::internal::GetCapturedStderr();
    return outcome;
  }
  // The same with a file as standard input.
  Outcome RunWithInput(const std::string& path, const std::vector<std::string>& arguments) {
    const int kept = dup(STDIN_FILENO);
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    EXPECT_GE(file, 0);
    dup2(file, STDIN_FILENO);
    close(file);
    Outcome outcome = Run(arguments);
    dup2(kept, STDIN_FILENO);
    close(kept);
    return outcome;
  }

  static void Write(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
  }
  static std::string Read(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }
  static std::string Gzip(const std::string& text) {
    z_stream stream{};
    EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string out(deflateBound(&stream, text.size()) + 64, '\0');
    std::string in = text;
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
  }
  static std::string Zstd(const std::string& text) {
    std::string out(ZSTD_compressBound(text.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
    return out;
  }

  // What ingest wrote into the log, in order; without records of other topics.
  std::vector<event::v1::Event> Stored() {
    EXPECT_TRUE(producer_.Flush(ingest::kPatience));
    std::vector<event::v1::Event> events;
    for (const auto& message : producer_.messages()) {
      if (message.topic != "clientele.events.v1") continue;
      EXPECT_TRUE(events.emplace_back().ParseFromString(message.value));
    }
    return events;
  }
  std::vector<std::string> StoredCalls() {
    std::vector<std::string> ids;
    for (const auto& event : Stored()) ids.push_back(event.call().call_id());
    return ids;
  }

  std::filesystem::path folder_;
  std::filesystem::path home_;
};

}  // namespace clientele::app
