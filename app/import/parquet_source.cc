#include "app/import/parquet_source.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace clientele::app {
namespace {

using base::Code;
using base::Fail;

class ParquetSource final : public ByteSource {
 public:
  ParquetSource(std::string path, int pipe, pid_t child)
      : path_(std::move(path)), pipe_(pipe), child_(child) {}
  ~ParquetSource() override {
    close(pipe_);
    // A child that still writes ends by the closed pipe.
    if (child_ > 0) waitpid(child_, nullptr, 0);
  }
  ParquetSource(const ParquetSource&) = delete;
  ParquetSource& operator=(const ParquetSource&) = delete;

  base::Result<size_t> Read(char* out, size_t size) override {
    ssize_t got = 0;
    do got = read(pipe_, out, size);
    while (got < 0 && errno == EINTR);
    if (got > 0) return static_cast<size_t>(got);
    int status = 0;
    if (child_ > 0) waitpid(child_, &status, 0);
    child_ = 0;
    if (got == 0 && status == 0) return 0;
    return Fail(Code::kInvalidArgument, "{}: cannot be read as Parquet (the reason is above)",
                path_);
  }

 private:
  std::string path_;
  int pipe_;
  pid_t child_;
};

}  // namespace

base::Result<std::unique_ptr<ByteSource>> OpenParquetSource(const std::string& path) {
  if (access(path.c_str(), R_OK) != 0) {
    return Fail(errno == ENOENT ? Code::kNotFound : Code::kPermissionDenied, "{}: {}", path,
                std::strerror(errno));
  }
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    return Fail(Code::kInternal, "{}: no pipe: {}", path, std::strerror(errno));
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::string program = "/proc/self/exe";
  std::string command = "engine";
  std::string option = "--convert";
  std::string file = path;
  char* arguments[] = {program.data(), command.data(), option.data(), file.data(), nullptr};
  pid_t child = 0;
  const int error = posix_spawn(&child, program.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (error != 0) {
    close(ends[0]);
    return Fail(Code::kInternal, "{}: the reader of Parquet cannot be started: {}", path,
                std::strerror(error));
  }
  return std::make_unique<ParquetSource>(path, ends[0], child);
}

}  // namespace clientele::app
