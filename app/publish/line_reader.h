// Lines of a text file: plain, .gz, .zst, or standard input ("-"). Constant memory. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"

namespace clientele::app {

// Decompressed bytes of a file.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Up to `size` bytes; 0 at the end. DATA_LOSS if the compressed data are damaged or cut.
  [[nodiscard]] virtual base::Result<size_t> Read(char* out, size_t size) = 0;
  // How much of the file has been read, 0..1; 0: not known.
  [[nodiscard]] virtual double Share() const { return 0; }
};

// NOT_FOUND, PERMISSION_DENIED: the file cannot be opened.
[[nodiscard]] base::Result<std::unique_ptr<ByteSource>> OpenByteSource(const std::string& path);

// The error with the file in front, unless it is named there already.
[[nodiscard]] base::Error WithFile(const std::string& path, base::Error error);

class LineReader {
 public:
  static constexpr size_t kMostLineBytes = 32U << 20;

  explicit LineReader(std::unique_ptr<ByteSource> source);

  // The next line without its end (\n or \r\n) and, at the start of the file, without a byte
  // order mark; false at the end of the file.
  [[nodiscard]] base::Result<bool> Next(std::string& line);
  // Number of the line that Next gave last, from 1.
  [[nodiscard]] uint64_t number() const { return number_; }
  // Whether that line has more than kMostLineBytes: Next gave its first 1,000 bytes alone.
  [[nodiscard]] bool cut() const { return cut_; }
  // About how many lines the file has; 0: not known.
  [[nodiscard]] uint64_t Expected() const;

 private:
  std::unique_ptr<ByteSource> source_;
  std::string buffer_;
  size_t position_ = 0;
  bool ended_ = false;
  bool cut_ = false;
  uint64_t number_ = 0;
  uint64_t bytes_ = 0;  // given by the source
};

}  // namespace clientele::app
