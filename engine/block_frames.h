// ClickHouse's own compressed blocks (compress=1, decompress=1): 16 bytes CityHash128 of what
// follows, one byte method, u32 size of method, sizes and data, u32 raw size, data. Streaming, one
// object per body, one thread.
#pragma once

#include <memory>

#include "engine/compression.h"

namespace clientele::engine {

// LZ4, at most 1 MiB raw each.
[[nodiscard]] std::unique_ptr<Encoder> MakeFrameEncoder();
// LZ4, ZSTD or stored, at most 64 MiB raw each.
[[nodiscard]] std::unique_ptr<Decoder> MakeFrameDecoder();

}  // namespace clientele::engine
