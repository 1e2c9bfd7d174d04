#include "engine/chunk_exchange.h"

namespace clientele::engine {

void ChunkExchange::Reset() {
  const std::lock_guard lock(mutex_);
  pushed_ = 0;
  released_ = 0;
  state_ = State::kOpen;
  for (auto& buffer : buffers_) buffer.reset();
}

char* ChunkExchange::Acquire() {
  const std::lock_guard lock(mutex_);
  if (pushed_ - released_ == buffers_.size()) return nullptr;
  auto& buffer = buffers_.at(pushed_ % buffers_.size());
  if (buffer == nullptr) buffer = std::make_unique_for_overwrite<char[]>(kChunkBytes);
  return buffer.get();
}

void ChunkExchange::Push(size_t size) {
  const std::lock_guard lock(mutex_);
  sizes_.at(pushed_ % buffers_.size()) = size;
  ++pushed_;
  changed_.notify_one();
}

void ChunkExchange::End(bool whole) {
  const std::lock_guard lock(mutex_);
  if (state_ == State::kOpen) state_ = whole ? State::kWhole : State::kBroken;
  changed_.notify_one();
}

std::span<const char> ChunkExchange::Next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return state_ != State::kOpen || pushed_ > released_; });
  if (state_ == State::kBroken || pushed_ == released_) return {};
  const size_t at = released_ % buffers_.size();
  return {buffers_.at(at).get(), sizes_.at(at)};
}

void ChunkExchange::Release() {
  const std::lock_guard lock(mutex_);
  ++released_;
  progress_.Set();
}

bool ChunkExchange::whole() {
  const std::lock_guard lock(mutex_);
  return state_ == State::kWhole;
}

}  // namespace clientele::engine
