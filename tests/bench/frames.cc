#include "tests/bench/frames.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace clientele::bench {
namespace {

using base::Code;
using base::Fail;

// Takes the two sizes at the front away.
std::pair<uint32_t, uint32_t> TakeSizes(std::string_view& bytes) {
  std::pair<uint32_t, uint32_t> sizes;
  std::memcpy(&sizes.first, bytes.data(), sizeof sizes.first);
  std::memcpy(&sizes.second, bytes.data() + sizeof sizes.first, sizeof sizes.second);
  bytes.remove_prefix(sizeof sizes.first + sizeof sizes.second);
  return sizes;
}

std::string_view Take(std::string_view& bytes, size_t size) {
  const std::string_view taken = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return taken;
}

}  // namespace

base::Result<FrameWriter> FrameWriter::Open(const std::string& path) {
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) {
    return Fail(Code::kUnavailable, "{}: cannot be made: {}", path, std::strerror(errno));
  }
  return FrameWriter(file);
}

void FrameWriter::Put(uint32_t first, uint32_t second, std::string_view bytes,
                      std::string_view more) {
  const auto write = [&](const void* from, size_t size) {
    failed_ = failed_ || std::fwrite(from, 1, size, file_.get()) != size;
  };
  write(&first, sizeof first);
  write(&second, sizeof second);
  write(bytes.data(), bytes.size());
  write(more.data(), more.size());
}

void FrameWriter::Add(const Request& request) {
  Put(static_cast<uint32_t>(request.bytes.size()), request.events, request.bytes, {});
}

void FrameWriter::Add(const Message& message) {
  Put(static_cast<uint32_t>(message.key.size()), static_cast<uint32_t>(message.value.size()),
      message.key, message.value);
}

base::Status FrameWriter::Close() {
  failed_ = std::fclose(file_.release()) != 0 || failed_;
  if (!failed_) return {};
  return Fail(Code::kUnavailable, "the file could not be written whole; is the disk full?");
}

base::Result<std::unique_ptr<FrameFile>> FrameFile::Open(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat state{};
  if (file < 0 || fstat(file, &state) != 0) {
    return Fail(Code::kNotFound, "{}: cannot be read: {}", path, std::strerror(errno));
  }
  const auto size = static_cast<size_t>(state.st_size);
  void* const bytes = mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
  close(file);
  if (bytes == MAP_FAILED) {
    return Fail(Code::kUnavailable, "{}: {} bytes cannot be mapped: {}", path, size,
                std::strerror(errno));
  }
  return std::unique_ptr<FrameFile>(new FrameFile(static_cast<const char*>(bytes), size));
}

FrameFile::~FrameFile() { munmap(const_cast<char*>(bytes_.data()), bytes_.size()); }

std::vector<Request> FrameFile::Requests() const {
  std::vector<Request> requests;
  for (std::string_view left = bytes_; !left.empty();) {
    const auto [size, events] = TakeSizes(left);
    requests.push_back({events, Take(left, size)});
  }
  return requests;
}

std::vector<Message> FrameFile::Messages() const {
  std::vector<Message> messages;
  for (std::string_view left = bytes_; !left.empty();) {
    const auto [key, value] = TakeSizes(left);
    const std::string_view key_bytes = Take(left, key);
    messages.push_back({key_bytes, Take(left, value)});
  }
  return messages;
}

}  // namespace clientele::bench
