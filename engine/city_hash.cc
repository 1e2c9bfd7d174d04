#include "engine/city_hash.h"

#include <bit>
#include <cstring>
#include <utility>

namespace clientele::engine {
namespace {

constexpr uint64_t kPrime0 = 0xc3a5c85c97cb3127;
constexpr uint64_t kPrime1 = 0xb492b66fbe98f273;
constexpr uint64_t kPrime2 = 0x9ae16a3b2f90404f;
constexpr uint64_t kPrime3 = 0xc949d7c7509e6557;
constexpr uint64_t kMixer = 0x9ddfea08eb382d69;
constexpr size_t kRound = 128;  // bytes that the long form takes at a time

template <typename T>
T Load(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof(value));
  return value;
}
uint64_t Load64(const char* at) { return Load<uint64_t>(at); }

uint64_t Mix(uint64_t value) { return value ^ (value >> 47); }

uint64_t Join(uint64_t low, uint64_t high) {
  const uint64_t a = Mix((low ^ high) * kMixer);
  return Mix((high ^ a) * kMixer) * kMixer;
}

uint64_t HashUpTo16(const char* at, size_t size) {
  if (size > 8) {
    const uint64_t last = Load64(at + size - 8);
    return Join(Load64(at), std::rotr(last + size, static_cast<int>(size))) ^ last;
  }
  if (size >= 4) {
    const uint64_t first = Load<uint32_t>(at);
    return Join(size + (first << 3), Load<uint32_t>(at + size - 4));
  }
  if (size == 0) return kPrime2;
  const auto byte = [at](size_t index) {
    return static_cast<uint32_t>(static_cast<uint8_t>(at[index]));
  };
  const uint32_t y = byte(0) + (byte(size >> 1) << 8);
  const uint32_t z = static_cast<uint32_t>(size) + (byte(size - 1) << 2);
  return Mix(y * kPrime2 ^ z * kPrime3) * kPrime2;
}

// Half of the long form's state: takes 32 bytes at a time.
struct Lane {
  uint64_t first = 0;
  uint64_t second = 0;

  static Lane Of(const char* at, uint64_t a, uint64_t b) {
    a += Load64(at);
    const uint64_t last = Load64(at + 24);
    b = std::rotr(b + a + last, 21);
    const uint64_t before = a;
    a += Load64(at + 8) + Load64(at + 16);
    b += std::rotr(a, 44);
    return {a + last, b + before};
  }
};

Hash128 HashShort(const char* at, size_t size, Hash128 seed) {
  uint64_t a = seed.low;
  uint64_t b = seed.high;
  uint64_t c = 0;
  uint64_t d = 0;
  if (size <= 16) {
    a = Mix(a * kPrime1) * kPrime1;
    c = b * kPrime1 + HashUpTo16(at, size);
    d = Mix(a + (size >= 8 ? Load64(at) : c));
  } else {
    c = Join(Load64(at + size - 8) + kPrime1, a);
    d = Join(b + size, c + Load64(at + size - 16));
    a += d;
    for (size_t done = 0; done + 16 < size; done += 16) {
      a = (a ^ (Mix(Load64(at + done) * kPrime1) * kPrime1)) * kPrime1;
      b ^= a;
      c = (c ^ (Mix(Load64(at + done + 8) * kPrime1) * kPrime1)) * kPrime1;
      d ^= c;
    }
  }
  a = Join(a, c);
  b = Join(d, b);
  return {a ^ b, Join(b, a)};
}

struct LongState {
  uint64_t x, y, z;
  Lane v, w;

  LongState(const char* at, size_t size, Hash128 seed)
      : x(seed.low), y(seed.high), z(size * kPrime1) {
    v.first = std::rotr(y ^ kPrime1, 49) * kPrime1 + Load64(at);
    v.second = std::rotr(v.first, 42) * kPrime1 + Load64(at + 8);
    w.first = std::rotr(y + z, 35) * kPrime1 + x;
    w.second = std::rotr(x + Load64(at + 88), 53) * kPrime1;
  }
  void Take64(const char* at) {
    x = std::rotr(x + y + v.first + Load64(at + 16), 37) * kPrime1;
    y = std::rotr(y + v.second + Load64(at + 48), 42) * kPrime1;
    x ^= w.second;
    y ^= v.first;
    z = std::rotr(z ^ w.first, 33);
    v = Lane::Of(at, v.second * kPrime1, x + w.first);
    w = Lane::Of(at + 32, z + w.second, y);
    std::swap(z, x);
  }
  // The last `size` bytes, fewer than 128, that end at `end`.
  Hash128 Finish(const char* end, size_t size) {
    y += std::rotr(w.first, 37) * kPrime0 + z;
    x += std::rotr(v.first + z, 49) * kPrime0;
    for (size_t done = 0; done < size;) {
      done += 32;
      y = std::rotr(y - x, 42) * kPrime0 + v.second;
      w.first += Load64(end - done + 16);
      x = std::rotr(x, 49) * kPrime0 + w.first;
      w.first += v.first;
      v = Lane::Of(end - done, v.first, v.second);
    }
    x = Join(x, v.first);
    y = Join(y, w.first);
    return {Join(x + v.second, w.second) + y, Join(x + w.second, y + v.second)};
  }
};

Hash128 HashSeeded(const char* at, size_t size, Hash128 seed) {
  if (size < kRound) return HashShort(at, size, seed);
  LongState state(at, size, seed);
  while (size >= kRound) {
    state.Take64(at);
    state.Take64(at + kRound / 2);
    at += kRound;
    size -= kRound;
  }
  return state.Finish(at + size, size);
}

}  // namespace

Hash128 CityHash128(std::string_view bytes) {
  const char* const at = bytes.data();
  const size_t size = bytes.size();
  if (size >= 16) {
    return HashSeeded(at + 16, size - 16, {Load64(at) ^ kPrime3, Load64(at + 8)});
  }
  if (size >= 8) {
    return HashSeeded(nullptr, 0, {Load64(at) ^ (size * kPrime0), Load64(at + size - 8) ^ kPrime1});
  }
  return HashSeeded(at, size, {kPrime0, kPrime1});
}

}  // namespace clientele::engine
