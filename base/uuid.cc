#include "base/uuid.h"

#include <openssl/rand.h>

#include <array>

namespace clientele::base {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

// By character, -1: no hex digit. A table, for a branch on random digits is guessed wrong half the
// time.
constexpr std::array<int8_t, 256> kHexValues = [] {
  std::array<int8_t, 256> values{};
  values.fill(-1);
  for (size_t i = 0; i < kDigits.size(); ++i) {
    values[static_cast<uint8_t>(kDigits[i])] = static_cast<int8_t>(i);
    if (i >= 10) values[static_cast<uint8_t>(kDigits[i] - 'a' + 'A')] = static_cast<int8_t>(i);
  }
  return values;
}();

uint64_t BigEndian(const uint8_t* bytes) {
  uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | bytes[i];
  return value;
}

bool IsDash(size_t position) {
  return position == 8 || position == 13 || position == 18 || position == 23;
}

}  // namespace

uint64_t Uuid::High() const { return BigEndian(bytes.data()); }
uint64_t Uuid::Low() const { return BigEndian(bytes.data() + 8); }

std::string Uuid::ToString() const {
  std::string text(36, '-');
  size_t position = 0;
  for (const uint8_t byte : bytes) {
    if (IsDash(position)) ++position;
    text[position++] = kDigits[byte >> 4];
    text[position++] = kDigits[byte & 15];
  }
  return text;
}

Result<Uuid> ParseUuid(std::string_view text) {
  if (text.size() != 36) {
    return Fail(Code::kInvalidArgument, "a UUID has 36 characters, not {}", text.size());
  }
  Uuid uuid;
  size_t nibble = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (IsDash(i)) {
      if (text[i] != '-') return Fail(Code::kInvalidArgument, "not a UUID: no dash at {}", i);
      continue;
    }
    const int value = kHexValues[static_cast<uint8_t>(text[i])];
    if (value < 0) return Fail(Code::kInvalidArgument, "not a UUID: no hex digit at {}", i);
    uint8_t& byte = uuid.bytes[nibble / 2];
    byte = static_cast<uint8_t>(byte << 4 | value);
    ++nibble;
  }
  return uuid;
}

Uuid RandomUuid() {
  Uuid uuid;
  RAND_bytes(uuid.bytes.data(), static_cast<int>(uuid.bytes.size()));
  uuid.bytes[6] = static_cast<uint8_t>((uuid.bytes[6] & 0x0f) | 0x40);
  uuid.bytes[8] = static_cast<uint8_t>((uuid.bytes[8] & 0x3f) | 0x80);
  return uuid;
}

}  // namespace clientele::base
