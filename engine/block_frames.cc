#include "engine/block_frames.h"

#include <lz4.h>
#include <zstd.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "engine/city_hash.h"

namespace clientele::engine {
namespace {

using base::Code;
using base::Fail;

static_assert(std::endian::native == std::endian::little, "sizes are written as they lie");

constexpr size_t kHashBytes = 16;
constexpr size_t kFrameHeadBytes = 9;  // method and the two sizes
constexpr size_t kRawBytes = 1 << 20;
constexpr uint32_t kMostBytes = 64 << 20;
constexpr uint8_t kStored = 0x02;
constexpr uint8_t kLz4 = 0x82;
constexpr uint8_t kZstd = 0x90;

class FrameEncoder final : public Encoder {
 public:
  base::Status Encode(std::string_view bytes, bool last, std::string& out) override {
    while (waiting_.size() + bytes.size() >= kRawBytes) {
      const size_t taken = kRawBytes - waiting_.size();
      waiting_ += bytes.substr(0, taken);
      bytes.remove_prefix(taken);
      AppendFrame(waiting_, out);
      waiting_.clear();
    }
    waiting_ += bytes;
    if (last && !waiting_.empty()) {
      AppendFrame(waiting_, out);
      waiting_.clear();
    }
    return {};
  }

 private:
  static void AppendFrame(std::string_view raw, std::string& out) {
    const size_t begin = out.size();
    const int room = LZ4_compressBound(static_cast<int>(raw.size()));
    out.resize(begin + kHashBytes + kFrameHeadBytes + static_cast<size_t>(room));
    char* const head = out.data() + begin + kHashBytes;
    const int size = LZ4_compress_default(raw.data(), head + kFrameHeadBytes,
                                          static_cast<int>(raw.size()), room);
    const uint32_t whole = static_cast<uint32_t>(size) + kFrameHeadBytes;
    const auto raw_size = static_cast<uint32_t>(raw.size());
    *head = static_cast<char>(kLz4);
    std::memcpy(head + 1, &whole, sizeof(whole));
    std::memcpy(head + 5, &raw_size, sizeof(raw_size));
    const Hash128 hash = CityHash128({head, whole});
    std::memcpy(out.data() + begin, &hash.low, sizeof(hash.low));
    std::memcpy(out.data() + begin + 8, &hash.high, sizeof(hash.high));
    out.resize(begin + kHashBytes + whole);
  }

  std::string waiting_;
};

class FrameDecoder final : public Decoder {
 public:
  base::Result<Step> Decode(std::string_view in, char* out, size_t size) override {
    Step step;
    if (read_ == raw_.size()) {
      // Either the head is not whole yet, or the data behind it.
      const size_t wanted = frame_.size() < kHashBytes + kFrameHeadBytes
                                ? kHashBytes + kFrameHeadBytes
                                : kHashBytes + WholeSize();
      step.consumed = std::min(in.size(), wanted - frame_.size());
      frame_ += in.substr(0, step.consumed);
      if (frame_.size() < wanted) return step;
      if (frame_.size() == kHashBytes + kFrameHeadBytes) {
        if (auto good = CheckSizes(); !good) return tl::unexpected(good.error());
        if (WholeSize() > kFrameHeadBytes) return step;
      }
      if (auto good = Unpack(); !good) return tl::unexpected(good.error());
    }
    step.produced = std::min(size, raw_.size() - read_);
    std::memcpy(out, raw_.data() + read_, step.produced);
    read_ += step.produced;
    return step;
  }
  [[nodiscard]] bool AtEnd() const override { return frame_.empty() && read_ == raw_.size(); }

 private:
  [[nodiscard]] uint32_t Number(size_t at) const {
    uint32_t number = 0;
    std::memcpy(&number, frame_.data() + kHashBytes + at, sizeof(number));
    return number;
  }
  [[nodiscard]] uint32_t WholeSize() const { return Number(1); }
  [[nodiscard]] uint32_t RawSize() const { return Number(5); }

  [[nodiscard]] base::Status CheckSizes() const {
    if (WholeSize() >= kFrameHeadBytes && WholeSize() <= kMostBytes && RawSize() <= kMostBytes) {
      return {};
    }
    return Fail(Code::kInvalidArgument,
                "body: a compressed block of {} bytes for {} raw ones; at most {}", WholeSize(),
                RawSize(), kMostBytes);
  }

  [[nodiscard]] base::Status Unpack() {
    const std::string_view hashed = std::string_view(frame_).substr(kHashBytes);
    Hash128 told;
    std::memcpy(&told.low, frame_.data(), sizeof(told.low));
    std::memcpy(&told.high, frame_.data() + 8, sizeof(told.high));
    if (CityHash128(hashed) != told) {
      return Fail(Code::kInvalidArgument, "body: a compressed block's checksum does not match");
    }
    const std::string_view data = hashed.substr(kFrameHeadBytes);
    raw_.resize(RawSize());
    read_ = 0;
    if (!UnpackData(static_cast<uint8_t>(hashed[0]), data)) {
      return Fail(Code::kInvalidArgument, "body: a compressed block cannot be unpacked");
    }
    frame_.clear();
    return {};
  }

  [[nodiscard]] bool UnpackData(uint8_t method, std::string_view data) {
    if (method == kLz4) {
      return LZ4_decompress_safe(data.data(), raw_.data(), static_cast<int>(data.size()),
                                 static_cast<int>(raw_.size())) == static_cast<int>(raw_.size());
    }
    if (method == kZstd) {
      return ZSTD_decompress(raw_.data(), raw_.size(), data.data(), data.size()) == raw_.size();
    }
    if (method != kStored || data.size() != raw_.size()) return false;
    raw_ = data;
    return true;
  }

  std::string frame_;  // what is there of the next one
  std::string raw_;
  size_t read_ = 0;  // of raw_
};

}  // namespace

std::unique_ptr<Encoder> MakeFrameEncoder() { return std::make_unique<FrameEncoder>(); }
std::unique_ptr<Decoder> MakeFrameDecoder() { return std::make_unique<FrameDecoder>(); }

}  // namespace clientele::engine
