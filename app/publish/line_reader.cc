#include "app/publish/line_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

namespace clientele::app {
namespace {

constexpr size_t kReadBytes = 1U << 18;
constexpr size_t kCutBytes = 1'000;  // what is kept of a line that is too long
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// Bytes; 0 of what is no regular file.
double SizeOf(int file) {
  struct stat state{};
  return fstat(file, &state) == 0 && S_ISREG(state.st_mode) ? static_cast<double>(state.st_size)
                                                            : 0.0;
}

// Plain and .gz: zlib reads both, told apart by the first bytes.
class ZlibSource final : public ByteSource {
 public:
  ZlibSource(gzFile file, std::string path, double size)
      : file_(file), path_(std::move(path)), size_(size) {}
  ~ZlibSource() override { gzclose(file_); }
  ZlibSource(const ZlibSource&) = delete;
  ZlibSource& operator=(const ZlibSource&) = delete;

  base::Result<size_t> Read(char* out, size_t size) override {
    const int got = gzread(file_, out, static_cast<unsigned>(size));
    int error = Z_OK;
    const char* const text = gzerror(file_, &error);
    // What comes before the cut of a cut file is given first.
    if (got < 0 || (got == 0 && error < 0)) {
      // "<fd:7>: unexpected end of file".
      const std::string_view whole = text;
      return base::Fail(base::Code::kDataLoss, "{}: {}", path_,
                        whole.substr(whole.starts_with("<fd:") ? whole.find(": ") + 2 : 0));
    }
    return static_cast<size_t>(got);
  }
  [[nodiscard]] double Share() const override {
    return size_ > 0 ? static_cast<double>(gzoffset(file_)) / size_ : 0.0;
  }

 private:
  gzFile file_;
  std::string path_;
  double size_;  // of the file as it lies there, bytes
};

class ZstdSource final : public ByteSource {
 public:
  ZstdSource(std::FILE* file, std::string path)
      : file_(file),
        path_(std::move(path)),
        size_(SizeOf(fileno(file))),
        stream_(ZSTD_createDStream()),
        in_(kReadBytes) {}
  ~ZstdSource() override {
    ZSTD_freeDStream(stream_);
    std::fclose(file_);
  }
  ZstdSource(const ZstdSource&) = delete;
  ZstdSource& operator=(const ZstdSource&) = delete;

  base::Result<size_t> Read(char* out, size_t size) override {
    ZSTD_outBuffer to{out, size, 0};
    while (to.pos == 0) {
      if (from_.pos == from_.size) {
        from_ = {in_.data(), std::fread(in_.data(), 1, in_.size(), file_), 0};
        if (from_.size == 0) {
          if (open_) return base::Fail(base::Code::kDataLoss, "{}: the last frame is cut", path_);
          return 0;
        }
      }
      const size_t left = ZSTD_decompressStream(stream_, &to, &from_);
      if (ZSTD_isError(left) != 0) {
        return base::Fail(base::Code::kDataLoss, "{}: {}", path_, ZSTD_getErrorName(left));
      }
      open_ = left != 0;
    }
    return to.pos;
  }
  [[nodiscard]] double Share() const override {
    return size_ > 0 ? static_cast<double>(std::ftell(file_)) / size_ : 0.0;
  }

 private:
  std::FILE* file_;
  std::string path_;
  double size_;
  ZSTD_DStream* stream_;
  std::vector<char> in_;
  ZSTD_inBuffer from_{nullptr, 0, 0};
  bool open_ = false;
};

tl::unexpected<base::Error> CannotOpen(const std::string& path) {
  const base::Code code = errno == ENOENT   ? base::Code::kNotFound
                          : errno == EACCES ? base::Code::kPermissionDenied
                                            : base::Code::kUnavailable;
  return base::Fail(code, "{}: {}", path, std::strerror(errno));
}

}  // namespace

base::Result<std::unique_ptr<ByteSource>> OpenByteSource(const std::string& path) {
  if (path.ends_with(".zst")) {
    std::FILE* const file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) return CannotOpen(path);
    return std::make_unique<ZstdSource>(file, path);
  }
  const int file = path == "-" ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return CannotOpen(path);
  const double size = SizeOf(file);
  gzFile const stream = gzdopen(file, "rb");
  if (stream == nullptr) {
    close(file);
    return base::Fail(base::Code::kResourceExhausted, "{}: no memory to read it", path);
  }
  gzbuffer(stream, kReadBytes);
  return std::make_unique<ZlibSource>(stream, path, size);
}

base::Error WithFile(const std::string& path, base::Error error) {
  if (!error.message.starts_with(path)) error.message = fmt::format("{}: {}", path, error.message);
  return error;
}

LineReader::LineReader(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {}

uint64_t LineReader::Expected() const {
  if (bytes_ == 0) return 0;
  // What lies in the buffer has been read and not been given yet.
  const double given =
      1 - static_cast<double>(buffer_.size() - position_) / static_cast<double>(bytes_);
  const double share = source_->Share() * given;
  return share > 0 ? static_cast<uint64_t>(static_cast<double>(number_) / share) : 0;
}

base::Result<bool> LineReader::Next(std::string& line) {
  cut_ = false;
  size_t searched = position_;
  for (;;) {
    const size_t end = buffer_.find('\n', searched);
    const bool whole = end != std::string::npos;
    const size_t stop = whole ? end : buffer_.size();
    const bool last = whole || (ended_ && (cut_ || position_ < stop));
    if (!cut_ && (last || stop - position_ > kMostLineBytes)) {
      cut_ = stop - position_ > kMostLineBytes;
      line.assign(buffer_, position_, cut_ ? kCutBytes : stop - position_);
    }
    if (last) {
      position_ = whole ? stop + 1 : stop;
      if (++number_ == 1 && line.starts_with(kByteOrderMark)) line.erase(0, kByteOrderMark.size());
      if (!cut_ && !line.empty() && line.back() == '\r') line.pop_back();
      return true;
    }
    if (ended_) return false;
    // Of a line that is too long nothing more is kept while its end is looked for.
    if (cut_) position_ = buffer_.size();
    buffer_.erase(0, position_);
    position_ = 0;
    searched = buffer_.size();
    buffer_.resize(searched + kReadBytes);
    const auto got = source_->Read(buffer_.data() + searched, kReadBytes);
    if (!got) return tl::unexpected(got.error());
    buffer_.resize(searched + *got);
    bytes_ += *got;
    ended_ = *got == 0;
  }
}

}  // namespace clientele::app
