#include "app/import/recode.h"

#include <iconv.h>

#include <cerrno>
#include <cstring>

namespace clientele::app {
namespace {

constexpr size_t kReadBytes = 1U << 16;
constexpr size_t kGrowth = 4;  // UTF-8 bytes of one byte of any encoding, at most
constexpr std::string_view kReplacement = "\xef\xbf\xbd";

class Recoder final : public ByteSource {
 public:
  Recoder(std::unique_ptr<ByteSource> source, iconv_t converter)
      : source_(std::move(source)), converter_(converter) {}
  ~Recoder() override { iconv_close(converter_); }
  Recoder(const Recoder&) = delete;
  Recoder& operator=(const Recoder&) = delete;

  base::Result<size_t> Read(char* out, size_t size) override {
    while (position_ == ready_.size()) {
      if (ended_) return 0;
      if (auto filled = Fill(); !filled) return tl::unexpected(filled.error());
    }
    const size_t count = std::min(size, ready_.size() - position_);
    std::memcpy(out, ready_.data() + position_, count);
    position_ += count;
    return count;
  }
  [[nodiscard]] double Share() const override { return source_->Share(); }

 private:
  base::Status Fill() {
    const size_t kept = left_.size();
    left_.resize(kept + kReadBytes);
    const auto got = source_->Read(left_.data() + kept, kReadBytes);
    if (!got) return tl::unexpected(got.error());
    left_.resize(kept + *got);
    ended_ = *got == 0;
    ready_.resize(left_.size() * kGrowth);
    position_ = 0;
    char* in = left_.data();
    size_t in_size = left_.size();
    char* to = ready_.data();
    size_t to_size = ready_.size();
    while (in_size > 0) {
      if (iconv(converter_, &in, &in_size, &to, &to_size) != static_cast<size_t>(-1)) break;
      if (errno == EINVAL && !ended_) break;  // the character goes on in the next bytes
      std::memcpy(to, kReplacement.data(), kReplacement.size());
      to += kReplacement.size();
      to_size -= kReplacement.size();
      ++in;
      --in_size;
    }
    ready_.resize(ready_.size() - to_size);
    left_.erase(0, left_.size() - in_size);
    return {};
  }

  std::unique_ptr<ByteSource> source_;
  iconv_t converter_;
  std::string left_;
  std::string ready_;
  size_t position_ = 0;
  bool ended_ = false;
};

}  // namespace

base::Result<std::unique_ptr<ByteSource>> ToUtf8(std::unique_ptr<ByteSource> source,
                                                 const std::string& encoding) {
  if (encoding == "UTF-8" || encoding == "utf-8") return source;
  iconv_t const converter = iconv_open("UTF-8", encoding.c_str());
  if (converter == iconv_t(-1)) {
    return base::FailField("encoding", "encoding {}: there is no such character set", encoding);
  }
  return std::make_unique<Recoder>(std::move(source), converter);
}

}  // namespace clientele::app
