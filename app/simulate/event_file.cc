#include "app/simulate/event_file.h"

#include <google/protobuf/util/json_util.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace clientele::app::simulate {
namespace {

using base::Code;
using base::Fail;

constexpr size_t kBufferBytes = 1U << 20;

tl::unexpected<base::Error> CannotOpen(const std::string& path) {
  const Code code = errno == ENOENT   ? Code::kNotFound
                    : errno == EACCES ? Code::kPermissionDenied
                                      : Code::kUnavailable;
  return Fail(code, "{}: cannot be written: {}", path, std::strerror(errno));
}

// Plain and .gz: zlib writes both.
class ZlibTarget final : public ByteTarget {
 public:
  ZlibTarget(gzFile file, std::string path) : file_(file), path_(std::move(path)) {}
  ~ZlibTarget() override {
    if (file_ != nullptr) gzclose(file_);
  }
  ZlibTarget(const ZlibTarget&) = delete;
  ZlibTarget& operator=(const ZlibTarget&) = delete;

  base::Status Write(const std::string& bytes) override {
    if (bytes.empty()) return {};
    const int written = gzwrite(file_, bytes.data(), static_cast<unsigned>(bytes.size()));
    if (written == static_cast<int>(bytes.size())) return {};
    return Broken();
  }
  base::Status Close() override {
    gzFile const file = file_;
    file_ = nullptr;
    if (gzclose(file) == Z_OK) return {};
    return Broken();
  }

 private:
  [[nodiscard]] base::Status Broken() const {
    return Fail(Code::kUnavailable, "{}: cannot be written: {}", path_, std::strerror(errno));
  }

  gzFile file_;
  std::string path_;
};

class ZstdTarget final : public ByteTarget {
 public:
  ZstdTarget(std::FILE* file, std::string path)
      : file_(file), path_(std::move(path)), stream_(ZSTD_createCCtx()), out_(kBufferBytes, '\0') {}
  ~ZstdTarget() override {
    ZSTD_freeCCtx(stream_);
    if (file_ != nullptr) std::fclose(file_);
  }
  ZstdTarget(const ZstdTarget&) = delete;
  ZstdTarget& operator=(const ZstdTarget&) = delete;

  base::Status Write(const std::string& bytes) override { return Compress(bytes, ZSTD_e_continue); }
  base::Status Close() override {
    if (base::Status ended = Compress("", ZSTD_e_end); !ended) return ended;
    std::FILE* const file = file_;
    file_ = nullptr;
    if (std::fclose(file) == 0) return {};
    return Fail(Code::kUnavailable, "{}: cannot be written: {}", path_, std::strerror(errno));
  }

 private:
  base::Status Compress(const std::string& bytes, ZSTD_EndDirective directive) {
    ZSTD_inBuffer from{bytes.data(), bytes.size(), 0};
    for (;;) {
      ZSTD_outBuffer to{out_.data(), out_.size(), 0};
      const size_t left = ZSTD_compressStream2(stream_, &to, &from, directive);
      if (ZSTD_isError(left) != 0) {
        return Fail(Code::kInternal, "{}: {}", path_, ZSTD_getErrorName(left));
      }
      if (std::fwrite(out_.data(), 1, to.pos, file_) != to.pos) {
        return Fail(Code::kUnavailable, "{}: cannot be written: {}", path_, std::strerror(errno));
      }
      if (directive == ZSTD_e_end ? left == 0 : from.pos == from.size) return {};
    }
  }

  std::FILE* file_;
  std::string path_;
  ZSTD_CCtx* stream_;
  std::string out_;
};

base::Result<std::unique_ptr<ByteTarget>> OpenTarget(const std::string& path) {
  if (path.ends_with(".zst")) {
    std::FILE* const file = std::fopen(path.c_str(), "wb");
    if (file == nullptr) return CannotOpen(path);
    return std::make_unique<ZstdTarget>(file, path);
  }
  const char* const mode = path.ends_with(".gz") ? "wb6" : "wbT";
  gzFile const file = path == "-" ? gzdopen(dup(STDOUT_FILENO), mode) : gzopen(path.c_str(), mode);
  if (file == nullptr) return CannotOpen(path);
  return std::make_unique<ZlibTarget>(file, path);
}

}  // namespace

base::Result<std::unique_ptr<EventFile>> EventFile::Open(const std::string& path) {
  auto target = OpenTarget(path);
  if (!target) return tl::unexpected(target.error());
  return std::unique_ptr<EventFile>(new EventFile(std::move(*target)));
}

base::Status EventFile::Take(event::v1::Event& event) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  const auto printed = google::protobuf::util::MessageToJsonString(event, &buffer_, options);
  if (!printed.ok()) return Fail(Code::kInternal, "event: {}", printed.message().ToString());
  buffer_ += '\n';
  if (buffer_.size() < kBufferBytes) return {};
  base::Status written = target_->Write(buffer_);
  buffer_.clear();
  return written;
}

base::Status EventFile::Close() {
  if (base::Status written = target_->Write(buffer_); !written) return written;
  buffer_.clear();
  return target_->Close();
}

}  // namespace clientele::app::simulate
