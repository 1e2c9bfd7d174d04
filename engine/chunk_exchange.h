// Hands an insert's bytes from the session's thread, which reads them from the socket, to the
// statement's thread, which gives them to the engine: two buffers, so that both work at once. One
// of each thread.
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>

#include "engine/wake.h"

namespace clientele::engine {

class ChunkExchange {
 public:
  static constexpr size_t kChunkBytes = 1 << 20;

  // `progress` is set whenever a buffer is free again.
  explicit ChunkExchange(Wake& progress) : progress_(progress) {}

  // Before an insert and after it: its buffers are given back.
  void Reset();

  // Session: an empty buffer of kChunkBytes, or nothing if both are under way.
  [[nodiscard]] char* Acquire();
  // The acquired buffer holds `size` bytes.
  void Push(size_t size);
  // Nothing more comes: the insert is whole (true) or must not take effect (false).
  void End(bool whole);

  // Statement: the next bytes, waiting for them; empty at the end. Release() after each.
  [[nodiscard]] std::span<const char> Next();
  void Release();
  // After the end.
  [[nodiscard]] bool whole();

 private:
  enum class State { kOpen, kWhole, kBroken };
  Wake& progress_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::array<std::unique_ptr<char[]>, 2> buffers_;
  std::array<size_t, 2> sizes_{};
  size_t pushed_ = 0;
  size_t released_ = 0;
  State state_ = State::kOpen;
};

}  // namespace clientele::engine
