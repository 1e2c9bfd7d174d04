#include "base/owned_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <utility>

namespace clientele::base {
namespace {

constexpr std::chrono::milliseconds kLockPatience{1'000};
constexpr std::chrono::milliseconds kLockStep{20};

std::string Reason() { return std::strerror(errno); }

// flock has no time-out of its own.
bool Lock(int fd) {
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  const auto until = std::chrono::steady_clock::now() + kLockPatience;
  while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (std::chrono::steady_clock::now() >= until) return false;
    never.wait_for(lock, kLockStep, [] { return false; });
  }
  return true;
}

Status CheckFormat(const std::string& folder, int format) {
  const std::string file = folder + "/FORMAT";
  const auto noted = ReadWhole(file);
  if (!noted && noted.error().code != Code::kNotFound) return tl::unexpected(noted.error());
  if (noted) {
    const int found = std::atoi(noted->c_str());
    if (found == format) return {};
    if (found > format) {
      return Fail(
          Code::kFailedPrecondition,
          "data folder {}: format {} of a newer version, this one knows {}; use that version",
          folder, found, format);
    }
  }
  return WriteDurably(file, fmt::format("{}\n", format));
}

}  // namespace

Status WriteDurably(const std::string& path, std::string_view text) {
  const std::string part = path + ".part";
  const int fd = open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return Fail(Code::kUnavailable, "{}: cannot be written ({})", part, Reason());
  const bool written =
      write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(fd) == 0;
  close(fd);
  if (!written) return Fail(Code::kUnavailable, "{}: cannot be written ({})", part, Reason());
  if (rename(part.c_str(), path.c_str()) != 0) {
    return Fail(Code::kUnavailable, "{}: cannot be put in place ({})", path, Reason());
  }
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const int folder_fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = folder_fd >= 0 && fsync(folder_fd) == 0;
  if (folder_fd >= 0) close(folder_fd);
  if (!synced) return Fail(Code::kUnavailable, "{}: cannot be synced ({})", folder, Reason());
  return {};
}

Result<std::string> ReadWhole(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) return Fail(Code::kNotFound, "{}: not found", path);
  if (fd < 0) return Fail(Code::kUnavailable, "{}: cannot be read ({})", path, Reason());
  std::string text;
  std::array<char, 4096> buffer{};
  ssize_t count = 0;
  while ((count = read(fd, buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<size_t>(count));
  }
  const std::string reason = Reason();
  close(fd);
  if (count < 0) return Fail(Code::kUnavailable, "{}: cannot be read ({})", path, reason);
  return text;
}

Result<OwnedFolder> OwnedFolder::Open(const std::string& path, int format) {
  std::error_code error;
  std::string absolute = std::filesystem::absolute(path, error).lexically_normal().string();
  while (absolute.size() > 1 && absolute.ends_with('/')) absolute.pop_back();
  std::filesystem::create_directories(absolute, error);
  if (error) return Fail(Code::kUnavailable, "data folder {}: {}", absolute, error.message());
  chmod(absolute.c_str(), 0700);
  const std::string lock_file = absolute + "/LOCK";
  const int fd = open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return Fail(Code::kUnavailable, "{}: {}", lock_file, Reason());
  OwnedFolder opened(absolute, fd);
  if (!Lock(fd)) {
    const auto owner = ReadWhole(lock_file);
    return Fail(Code::kFailedPrecondition,
                "data folder {}: another process has it open ({}); let it end, or stop it",
                absolute, owner && !owner->empty() ? *owner : std::string("unknown"));
  }
  const std::string self = std::to_string(getpid());
  if (ftruncate(fd, 0) != 0 || pwrite(fd, self.data(), self.size(), 0) < 0) {
    return Fail(Code::kUnavailable, "{}: cannot be written ({})", lock_file, Reason());
  }
  if (auto checked = CheckFormat(absolute, format); !checked) {
    return tl::unexpected(checked.error());
  }
  return opened;
}

OwnedFolder::OwnedFolder(OwnedFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

OwnedFolder::~OwnedFolder() {
  if (lock_ >= 0) close(lock_);
}

}  // namespace clientele::base
