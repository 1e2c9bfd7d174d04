#include "engine/compression.h"

#include <lz4frame.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>

#include "engine/block_frames.h"
#include "engine/lexer.h"

namespace clientele::engine {
namespace {

using base::Code;
using base::Fail;

constexpr int kGzipWindow = 15 + 16;
constexpr int kZlibWindow = 15;
constexpr size_t kPiece = 64 << 10;

class ZlibEncoder final : public Encoder {
 public:
  explicit ZlibEncoder(int window_bits) {
    deflateInit2(&stream_, 1, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  }
  ~ZlibEncoder() override { deflateEnd(&stream_); }

  base::Status Encode(std::string_view bytes, bool last, std::string& out) override {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    int status = Z_OK;
    do {
      const size_t before = out.size();
      out.resize(before + kPiece);
      stream_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
      stream_.avail_out = kPiece;
      status = deflate(&stream_, last ? Z_FINISH : Z_NO_FLUSH);
      out.resize(before + kPiece - stream_.avail_out);
      if (status == Z_STREAM_ERROR) return Fail(Code::kInternal, "deflate failed");
    } while (stream_.avail_out == 0 || (last && status != Z_STREAM_END));
    return {};
  }

 private:
  z_stream stream_{};
};

class ZstdEncoder final : public Encoder {
 public:
  ZstdEncoder() : stream_(ZSTD_createCCtx(), &ZSTD_freeCCtx) {
    ZSTD_CCtx_setParameter(stream_.get(), ZSTD_c_compressionLevel, 1);
  }
  base::Status Encode(std::string_view bytes, bool last, std::string& out) override {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    size_t left = 0;
    do {
      const size_t before = out.size();
      out.resize(before + kPiece);
      ZSTD_outBuffer piece{out.data() + before, kPiece, 0};
      left = ZSTD_compressStream2(stream_.get(), &piece, &in, last ? ZSTD_e_end : ZSTD_e_continue);
      out.resize(before + piece.pos);
      if (ZSTD_isError(left)) return Fail(Code::kInternal, "zstd: {}", ZSTD_getErrorName(left));
    } while (in.pos < in.size || (last && left > 0));
    return {};
  }

 private:
  std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> stream_;
};

class Lz4Encoder final : public Encoder {
 public:
  Lz4Encoder() { LZ4F_createCompressionContext(&context_, LZ4F_VERSION); }
  ~Lz4Encoder() override { LZ4F_freeCompressionContext(context_); }

  base::Status Encode(std::string_view bytes, bool last, std::string& out) override {
    if (!begun_) {
      begun_ = true;
      auto begin = [&](char* to, size_t size) {
        return LZ4F_compressBegin(context_, to, size, nullptr);
      };
      if (auto done = Piece(LZ4F_HEADER_SIZE_MAX, out, begin); !done) return done;
    }
    while (!bytes.empty()) {
      const std::string_view part = bytes.substr(0, kPiece);
      auto update = [&](char* to, size_t size) {
        return LZ4F_compressUpdate(context_, to, size, part.data(), part.size(), nullptr);
      };
      if (auto done = Piece(LZ4F_compressBound(part.size(), nullptr), out, update); !done)
        return done;
      bytes.remove_prefix(part.size());
    }
    if (!last) return {};
    auto end = [&](char* to, size_t size) { return LZ4F_compressEnd(context_, to, size, nullptr); };
    return Piece(LZ4F_compressBound(0, nullptr), out, end);
  }

 private:
  static base::Status Piece(size_t room, std::string& out, const auto& write) {
    const size_t before = out.size();
    out.resize(before + room);
    const size_t written = write(out.data() + before, room);
    if (LZ4F_isError(written)) return Fail(Code::kInternal, "lz4: {}", LZ4F_getErrorName(written));
    out.resize(before + written);
    return {};
  }

  LZ4F_cctx* context_ = nullptr;
  bool begun_ = false;
};

class ZlibDecoder final : public Decoder {
 public:
  explicit ZlibDecoder(int window_bits) { inflateInit2(&stream_, window_bits); }
  ~ZlibDecoder() override { inflateEnd(&stream_); }

  base::Result<Step> Decode(std::string_view in, char* out, size_t size) override {
    if (end_ && !in.empty()) {  // the next member of a gzip file
      inflateReset(&stream_);
      end_ = false;
    }
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = static_cast<uInt>(in.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out);
    stream_.avail_out = static_cast<uInt>(size);
    const int status = inflate(&stream_, Z_NO_FLUSH);
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
      return Fail(Code::kInvalidArgument, "body is no gzip or deflate stream");
    }
    begun_ = begun_ || !in.empty();
    end_ = status == Z_STREAM_END;
    return Step{in.size() - stream_.avail_in, size - stream_.avail_out};
  }
  [[nodiscard]] bool AtEnd() const override { return end_ || !begun_; }

 private:
  z_stream stream_{};
  bool begun_ = false;
  bool end_ = false;
};

class ZstdDecoder final : public Decoder {
 public:
  ZstdDecoder() : stream_(ZSTD_createDCtx(), &ZSTD_freeDCtx) {}
  base::Result<Step> Decode(std::string_view in, char* out, size_t size) override {
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    ZSTD_outBuffer to{out, size, 0};
    const size_t left = ZSTD_decompressStream(stream_.get(), &to, &from);
    if (ZSTD_isError(left)) return Fail(Code::kInvalidArgument, "body is no zstd stream");
    if (from.pos > 0 || to.pos > 0) whole_ = left == 0;
    return Step{from.pos, to.pos};
  }
  [[nodiscard]] bool AtEnd() const override { return whole_; }

 private:
  std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> stream_;
  bool whole_ = true;
};

class Lz4Decoder final : public Decoder {
 public:
  Lz4Decoder() { LZ4F_createDecompressionContext(&context_, LZ4F_VERSION); }
  ~Lz4Decoder() override { LZ4F_freeDecompressionContext(context_); }

  base::Result<Step> Decode(std::string_view in, char* out, size_t size) override {
    size_t consumed = in.size();
    size_t produced = size;
    const size_t left = LZ4F_decompress(context_, out, &produced, in.data(), &consumed, nullptr);
    if (LZ4F_isError(left)) return Fail(Code::kInvalidArgument, "body is no lz4 frame");
    if (consumed > 0 || produced > 0) whole_ = left == 0;
    return Step{consumed, produced};
  }
  [[nodiscard]] bool AtEnd() const override { return whole_; }

 private:
  LZ4F_dctx* context_ = nullptr;
  bool whole_ = true;
};

}  // namespace

std::string_view CodingName(Coding coding) {
  constexpr std::array<std::string_view, 6> kNames = {"identity", "gzip", "deflate",
                                                      "zstd",     "lz4",  "identity"};
  return kNames.at(static_cast<size_t>(coding));
}

std::optional<Coding> ParseCoding(std::string_view name) {
  const std::string lower = Lower(name);
  if (lower.empty() || lower == "identity") return Coding::kIdentity;
  for (const Coding coding : {Coding::kGzip, Coding::kDeflate, Coding::kZstd, Coding::kLz4}) {
    if (lower == CodingName(coding)) return coding;
  }
  return std::nullopt;
}

Coding ChooseCoding(std::string_view accept_encoding) {
  const std::string lower = Lower(accept_encoding);
  const auto accepts = [&](Coding coding) {
    size_t begin = 0;
    while (begin <= lower.size()) {
      const size_t end = std::min(lower.find(',', begin), lower.size());
      std::string_view item = std::string_view(lower).substr(begin, end - begin);
      while (item.starts_with(' ')) item.remove_prefix(1);
      const std::string_view name = item.substr(0, item.find_first_of("; "));
      if (name == CodingName(coding) && item.find("q=0") == std::string_view::npos) return true;
      if (name == CodingName(coding) && item.find("q=0.") != std::string_view::npos) return true;
      begin = end + 1;
    }
    return false;
  };
  for (const Coding coding : {Coding::kLz4, Coding::kZstd, Coding::kGzip, Coding::kDeflate}) {
    if (accepts(coding)) return coding;
  }
  return Coding::kIdentity;
}

std::unique_ptr<Encoder> MakeEncoder(Coding coding) {
  switch (coding) {
    case Coding::kGzip:
      return std::make_unique<ZlibEncoder>(kGzipWindow);
    case Coding::kDeflate:
      return std::make_unique<ZlibEncoder>(kZlibWindow);
    case Coding::kZstd:
      return std::make_unique<ZstdEncoder>();
    case Coding::kLz4:
      return std::make_unique<Lz4Encoder>();
    case Coding::kBlocks:
      return MakeFrameEncoder();
    case Coding::kIdentity:
      break;
  }
  return nullptr;
}

std::unique_ptr<Decoder> MakeDecoder(Coding coding) {
  switch (coding) {
    case Coding::kGzip:
      return std::make_unique<ZlibDecoder>(kGzipWindow);
    case Coding::kDeflate:
      return std::make_unique<ZlibDecoder>(kZlibWindow);
    case Coding::kZstd:
      return std::make_unique<ZstdDecoder>();
    case Coding::kLz4:
      return std::make_unique<Lz4Decoder>();
    case Coding::kBlocks:
      return MakeFrameDecoder();
    case Coding::kIdentity:
      break;
  }
  return nullptr;
}

}  // namespace clientele::engine
