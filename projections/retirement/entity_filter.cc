#include "projections/retirement/entity_filter.h"

#include <array>
#include <cstdlib>
#include <new>

namespace clientele::projections::retirement {

namespace {

constexpr size_t kWordsPerBlock = 8;
constexpr size_t kFilterBlockBytes = kWordsPerBlock * sizeof(uint32_t);
// 12 bits an entity: 24 MiB for 16 M.
constexpr size_t kEntitiesPerPart = size_t{16} << 20;
constexpr size_t kBlocksPerPart = kEntitiesPerPart * 12 / 8 / kFilterBlockBytes;

using Bits = std::array<uint32_t, kWordsPerBlock>;

// Five bits of the hash for each word.
Bits BitsOf(const base::Hash128& entity) {
  Bits bits;
  for (size_t i = 0; i < kWordsPerBlock; ++i) bits[i] = 1U << ((entity.low >> (5 * i)) & 31U);
  return bits;
}

// By the hash's upper half, as the index sorts: entities in order walk through memory in order.
size_t FirstWordOf(const base::Hash128& entity) {
  return (((entity.high >> 32) * kBlocksPerPart) >> 32) * kWordsPerBlock;
}

}  // namespace

void EntityFilter::Free::operator()(uint32_t* words) const { std::free(words); }

void EntityFilter::Grow() {
  // Zeros that take no memory until they are written to.
  void* memory = std::calloc(kBlocksPerPart + 1, kFilterBlockBytes);
  if (memory == nullptr) throw std::bad_alloc();
  Part& part = parts_.emplace_back();
  part.memory.reset(static_cast<uint32_t*>(memory));
  size_t room = (kBlocksPerPart + 1) * kFilterBlockBytes;
  part.blocks = static_cast<uint32_t*>(
      std::align(kFilterBlockBytes, kBlocksPerPart * kFilterBlockBytes, memory, room));
  in_last_ = 0;
}

void EntityFilter::Add(const base::Hash128& entity) {
  if (parts_.empty() || in_last_ == kEntitiesPerPart) Grow();
  ++in_last_;
  const Bits bits = BitsOf(entity);
  uint32_t* const words = parts_.back().blocks + FirstWordOf(entity);
  for (size_t i = 0; i < kWordsPerBlock; ++i) words[i] |= bits[i];
}

bool EntityFilter::MayKnow(const base::Hash128& entity) const {
  const Bits bits = BitsOf(entity);
  const size_t first = FirstWordOf(entity);
  for (const Part& part : parts_) {
    uint32_t missing = 0;
    for (size_t i = 0; i < kWordsPerBlock; ++i) missing |= bits[i] & ~part.blocks[first + i];
    if (missing == 0) return true;
  }
  return false;
}

void EntityFilter::Prefetch(const base::Hash128& entity) const {
  const size_t first = FirstWordOf(entity);
  for (const Part& part : parts_) __builtin_prefetch(part.blocks + first);
}

}  // namespace clientele::projections::retirement
