// Files that the benchmark's steps hand on, read through the page cache: requests (the events of
// one PublishStream message) and messages (key and value of one record). A frame is two sizes of
// four bytes and what they tell of. Plain values; one thread writes, any may read.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace clientele::bench {

struct Request {
  uint32_t events = 0;
  std::string_view bytes;  // the field `events` of a PublishStreamRequest, serialised
};

struct Message {
  std::string_view key;
  std::string_view value;
};

class FrameWriter {
 public:
  [[nodiscard]] static base::Result<FrameWriter> Open(const std::string& path);
  void Add(const Request& request);
  void Add(const Message& message);
  // UNAVAILABLE: not all of it could be written.
  [[nodiscard]] base::Status Close();

 private:
  explicit FrameWriter(std::FILE* file) : file_(file, std::fclose) {}
  void Put(uint32_t first, uint32_t second, std::string_view bytes, std::string_view more);

  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
  bool failed_ = false;
};

// A file mapped into memory; what it gives out lives as long as it does.
class FrameFile {
 public:
  [[nodiscard]] static base::Result<std::unique_ptr<FrameFile>> Open(const std::string& path);
  ~FrameFile();
  FrameFile(const FrameFile&) = delete;
  FrameFile& operator=(const FrameFile&) = delete;

  [[nodiscard]] std::vector<Request> Requests() const;
  [[nodiscard]] std::vector<Message> Messages() const;

 private:
  FrameFile(const char* begin, size_t size) : bytes_(begin, size) {}

  std::string_view bytes_;
};

}  // namespace clientele::bench
