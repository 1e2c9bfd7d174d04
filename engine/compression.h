// Codings of HTTP bodies: gzip, deflate, zstd, lz4 (frames) by HTTP's own headers, and ClickHouse's
// blocks (block_frames.h) by its parameters. Streaming, one object per body, one thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace clientele::engine {

enum class Coding { kIdentity, kGzip, kDeflate, kZstd, kLz4, kBlocks };

// As in HTTP's headers; "identity" for kBlocks, which they do not tell.
[[nodiscard]] std::string_view CodingName(Coding coding);
// A Content-Encoding; nothing if we do not know it.
[[nodiscard]] std::optional<Coding> ParseCoding(std::string_view name);
// The best that an Accept-Encoding allows: lz4, zstd, gzip, deflate; identity if none.
[[nodiscard]] Coding ChooseCoding(std::string_view accept_encoding);

class Encoder {
 public:
  virtual ~Encoder() = default;
  // Appends what `bytes` become to `out`; everything that is still held back if `last`.
  virtual base::Status Encode(std::string_view bytes, bool last, std::string& out) = 0;
};
[[nodiscard]] std::unique_ptr<Encoder> MakeEncoder(Coding coding);

class Decoder {
 public:
  virtual ~Decoder() = default;
  struct Step {
    size_t consumed = 0;
    size_t produced = 0;
  };
  // Makes progress by at least one byte of either unless both are exhausted.
  virtual base::Result<Step> Decode(std::string_view in, char* out, size_t size) = 0;
  // Whether what was read so far is whole.
  [[nodiscard]] virtual bool AtEnd() const = 0;
};
[[nodiscard]] std::unique_ptr<Decoder> MakeDecoder(Coding coding);

}  // namespace clientele::engine
